"""Hostile and clumsy callers: each is answered with 4xx and words, and whoever asks next is served as ever."""

from __future__ import annotations

import json
import math
import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from emulated import NOW, Caller, caller
from hypothesis import given
from hypothesis import strategies as st

from callsheet.contract.plans import planned
from callsheet.emulator import Emulator, Options, Request
from callsheet.emulator.faults.befalling import befall
from callsheet.emulator.faults.table import FAULTS
from callsheet.emulator.handlers.submission import MAX_BODY
from callsheet.emulator.messages import Attempt, Outcome, json_reply
from callsheet.emulator.serving import protocol, tunnel
from callsheet.emulator.serving.server import serving
from callsheet.plan.model import Plan

KEY = {"fal": {"authorization": "Key test-key"}, "segmind": {"x-api-key": "test-key"}}
JSON = {"content-type": "application/json"}
INITIATE = "/storage/upload/initiate"
SPECS = Path(__file__).parents[2] / "specs"
LONG = "9" * 400
"""A number that no float holds."""


def ask(user: Caller, host: str, method: str, path: str, body: Any = b"", **query: str) -> Any:
    """Send a request to any host of the caller's provider."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = tuple({**KEY[user.provider], **JSON}.items())
    request = Request((user.provider, host), "http://x", method, path, query, headers, content)
    user.state, reply, _ = user.emulator.handle(user.state, request, NOW)
    return reply


@pytest.mark.parametrize("number", [LONG, f"-{LONG}", "9" * 5000, "1e999", "NaN", "[" * 20_000, '"1"', "true", ""])
def test_an_option_is_no_number_or_one_out_of_range(plan: Plan, number: str) -> None:
    """Also one that is larger than any float, with as many digits as anybody likes."""
    user = caller(plan, "fal")
    reply = user.submit(**{"x-fal-request-timeout": number})
    if number != LONG:  # a deadline far away is one all the same
        assert reply.status == 400, reply
        assert "X-Fal-Request-Timeout" in reply.json()["detail"]
    assert user.submit().status == 200


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({f"k{n}": n for n in range(30_000)}, id="keys"),
        pytest.param({"prompt": [1] * 30_000}, id="items"),
        pytest.param({"prompt": [[[1] * 10] * 100] * 30}, id="items of items"),
    ],
)
def test_a_body_of_very_many_values_is_refused(plan: Plan, body: Any) -> None:
    """Whoever else asks meanwhile would wait for the judgement."""
    for provider in ("fal", "segmind"):
        reply = caller(plan, provider).submit(changed=body)
        assert reply.status == 400
        assert "values" in reply.body.decode()


def test_a_scenario_is_a_short_text(plan: Plan) -> None:
    """Otherwise one of thousands of names would be refused with the list of all scenarios for each."""
    user = caller(plan, "fal")
    text = "+".join(f"n{n}" for n in range(8000))
    for reply in (
        user.submit(**{"x-callsheet-scenario": text}),
        user.ask("PUT", "/__callsheet__/scenario", body=json.dumps({"scenario": text}).encode()),
    ):
        assert reply.status == 400
        assert len(reply.body) < 1000


NAMES = ("\ud800", "a\r\nX-Evil: 1", "\x00", "../../etc/passwd", "é€", "", " ", "x" * 10_000)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_file_of_any_name_and_type_comes_and_is_served(plan: Plan, name: str, method: str) -> None:
    """Its type becomes a header of the answer, without what no header can hold."""
    user = caller(plan, "fal")
    given_ = {"file_name": name, "content_type": name}
    answer = ask(user, "rest", "POST", INITIATE, given_, storage_type="fal-cdn-v3")
    assert answer.status == 200, answer
    path = answer.json()["upload_url"].removeprefix("http://x")
    request = Request(("fal", "rest"), "http://x", "PUT", path, {}, (), b"bytes")
    user.state, put, _ = user.emulator.handle(user.state, request, NOW)
    assert put.status == 200
    served = ask(user, "rest", method, path)
    assert served.status == 200
    assert all(text.isascii() and text.isprintable() for _, text in served.headers)


@pytest.mark.parametrize("uri", ["data:\ud800,x", "data:text/html\ud800;base64,QUJD", "data:,\ud800", "data:é,x", "x"])
def test_a_data_uri_that_is_none_is_refused(plan: Plan, uri: str) -> None:
    """Such as one with what is no character at all."""
    reply = ask(caller(plan, "segmind"), "assets", "POST", "/upload-asset", {"data_urls": [uri]})
    assert reply.status == 400
    assert "data URI" in reply.json()["error"]


def test_very_many_files_at_once_are_taken_in_time(plan: Plan) -> None:
    """In a time that grows with their number, and no faster."""
    user = caller(plan, "segmind")
    began = time.process_time()
    reply = ask(user, "assets", "POST", "/upload-asset", {"data_urls": ["data:,x"] * 10_000})
    assert reply.status == 200
    assert len(set(reply.json()["file_urls"])) == len(user.state.uploads) == 10_000
    assert time.process_time() - began < 2.0


def test_a_redirect_repeats_no_line_breaks_of_the_path() -> None:
    """They would end the header, and begin another."""
    request = Request(("fal", "queue"), "http://x", "GET", "/a\r\nX: \u20ac\ud800")
    reply = befall(FAULTS["redirect_307"], json_reply(200, {}), request, NOW)
    assert dict(reply.headers)["location"].endswith("/a%0D%0AX%3A%20%E2%82%AC%3F")


def test_a_date_beyond_all_dates_is_the_last_one(plan: Plan) -> None:
    """A clock that was moved for thousands of years still answers."""
    user = caller(plan, "fal")
    for name in (*(fault.name for fault in FAULTS.values() if fault.retry_after == "date"), "rate_limited", "success"):
        reply = user.submit(1e15, **{"x-callsheet-scenario": name})
        assert reply.status in {200, 408, 409, 429, 500, 502, 503, 504}, name
    assert ask(user, "queue", "GET", "/__callsheet__/jobs").status == 200


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=9) | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ("prompt", "image_url", "video_url", "seed", "guidance_scale", "resolution", "data_urls", "file_name", "parts")
PATHS = (
    ("fal", "queue", "/fal-ai/scail-2"),
    ("fal", "run", "/fal-ai/scail-2"),
    ("fal", "rest", INITIATE),
    ("fal", "rest", "/storage/auth/token"),
    ("segmind", "api", "/v1/wan2.1-t2v"),
    ("segmind", "api", "/v2/wan-animate"),
    ("segmind", "api", "/workflows/68628fe34727e611dfa219b4-v4"),
    ("segmind", "assets", "/upload-asset"),
    ("fal", "queue", "/__callsheet__/scenario"),
    ("fal", "queue", "/__callsheet__/clock"),
    ("fal", "queue", "/__callsheet__/intents"),
)


@given(st.sampled_from(PATHS), st.sampled_from(["POST", "PUT"]), st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_whatever_json_is_sent_nothing_breaks(
    plan: Plan, place: tuple[str, str, str], method: str, body: dict[str, Any]
) -> None:
    """The answer is one of the spec's, or 4xx, and it can be sent: headers hold text, a JSON body is JSON."""
    provider, host, path = place
    user = caller(plan, provider, seconds=0)
    reply = ask(user, host, method, path, body, storage_type="fal-cdn-v3")
    assert reply.status < 500
    assert all(text.isascii() and text.isprintable() for _, text in reply.headers)
    if dict(reply.headers).get("content-type") == "application/json":
        json.loads(reply.body, parse_constant=lambda text: pytest.fail(f"{text} is not JSON"))
    for job in user.state.jobs:
        assert ask(user, host, "GET", f"/__callsheet__/jobs/{job}").status == 200


@given(
    st.sampled_from(PATHS), st.sampled_from(["GET", "HEAD", "DELETE", "BREW"]), st.text(st.characters(), max_size=30)
)
def test_whatever_address_is_asked_nothing_breaks(
    plan: Plan, place: tuple[str, str, str], method: str, rest: str
) -> None:
    """Below any of the known addresses, by any method."""
    provider, host, path = place
    reply = ask(caller(plan, provider), host, method, f"{path}/{rest}")
    assert reply.status < 500
    assert all(text.isprintable() for _, text in reply.headers)


def test_one_impossible_address_of_a_webhook_keeps_no_other_from_its_own(plan: Plan) -> None:
    """A library that fails with an error of its own kind does not end the worker."""
    sample = plan.provider("fal").model("scail-2").samples["page"]
    with serving(plan, Options(seconds=0)) as served, httpx.Client(trust_env=False) as http:
        for address in ("http://xn--a/", "http://127.0.0.1:1/"):
            url = f"{served.hosts['fal', 'queue']}/fal-ai/scail-2"
            http.post(url, json=sample, headers=KEY["fal"], params={"fal_webhook": address}).raise_for_status()
        until = time.monotonic() + 10
        while len(served.session.attempts) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        told = {attempt.url: attempt.outcome.trouble for attempt in served.session.attempts}
    assert told.keys() == {"http://xn--a/", "http://127.0.0.1:1/"}
    assert told["http://xn--a/"].startswith("not sent")


def test_what_is_printed_of_an_attempt_is_one_line() -> None:
    """A caller wrote the address: it must not write into somebody's terminal."""
    attempt = Attempt("fal", "m", "id", 1, "http://x/\r\n\x1b[2J\ud800", 0.0, Outcome(None, "no\nanswer"), math.inf)
    assert str(attempt).isprintable()


@pytest.mark.parametrize("key", ["", " ", "a\nb", " a", "\x00"])
def test_a_key_that_nobody_could_send_is_refused_at_once(key: str) -> None:
    """Otherwise every request would be answered with 401."""
    with pytest.raises(ValueError, match="no header could carry it"):
        Options(keys=frozenset({key}))


def test_a_switch_named_twice_is_on_once() -> None:
    """Its second time would look for what the first has taken out."""
    plans = [planned(SPECS, switches=["fal.cancel_ok"] * times).plan for times in (1, 2)]
    assert plans[0].provider("fal").table == plans[1].provider("fal").table


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /x HT", id="half a line"),
        pytest.param(b"GET /x HTTP/1.1\r\nHost: x\r\nX-Slow: ", id="half a head"),
        pytest.param(b"POST /fal-ai/scail-2 HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{", id="half a body"),
        pytest.param(
            b"POST /fal-ai/scail-2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", id="half a chunk"
        ),
    ],
)
def test_a_request_that_never_ends_is_given_up(plan: Plan, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """It is answered with 408 and the connection is closed; nobody holds one open for ever by saying little."""
    monkeypatch.setattr(protocol, "PATIENCE", 0.1)
    with serving(plan, Options(seconds=0)) as served:
        port = int(served.hosts["fal", "queue"].rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            raw.sendall(sent)
            answer = b"".join(iter(lambda: raw.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert answer.endswith(b"The request was not complete after 0.1 s")


def test_an_answer_that_takes_its_time_is_not_given_up(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what comes in is waited for so long: a blocking call lasts as long as its job."""
    monkeypatch.setattr(protocol, "PATIENCE", 0.1)
    sample = plan.provider("fal").model("scail-2").samples["page"]
    with serving(plan, Options(seconds=0.5)) as served, httpx.Client(trust_env=False, headers=KEY["fal"]) as http:
        for _ in range(2):
            assert http.post(f"{served.hosts['fal', 'run']}/fal-ai/scail-2", json=sample).status_code == 200


def test_the_proxy_gives_up_what_asks_for_no_connection(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy, too, waits for the head of a request only so long."""
    monkeypatch.setattr(tunnel, "PATIENCE", 0.1)
    with serving(plan, tls=True) as served:
        assert served.tls is not None
        port = int(served.tls.proxy.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            raw.sendall(b"CONNECT queue.fal.run:443")
            assert raw.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_of_a_submission_no_more_is_kept_than_is_taken(plan: Plan) -> None:
    """Uploads may be large; a submission of that size is not held in memory to be refused."""
    emulator = Emulator(plan)
    assert emulator.largest_body(("fal", "queue"), "/fal-ai/scail-2") == MAX_BODY
    assert emulator.largest_body(("fal", "cdn"), "/files/upload") > MAX_BODY
    assert emulator.largest_body(("fal", "rest"), "/__callsheet__/uploads/x/file") > MAX_BODY

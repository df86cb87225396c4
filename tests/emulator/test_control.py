"""The control API, pure, in memory and behind sockets."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from emulated import NOW, TAKES, Caller, caller
from hypothesis import given
from hypothesis import strategies as st
from test_transports import KEYS, PATHS, payload

from callsheet.emulator import Emulator, Options, State
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.emulator.serving.server import serving
from callsheet.plan.model import Plan

OWN = "/__callsheet__"


def ask(user: Caller, method: str, path: str, body: Any = None, now: float = NOW) -> tuple[int, Any]:
    """A request without a key."""
    user.key = None
    try:
        reply = user.ask(method, OWN + path, now, b"" if body is None else json.dumps(body).encode())
    finally:
        user.key = "test-key"
    return reply.status, reply.json()


def test_it_says_what_there_is(plan: Plan) -> None:
    """On every host, without a key; and every path that it names answers."""
    user = caller(plan, "fal")
    for path in ("", "/"):
        status, body = ask(user, "GET", path)
        assert status == 200
    for path, methods in body["paths"].items():
        for method in methods:
            status, answer = ask(user, method, path.removeprefix(OWN))
            assert status < 500
            assert status != 405
            assert isinstance(answer, dict)


def test_a_scenario_is_chosen_for_the_jobs_to_come(plan: Plan) -> None:
    """For all providers that have it, or for one; unset, the options' holds again."""
    user = caller(plan, "segmind")
    status, body = ask(user, "PUT", "/scenario", {"scenario": "inference_failed", "provider": "segmind"})
    assert (status, body["scenario"]) == (200, {"fal": "success", "segmind": "inference_failed"})
    job = user.job()
    assert user.ask("GET", job["status_url"], NOW + TAKES).json()["status"] == "FAILED"
    assert ask(user, "DELETE", "/scenario")[1]["scenario"] == {"fal": "success", "segmind": "success"}
    job = user.job()
    assert user.ask("GET", job["status_url"], NOW + TAKES).json()["status"] == "COMPLETED"


def test_every_scenario_is_listed_with_what_it_does(plan: Plan) -> None:
    """Each of them can be chosen by its name."""
    user = caller(plan, "fal")
    listed = ask(user, "GET", "/scenarios")[1]["scenarios"]
    assert set(listed) == {"fal", "segmind"}
    for provider, names in listed.items():
        for name, does in names.items():
            assert does
            assert ask(user, "PUT", "/scenario", {"scenario": name, "provider": provider})[0] == 200, name


def test_progress_is_chosen_for_the_jobs_to_come(plan: Plan) -> None:
    """As by the header of one request; unset, the options' holds again."""
    user = caller(plan, "fal")
    assert ask(user, "PUT", "/progress", {"progress": "1 poll"})[0] == 200
    assert user.ask("GET", user.job()["status_url"]).json()["status"] == "COMPLETED"
    assert ask(user, "DELETE", "/progress")[1]["progress"] is None
    assert user.ask("GET", user.job()["status_url"]).json()["status"] == "IN_QUEUE"


def test_jobs_are_told(plan: Plan) -> None:
    """How each stands, and of one what was asked for."""
    user = caller(plan, "fal")
    job = user.job()
    [brief] = ask(user, "GET", "/jobs", now=NOW + TAKES)[1]["jobs"]
    assert (brief["id"], brief["stands"]) == (job["request_id"], "succeeded")
    status, whole = ask(user, "GET", f"/jobs/{brief['id']}")
    assert (status, whole["input"]["prompt"] != "", whole["stands"]) == (200, True, "queued")
    assert ask(user, "GET", "/jobs/nobody")[0] == 404


def test_the_ledger_names_requests_and_sums_up(plan: Plan) -> None:
    """Every entry tells its request; sums are of prices per call, and count what has none."""
    emulated = MemoryTransport(plan)
    with httpx.Client(transport=emulated, timeout=None) as http:  # noqa: S113  # time is virtual
        host = "https://api.segmind.com"
        assert http.get(f"{host}/").status_code == 404
        for model in ("wan2.1-t2v", "wan2.1-t2v", "wan-animate"):
            sample = next(iter(plan.provider("segmind").model(model).samples.values()))
            asked = http.post(f"{host}/v1/{model}", json=sample, headers=KEYS["segmind"])
            assert asked.status_code in {200, 504}
        account = http.get(f"{host}{OWN}/ledger").json()
    assert [(charge["request"], charge["method"], charge["path"]) for charge in account["charges"]] == [
        (2, "POST", "/v1/wan2.1-t2v"),
        (3, "POST", "/v1/wan2.1-t2v"),
        (4, "POST", "/v1/wan-animate"),
    ]
    assert (account["total"], account["unpriced"]) == ({"USD": 1.71}, 1)


def test_the_clock_is_told_and_moved(plan: Plan) -> None:
    """Also where it runs by itself; a job's end, then its retention, in no time."""
    with serving(plan, Options(seconds=1000)) as served, httpx.Client(trust_env=False, headers=KEYS["fal"]) as http:
        host = served.hosts["fal", "queue"]
        job = http.post(host + PATHS["fal"], json=payload(plan, "fal")).json()
        before = http.get(f"{host}{OWN}/clock").json()
        after = http.post(f"{host}{OWN}/clock", json={"advance": 1000}).json()
        assert 1000 <= after["now"] - before["now"] < 1030
        assert (before["mode"], before["speed"]) == ("real", 1.0)
        assert http.get(job["status_url"]).json()["status"] == "COMPLETED"


def test_a_reset_forgets_all(plan: Plan) -> None:
    """Jobs, ledger, scenario, progress; ids begin anew, and so do intents that are open."""
    user = caller(plan, "fal")
    ask(user, "PUT", "/progress", {"progress": "1 poll"})
    first = user.job()["request_id"]
    assert ask(user, "POST", "/reset") == (200, {"reset": True})
    assert user.state == State()
    assert user.job()["request_id"] == first
    emulated = MemoryTransport(plan)
    with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http, emulated.session.intent("video"):
        for _ in range(2):
            http.post("https://queue.fal.run" + PATHS["fal"], json=payload(plan, "fal"))
            http.post(f"https://queue.fal.run{OWN}/reset")


def test_another_process_says_what_it_means_as_one(plan: Plan) -> None:
    """An intent is opened and closed by requests; charged twice, closing it answers 409 with both requests."""
    user = caller(plan, "fal")
    assert ask(user, "POST", "/intents", {"name": "first"})[0] == 201
    assert ask(user, "POST", "/intents", {"name": "second"})[0] == 409
    assert ask(user, "GET", "/intents")[1] == {"open": "first"}
    user.job()
    status, body = ask(user, "DELETE", "/intents/first")
    assert (status, len(body["charges"])) == (200, 1)
    assert ask(user, "DELETE", "/intents/first")[0] == 404
    ask(user, "POST", "/intents", {"name": "twice"})
    jobs = [user.job()["request_id"] for _ in range(2)]
    status, body = ask(user, "DELETE", "/intents/twice")
    assert status == 409
    assert all(job in body["error"] for job in jobs)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/nothing", b"", 404, "there are /__callsheet__/"),
        ("GET", "/../jobs", b"", 404, "there are"),
        ("POST", "/jobs", b"", 405, "GET is"),
        ("PUT", "/scenario", b"", 400, "`scenario` is missing"),
        ("PUT", "/scenario", b"{", 400, "not JSON"),
        ("PUT", "/scenario", b"[" * 100_000, 413, "larger"),
        ("PUT", "/scenario", b"[" * 60_000, 400, "not JSON"),
        ("PUT", "/scenario", b"\xff", 400, "not JSON"),
        ("PUT", "/scenario", b"[]", 400, "not a JSON object"),
        ("PUT", "/scenario", b'{"scenario": 1}', 400, "is a text"),
        ("PUT", "/scenario", b'{"scenario": "nope"}', 400, "nope"),
        ("PUT", "/scenario", b'{"scenario": "success", "provider": "x"}', 400, "no provider `x`"),
        ("PUT", "/scenario", b'{"scenario": "success", "sede": 1}', 400, "`sede` is not known"),
        ("PUT", "/progress", b'{"progress": "soon"}', 400, "no step"),
        ("PUT", "/progress", b'{"progress": "NOPE 1s"}', 400, "no state `NOPE`"),
        ("POST", "/clock", b'{"advance": -1}', 400, "from 0"),
        ("POST", "/clock", b'{"advance": true}', 400, "from 0"),
        ("POST", "/clock", b'{"advance": NaN}', 400, "from 0"),
        ("POST", "/clock", b'{"advance": 1e400}', 400, "from 0"),
        ("POST", "/reset", b'{"all": true}', 400, "`all` is not known; the body takes nothing"),
        ("POST", "/intents", b'{"name": "a/b"}', 400, "without slashes"),
    ],
)
def test_bad_requests_are_answered_in_words(  # noqa: PLR0913, PLR0917  # a request, and its answer
    plan: Plan, method: str, path: str, body: bytes, status: int, words: str
) -> None:
    """4xx with what is wrong, and nothing changes."""
    user = caller(plan, "fal")
    reply = user.ask(method, OWN + path, NOW, body)
    assert (reply.status, user.state) == (status, State())
    assert words in reply.json()["error"]


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]) | st.text(max_size=4),
    path=st.sampled_from(["/", "/scenario", "/progress", "/clock", "/intents", "/intents/x", "/jobs/x", "/reset"])
    | st.text(max_size=9),
    body=st.binary(max_size=9)
    | st.dictionaries(
        st.sampled_from(["scenario", "provider", "progress", "advance", "name"]),
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9) | st.sampled_from(["3 polls"]),
    ).map(lambda body: json.dumps(body).encode()),
    now=st.floats(0, 4e9),
)
def test_whatever_is_sent_it_answers(plan: Plan, method: str, path: str, body: bytes, now: float) -> None:
    """JSON that is JSON, no 5xx, never an exception."""
    user = caller(plan, "fal")
    user.job()
    reply = user.ask(method, OWN + path, now, body)
    assert 200 <= reply.status < 500
    json.loads(reply.body)


def test_requests_are_numbered_and_reads_change_nothing(plan: Plan) -> None:
    """Numbers count all that arrives; a read of the control API gives back the state that it was given."""
    emulated = MemoryTransport(plan)
    with httpx.Client(transport=emulated) as http:
        for _ in range(3):
            http.get(f"https://fal.run{OWN}/jobs")
    assert [request.number for request in emulated.requests] == [1, 2, 3]
    user = Caller(Emulator(plan), "fal")
    state = user.state
    ask(user, "GET", "/ledger")
    assert user.state is state

"""What holds for every provider of the specs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from emulated import HOSTS, MODEL, NOW, ORIGIN, SUBMIT, TAKES, Caller, caller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callsheet.emulator import Emulator, Options, Request, State
from callsheet.emulator.handlers.submission import MAX_BODY
from callsheet.plan.model import Plan
from callsheet.spec.model import RetentionSpec, UrlSpec

PROVIDERS = tuple(SUBMIT)
each = pytest.mark.parametrize("provider", PROVIDERS)
JSON = {"content-type": "application/json"}


def changed(plan: Plan, provider: str, **protocol: Any) -> Plan:
    """The plan with parts of a provider's protocol replaced."""
    old = plan.provider(provider)
    spec = replace(old.spec, protocols=tuple(replace(known, **protocol) for known in old.spec.protocols))
    return Plan(tuple(replace(p, spec=spec) if p.id == provider else p for p in plan.providers))


@each
def test_a_read_leaves_the_state_as_it_is(plan: Plan, provider: str) -> None:
    """Polling, fetching and failing to find change nothing: the very same object comes back."""
    user = caller(plan, provider)
    job = user.job()
    before = user.state
    for url in (job["status_url"], job["response_url"], job["status_url"] + "x", "/nowhere"):
        for later in (0, 50, TAKES, 1e6):
            user.ask("GET", url, NOW + later)
            assert user.state is before


@each
def test_the_same_arguments_give_the_same_answer(plan: Plan, provider: str) -> None:
    """Two emulators of one plan agree on state, reply and effects."""
    users = [caller(plan, provider) for _ in range(2)]
    requests = [user.request("POST", SUBMIT[provider], b"{}", **JSON) for user in users]
    first, second = (user.emulator.handle(State(), request, NOW) for user, request in zip(users, requests, strict=True))
    assert first == second
    assert users[0].emulator.handle(State(), requests[0], NOW) == first


@each
def test_ids_follow_from_the_seed(plan: Plan, provider: str) -> None:
    """Each submission has an id of its own; another seed gives other ids."""
    user, other = caller(plan, provider), caller(plan, provider, seed="other")
    ids = [user.job()["request_id"], user.job()["request_id"], other.job()["request_id"]]
    assert len(set(ids)) == 3


@each
def test_the_ledger_tells_what_would_have_been_charged(plan: Plan, provider: str) -> None:
    """One entry for each accepted submission, none for one that was refused; the effect is the same entry."""
    user = caller(plan, provider)
    number = user.job()["request_id"]
    user.key = "wrong"
    user.submit()
    assert [(entry.request_id, entry.provider, entry.at, entry.billed) for entry in user.state.ledger] == [
        (number, provider, NOW, "always")
    ]
    body = user.request("POST", SUBMIT[provider], b"{}", **JSON)
    key = plan.provider(provider).spec.credential
    good = replace(body, headers=(*body.headers[:-1], (key.header, key.value.replace("{key}", "test-key"))))
    after, _, effects = user.emulator.handle(State(), good, NOW)
    assert effects == after.ledger
    assert after.ledger[0].billed != "always"


@each
@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"{", "application/json", "not valid JSON"),
        (b"\xff\xfe", "application/json", "not valid JSON"),
        (b'{"a": NaN}', "application/json", "NaN is not JSON"),
        (b'{"a": 1e999}', "application/json", "too large"),
        (b'{"a": ' + b"1" * 5000 + b"}", "application/json", "not valid JSON"),
        (b"[1]", "application/json", "not a JSON object"),
        (b"", "application/json", "not valid JSON"),
        (b"{}", "text/plain", "expected application/json, got text/plain"),
        (b"{}", None, "expected application/json, got none"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "application/json", "nested deeper"),
        (b'{"a":' * 100_000, "application/json", "not valid JSON"),
    ],
    ids=[
        "cut",
        "not-utf8",
        "nan",
        "infinite",
        "long-integer",
        "list",
        "empty",
        "text",
        "untyped",
        "deep",
        "bottomless",
    ],
)
def test_a_body_that_is_no_object_is_refused(
    plan: Plan, provider: str, body: bytes, kind: str | None, words: str
) -> None:
    """400 in the provider's own form, at once; nothing is charged."""
    user = caller(plan, provider)
    reply = user.ask("POST", SUBMIT[provider], NOW, body, **({"content-type": kind} if kind else {}))
    answer: Any = reply.json()
    assert reply.status == 400
    assert words in (answer.get("error") or answer["detail"])
    assert user.state == State()


@each
def test_a_body_that_is_too_large_is_refused(plan: Plan, provider: str) -> None:
    """413, without reading it."""
    assert caller(plan, provider).ask("POST", SUBMIT[provider], NOW, b" " * (MAX_BODY + 1), **JSON).status == 413


@each
def test_a_wrong_method_is_told_the_right_one(plan: Plan, provider: str) -> None:
    """405 with `allow`, in JSON, on the submission and on the addresses of a job."""
    user = caller(plan, provider)
    job = user.job()
    for method, url, right in (("GET", SUBMIT[provider], "POST"), ("DELETE", job["status_url"], "GET")):
        reply = user.ask(method, url)
        assert (reply.status, dict(reply.headers)["allow"]) == (405, right)
        assert isinstance(reply.json(), dict)


@each
def test_a_path_outside_is_not_found(plan: Plan, provider: str) -> None:
    """404 in JSON for what no spec names."""
    user = caller(plan, provider)
    for path in ("/", "", "//", "/favicon.ico", "/v2/wan-animate/x", "/__callsheet__/media/", "/__callsheet__x"):
        assert user.ask("GET", path).status == 404, path
    elsewhere = replace(user.request("GET", "/"), host=("nobody", "api"))
    assert user.emulator.handle(State(), elsewhere, NOW)[1].status == 404


@each
def test_a_job_takes_the_time_that_it_is_told(plan: Plan, provider: str) -> None:
    """The typical seconds of the model where none are given, 60 where it has none."""
    typical = plan.provider(provider).model(MODEL[provider]).spec.typical_seconds or 60.0
    for options, expected in ((Options(), typical), (Options(seconds=7), 7.0), (Options(seconds=0), 0.0)):
        user = Caller(Emulator(plan, options), provider)
        job = user.job()
        assert user.state.jobs[job["request_id"]].seconds == pytest.approx(expected)
        assert user.ask("GET", job["status_url"], NOW + expected).json()["status"] == "COMPLETED"


@each
def test_large_results_are_forgotten_earlier(plan: Plan, provider: str) -> None:
    """Where a spec keeps large results for a shorter time, the size of the answer decides."""
    for large, status in ((10, 404), (1_000_000, 200)):
        kept = RetentionSpec(3600, "end", large, 60, plan.provider(provider).spec.protocols[0].cited)
        user = caller(changed(plan, provider, retention=kept), provider)
        job = user.job()
        assert user.ask("GET", job["response_url"], NOW + TAKES + 59).status == 200
        assert user.ask("GET", job["response_url"], NOW + TAKES + 60).status == status


@each
def test_input_can_be_judged_at_once_or_never(plan: Plan, provider: str) -> None:
    """What `judges` says of a provider is what happens; nothing here belongs to one provider."""
    judges = plan.provider(provider).spec.protocols[0].judges
    at_once = caller(changed(plan, provider, judges=replace(judges, when="at_submit")), provider)
    reply = at_once.submit(changed={"prompt": 1})
    assert reply.status == 422
    assert b"prompt" in reply.body or b"valid string" in reply.body
    assert at_once.state == State()
    never = caller(changed(plan, provider, judges=replace(judges, when="never")), provider)
    job = never.job(changed={"prompt": 1})
    assert never.ask("GET", job["response_url"], NOW + TAKES).status == 200


@each
def test_unknown_fields_and_nulls_follow_the_spec(plan: Plan, provider: str) -> None:
    """The other way round than both providers do it: unknown fields refused, nulls taken for nothing."""
    judges = plan.provider(provider).spec.protocols[0].judges
    other = changed(plan, provider, judges=replace(judges, unknown_fields="refused", nulls="ignored"))
    user = caller(other, provider)
    bad, good = user.job(changed={"sede": 1}), user.job(changed={"seed": None})
    assert user.ask("GET", bad["response_url"], NOW + TAKES).status == 422
    assert user.ask("GET", good["response_url"], NOW + TAKES).status == 200


def test_an_address_on_another_host_is_where_that_host_is_served(plan: Plan) -> None:
    """The request's origin for the host that was asked; for others where they are served, else the declared one."""
    old = plan.provider("segmind")
    urls = tuple(replace(url, host="other") if url.name == "status_url" else url for url in old.spec.protocols[0].urls)
    assert all(isinstance(url, UrlSpec) for url in urls)
    provider = changed(plan, "segmind", urls=urls).provider("segmind")
    table = replace(provider.table, hosts={**provider.table.hosts, "other": "https://other.segmind.com/base"})
    two = Plan((replace(provider, table=table),))
    number = caller(two, "segmind").job()["request_id"]
    served = Emulator(two, Options(), {("segmind", "other"): "http://127.0.0.1:9999"})
    told = {where.job()["status_url"] for where in (caller(two, "segmind"), Caller(served, "segmind"))}
    path = f"/base/v2/requests/{number}/status"
    assert told == {f"https://other.segmind.com{path}", f"http://127.0.0.1:9999{path}"}


@pytest.mark.parametrize("name", ["speed", "seconds"])
def test_times_that_make_no_sense_are_refused(name: str) -> None:
    """A speed of 0, a negative time and what is no number are said when the options are made."""
    for value in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=name):
            Options(**{name: value})  # type: ignore[arg-type]  # one float option after the other


paths = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [*SUBMIT.values(), "/v2/requests/x/status", "/fal-ai/scail-2/requests/x", "/__callsheet__/media/x.mp4"]
    ),
    st.builds("/v2/requests/{}".format, st.text(max_size=20)),
    st.builds("/__callsheet__/media/{}".format, st.text(max_size=20)),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["prompt", "mode", "seed", "resolution", "shift", "num_inference_steps", "base64", "video_url"]
)
bodies = st.binary(max_size=60) | st.dictionaries(fields, values).map(lambda payload: json.dumps(payload).encode())
headers = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "x-api-key", "authorization", "x-callsheet-scenario", "host"]),
        st.text(max_size=20)
        | st.sampled_from(
            ["application/json", "test-key", "Key test-key", "success", "rate_limited", "server_error*3"]
        ),
    ),
    max_size=6,
).map(tuple)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    provider=st.sampled_from(PROVIDERS),
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "", "\x00"]) | st.text(max_size=5),
    path=paths,
    query=st.dictionaries(st.sampled_from(["logs", "x"]), st.text(max_size=5)),
    sent=headers,
    body=bodies,
    now=st.floats(),
)
def test_no_request_makes_it_raise(  # noqa: PLR0913, PLR0917  # all that a request is made of
    plan: Plan, provider: str, method: str, path: str, query: dict[str, str], sent: Any, body: bytes, now: float
) -> None:
    """Whatever arrives, at whatever time, is answered with bytes and a status of HTTP, and JSON stays JSON."""
    emulator = Emulator(plan, Options(seconds=10))
    request = Request((provider, HOSTS[provider]), ORIGIN, method, path, query, sent, body)
    _, reply, _ = emulator.handle(State(), request, now)
    assert 200 <= reply.status < 600
    assert dict(reply.headers)["content-type"] == "application/json"
    json.loads(reply.body, parse_constant=pytest.fail)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(provider=st.sampled_from(PROVIDERS), payload=st.dictionaries(fields, values), reads=st.lists(st.floats(0, 1e5)))
def test_no_input_makes_its_job_raise(plan: Plan, provider: str, payload: Any, reads: list[float]) -> None:
    """An accepted job, whatever was in its input, is told of at any time, and a final state stays as it is."""
    user = caller(plan, provider)
    reply = user.ask("POST", SUBMIT[provider], NOW, json.dumps(payload).encode(), **JSON)
    if reply.status != 200:
        assert "NaN" in json.dumps(payload) or "Infinity" in json.dumps(payload)
        return
    job: Any = reply.json()
    final: set[bytes] = set()
    for later in sorted(reads):
        status = user.ask("GET", job["status_url"] + "?logs=1", NOW + later)
        json.loads(user.ask("GET", job["response_url"], NOW + later).body, parse_constant=pytest.fail)
        if status.status != 404 and later >= TAKES:
            final.add(status.body)
    assert len(final) <= 1

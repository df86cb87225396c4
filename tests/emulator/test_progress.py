"""How jobs get on: by looks, by seconds, by both."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from emulated import MODEL, NOW, Caller, caller
from hypothesis import given
from hypothesis import strategies as st
from test_transports import KEYS, PATHS, payload

from callsheet.emulator import Emulator, Options
from callsheet.emulator.jobs.progress import ProgressError, parse
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.emulator.serving.server import serving
from callsheet.plan.model import Plan

each = pytest.mark.parametrize("provider", ["segmind", "fal"])
WAY = {"segmind": ["QUEUED", "PROCESSING", "COMPLETED"], "fal": ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]}


def looks(user: Caller, job: dict[str, Any], times: list[float]) -> list[str]:
    """The states that looks at these times find."""
    return [user.ask("GET", job["status_url"], NOW + time).json()["status"] for time in times]


@each
def test_looks_bring_a_job_on(plan: Plan, provider: str) -> None:
    """The look of that number finds it done, after its states in order, and no time has to pass."""
    queued, running, done = WAY[provider]
    for polls, expected in (
        (1, [done]),
        (2, [queued, done]),
        (3, [queued, running, done]),
        (6, [queued, queued, queued, running, running, done]),
    ):
        user = caller(plan, provider, seconds=None, progress=f"{polls} polls")
        assert looks(user, user.job(), [0.0] * polls) == expected


@each
def test_time_alone_does_not_end_a_job_that_waits_for_looks(plan: Plan, provider: str) -> None:
    """A year later it is still where it was; its result is not there early; then it is done at the last look's time."""
    user = caller(plan, provider, seconds=None, progress="queued 1 poll, running 2 polls")
    job = user.job()
    year = 365 * 86400.0
    assert looks(user, job, [0.0, year]) == WAY[provider][:2]
    early = user.ask("GET", job["response_url"], NOW + year)
    assert "COMPLETED" not in early.body.decode()
    assert looks(user, job, [year + 1]) == [WAY[provider][1]]
    assert user.state.jobs[job["request_id"]].ends == NOW + year + 1
    assert user.ask("GET", job["response_url"], NOW + year + 2).status in {200, 404}


@each
def test_looks_and_seconds_follow_each_other(plan: Plan, provider: str) -> None:
    """`queued 2 polls, running 30s`: the seconds count from the second look on."""
    user = caller(plan, provider, seconds=None, progress="queued 2 polls, running 30s")
    queued, running, done = WAY[provider]
    assert looks(user, user.job(), [5, 9, 9, 38.9, 39]) == [queued, queued, running, running, done]


@each
def test_a_request_chooses_its_own_progress(plan: Plan, provider: str) -> None:
    """By a header, with the states named as the provider names them; at once is over before any look."""
    queued, running, done = WAY[provider]
    user = caller(plan, provider)
    asked = {"x-callsheet-progress": f"{queued} 1m, {running} 0.5h"}
    assert looks(user, user.job(**asked), [59, 60, 1859, 1860]) == [queued, running, running, done]
    assert looks(user, user.job(**{"x-callsheet-progress": "at once"}), [0]) == [done]
    assert looks(user, user.job(**{"x-callsheet-progress": "10s"}), [1.9, 2, 9.9, 10]) == [
        queued,
        running,
        running,
        done,
    ]


@each
def test_a_job_that_waits_for_looks_can_be_cancelled_and_can_fail(plan: Plan, provider: str) -> None:
    """What ends a job early ends it here, too; an input that is refused shows at the end of the script."""
    user = caller(plan, provider, seconds=None, progress="queued 9 polls")
    job = user.job()
    if "cancel_url" in job:
        user.ask("PUT", job["cancel_url"])
        assert user.state.jobs[job["request_id"]].ends == NOW
    bad = caller(plan, provider, seconds=None, progress="3 polls")
    wrong = bad.job(changed={"prompt": 1})
    seen = [bad.ask("GET", wrong["status_url"]).status for _ in range(3)]
    assert "422" in f"{seen} {bad.ask('GET', wrong['response_url']).status}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no step"),
        ("soon", "no step"),
        ("-1 polls", "no step"),
        ("3 polls, running 3s", "one without a state"),
        ("queued 2 polls,", "no step"),
        ("x " * 500, "500 characters"),
    ],
)
def test_a_progress_that_makes_no_sense_is_refused(text: str, words: str) -> None:
    """In words that say what can be written."""
    with pytest.raises(ProgressError, match=words):
        parse(text)


def test_a_state_that_there_is_not_is_refused(plan: Plan) -> None:
    """By the emulator if no provider has it, by a request if its provider does not; else it concerns only those."""
    with pytest.raises(ProgressError, match="there is no state `NOPE`; there are queued, running,"):
        Emulator(plan, Options(progress="NOPE 3s"))
    user = caller(plan, "fal", seconds=None, progress="PROCESSING 3s")
    number = user.job()["request_id"]
    assert user.state.jobs[number].stages == ()
    refused = user.submit(**{"x-callsheet-progress": "PROCESSING 3s"})
    assert (refused.status, b"IN_QUEUE" in refused.body, len(user.state.ledger)) == (400, True, 1)
    assert user.submit(**{"x-callsheet-progress": "é\x00"}).status == 400


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"progress": "3 pols"}, "no step"),
        ({"progress": "3 polls", "seconds": 3.0}, "give one"),
        ({"spread": -1.0}, "spread"),
        ({"spread": float("nan")}, "spread"),
        ({"per_poll": float("inf")}, "per_poll"),
        ({"clock": "sun"}, "real, virtual"),
        ({"clock": "virtual", "speed": 2.0}, "no speed"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], words: str) -> None:
    """When they are made, with what can be written."""
    with pytest.raises(ValueError, match=words):
        Options(**options)


@given(seed=st.text(max_size=5), number=st.integers(0, 1000), spread=st.floats(0, 3))
def test_drawn_durations_follow_the_seed(seed: str, number: int, spread: float) -> None:
    """The same for the same seed and number; the typical one where nothing spreads."""
    options = Options(seed=seed, spread=spread)
    assert options.duration(100.0, number) == options.duration(100.0, number) > 0
    assert Options(seed=seed).duration(100.0, number) == 100.0


def test_drawn_durations_lie_around_the_typical_one() -> None:
    """Half of them below it; a spread of a quarter keeps two thirds within a factor of 1.28."""
    drawn = sorted(Options(spread=0.25).duration(100.0, number) for number in range(999))
    assert drawn[499] == pytest.approx(100, rel=0.03)
    assert sum(78 < seconds < 128 for seconds in drawn) / 999 == pytest.approx(0.68, abs=0.05)


def test_a_stream_of_a_job_that_waits_for_looks_comes_to_its_end(plan: Plan) -> None:
    """Each event is a look: as many events as polls were asked for."""
    emulated = MemoryTransport(plan, Options(progress="3 polls"))
    with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http:
        job = http.post("https://queue.fal.run" + PATHS["fal"], json=payload(plan, "fal")).json()
        events = http.get(job["status_url"] + "/stream").text.split("\n\n")
    told = [json.loads(event.removeprefix("data: "))["status"] for event in events if event.startswith("data")]
    assert told == WAY["fal"]


@pytest.mark.parametrize(
    "progress", ["at once", "3 polls", "queued 2 polls, running 2 polls", "running 3 polls", "30s"]
)
def test_a_stream_tells_each_line_of_the_log_once(plan: Plan, progress: str) -> None:
    """However the job gets on: what a look makes pass is told with the next event."""
    emulated = MemoryTransport(plan, Options(progress=progress))
    with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http:
        job = http.post("https://queue.fal.run" + PATHS["fal"], json=payload(plan, "fal")).json()
        events = http.get(job["status_url"] + "/stream?logs=1", timeout=60).text.split("\n\n")
        whole = http.get(job["status_url"] + "?logs=1").json()["logs"]
    parts = [json.loads(event.removeprefix("data: "))["logs"] for event in events if event.startswith("data")]
    assert [line for part in parts for line in part] == whole
    assert [whole[0]["message"], whole[-1]["message"]] == ["Started.", "Done."]


def test_a_blocking_call_waits_for_no_look(plan: Plan) -> None:
    """Nobody can look at it: only the seconds of its script count."""
    emulated = MemoryTransport(plan, Options(progress="queued 2 polls, running 7s"))
    with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http:
        answer = http.post("https://fal.run" + PATHS["fal"], json=payload(plan, "fal"), timeout=60)
    assert (answer.status_code, emulated.clock.monotonic()) == (200, 7.0)


@each
def test_retention_follows_the_same_clock(plan: Plan, provider: str) -> None:
    """Moved on by hand, behind sockets: jobs end, and their results are forgotten in time."""
    assert plan.provider(provider).model(MODEL[provider])
    retention = plan.provider(provider).spec.protocols[0].retention
    with (
        serving(plan, Options(clock="virtual", seconds=10)) as served,
        httpx.Client(headers=KEYS[provider], trust_env=False) as http,
    ):
        origin = served.hosts[provider, {"segmind": "api", "fal": "queue"}[provider]]
        job = http.post(origin + PATHS[provider], json=payload(plan, provider)).json()
        assert http.get(job["status_url"]).json()["status"] == WAY[provider][0]
        served.session.clock.advance(10)
        assert http.get(job["status_url"]).json()["status"] == "COMPLETED"
        if retention is not None:
            served.session.clock.advance(retention.seconds)
            assert http.get(job["response_url"]).status_code == 404


def test_a_virtual_clock_moves_with_looks(plan: Plan) -> None:
    """Each look lets so many seconds pass, and a blocking call those that it takes: no test has to wait."""
    options = Options(clock="virtual", seconds=100, per_poll=30)
    with serving(plan, options) as served, httpx.Client(headers=KEYS["fal"], trust_env=False, timeout=5) as http:
        url = http.post(served.hosts["fal", "queue"] + PATHS["fal"], json=payload(plan, "fal")).json()["status_url"]
        states = [http.get(url).json()["status"] for _ in range(5)]
        assert states == [WAY["fal"][0], *[WAY["fal"][1]] * 3, "COMPLETED"]
        before = served.session.clock.time()
        assert http.post(served.hosts["fal", "run"] + PATHS["fal"], json=payload(plan, "fal")).status_code == 200
        assert served.session.clock.time() == before + 100
        stream = http.post(served.hosts["fal", "queue"] + PATHS["fal"], json=payload(plan, "fal")).json()
        assert "COMPLETED" in http.get(stream["status_url"] + "/stream").text

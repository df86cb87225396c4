"""How a job is watched: at which pace, until when, what is told of it on the way, and what is written down."""

from __future__ import annotations

import json
import logging
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import httpx
import pytest

from callsheet.contract.clients.bench import OPTIONS, Bench
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.faults import Fault, answered, no_connection
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.suite.test_errors import put
from callsheet.runtime.tables import ErrorRow
from callsheet.runtime.words import FINAL

SECRET: Final = "0f3c:a-key-of-its-own"  # noqa: S105 - of the emulator alone

NEVER: Final = 1e6
"""Seconds of a job that nobody sees the end of."""

UNKNOWN: Final = 120.0
"""Seconds that a job is taken to last whose page does not say."""


def usual(caller: Caller) -> float:
    """Seconds that such a job takes."""
    return caller.table.typical or UNKNOWN


def lasting(caller: Caller, seconds: float, *faults: Fault) -> Bench:
    """A provider whose jobs take so long."""
    return Bench(caller, *faults, options=replace(OPTIONS, seconds=seconds))


@pytest.mark.parametrize(
    ("share", "most", "late"), [(0.02, 8, 1.0), (0.3, 45, 0.05), (1.0, 105, 0.01), (4.0, 290, 0.03)]
)
def test_looks_are_few_and_the_end_is_seen_soon(queued: Caller, share: float, most: int, late: float) -> None:
    """Never sooner than the provider allows, about a hundred for a usual job, and its end within a hundredth."""
    seconds = share * usual(queued)
    bench = lasting(queued, seconds)
    at: list[float] = []
    inner = bench.wire.answer

    def timed(request: httpx.Request) -> httpx.Response:
        at.append(bench.clock.monotonic())
        return inner(request)

    bench.wire.answer = timed
    bench.perform(("with_options", {"timeout": 1e5}), ("run", {}))

    floor = queued.table.queue.poll_floor
    looks = at[1:-1]
    pauses = [after - before for before, after in pairwise(looks)]
    assert len(looks) <= most, f"polls: {len(looks)} looks at a job of {seconds:.0f} s, where {most} are enough"
    assert all(pause >= max(0.5, floor) - 1e-9 for pause in pauses), f"polls: {min(pauses):.2f} s after the look before"
    over = at[-1] - seconds
    assert over <= max(2.0, floor, late * seconds), f"polls: the end of {seconds:.0f} s was seen {over:.1f} s late"


@pytest.mark.parametrize("timeout", [0.0, 1.0, 100.0, 5000.0])
def test_a_wait_ends_when_its_time_is_over(queued: Caller, timeout: float) -> None:
    """Not sooner and not later; WaitTimeout carries handle and last state. The last look is given a second."""
    bench = lasting(queued, NEVER)
    job = bench.perform(("submit", {}))
    began = bench.clock.monotonic()
    with pytest.raises(queued.error("WaitTimeout")) as caught:
        bench.perform(("job", {"job": job.token}), ("wait", {"timeout": timeout}))

    problem: Any = caught.value
    assert bench.clock.monotonic() - began == pytest.approx(timeout, abs=1e-6)
    assert problem.handle.request_id == job.request_id
    assert problem.last.means in {"queued", "running"}
    assert bench.sent("status")[-1].extensions["timeout"]["read"] == pytest.approx(1.0)
    assert job.request_id in str(problem)


def test_a_wait_without_a_time_lasts_as_long_as_such_jobs_do(queued: Caller) -> None:
    """Ten minutes at least, and four times the typical time."""
    bench = lasting(queued, NEVER)
    with pytest.raises(queued.error("WaitTimeout")):
        bench.perform(("run", {}))

    assert bench.clock.monotonic() == pytest.approx(max(600.0, 4 * usual(queued)), abs=1.0)


def test_all_that_is_seen_is_told(queued: Caller) -> None:
    """The submission, then each look: states in the order of the spec, with the job, the time and the number."""
    bench = lasting(queued, 60.0)
    told: list[Any] = []
    made = bench.perform(("with_options", {"on_update": told.append}), ("run", {}))

    status = queued.table.queue.status
    words = [*dict.fromkeys(update.state for update in told)]
    assert words[0] == status.initial
    for before, after in pairwise(words):
        assert after in status.states[before].next, f"the state {after} after {before}"
    assert status.states[words[-1]].means in FINAL
    assert [update.means for update in told] == [status.states[update.state].means for update in told]
    assert [update.looks for update in told] == [*range(len(told))]
    assert len(bench.sent("status")) == len(told) - 1
    assert {update.request_id for update in told} == {made.request_id}
    elapsed = [update.elapsed for update in told]
    assert elapsed == sorted(elapsed)
    assert elapsed[-1] == pytest.approx(bench.clock.monotonic(), abs=2.0)
    positions = [update.position for update in told[1:] if update.means == "queued"]
    assert all((position is not None) == (status.position is not None) for position in positions)


def test_a_stream_takes_the_place_of_looks(queued: Caller) -> None:
    """Where the provider has one and the caller asks for it: one connection, every state. Elsewhere looks as ever."""
    bench = lasting(queued, 60.0)
    told: list[Any] = []
    made = bench.perform(("with_options", {"stream": True, "on_update": told.append}), ("run", {}))
    stream = queued.table.queue.stream
    if stream is None:
        assert len(bench.sent("status")) > 1
        return
    (heard,) = bench.sent("status")
    assert heard.headers["accept"] == "text/event-stream"
    assert dict(stream.query) == dict(heard.url.params)
    assert [update.looks for update in told] == [*range(len(told))]
    assert told[-1].means in FINAL
    if stream.logs == "incremental":
        whole = told[-1].logs
        assert whole
        for update in told[1:]:
            assert update.logs == whole[: len(update.logs)], (
                f"logs of the look {update.looks}: {update.logs} of {whole}"
            )
    assert made.request_id == bench.emulated.ledger[0].request_id


def test_a_stream_that_breaks_is_no_harm(queued: Caller) -> None:
    """Looks go on from there. What is no success is no stream, whatever its words say."""
    bench = lasting(queued, 60.0)
    status = queued.table.queue.status
    if queued.table.queue.stream is None or status.state is None:
        return
    body: dict[str, Any] = {}
    put(body, status.state, next(name for name, state in status.states.items() if state.means in FINAL))
    inner = bench.wire.answer

    def broken(request: httpx.Request) -> httpx.Response:
        if request.headers["accept"] != "text/event-stream":
            return inner(request)
        return httpx.Response(503, content=f"data: {json.dumps(body)}\n\n")

    bench.wire.answer = broken
    told: list[Any] = []
    bench.perform(("with_options", {"stream": True, "on_update": told.append}), ("run", {}))
    assert len({update.state for update in told}) > 1
    assert len(bench.sent("status")) > 2


def test_a_slip_in_an_option_costs_nothing(caller: Caller) -> None:
    """A listener that cannot be called, a time or a length that is none: TypeError, before anything is sent."""
    bench = Bench(caller)
    wrong: list[dict[str, Any]] = [{"timeout": "5"}, {"timeout": True}, {"timeout": float("nan")}]
    wrong += [{"download_limit": "5"}, {"download_limit": True}, {"download_timeout": "5"}]
    if not caller.blocking:
        wrong += [{"on_update": 5}, {"request_timeout": "5"}, {"submit_timeout": "5"}]
    for options in wrong:
        with pytest.raises(TypeError):
            bench.perform(("with_options", options), (caller.sends, {}))
    assert bench.wire.requests == []


def test_a_state_that_the_spec_does_not_know_is_waited_out(queued: Caller) -> None:
    """With one warning that names it; where the caller is strict, with UnexpectedAnswer, which carries the job."""
    body: dict[str, Any] = {}
    status = queued.table.queue.status
    if status.state is None:
        return
    put(body, status.state, "PONDERING")
    bench = Bench(queued, Fault("status", answered(200, body), times=3))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bench.perform(("run", {}))
    assert len([one for one in caught if "PONDERING" in str(one.message)]) == 1

    bench = Bench(queued, Fault("status", answered(200, body), times=3))
    with pytest.raises(queued.error("UnexpectedAnswer")) as strict:
        bench.perform(("with_options", {"strict": True}), ("run", {}))
    problem: Any = strict.value
    assert problem.handle.request_id == bench.emulated.ledger[0].request_id


def test_a_result_is_there_when_the_job_has_ended(queued: Caller) -> None:
    """Before, NotFinished; then the same for `wait`, `result` and `run`; when it is no longer kept, UnknownJob."""
    bench = lasting(queued, 60.0)
    job = bench.perform(("submit", {}))
    step = ("job", {"job": job.token})
    with pytest.raises(queued.error("NotFinished")) as caught:
        bench.perform(step, ("result", {}))
    problem: Any = caught.value
    assert problem.handle.request_id == job.request_id
    bench.clock.advance(61.0)
    assert bench.perform(step, ("status", {})).means in FINAL
    fetched, waited = bench.perform(step, ("result", {})), bench.perform(step, ("wait", {}))
    assert fetched.body == waited.body
    assert (fetched.url, fetched.output) == (waited.url, waited.output)
    kept = queued.table.queue.retention
    if kept is not None:
        bench.clock.advance(kept.seconds + 61.0)
        with pytest.raises(queued.error("UnknownJob")):
            bench.perform(step, ("result", {}))


def test_a_read_is_tried_a_few_times(queued: Caller) -> None:
    """Five times in all where no wait gives it longer; then the trouble itself is raised, with the job."""
    bench = Bench(queued)
    job = bench.perform(("submit", {}))
    for trouble, name in ((no_connection, "ConnectionFailed"), (answered(503, {}), "ProviderError")):
        broken = Bench(queued, Fault("status", trouble, times=100))
        with pytest.raises(queued.error(name)) as caught:
            broken.perform(("job", {"job": job.token}), ("status", {}))
        assert len(broken.wire.requests) == 5
        assert job.request_id in str(caught.value)
        pauses = broken.clock.slept
        assert len(pauses) == 4
        assert all(0.5 * whole / 2 <= pause <= whole for pause, whole in zip(pauses, (0.5, 1, 2, 4), strict=True))


def test_two_jobs_are_two(queued: Caller) -> None:
    """Each is asked for at its own address, and gets its own result."""
    bench = lasting(queued, 60.0)
    first, second = bench.perform(("submit", {})), bench.perform(("submit", {}))
    assert first.request_id != second.request_id
    bench.clock.advance(61.0)
    for job in (second, first):
        bench.wire.requests.clear()
        made = bench.perform(("job", {"job": job.token}), ("wait", {}))
        assert made.request_id == job.request_id
        assert all(job.request_id in str(request.url) for request in bench.wire.requests)


def test_a_token_is_of_one_endpoint(queued: Caller) -> None:
    """It works in another process. One of another endpoint or protocol is refused before it is used."""
    bench = Bench(queued)
    token = bench.perform(("submit", {})).token
    bench.wire.requests.clear()
    name, protocol = f'"{queued.model.id}"', f'"{queued.way.protocol}"'
    for wrong in (token.replace(name, '"another"'), token.replace(protocol, '"another"'), "{}", "{", " ", ""):
        with pytest.raises(ValueError, match=r"token|id"):
            bench.perform(("job", {"job": wrong}), ("status", {}))
    assert bench.wire.requests == []
    assert KEY not in token


class Journal:
    """Keeps lines, and how many requests had been sent before each."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.lines: list[tuple[int, str]] = []
        self.entries: list[Mapping[str, object]] = []

    def append(self, entry: Mapping[str, object], /) -> str | None:
        """Keep a line."""
        self.lines.append((len(self._bench.wire.requests), str(entry["event"])))
        self.entries.append(dict(entry))
        return None


def test_the_journal_is_written_before_and_after(caller: Caller) -> None:
    """The intent before anything is sent, the id before the next request, the end at the end; never the key."""
    bench = Bench(caller)
    journal = Journal(bench)
    made = bench.perform(("run", {}), journal=journal)

    first = [(0, "intent"), *([] if caller.blocking else [(1, "accepted")])]
    assert journal.lines == [*first, (len(bench.wire.requests), "ended")]
    assert made.request_id in str(journal.entries[-1])
    assert journal.entries[-1]["how"] == "succeeded"
    assert KEY not in str(journal.entries)


def test_the_journal_tells_how_a_submission_ended(caller: Caller) -> None:
    """Refused, or of unknown outcome: there is a line for each, so that nobody takes it for open."""
    for http, event in ((418, "refused"), (502, "unknown")):
        bench = Bench(caller, Fault("submit", answered(http), times=100))
        journal = Journal(bench)
        with pytest.raises(caller.error("CallsheetError")):
            bench.perform((caller.sends, {}), journal=journal)
        assert journal.lines == [(0, "intent"), (1, event)]
        assert journal.entries[0]["intent"] == journal.entries[1]["intent"]


def test_the_journal_tells_how_a_job_ended(queued: Caller) -> None:
    """Failed or cancelled: a line that names the job says so, once it has been seen."""
    failed = next((one.row.name for one in queued.provider.errors if ends(queued, one.row)), None)
    for how, scenario in (("failed", failed), ("cancelled", "success")):
        bench = lasting(queued, 60.0)
        if scenario is None or (how == "cancelled" and queued.table.queue.cancel is None):
            continue
        bench.emulated.session.choose(scenario, queued.provider.id)
        job = bench.perform(("submit", {}))
        if how == "cancelled":
            bench.perform(("job", {"job": job.token}), ("cancel", {}))
        journal = Journal(bench)
        with pytest.raises(queued.error("JobCancelled" if how == "cancelled" else "JobFailed")):
            bench.perform(("job", {"job": job.token}), ("wait", {}), journal=journal)
        assert [(entry["event"], entry["how"]) for entry in journal.entries] == [("ended", how)]
        assert journal.entries[0]["request_id"] == job.request_id


def ends(caller: Caller, row: ErrorRow) -> bool:
    """Whether a job of a caller's protocol can fail with an error."""
    states = {state.error for state in caller.table.queue.status.states.values()}
    return row.means == "failed" and (row.name in states or (states == {None} and "result" in row.on))


def test_the_journal_tells_that_a_job_is_no_longer_kept(queued: Caller) -> None:
    """Only where the provider says for how long from the submission on, and that has passed."""
    kept = queued.table.queue.retention
    bench = lasting(queued, 10.0)
    token = bench.perform(("submit", {})).token
    for seconds, over in ((1000.0, False), (0.0 if kept is None else kept.seconds, True)):
        bench.clock.advance(seconds)
        known = Bench(queued)  # which has never heard of the job
        known.clock.advance(bench.clock.time() - known.clock.time())
        journal = Journal(known)
        with pytest.raises(queued.error("UnknownJob")):
            known.perform(("job", {"job": token}), ("result", {}), journal=journal)
        expired = over and kept is not None and kept.counted_from == "submit"
        assert [entry.get("how") for entry in journal.entries] == (["expired"] if expired else [])


def test_the_key_is_shown_nowhere(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a repr, a token, a log at its loudest, an error whose words repeat it, or a traceback with variables."""
    caplog.set_level(logging.DEBUG)
    options = replace(OPTIONS, keys=frozenset({SECRET}))
    bench = Bench(caller, options=options)
    made = bench.perform(("run", {}), api_key=SECRET)
    client = caller.client(api_key=SECRET)
    shown = [repr(client), repr(caller.endpoint(client)), repr(made), made.handle.token, repr(made.handle), caplog.text]
    words: dict[str, Any] = {}
    put(words, caller.provider.table.error_body.message[0], f"the key {SECRET} is wrong")
    phases: list[Any] = ["submit", *([] if caller.blocking else ["status"])]
    for phase in phases:
        for body in (words, {}):
            wrong = Bench(caller, Fault(phase, answered(418, body), times=100), options=options)
            with pytest.raises(caller.error("ProviderError")) as caught:
                wrong.perform(("run", {}), api_key=SECRET)
            problem: Any = caught.value
            shown += [str(problem), repr(problem), str(problem.message)]
            if not body:  # else what the provider said is there, as it came
                shown += _variables(caught.value, caller.package)

    assert [text for text in shown if SECRET in text] == []


def _variables(problem: BaseException, package: str) -> list[str]:
    """What a traceback of the client's own code shows that prints variables, too."""
    frames = [frame for frame, _ in traceback.walk_tb(problem.__traceback__)]
    own = [frame for frame in frames if str(frame.f_globals["__name__"]).startswith(package)]
    return [f"{frame.f_code.co_name}: {frame.f_locals}" for frame in own]

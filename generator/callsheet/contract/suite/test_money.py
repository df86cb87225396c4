"""One intent, at most one charge; and no job is lost once its id is known. Against the emulator, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from callsheet.contract.clients.bench import Bench
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.faults import Fault, Trouble, answered, cut_answer, lost_answer, no_connection
from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator.options import Options


@pytest.mark.parametrize("trouble", [lost_answer, cut_answer, answered(500), answered(502), answered(504)])
def test_a_submission_with_unknown_outcome_is_not_repeated(caller: Caller, trouble: Trouble) -> None:
    """Whatever leaves it open whether a job runs ends in SubmissionUnknown after a single POST."""
    bench = Bench(caller, Fault("submit", trouble, times=100))

    with pytest.raises(caller.error("SubmissionUnknown")):
        bench.perform(("run", {}))

    assert len(bench.wire.posts) == 1
    assert len(bench.wire.requests) == 1


def test_an_answer_without_an_id_is_of_unknown_outcome(queued: Caller) -> None:
    """A success that names no job: one may run, and nobody could ask for it."""
    bench = Bench(queued, Fault("submit", answered(200, {"nothing": "useful"}), times=100))

    with pytest.raises(queued.error("SubmissionUnknown")):
        bench.perform(("run", {}))

    assert len(bench.wire.requests) == 1


def test_a_success_without_a_result_keeps_what_came(blocking: Caller) -> None:
    """A blocking call that was paid for and answered oddly: one POST, and its answer is attached."""
    bench = Bench(blocking, Fault("submit", answered(200, ["odd"]), times=100))

    with pytest.raises(blocking.error("UnexpectedAnswer")) as caught:
        bench.perform(("with_options", {"strict": True}), ("run", {}))

    problem: Any = caught.value
    assert b'["odd"]' == problem.answer.body
    assert len(bench.wire.requests) == 1


def test_a_call_that_the_gateway_breaks_off_is_of_unknown_outcome(blocking: Caller) -> None:
    """At the cut-off there is one charge and no result: that is said, and nothing is sent again."""
    bench = Bench(blocking, options=Options(keys=frozenset({KEY}), seconds=3600.0))

    with pytest.raises(blocking.error("SubmissionUnknown")):
        bench.perform(("run", {}))

    assert len(bench.wire.requests) == 1
    assert len(bench.emulated.ledger) == 1
    cutoff = blocking.table.blocking.cutoff
    assert bench.clock.monotonic() == pytest.approx(cutoff if cutoff is not None else 600.0)


def test_a_submission_that_was_not_sent_is_repeated(caller: Caller) -> None:
    """Without a connection nothing can have been accepted: it is tried again, and charged once."""
    bench = Bench(caller, Fault("submit", no_connection, times=2))

    bench.perform(("run", {}))

    assert len(bench.wire.posts) == 3
    assert len(bench.emulated.ledger) == 1


def test_a_submission_that_cannot_be_sent_was_not_accepted(caller: Caller) -> None:
    """It is tried five times in all, and ConnectionFailed says that nothing was accepted."""
    bench = Bench(caller, Fault("submit", no_connection, times=100))

    with pytest.raises(caller.error("ConnectionFailed")):
        bench.perform((caller.sends, {}))

    assert len(bench.wire.posts) == 5
    assert bench.emulated.ledger == ()


def test_a_submission_is_held_back_as_long_as_asked(caller: Caller) -> None:
    """429 means not accepted: the submission is repeated, no sooner than Retry-After says, and charged once."""
    bench = Bench(caller, Fault("submit", answered(429, {}, {"retry-after": "7"})))

    bench.perform((caller.sends, {}))

    assert len(bench.wire.posts) == 2
    assert bench.clock.slept[0] == pytest.approx(7.0)
    assert len(bench.emulated.ledger) == 1


def test_a_date_to_wait_for_is_by_the_providers_clock(caller: Caller) -> None:
    """Retry-After may be a date: what counts is how far it is from the date of the same answer."""
    dates = {"date": "Sat, 01 Jan 2000 00:00:00 GMT", "retry-after": "Sat, 01 Jan 2000 00:00:09 GMT"}
    bench = Bench(caller, Fault("submit", answered(429, {}, dates)))

    bench.perform((caller.sends, {}))

    assert bench.clock.slept[0] == pytest.approx(9.0)


def test_a_submission_is_not_held_back_for_ever(caller: Caller) -> None:
    """Asked to wait longer than a minute, the caller is told so at once, with the seconds, and nothing was accepted."""
    bench = Bench(caller, Fault("submit", answered(429, {}, {"retry-after": "61"}), times=100))

    with pytest.raises(caller.error("Refused")) as caught:
        bench.perform((caller.sends, {}))

    problem: Any = caught.value
    assert problem.retry_after == pytest.approx(61.0)
    assert problem.accepted == "never"
    assert len(bench.wire.posts) == 1
    assert bench.clock.slept == []


@pytest.mark.parametrize("trouble", [lost_answer, cut_answer, no_connection, answered(502)])
@pytest.mark.parametrize("phase", ["status", "result"])
def test_trouble_while_waiting_keeps_the_job(queued: Caller, phase: Any, trouble: Trouble) -> None:
    """A connection lost while waiting costs time, never a second job."""
    bench = Bench(queued, Fault(phase, trouble, times=3))

    result = bench.perform(("run", {}))

    assert len(bench.wire.posts) == 1
    assert len(bench.emulated.ledger) == 1
    assert bench.emulated.ledger[0].request_id == result.request_id
    assert all(result.request_id in str(request.url) for request in bench.wire.requests[1:])


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interrupted_wait_carries_the_handle(queued: Caller, interruption: type[BaseException]) -> None:
    """Ctrl-C or a cancelled task never loses a job whose id is known."""
    bench = Bench(queued, Fault("status", _interrupting(interruption)))

    with pytest.raises(interruption) as caught:
        bench.perform(("run", {}))

    (charge,) = bench.emulated.ledger
    handle: Any = getattr(caught.value, "handle", None)
    assert handle is not None
    assert charge.request_id == handle.request_id

    resumed = bench.perform(("job", {"job": handle.token}), ("wait", {}))

    assert charge.request_id == resumed.request_id
    assert len(bench.wire.posts) == 1


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interrupted_submission_says_what_that_means(caller: Caller, interruption: type[BaseException]) -> None:
    """Ctrl-C or a cancelled task while it is under way: nothing is sent again, and a note says that a job may run."""
    bench = Bench(caller, Fault("submit", _interrupting(interruption)))

    with pytest.raises(interruption) as caught:
        bench.perform(("run", {}))

    assert any("may be charged" in note for note in getattr(caught.value, "__notes__", []))
    assert len(bench.wire.requests) == 1


def test_a_wait_that_is_over_keeps_the_job(queued: Caller) -> None:
    """A time-out ends the wait and not the job: waiting again brings the result of the same one."""
    bench = Bench(queued)

    with pytest.raises(queued.error("WaitTimeout")) as caught:
        bench.perform(("submit", {}), ("wait", {"timeout": 5.0}))
    handle: Any = getattr(caught.value, "handle", None)
    resumed = bench.perform(("job", {"job": handle.token}), ("wait", {}))

    assert resumed.request_id == handle.request_id
    assert len(bench.wire.posts) == 1
    assert len(bench.emulated.ledger) == 1


def _interrupting(interruption: type[BaseException]) -> Trouble:
    def interrupt(_answer: Callable[[httpx.Request], httpx.Response], _request: httpx.Request) -> httpx.Response:
        raise interruption

    return interrupt

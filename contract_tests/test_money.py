"""One intent, at most one charge; and no job is lost once its id is known. Against the emulator, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from callsheet.contract.calls import Caller, Recorder
from callsheet.contract.evidence import Answer
from callsheet.contract.faults import (
    Fault,
    Trouble,
    answered,
    cut_answer,
    lost_answer,
    no_connection,
    phase_of,
    with_faults,
)
from callsheet.contract.plans import Planned
from callsheet.contract.recordings import KEY
from callsheet.emulator.memory import MemoryTransport
from callsheet.emulator.options import Options
from callsheet.emulator.server import serving
from callsheet.runtime.clock import SystemClock

OPTIONS = Options(keys=frozenset({KEY}), cutoff=False)


class Bench:
    """An emulator in memory, with a wire on which everything is seen."""

    def __init__(self, caller: Caller, everything: Planned, *faults: Fault, options: Options = OPTIONS) -> None:
        self.caller = caller
        self.emulated = MemoryTransport(everything.plan, options)
        self.clock = self.emulated.clock
        self.wire = Recorder(with_faults(caller.table, self.emulated.handle_request, *faults))
        self.payload = next(iter(caller.model.samples.values()))

    def perform(self, *steps: tuple[str, dict[str, Any]], **options: Any) -> Any:
        """Call the client; `submit` and `run` get the page's sample."""
        filled = [(name, self.payload if name in {"submit", "run"} else given) for name, given in steps]
        return self.caller.perform(filled, transport=self.wire, clock=self.clock, **options)


@pytest.mark.parametrize("trouble", [lost_answer, cut_answer, answered(502), answered(504)])
def test_a_submission_with_unknown_outcome_is_not_repeated(
    caller: Caller, everything: Planned, trouble: Trouble
) -> None:
    """Whatever leaves it open whether a job runs ends in SubmissionUnknown after a single POST."""
    bench = Bench(caller, everything, Fault("submit", trouble, times=100))

    with pytest.raises(caller.error("SubmissionUnknown")):
        bench.perform(("run", {}))

    assert len(bench.wire.posts) == 1
    assert len(bench.wire.requests) == 1


def test_an_answer_without_an_id_is_of_unknown_outcome(queued: Caller, everything: Planned) -> None:
    """A success that names no job: one may run, and nobody could ask for it."""
    bench = Bench(queued, everything, Fault("submit", answered(200, {"nothing": "useful"}), times=100))

    with pytest.raises(queued.error("SubmissionUnknown")):
        bench.perform(("run", {}))

    assert len(bench.wire.requests) == 1


def test_a_success_without_a_result_keeps_what_came(blocking: Caller, everything: Planned) -> None:
    """A blocking call that was paid for and answered oddly: one POST, and its answer is attached."""
    bench = Bench(blocking, everything, Fault("submit", answered(200, ["odd"]), times=100))

    with pytest.raises(blocking.error("UnexpectedAnswer")) as caught:
        bench.perform(("with_options", {"strict": True}), ("run", {}))

    problem: Any = caught.value
    assert b'["odd"]' == problem.answer.body
    assert len(bench.wire.requests) == 1


def test_a_call_that_the_gateway_breaks_off_is_of_unknown_outcome(blocking: Caller, everything: Planned) -> None:
    """At the cut-off there is one charge and no result: that is said, and nothing is sent again."""
    options = Options(keys=frozenset({KEY}), seconds=3600.0)
    bench = Bench(blocking, everything, options=options)

    with pytest.raises(blocking.error("SubmissionUnknown")):
        bench.perform(("run", {}))

    assert len(bench.wire.requests) == 1
    assert len(bench.emulated.ledger) == 1
    cutoff = blocking.table.blocking.cutoff
    assert bench.clock.monotonic() == pytest.approx(cutoff if cutoff is not None else 600.0)


def test_a_submission_that_was_not_sent_is_repeated(caller: Caller, everything: Planned) -> None:
    """Without a connection nothing can have been accepted: it is tried again, and charged once."""
    bench = Bench(caller, everything, Fault("submit", no_connection, times=2))

    bench.perform(("run", {}))

    assert len(bench.wire.posts) == 3
    assert len(bench.emulated.ledger) == 1


def test_a_submission_is_held_back_as_long_as_asked(caller: Caller, everything: Planned) -> None:
    """429 means not accepted: the submission is repeated, no sooner than Retry-After says, and charged once."""
    limited = answered(429, {}, {"retry-after": "7"})
    bench = Bench(caller, everything, Fault("submit", limited))

    bench.perform((caller.sends, {}))

    assert len(bench.wire.posts) == 2
    assert sum(bench.clock.slept) >= 7
    assert len(bench.emulated.ledger) == 1


@pytest.mark.parametrize("trouble", [lost_answer, cut_answer, no_connection, answered(502)])
@pytest.mark.parametrize("phase", ["status", "result"])
def test_trouble_while_waiting_keeps_the_job(queued: Caller, everything: Planned, phase: Any, trouble: Trouble) -> None:
    """A connection lost while waiting costs time, never a second job."""
    bench = Bench(queued, everything, Fault(phase, trouble, times=3))

    result = bench.perform(("run", {}))

    assert len(bench.wire.posts) == 1
    assert len(bench.emulated.ledger) == 1
    assert bench.emulated.ledger[0].request_id == result.request_id
    assert all(result.request_id in str(request.url) for request in bench.wire.requests[1:])


def test_a_known_answer_to_a_submission_is_acted_upon(
    answered_submission: tuple[Caller, Answer], everything: Planned
) -> None:
    """What is known of an answer decides: maybe accepted ends unknown, never accepted is repeated or refused."""
    caller, answer = answered_submission
    bench = Bench(caller, everything, Fault("submit", answered(answer.http, answer.body), times=100))
    expected = "SubmissionUnknown" if answer.expected["accepted"] == "maybe" else "Refused"

    with pytest.raises(caller.error(expected)):
        bench.perform((caller.sends, {}))

    assert (len(bench.wire.posts) > 1) == (answer.expected.get("retry") == "after_delay")
    assert bench.emulated.ledger == ()


ENDS = {"failed": "JobFailed", "cancelled": "JobCancelled", "unknown_job": "UnknownJob", "refused": "Refused"}


def test_a_known_answer_to_a_look_is_acted_upon(answered_look: tuple[Caller, Answer], everything: Planned) -> None:
    """An answer that is known to end the matter ends the wait, with the provider's words; any other is waited out."""
    caller, answer = answered_look
    means = str(answer.expected["means"])
    ends = means in ENDS and answer.expected.get("retry") == "never"
    # An id that is not known yet is given a moment after the submission: what ends a wait is said throughout.
    lasting = 100 if ends else 2
    bench = Bench(caller, everything, Fault(answer.on, answered(answer.http, answer.body), times=lasting))

    if ends:
        with pytest.raises(caller.error(ENDS[means])) as caught:
            bench.perform(("run", {}))
        problem: Any = caught.value
        assert problem.request_id == bench.emulated.ledger[0].request_id
        assert problem.moderation == answer.expected.get("moderation", False)
        assert answer.expected.get("message", problem.message) == problem.message
    else:
        assert bench.perform(("run", {})).request_id == bench.emulated.ledger[0].request_id

    assert len(bench.wire.posts) == 1


def test_a_known_answer_to_a_blocking_call_is_acted_upon(
    answered_call: tuple[Caller, Answer], everything: Planned
) -> None:
    """What is known as the end of a job is one here, too; trouble at the provider leaves the outcome unknown."""
    caller, answer = answered_call
    means = str(answer.expected["means"])
    bench = Bench(caller, everything, Fault("submit", answered(answer.http, answer.body), times=100))
    expected = ENDS[means] if means in {"failed", "cancelled"} else "SubmissionUnknown"

    with pytest.raises(caller.error(expected)) as caught:
        bench.perform(("run", {}))

    problem: Any = caught.value
    if expected != "SubmissionUnknown":
        assert problem.billed == answer.expected.get("billed", problem.billed)
        assert problem.moderation == answer.expected.get("moderation", False)
    assert len(bench.wire.requests) == 1


def test_the_key_goes_to_declared_hosts_only(queued: Caller, everything: Planned) -> None:
    """An answer that names addresses elsewhere gets neither the key nor the poll."""
    bench = Bench(queued, everything)
    inner = bench.wire.answer

    def elsewhere(request: httpx.Request) -> httpx.Response:
        answer = inner(request)
        if request.method != "POST":
            return answer
        body = answer.json()
        named = {name: _abroad(value) if isinstance(value, str) else value for name, value in body.items()}
        return httpx.Response(answer.status_code, json=named)

    bench.wire.answer = elsewhere

    bench.perform(("run", {}))

    hosts = {httpx.URL(url).host for url in queued.provider.table.hosts.values()}
    carrying = [request for request in bench.wire.requests if _has_key(request)]
    assert {request.url.host for request in carrying} <= hosts
    assert {request.url.host for request in bench.wire.requests} <= hosts


def test_the_download_carries_no_key(caller: Caller, everything: Planned, tmp_path: Any) -> None:
    """Files lie on any host: the key never goes along. A file that came as the answer is not asked for again."""
    bench = Bench(caller, everything)

    bench.perform(("run", {}), ("save", {"path": tmp_path / "video.mp4"}))

    fetched = [request for request in bench.wire.requests if phase_of(caller.table, request) == "download"]
    comes_as_the_answer = caller.blocking and caller.table.blocking.decode == "bytes"
    assert bool(fetched) != comes_as_the_answer
    assert not any(_has_key(request) for request in fetched)
    assert b"ftyp" in (tmp_path / "video.mp4").read_bytes()[:16]


def test_base64_in_the_place_of_a_file_is_saved_as_one(texted: Caller, everything: Planned, tmp_path: Any) -> None:
    """Where an input asks for text, the file is in the answer: nothing is fetched, and what is saved is the file."""
    bench = Bench(texted, everything)
    when = texted.model.spec.output.base64_when
    assert when is not None
    bench.payload = {**bench.payload, **{name: test.one_of[0] for name, test in when.criteria.items() if test.one_of}}

    bench.perform(("run", {}), ("save", {"path": tmp_path / "video.mp4"}))

    assert [request for request in bench.wire.requests if phase_of(texted.table, request) == "download"] == []
    assert b"ftyp" in (tmp_path / "video.mp4").read_bytes()[:16]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interrupted_wait_carries_the_handle(
    queued: Caller, everything: Planned, interruption: type[BaseException]
) -> None:
    """Ctrl-C or a cancelled task never loses a job whose id is known."""
    bench = Bench(queued, everything, Fault("status", _interrupting(interruption)))

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
def test_an_interrupted_submission_says_what_that_means(
    caller: Caller, everything: Planned, interruption: type[BaseException]
) -> None:
    """Ctrl-C or a cancelled task while it is under way: nothing is sent again, and a note says that a job may run."""
    bench = Bench(caller, everything, Fault("submit", _interrupting(interruption)))

    with pytest.raises(interruption) as caught:
        bench.perform(("run", {}))

    assert any("may be charged" in note for note in getattr(caught.value, "__notes__", []))
    assert len(bench.wire.requests) == 1


def test_a_wait_that_is_over_keeps_the_job(queued: Caller, everything: Planned) -> None:
    """A time-out ends the wait and not the job: waiting again brings the result of the same one."""
    bench = Bench(queued, everything)

    with pytest.raises(queued.error("WaitTimeout")) as caught:
        bench.perform(("submit", {}), ("wait", {"timeout": 5.0}))
    handle: Any = getattr(caught.value, "handle", None)
    resumed = bench.perform(("job", {"job": handle.token}), ("wait", {}))

    assert resumed.request_id == handle.request_id
    assert len(bench.wire.posts) == 1
    assert len(bench.emulated.ledger) == 1


def test_over_sockets(caller: Caller, everything: Planned, tmp_path: Any) -> None:
    """The same over real connections: one submission, a result, a file."""
    with serving(everything.plan, Options(keys=frozenset({KEY}), seconds=0.0)) as served:
        hosts = {name: url for (provider, name), url in served.hosts.items() if provider == caller.provider.id}
        sample = next(iter(caller.model.samples.values()))
        steps: list[tuple[str, Any]] = [("run", sample), ("save", {"path": tmp_path / "video.mp4"})]
        caller.perform(steps, hosts=hosts, clock=Hurried())
        ledger = served.session.ledger

    assert len(ledger) == 1
    assert b"ftyp" in (tmp_path / "video.mp4").read_bytes()[:16]


class Hurried(SystemClock):
    """The machine's clock, with pauses that last a hundredth of a second at most: a job here is done at once."""

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, 0.01))

    async def asleep(self, seconds: float) -> None:
        await super().asleep(min(seconds, 0.01))


def _interrupting(interruption: type[BaseException]) -> Trouble:
    def interrupt(_answer: Callable[[httpx.Request], httpx.Response], _request: httpx.Request) -> httpx.Response:
        raise interruption

    return interrupt


def _has_key(request: httpx.Request) -> bool:
    return any(KEY in value for value in (*request.headers.values(), str(request.url)))


def _abroad(value: str) -> str:
    return f"https://elsewhere.example{httpx.URL(value).path}" if value.startswith("http") else value

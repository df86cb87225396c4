"""One intent, at most one charge: what holds for any client, and the answers that the providers are known to give."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.contract.clients.bench import Bench
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.faults import Fault, answered
from callsheet.contract.evidence.files import Answer
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.plans import Planned
from callsheet.contract.suite.test_money import *  # noqa: F403  # each of them, here for the clients of this repository
from callsheet.emulator.options import Options
from callsheet.emulator.serving.server import serving
from callsheet.runtime.clock import SystemClock


def test_a_known_answer_to_a_submission_is_acted_upon(answered_submission: tuple[Caller, Answer]) -> None:
    """What is known of an answer decides: maybe accepted ends unknown, never accepted is repeated or refused."""
    caller, answer = answered_submission
    bench = Bench(caller, Fault("submit", answered(answer.http, answer.body), times=100))
    expected = "SubmissionUnknown" if answer.expected["accepted"] == "maybe" else "Refused"

    with pytest.raises(caller.error(expected)):
        bench.perform((caller.sends, {}))

    assert (len(bench.wire.posts) > 1) == (answer.expected.get("retry") == "after_delay")
    assert bench.emulated.ledger == ()


ENDS = {"failed": "JobFailed", "cancelled": "JobCancelled", "unknown_job": "UnknownJob", "refused": "Refused"}


def test_a_known_answer_to_a_look_is_acted_upon(answered_look: tuple[Caller, Answer]) -> None:
    """An answer that is known to end the matter ends the wait, with the provider's words; any other is waited out."""
    caller, answer = answered_look
    means = str(answer.expected["means"])
    ends = means in ENDS and answer.expected.get("retry") == "never"
    # An id that is not known yet is given a moment after the submission: what ends a wait is said throughout.
    lasting = 100 if ends else 2
    bench = Bench(caller, Fault(answer.on, answered(answer.http, answer.body), times=lasting))

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


def test_a_known_answer_to_a_blocking_call_is_acted_upon(answered_call: tuple[Caller, Answer]) -> None:
    """What is known as the end of a job is one here, too; trouble at the provider leaves the outcome unknown."""
    caller, answer = answered_call
    means = str(answer.expected["means"])
    bench = Bench(caller, Fault("submit", answered(answer.http, answer.body), times=100))
    expected = ENDS[means] if means in {"failed", "cancelled"} else "SubmissionUnknown"

    with pytest.raises(caller.error(expected)) as caught:
        bench.perform(("run", {}))

    problem: Any = caught.value
    if expected != "SubmissionUnknown":
        assert problem.billed == answer.expected.get("billed", problem.billed)
        assert problem.moderation == answer.expected.get("moderation", False)
    assert len(bench.wire.requests) == 1


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

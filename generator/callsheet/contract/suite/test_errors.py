"""Each documented error is told from the others, and acted upon as the spec says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from callsheet.contract.clients.bench import Bench
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.faults import Fault, answered
from callsheet.plan.model import ErrorPlan
from callsheet.runtime.conditions import says
from callsheet.runtime.tables import ErrorRow
from callsheet.runtime.words import Phase

WORDS: Final = "Words of the provider's own."
_ENDED: Final = frozenset({"failed", "cancelled"})


class Answer:
    """An answer that a row of the table fits: its body and its headers. It asks to wait three seconds."""

    def __init__(self, caller: Caller, row: ErrorRow) -> None:
        rule = caller.provider.table.error_body
        self.row = row
        self.body: dict[str, Any] = {}
        for at, test in row.match.items():
            put(self.body, at, test.one_of[0] if test.one_of else "something")
        self.headers: dict[str, str] = {"retry-after": "3"}
        if row.code is not None:
            if rule.code_header is not None:
                self.headers[rule.code_header] = row.code
            else:
                put(self.body, rule.code[0], row.code)
        # Not over what tells it from other answers.
        self.words = next((at for at in rule.message if at.split("/")[1] not in self.body), None)
        if self.words is not None:
            put(self.body, self.words, WORDS)

    def row_for(self, caller: Caller, phases: set[Phase]) -> ErrorPlan:
        """The first row that fits, by a second reading of the table."""
        return next(error for error in caller.provider.errors if self._fits(caller, error.row, phases))

    def _fits(self, caller: Caller, row: ErrorRow, phases: set[Phase]) -> bool:
        return (
            row.http == self.row.http
            and applies(caller, row, phases)
            and row.code in {None, self.row.code}
            and says(row.match, self.body)
            and not (row.http == 200 and row.code is None and not row.match)
        )


def put(body: dict[str, Any], pointer: str, value: object) -> None:
    """Set what is at a pointer; a number on the way is an index."""
    *way, last = pointer.strip("/").split("/")
    here: Any = body
    for step, after in zip(way, [*way[1:], last], strict=False):
        made: Any = [{}] if after == "0" else {}
        here = here[int(step)] if step.isdecimal() else here.setdefault(step, made)
    here[int(last) if last.isdecimal() else last] = value


def applies(caller: Caller, row: ErrorRow, phases: set[Phase]) -> bool:
    """Whether a row is about any of some phases of a protocol."""
    return (not row.on or not phases.isdisjoint(row.on)) and (not row.protocols or caller.way.protocol in row.protocols)


def rows(caller: Caller, phases: set[Phase]) -> Iterator[ErrorRow]:
    """The errors that a caller may meet in some phases."""
    return (error.row for error in caller.provider.errors if applies(caller, error.row, phases))


def differences(caller: Caller, answer: Answer, problem: Any, phases: set[Phase]) -> list[str]:
    """What an exception says otherwise than the spec says of the answer that it stands for."""
    planned = answer.row_for(caller, phases)
    row = planned.row
    known = problem.handle is not None
    said: dict[str, object] = {
        "class": planned.class_name,
        "http": row.http,
        "words": WORDS,
        "seconds to wait": 3.0,
        "retry": row.retry,
        "who can mend it": row.mend,
        "moderation": row.moderation,
        "accepted": "always" if known else row.accepted,
        "billed": "maybe" if known and row.accepted != "always" else row.billed,
    }
    told: dict[str, object] = {
        "class": type(problem).__name__,
        "http": problem.http,
        "words": problem.message,
        "seconds to wait": problem.retry_after,
        "retry": problem.retry,
        "who can mend it": problem.mend,
        "moderation": problem.moderation,
        "accepted": problem.accepted,
        "billed": problem.billed,
    }
    return [
        f"the error {row.name}, {what}: the spec says {value!r}, the exception {told[what]!r}"
        for what, value in said.items()
        if value != told[what] and (what != "words" or answer.words == caller.provider.table.error_body.message[0])
    ]


def test_an_error_at_the_submission_is_acted_upon(caller: Caller) -> None:
    """Certainly not accepted: repeated where the spec says so, else raised as its class. Anything else is unknown."""
    phases: set[Phase] = {"submit", "result"} if caller.blocking else {"submit"}
    wrong: list[str] = []
    for row in rows(caller, phases):
        answer = Answer(caller, row)
        bench = Bench(caller, Fault("submit", answered(row.http, answer.body, answer.headers), times=100))
        with pytest.raises(caller.error("CallsheetError")) as caught:
            bench.perform((caller.sends, {}))
        fitting = answer.row_for(caller, phases).row
        sure = fitting.accepted == "never" or fitting.means in _ENDED
        if sure:
            wrong += differences(caller, answer, caught.value, phases)
        elif not isinstance(caught.value, caller.error("SubmissionUnknown")):
            wrong.append(f"the error {row.name} leaves open whether a job runs, and {caught.value!r} was raised")
        times = 5 if fitting.accepted == "never" and fitting.retry == "after_delay" else 1
        if len(bench.wire.posts) != times:
            wrong.append(f"the error {row.name}: {len(bench.wire.posts)} submissions, where {times} are due")
        if times > 1 and bench.clock.slept != [3.0] * (times - 1):
            wrong.append(f"the error {row.name}: pauses of {bench.clock.slept}, where 3 s were asked for")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("phase", ["status", "result"])
def test_an_error_while_waiting_is_acted_upon(queued: Caller, phase: Phase) -> None:  # noqa: C901 - one branch for each fault
    """What will not pass ends the wait as its class, with the job's handle; what may pass is waited out."""
    if phase == "result" and queued.table.queue.result.url is None:
        return
    wrong: list[str] = []
    for row in rows(queued, {phase}):
        answer = Answer(queued, row)
        if row.http == 200 and phase == "status":
            continue  # an answer with a state of its own
        fitting = answer.row_for(queued, {phase}).row
        passes = fitting.means in {"unavailable", "refused"} and fitting.retry != "never"
        if fitting.means == "not_finished" or (fitting.means == "unknown_job" and phase == "status"):
            continue  # what is young is given a moment
        times = 2 if passes else 100
        bench = Bench(queued, Fault(phase, answered(row.http, answer.body, answer.headers), times=times))
        problem: Any = None
        try:
            made = bench.perform(("run", {}))
        except queued.error("CallsheetError") as exc:
            problem, made = exc, None
        if passes and made is None:
            wrong.append(f"the error {row.name} may pass, and it ended the wait: {problem!r}")
        elif passes and bench.clock.slept.count(3.0) < 2 and queued.table.queue.poll_floor <= 3.0:
            wrong.append(f"the error {row.name}: 3 s were asked for, the pauses were {bench.clock.slept[-6:]}")
        elif not passes and made is not None:
            wrong.append(f"the error {row.name} will not pass, and it was waited out")
        elif not passes:
            wrong += differences(queued, answer, problem, {phase})
            if problem.request_id != bench.emulated.ledger[0].request_id:
                wrong.append(f"the error {row.name} carries the job {problem.request_id}")
        if len(bench.wire.posts) != 1:
            wrong.append(f"the error {row.name}: one intent was submitted {len(bench.wire.posts)} times")

    assert not wrong, "\n".join(wrong)


def test_a_failure_is_the_one_that_the_provider_names(caller: Caller) -> None:
    """Each failure that a job can end with comes as its class, after one charge, and says what it costs."""
    for error in caller.provider.errors:
        row = error.row
        if row.means != "failed" or (row.protocols and caller.way.protocol not in row.protocols):
            continue
        bench = Bench(caller)
        bench.emulated.session.choose(row.name, caller.provider.id)
        try:
            bench.perform(("run", {}))
        except caller.error("JobFailed") as caught:
            problem: Any = caught
            told = (type(problem).__name__, problem.billed, problem.retry, problem.mend)
            assert told == (error.class_name, row.billed, row.retry, row.mend), f"the failure {row.name}"
            assert problem.message
            assert caller.blocking or problem.request_id == bench.emulated.ledger[0].request_id
        except caller.error("CallsheetError"):
            pass  # of another protocol, or nothing that a job ends with
        assert len(bench.emulated.ledger) <= 1


def test_an_answer_that_the_spec_does_not_know_is_told_as_it_is(caller: Caller) -> None:
    """A refusal without a row: the class for its phase, code, the provider's words, the raw answer; no repetition."""
    rule = caller.provider.table.error_body
    body: dict[str, Any] = {}
    put(body, rule.message[0], WORDS)
    bench = Bench(caller, Fault("submit", answered(418, body), times=100))
    with pytest.raises(caller.error("Refused")) as caught:
        bench.perform((caller.sends, {}))

    problem: Any = caught.value
    assert (418, WORDS, None) == (problem.http, problem.message, problem.row)
    assert problem.answer.status == 418
    assert len(bench.wire.posts) == 1
    assert problem.accepted == "never"

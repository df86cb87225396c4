"""How a job gets on where that is scripted: by looks at its status, by seconds, or both.

`at once`; `3 polls`: the third look at the status finds it done, and its states come in order before that; `30s`; or
states with what each takes: `queued 2 polls, running 30s`. A state is named as the spec names it, or by `queued` and
`running` for what it means. `s`, `m` and `h` are seconds, minutes and hours.

How long a number of looks will take is not known beforehand. So a job in such a state has no end yet (its seconds are
infinite) until the last of these looks: from then on it is a job like any other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from callsheet.emulator.jobs.job import Job, Stage
from callsheet.emulator.jobs.states import way
from callsheet.plan.model import Plan
from callsheet.spec.model import ProtocolSpec, StateSpec

FORM: Final = "`at once`, `3 polls`, `30s`, or states such as `queued 2 polls, running 30s`"
_AT_ONCE: Final = "at once"
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST: Final = 500
"""Characters of a script."""
_STEP: Final = re.compile(
    r"(?:(?P<state>[^\s,]+)\s+)?(?:(?P<polls>[0-9]{1,5})\s+polls?|(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,9})?)(?P<unit>[smh]))",
)


class ProgressError(ValueError):
    """A text that says no progress; its words are meant for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was asked for of one state; without a state, of all."""

    state: str | None
    polls: int | None
    seconds: float


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[Step, ...]:
    """The steps that a text asks for; none is `at once`. Raises ProgressError, a ValueError."""
    if len(text) > _LONGEST:
        raise ProgressError(f"a progress of more than {_LONGEST} characters")
    if text.strip() == _AT_ONCE:
        return ()
    steps = tuple(_step(part.strip()) for part in text.split(","))
    if len(steps) > 1 and any(step.state is None for step in steps):
        raise ProgressError(f"`{text}` has several steps, and one without a state; write {FORM}")
    return steps


def stages(text: str, protocol: ProtocolSpec) -> tuple[Stage, ...]:
    """What a text comes to for a protocol. ProgressError where it names a state that the protocol does not have."""
    steps = parse(text)
    if len(steps) == 1 and steps[0].state is None:
        # The last of the looks finds the job done.
        return tuple(_looks(max(0, (steps[0].polls or 0) - 1), way(protocol.status)))
    return tuple(stage for step in steps for stage in _named(step, protocol))


def check_progress(plan: Plan, text: str) -> None:
    """Raise ProgressError for a text that says nothing to any provider of the plan."""
    if not text:
        return
    problems: list[ProgressError] = []
    for provider in plan.providers:
        for protocol in provider.spec.protocols:
            try:
                stages(text, protocol)
            except ProgressError as problem:
                problems.append(problem)
            else:
                return
    if problems:
        raise problems[0]


def duration(text: str) -> float | None:
    """The seconds of a job for which no more is asked than how long it takes; None for any other text."""
    steps = parse(text)
    if not steps:
        return 0.0
    return steps[0].seconds if steps[0].state is None and steps[0].polls is None else None


def scripted(job: Job, script: Sequence[Stage]) -> Job:
    """A job that has just been accepted, and goes through these stages."""
    return _known(replace(job, stages=tuple(script)), job.submitted)


def without_looks(text: str) -> float:
    """Seconds of a job at which nobody can look: that of a blocking call."""
    return sum(step.seconds for step in parse(text))


def looked(job: Job, now: float) -> Job:
    """The job after another look at its status. Looks count while a stage waits for them."""
    stage = job.held
    if stage is None or job.stops is not None or now < job.begun:
        return job
    seen = replace(job, looks=job.looks + 1, looked=job.looked + 1)
    if seen.looks < (stage.polls or 0):
        return seen
    return _known(replace(seen, looks=0, passed=(*seen.passed, now)), now)


def _known(job: Job, now: float) -> Job:
    """The job with the times that follow from what has passed: those of stages that last some seconds."""
    passed = list(job.passed)
    for stage in job.stages[len(passed) :]:
        if stage.polls:
            break
        passed.append((passed[-1] if passed else now) + stage.seconds)
    first = next((n for n, stage in enumerate(job.stages) if stage.means == "running"), len(job.stages))
    times = [job.submitted, *passed]
    starts = times[first] if first < len(times) else math.inf
    ends = passed[-1] if len(passed) == len(job.stages) and passed else math.inf if job.stages else job.submitted
    return replace(job, passed=tuple(passed), queued=starts - job.submitted, seconds=ends - job.submitted)


def _step(text: str) -> Step:
    form = _STEP.fullmatch(text)
    if form is None:
        raise ProgressError(f"`{text[:60]}` is no step of a progress; write {FORM}")
    if form["polls"] is not None:
        return Step(form["state"], int(form["polls"]), 0.0)
    return Step(form["state"], None, float(form["amount"]) * _UNITS[form["unit"]])


def _named(step: Step, protocol: ProtocolSpec) -> tuple[Stage, ...]:
    on_the_way = way(protocol.status)
    own = [state for state in protocol.status.states if state.name == step.state]
    if not own and step.state not in {"queued", "running"}:
        names = ", ".join(state.name for state in on_the_way)
        raise ProgressError(f"there is no state `{step.state}`; there are queued, running, {names}")
    meant = own or [state for state in on_the_way if state.means == step.state]
    # A provider without a queue shows what comes next, as it does for any job.
    states = meant or list(on_the_way[:1] if step.state == "queued" else on_the_way[-1:])
    return tuple(_equal(step.seconds, states) if step.polls is None else _looks(step.polls, states))


def _equal(seconds: float, states: Sequence[StateSpec]) -> Iterator[Stage]:
    for state in states:
        yield _stage(state, None, seconds / len(states))


def _looks(polls: int, states: Sequence[StateSpec]) -> Iterator[Stage]:
    """Looks shared out among states: the first ones get what does not come out even."""
    for n, state in enumerate(states):
        share = polls // len(states) + (n < polls % len(states))
        if share:
            yield _stage(state, share, 0.0)


def _stage(state: StateSpec, polls: int | None, seconds: float) -> Stage:
    return Stage(state.name, "queued" if state.means == "queued" else "running", polls, seconds)

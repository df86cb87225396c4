"""What a provider shows of a job while it goes on: the states on its way, in order, and when they change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callsheet.emulator.jobs.job import Job, Stands, outcome, stage_at
from callsheet.runtime.words import FINAL, StateMeans
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec, StateSpec, StatusSpec
from callsheet.spec.placeholders import names_within

_FIRST_REFUSAL: Final = 300
"""An answer with a lower status has to say what it is."""


def observe(job: Job, protocol: ProtocolSpec, now: float) -> StateSpec | None:
    """The state that the provider's status shows for how the job stands.

    None where the status has no state for such an end: the provider answers with the error itself.
    """
    stands = outcome(job, now)
    if stands in {"queued", "running"}:
        return _on_the_way(job, protocol.status, stands, now)
    row = job.failure.row if job.failure is not None else None
    states = protocol.status.states
    if row is not None:
        for state in states:
            if state.means in {"failed", "cancelled"} and state.error == row.name:
                return state
        if answers_itself(row):
            return None
        if row.code is not None and (by_code := telling_codes(protocol)):
            return by_code[0]
    return _shown_as(protocol, stands)


def telling_codes(protocol: ProtocolSpec) -> tuple[StateSpec, ...]:
    """The states of a failed job whose answer holds the code of whichever error it is."""
    ended = (state for state in protocol.status.states if state.means == "failed")
    return tuple(state for state in ended if any(name == "code" for name, _ in names_within(state.answer)))


def plays(row: ErrorSpec, way: ProtocolSpec | CallSpec) -> bool:
    """Whether a job can end with an error, or a request be answered with it, so that it is told from the others."""
    if row.protocols and way.name not in row.protocols:
        return False
    by_itself = row.answer is not None or (row.http >= _FIRST_REFUSAL and row.code is None and row.match is None)
    if isinstance(way, CallSpec) or row.means not in {"failed", "cancelled"}:
        return by_itself
    ends = [state for state in way.status.states if state.means in {"failed", "cancelled"}]
    if any(state.error == row.name for state in ends) or answers_itself(row):
        return True
    if row.code is not None and telling_codes(way):
        return True
    stands: Stands = "cancelled" if row.means == "cancelled" else "failed"
    shown = _shown_as(way, stands)
    if shown is None or shown.means == "ended":
        return by_itself  # the result tells it
    return shown.error is None and shown.means == row.means


def _shown_as(protocol: ProtocolSpec, stands: Stands) -> StateSpec | None:
    states = protocol.status.states
    return next((state for means in _SHOWN_AS[stands] for state in states if state.means == means), None)


def answers_itself(row: ErrorSpec) -> bool:
    """Whether a look at a job that ended so is answered with the error, and with no state."""
    return row.answer is not None and "status" in row.on


def changes(job: Job, status: StatusSpec) -> tuple[float, ...]:
    """The times at which the state changes, in order; the last is the end."""
    if job.stages:
        return tuple(sorted({*(time for time in job.passed if time <= job.ends), job.ends}))
    times = {job.starts, job.ends}
    for begins, ends, states in _legs(job, status):
        times |= {begins + (ends - begins) * n / len(states) for n in range(1, len(states))}
    return tuple(sorted(time for time in times if time <= job.ends))


def _on_the_way(job: Job, status: StatusSpec, stands: Stands, now: float) -> StateSpec | None:
    if job.stages:
        name = job.stages[min(stage_at(job, now), len(job.stages) - 1)].state
        return next((state for state in status.states if state.name == name), None)
    waiting, working = _legs(job, status)
    begins, ends, states = waiting if stands == "queued" else working
    if not states:
        return None
    share = (now - begins) / (ends - begins) if ends > begins else 0.0
    return states[min(len(states) - 1, max(0, int(share * len(states))))]


_Leg = tuple[float, float, tuple[StateSpec, ...]]


def _legs(job: Job, status: StatusSpec) -> tuple[_Leg, _Leg]:
    """The states of the queue and those of the work, with the time that they share."""
    on_it = way(status)
    queued = tuple(state for state in on_it if state.means == "queued")
    running = tuple(state for state in on_it if state.means == "running")
    last, first = queued[-1:], running[:1]
    return (job.submitted, job.starts, queued or first), (job.starts, job.ends, running or last)


def way(status: StatusSpec) -> tuple[StateSpec, ...]:
    """The states that a job goes through before it ends: from the first on, each that may follow and is new."""
    states = {state.name: state for state in status.states}
    found = [states[status.initial]] if status.initial in states else []
    for means in ("queued", "running"):
        for state in status.states:
            if state.means == means and state not in found and (not found or state.name in found[-1].next):
                found.append(state)
    return tuple(state for state in found if state.means not in FINAL)


_SHOWN_AS: Final[Mapping[Stands, tuple[StateMeans, ...]]] = {
    "queued": ("queued", "running"),
    "running": ("running", "queued"),
    "succeeded": ("succeeded", "ended"),
    "failed": ("failed", "ended", "cancelled"),
    "cancelled": ("cancelled", "ended", "failed"),
}
"""A provider without a state of that meaning shows the next one."""

"""A job as a read sees it that is told what is not so."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.faults.table import Fault
from callsheet.emulator.jobs.ids import id_of
from callsheet.emulator.jobs.job import QUEUED_SHARE, Job, State, outcome
from callsheet.emulator.options import FALLBACK_SECONDS

FOREIGN: Final = "https://elsewhere.invalid"
"""Another host: one that cannot exist (RFC 2606)."""

_LASTS: Final = 1.0
"""Seconds that a job takes at least that is to be seen on its way."""

_ENDED: Final = frozenset({"succeeded", "failed", "cancelled"})


def applies(fault: Fault, job: Job, now: float) -> bool:
    """Whether there is anything that the fault could change of how a job stands."""
    match fault.view:
        case "queued" | "running":
            return job.stops is None
        case "back":
            return outcome(job, now) == "running"
        case "resumed" | "expired":
            return outcome(job, now) in _ENDED
        case "missing":
            return outcome(job, now) == "succeeded"
        case _:
            return True


def seen(fault: Fault, desk: Desk, job: Job, state: State) -> tuple[Desk, Job]:
    """The desk and the job that a read is answered from. The job that is kept stays as it is."""
    match fault.view:
        case "queued" | "back" if outcome(job, desk.now) != "queued":
            job = _lasting(job)
            return replace(desk, now=job.submitted + job.queued / 2), job
        case "running" | "resumed" if outcome(job, desk.now) in _ENDED:
            job = _lasting(job)
            return replace(desk, now=(job.starts + job.ends) / 2), job
        case "elsewhere":
            return elsewhere(desk), job
        case "other":
            return desk, other(job, state)
        case _:
            return desk, job


def elsewhere(desk: Desk) -> Desk:
    """A desk whose answers name addresses on another host."""
    return replace(desk, request=replace(desk.request, origin=FOREIGN), origins=dict.fromkeys(desk.origins, FOREIGN))


def other(job: Job, state: State) -> Job:
    """Another job of the same endpoint: the latest, else one that nobody submitted."""
    kin = (job.provider, job.model, job.protocol)
    known = [one for one in state.jobs.values() if (one.provider, one.model, one.protocol) == kin]
    return next(
        (one for one in reversed(known) if one.request_id != job.request_id),
        replace(job, request_id=id_of("other", job.request_id), addresses={}),
    )


def _lasting(job: Job) -> Job:
    """The job with an end, and a while in the queue and at work, however its progress is scripted."""
    seconds = max(job.seconds, _LASTS) if math.isfinite(job.seconds) else FALLBACK_SECONDS
    queued = job.queued if 0 < job.queued < seconds else seconds * QUEUED_SHARE
    return replace(job, seconds=seconds, queued=queued, stages=(), passed=(), stops=None)

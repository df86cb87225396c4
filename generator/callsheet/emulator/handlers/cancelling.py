"""The wish to cancel a job."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.handlers.submission import Handled
from callsheet.emulator.jobs.job import Failure, Job, State, outcome
from callsheet.emulator.messages import Charge, Reply
from callsheet.runtime.words import CancelMeans
from callsheet.spec.model import CancelAnswerSpec, ErrorSpec

_STOPS_AFTER: Final = 1.0
"""Seconds until a running job has noticed."""


def cancel(state: State, desk: Desk, job: Job) -> Handled:
    """Answer the wish, and end the job: at once while it waits, in a moment while it runs."""
    stands = outcome(job, desk.now)
    if stands not in {"queued", "running"}:
        return state, _answered(desk, job, ("too_late", "cancelled", "requested")), ()
    preferred: tuple[CancelMeans, ...] = (
        ("cancelled", "requested") if stands == "queued" else ("requested", "cancelled")
    )
    answer = _answer(desk, preferred)
    at_once = answer is not None and answer.means == "cancelled"
    delay = 0.0 if at_once or stands == "queued" else _STOPS_AFTER
    row = rows.cancelled(desk.provider.spec, desk.queue)
    words = rows.scripted(row).message if row is not None else "Cancelled"
    failure = Failure(row, words)
    stopped = replace(job, stops=min(job.ends, desk.now + delay), failure=failure)
    grown = replace(
        state,
        jobs={**state.jobs, job.request_id: stopped},
        ledger=tuple(_of_cancelled(charge, job, row) for charge in state.ledger),
    )
    return grown, _answered(desk, stopped, preferred), ()


def _of_cancelled(charge: Charge, job: Job, row: ErrorSpec | None) -> Charge:
    """The entry of the ledger, as far as it is about this job: what such a job costs is another matter."""
    if charge.request_id != job.request_id:
        return charge
    return replace(charge, billed="maybe" if row is None else row.billed)


def _answered(desk: Desk, job: Job, means: tuple[CancelMeans, ...]) -> Reply:
    answer = _answer(desk, means)
    return desk.refuse(409, "The request cannot be cancelled") if answer is None else desk.cancelled(job, answer)


def _answer(desk: Desk, means: tuple[CancelMeans, ...]) -> CancelAnswerSpec | None:
    """The first answer that means the first of these that any means; a rare one where there is no other."""
    rule = desk.queue.cancel
    known = rule.answers if rule is not None else ()
    fitting = [answer for wanted in means for answer in known if answer.means == wanted]
    return next(iter(sorted(fitting, key=lambda answer: answer.rare)), None)


def unknown(desk: Desk, request_id: str) -> Reply:
    """Answer the wish to cancel what nobody knows."""
    answer = _answer(desk, ("unknown_job",))
    if answer is None:
        return desk.unknown(request_id, rows.unknown_job(desk.provider.spec, desk.queue, "cancel"))
    return desk.without_job(answer, request_id)

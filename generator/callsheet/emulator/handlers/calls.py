"""Blocking calls: submission and result in one exchange, which lasts as long as the job does."""

from __future__ import annotations

from dataclasses import replace

from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.faults.scenarios import Scenario
from callsheet.emulator.handlers.submission import Handled, accept
from callsheet.emulator.jobs.job import Job, State, outcome
from callsheet.emulator.messages import Reply, Wire
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import Route
from callsheet.spec.model import CallSpec


def call(state: State, desk: Desk, route: Route, scenario: Scenario, options: Options) -> Handled:
    """Answer a blocking call whose key is good and whose scenario does not refuse it.

    A gateway that gives up says so when its time is over; the job goes on all the same, and is charged.
    """
    taken = accept(state, desk, route, scenario, options)
    if isinstance(taken, Reply):
        return state, taken, ()
    grown, job, charge = taken
    way = desk.way
    limit = way.cutoff if isinstance(way, CallSpec) and way.cutoff and options.cutoff else None
    if isinstance(way, CallSpec) and limit is not None and job.seconds > limit:
        row = rows.gave_up(desk.provider.spec, way)
        reply = Reply(200, wire=Wire(begins=False)) if row is None else desk.error(rows.scripted(row))
        return grown, replace(reply, wait=limit), (charge,)
    return grown, replace(_answer(desk, job), wait=job.seconds), (charge,)


def _answer(desk: Desk, job: Job) -> Reply:
    """The answer at the job's end."""
    later = replace(desk, now=job.ends)
    if job.failure is not None and outcome(job, later.now) != "succeeded":
        return later.error(job.failure, job)
    return later.made(job)

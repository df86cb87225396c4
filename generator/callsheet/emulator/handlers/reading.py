"""The reads: status and result of a job, and its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.answers.values import TICKET, taken, ticket
from callsheet.emulator.jobs.job import Job, State, expired, outcome
from callsheet.emulator.jobs.progress import looked
from callsheet.emulator.jobs.states import observe
from callsheet.emulator.messages import Reply
from callsheet.emulator.requests.routes import Route
from callsheet.runtime.words import Phase


def find(state: State, route: Route, values: Mapping[str, str], query: Mapping[str, str]) -> Job | None:
    """Look up the job that an address is about; None where there is none at this address.

    `values` stand for the placeholders of the address: the job's id, or what its result names.
    """
    if "request_id" in values:
        jobs = [state.jobs[values["request_id"]]] if values["request_id"] in state.jobs else []
    else:
        jobs = [job for job in state.jobs.values() if route.kind == "file" and _names(job, values)]
    return next((job for job in jobs if _is_about(route, job, query)), None)


def read(desk: Desk, job: Job, phase: Phase) -> Reply:
    """Answer a read of a known job."""
    if forgotten(desk, job):
        return desk.unknown(job.request_id, rows.unknown_job(desk.provider.spec, desk.queue, phase))
    match phase:
        case "status":
            return _status(desk, job)
        case "file":
            return _file(desk, job)
        case _:
            return _result(desk, job)


def looked_at(state: State, job: Job, now: float) -> State:
    """The state after a look at a job's status; the same one unless the job waits for looks."""
    after = looked(job, now)
    return state if after is job else replace(state, jobs={**state.jobs, job.request_id: after})


def forgotten(desk: Desk, job: Job) -> bool:
    """Whether a job has ended so long ago that the provider knows nothing of it."""
    retention = desk.queue.retention
    if retention is None or outcome(job, desk.now) in {"queued", "running"}:
        return False
    size = 0
    if retention.large_bytes is not None and outcome(job, desk.now) == "succeeded":
        size = len(desk.result(job).body)
    return expired(job, retention, size, desk.now)


def _names(job: Job, values: Mapping[str, str]) -> bool:
    """Whether what an address holds is what the job's result names, as text or as a number."""
    made = {name: taken(job, name) for name in values}
    return all(value in {made[name], str(int(made[name][:12], 16))} for name, value in values.items())


def _is_about(route: Route, job: Job, query: Mapping[str, str]) -> bool:
    way = route.queue
    if (job.provider, job.protocol) != (route.provider.id, way.name):
        return False
    if not any(job.model == one.model.id and job.path == one.variables for one in route.candidates):
        return False
    return route.url is None or not route.url.only_given or query.get(TICKET) == ticket(job, route.url)


def _status(desk: Desk, job: Job) -> Reply:
    """The status; where the result is at the same address, and more than the status says, the result."""
    way = desk.queue
    if way.result.url == way.status.url and outcome(job, desk.now) == "succeeded":
        state = observe(job, way, desk.now)
        if state is None or '"{output}"' not in json.dumps(state.answer):
            return desk.result(job)
    return desk.status(job)


def _file(desk: Desk, job: Job) -> Reply:
    if outcome(job, desk.now) != "succeeded":
        return desk.unknown(job.request_id, rows.unknown_job(desk.provider.spec, desk.queue, "file"))
    return desk.file(job)


def _result(desk: Desk, job: Job) -> Reply:
    asked = desk.queue.result
    match outcome(job, desk.now):
        case "succeeded":
            return desk.result(job)
        case "failed" | "cancelled":
            failure = job.failure
            if asked.failed == "status" or failure is None or failure.row is None:
                return desk.status(job)
            return desk.error(failure, job)
        case "queued" | "running":
            row = next((row for row in desk.provider.spec.errors if row.name == asked.early), None)
            return desk.error(rows.scripted(row), job) if row else desk.status(job)

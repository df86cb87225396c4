"""The reads: status and result of a job."""

from __future__ import annotations

from dataclasses import replace

from callsheet.emulator.jobs import Job, State, expired, outcome
from callsheet.emulator.messages import Reply
from callsheet.emulator.replies import Desk
from callsheet.emulator.routes import Route
from callsheet.emulator.scenarios import Scenario
from callsheet.emulator.submission import Handled, scripted
from callsheet.runtime.tables import Phase
from callsheet.spec.model import ErrorSpec, ProviderSpec


def find(state: State, route: Route, request_id: str) -> Job | None:
    """Look up the job that an address is about; None where there is none at this address."""
    job = state.jobs.get(request_id)
    if job is None or (job.provider, job.protocol) != (route.provider.id, route.protocol.name):
        return None
    return job if job.model in {model.id for model in route.models} else None


def read(state: State, desk: Desk, job: Job, phase: Phase, scenario: Scenario) -> Handled:
    """Answer a read of a known job."""
    if _forgotten(desk, job):
        return state, desk.unknown(job.request_id, unknown_row(desk.provider.spec, phase)), ()
    row = scenario.error
    if row is not None and phase in scenario.phases:
        state, answers = count(state, scenario, phase, job.request_id)
        if answers:
            unknown = row.means == "unknown_job"
            return state, desk.unknown(job.request_id, row) if unknown else desk.error(scripted(row), job), ()
    return state, desk.status(job) if phase == "status" else _result(desk, job), ()


def unknown_row(provider: ProviderSpec, phase: Phase) -> ErrorSpec | None:
    """The row for an id that is not known."""
    return next(
        (row for row in provider.errors if row.means == "unknown_job" and (not row.on or phase in row.on)), None
    )


def count(state: State, scenario: Scenario, phase: Phase, about: str) -> tuple[State, bool]:
    """Whether a scenario still answers, and the state that remembers it. Nothing is counted where it always does."""
    if scenario.times is None:
        return state, True
    key = (scenario.text, phase, about)
    so_far = state.answered.get(key, 0)
    if so_far >= scenario.times:
        return state, False
    return replace(state, answered={**state.answered, key: so_far + 1}), True


def _result(desk: Desk, job: Job) -> Reply:
    asked = desk.protocol.result
    match outcome(job, desk.now):
        case "succeeded":
            return desk.result(job)
        case "failed" | "cancelled":
            return desk.status(job) if asked.failed == "status" or job.fault is None else desk.error(job.fault, job)
        case "queued" | "running":
            row = next((row for row in desk.provider.spec.errors if row.name == asked.early), None)
            return desk.error(scripted(row), job) if row else desk.status(job)


def _forgotten(desk: Desk, job: Job) -> bool:
    retention = desk.protocol.retention
    if retention is None or outcome(job, desk.now) in {"queued", "running"}:
        return False
    size = 0
    if retention.large_bytes is not None and outcome(job, desk.now) == "succeeded":
        size = len(desk.result(job).body)
    return expired(job, retention, size, desk.now)

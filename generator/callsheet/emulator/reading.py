"""The reads: status and result of a job."""

from __future__ import annotations

from dataclasses import replace

from callsheet.emulator.jobs import Job, State, expired, outcome
from callsheet.emulator.messages import Reply
from callsheet.emulator.replies import Desk
from callsheet.emulator.routes import Route
from callsheet.emulator.scenarios import Scenario
from callsheet.emulator.submission import Handled, scripted
from callsheet.plan.model import ModelPlan
from callsheet.runtime.tables import Phase
from callsheet.spec.model import ErrorSpec, ProviderSpec


def find(state: State, route: Route, request_id: str) -> tuple[Job, ModelPlan] | None:
    """The job that an address is about; None where there is none at this address."""
    job = state.jobs.get(request_id)
    if job is None or job.protocol != route.protocol.name:
        return None
    model = next((model for model in route.models if (model.provider, model.id) == (job.provider, job.model)), None)
    return (job, model) if model else None


def read(
    state: State, desk: Desk, route: Route, phase: Phase, found: tuple[Job, ModelPlan], scenario: Scenario, now: float
) -> Handled:
    """Answer a read of a known job."""
    job, model = found
    if _forgotten(desk, route, job, model, now):
        return state, desk.unknown(job.request_id, unknown_row(route.provider.spec, phase)), ()
    row = scenario.error
    if row is not None and phase in scenario.phases:
        state, answers = count(state, scenario, phase, job.request_id)
        if answers and row.means == "unknown_job":
            return state, desk.unknown(job.request_id, row), ()
        if answers:
            return state, desk.error(scripted(row), job, now=now), ()
    if phase == "status":
        return state, desk.status(route.protocol, job, now), ()
    return state, _result(desk, route, job, model, now), ()


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


def _result(desk: Desk, route: Route, job: Job, model: ModelPlan, now: float) -> Reply:
    asked = route.protocol.result
    match outcome(job, now):
        case "succeeded":
            return desk.result(route.protocol, model, job, now)
        case "failed" | "cancelled":
            if asked.failed == "status" or job.fault is None:
                return desk.status(route.protocol, job, now)
            return desk.error(job.fault, job, now=now)
        case "queued" | "running":
            row = next((row for row in route.provider.spec.errors if row.name == asked.early), None)
            return desk.error(scripted(row), job, now=now) if row else desk.status(route.protocol, job, now)


def _forgotten(desk: Desk, route: Route, job: Job, model: ModelPlan, now: float) -> bool:
    retention = route.protocol.retention
    if outcome(job, now) in {"queued", "running"} and (retention is None or retention.counted_from == "end"):
        return False
    sized = retention is not None and retention.large_bytes is not None and outcome(job, now) == "succeeded"
    return expired(job, retention, len(desk.result(route.protocol, model, job, now).body) if sized else 0, now)

"""Requests about a job, and uploads, with what befalls their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.faults import fitting, turns, views
from callsheet.emulator.faults.befalling import befall, in_a_new_state
from callsheet.emulator.faults.scenarios import Part, Scenario
from callsheet.emulator.faults.table import Fault
from callsheet.emulator.handlers import cancelling, streaming
from callsheet.emulator.handlers.reading import forgotten, looked_at, read
from callsheet.emulator.handlers.submission import Handled
from callsheet.emulator.jobs.job import Job, State
from callsheet.emulator.messages import Charge, Look, Reply, Watch
from callsheet.emulator.requests.routes import Route
from callsheet.runtime.words import Phase

_PING: Final = 15.0
"""Seconds between the signs of life of a stream that has no more to tell."""


def known_job(state: State, desk: Desk, job: Job, phase: Phase) -> Handled:
    """Answer a request about a job that nothing befalls."""
    kind = desk.route.kind if desk.route is not None else phase
    if kind == "bare":
        return state, desk.no_file(job.request_id) if forgotten(desk, job) else desk.bare_file(job), ()
    if kind == "status":
        return looked_at(state, job, desk.now), read(desk, job, phase), ()
    if kind == "cancel" and not forgotten(desk, job):
        return cancelling.cancel(state, desk, job)
    if kind == "stream" and not forgotten(desk, job):
        return state, streaming.opened(desk, job), ()
    return state, read(desk, job, phase), ()


def submission(
    state: State, desk: Desk, route: Route, scenario: Scenario, take: Callable[[State, Desk], Handled]
) -> Handled:
    """Answer a submission, as a scenario wants it; `take` does so where nothing befalls it."""
    problem = fitting.misfits(scenario, desk.way, desk.provider.spec)
    if problem:
        return state, desk.refuse(400, problem), ()
    parts = scenario.at(*fitting.OF_CALL) if route.kind == "call" else scenario.at("submit")
    state, part = turns.due(state, parts, "submit", desk.provider.id)
    if part is None:
        return take(state, desk)
    row, fault = part.error, part.fault
    if row is not None and row.accepted == "never":
        return state, desk.error(rows.scripted(row)), ()
    if fault is not None and not fault.acts:
        return state, befall(fault, Reply(200), desk.request, desk.now), ()
    elsewhere = fault is not None and fault.view == "elsewhere"
    grown, reply, effects = take(state, views.elsewhere(desk) if elsewhere else desk)
    accepted = next((effect for effect in effects if isinstance(effect, Charge)), None)
    if row is not None and accepted is not None:
        reply = replace(desk.error(rows.scripted(row)), wait=reply.wait)
    if fault is None:
        return grown, reply, effects
    if fault.view == "other" and accepted is not None:
        reply = desk.submitted(views.other(grown.jobs[accepted.request_id], state))
    return grown, befall(fault, reply, desk.request, desk.now), effects


def about_job(state: State, desk: Desk, job: Job, phase: Phase, scenario: Scenario) -> Handled:
    """Answer a request about a job, as a scenario wants it."""
    streams = desk.route is not None and desk.route.kind == "stream"

    def fits(part: Part) -> bool:
        if part.fault is None:
            return part.error is None or part.answers(desk.way)
        # The events of a stream keep to their order: these two are for looks that are asked for one by one.
        return views.applies(part.fault, job, desk.now) and not (streams and part.fault.view in {"back", "resumed"})

    state, part = turns.due(state, scenario.at(phase), phase, job.request_id, fits)
    if part is None:
        return known_job(state, desk, job, phase)
    row, fault = part.error, part.fault
    if row is not None and not forgotten(desk, job):
        unknown = row.means == "unknown_job"
        return state, desk.unknown(job.request_id, row) if unknown else desk.error(rows.scripted(row), job), ()
    return known_job(state, desk, job, phase) if fault is None else _under(fault, state, desk, job, phase)


def _under(fault: Fault, state: State, desk: Desk, job: Job, phase: Phase) -> Handled:
    if not fault.acts:
        return state, befall(fault, Reply(200), desk.request, desk.now), ()
    if fault.view in {"missing", "expired"}:
        return state, desk.unknown(job.request_id, rows.unknown_job(desk.provider.spec, desk.queue, phase)), ()
    seat, shown = views.seen(fault, desk, job, state)
    if desk.route is not None and desk.route.kind == "status":
        # It is the job that is looked at, and not what is shown of it.
        return looked_at(state, job, desk.now), _befallen(fault, read(seat, shown, phase), seat, shown), ()
    if phase == "cancel":
        # What is kept of the wish is told by the clock that everybody else goes by.
        seat, shown = desk, replace(shown, submitted=shown.submitted + desk.now - seat.now)
    after, reply, effects = known_job(state, seat, shown, phase)
    return after, _befallen(fault, reply, seat, shown), effects


def look(state: State, desk: Desk, watch: Watch, job: Job, fault: Fault) -> Look:
    """What a stream has to say next whose events tell what is not so."""
    seat, shown = views.seen(fault, desk, job, state)
    if fault.view in {"queued", "running"} and seat.now < desk.now:
        # Nothing changes any more: what is told once is told, and signs of life follow.
        chunk = streaming.look(seat, watch, shown).chunk if watch.told is None else b": ping\n\n"
        return Look(chunk, replace(watch, told=desk.now, alive=desk.now), desk.now + _PING)
    told = streaming.look(seat, watch, shown)
    if fault.view != "unknown_state" or desk.queue.stream is None:
        return told
    event = told.chunk.removeprefix(b"data: ")
    if event == told.chunk:
        return told
    pointer = desk.queue.stream.at + (desk.queue.status.state or "")
    return replace(told, chunk=b"data: " + in_a_new_state(event, pointer) + b"\n\n")


def of_upload(state: State, desk: Desk, scenario: Scenario, answer: Callable[[State], Handled]) -> Handled:
    """Answer a request of an upload, as a scenario wants it; `answer` does so where nothing befalls it."""
    state, part = turns.due(state, scenario.at("upload"), "upload", desk.provider.id)
    if part is None:
        return answer(state)
    if part.error is not None:
        return state, desk.error(rows.scripted(part.error)), ()
    if part.fault is None or not part.fault.acts:
        return state, Reply(200) if part.fault is None else befall(part.fault, Reply(200), desk.request, desk.now), ()
    grown, reply, effects = answer(state)
    return grown, befall(part.fault, reply, desk.request, desk.now), effects


def _befallen(fault: Fault, reply: Reply, desk: Desk, job: Job) -> Reply:
    if reply.watch is not None:
        if fault.view is not None:
            return replace(reply, watch=replace(reply.watch, fault=fault.name))
        # What breaks is the first event; no more follows.
        first = streaming.look(desk, reply.watch, job)
        reply = replace(reply, watch=None, body=first.chunk)
    if fault.view == "unknown_state":
        return replace(reply, body=in_a_new_state(reply.body, desk.queue.status.state or ""))
    return befall(fault, reply, desk.request, desk.now)

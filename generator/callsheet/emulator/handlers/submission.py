"""The submission: what is refused at once, and the job that follows from what is accepted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Never

from callsheet.emulator.answers import account, rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.answers.values import addresses
from callsheet.emulator.faults import fitting, turns
from callsheet.emulator.faults.scenarios import Scenario
from callsheet.emulator.jobs import progress
from callsheet.emulator.jobs.ids import id_of, shaped
from callsheet.emulator.jobs.job import QUEUED_SHARE, Failure, Job, Stage, State
from callsheet.emulator.messages import Charge, Effect, Reply, Request
from callsheet.emulator.options import PROGRESS_HEADER, SCENARIO_HEADER, Options
from callsheet.emulator.requests import asked, bodies
from callsheet.emulator.requests.judging import Violation, judge, unknown_fields
from callsheet.emulator.requests.routes import Candidate, Route, fill
from callsheet.emulator.webhooks import hooking
from callsheet.plan.model import ModelPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import ProtocolSpec

MAX_BODY: Final = 10 * 1024 * 1024
"""Bytes of the largest submission that is read."""

_MAX_DEPTH: Final = 64
_MAX_VALUES: Final = 20_000
"""Values in a body, at every depth: everybody waits while one is judged."""
_REFUSED_AFTER: Final = 2.0
"""Seconds until a job with a bad input fails: it is refused when it is first looked at."""

Handled = tuple[State, Reply, tuple[Effect, ...]]


class BadBodyError(ValueError):
    """A body that is no JSON object; its words are meant for the caller."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a submission is about: the model, its input, and what was asked for beside it."""

    model: ModelPlan
    variables: Mapping[str, str]
    read: bodies.Read
    options: Mapping[str, Plain]


def submit(state: State, desk: Desk, route: Route, scenario: Scenario, options: Options) -> Handled:
    """Answer a submission whose key is good and whose scenario does not refuse it."""
    taken = accept(state, desk, route, scenario, options)
    if isinstance(taken, Reply):
        return state, taken, ()
    grown, job, charge = taken
    return grown, desk.submitted(job), (charge,)


def accept(
    state: State, desk: Desk, route: Route, scenario: Scenario, options: Options
) -> Reply | tuple[State, Job, Charge]:
    """The job that a submission becomes, with the state that knows it and its charge; or why it is refused."""
    meant = read(desk, route)
    if isinstance(meant, Reply):
        return meant
    model = meant.model
    unpaid = account.refusal(state, desk.provider.spec, desk.way, model, options)
    if unpaid is not None:
        left = account.left(state, desk.provider.id, options)
        return desk.error(replace(rows.scripted(unpaid), credits=left))
    failure = _input_failure(desk, meant)
    if failure and desk.way.judges.when == "at_submit":
        return desk.error(failure)
    script = _script(state, desk, options)
    seconds = script if isinstance(script, float) else options.duration(model.spec.typical_seconds, state.submissions)
    if failure:
        seconds = min(seconds, _REFUSED_AFTER)
    elif scenario.endings:
        state, ending = turns.due(state, scenario.endings, "end", desk.provider.id)
        failure = fitting.failure(ending, desk.way, desk.provider.spec) if ending is not None else None
    number = id_of(options.seed, state.submissions)
    job = Job(
        request_id=_id(desk, meant, shaped(number, desk.provider.spec.request_ids, desk.now)),
        provider=model.provider,
        model=model.id,
        protocol=desk.way.name,
        payload=meant.read.payload,
        submitted=desk.now,
        seconds=seconds,
        scenario=desk.request.header(SCENARIO_HEADER) or "",
        failure=failure,
        queued=seconds * QUEUED_SHARE,
        path=meant.variables,
        options=meant.options,
    )
    if isinstance(script, tuple):
        job = progress.scripted(job, script)
    job = _in_time(desk, job)
    charge = _charge(desk, model, job)
    if charge.billed == "always":
        state = account.charged(state, job, model)
    paths = addresses(desk.provider, model, desk.way, job) if isinstance(desk.way, ProtocolSpec) else {}
    job = replace(job, credits=account.left(state, job.provider, options), addresses=paths)
    grown = replace(
        state,
        submissions=state.submissions + 1,
        jobs={**state.jobs, job.request_id: job},
        ledger=(*state.ledger, charge),
    )
    hook = hooking.owed(state, desk.provider, job, desk.request, scenario.webhook)
    if hook is not None:
        grown = replace(grown, hooks={**state.hooks, job.request_id: hook}, hooked=state.hooked + 1)
    return grown, job, charge


def _id(desk: Desk, meant: Meant, made_up: str) -> str:
    """An id of the form that the provider gives its jobs."""
    form = desk.way.submit.id_form
    return fill(form, {**meant.model.spec.path, **meant.variables, "id": made_up}) if form is not None else made_up


def read(desk: Desk, route: Route) -> Meant | Reply:
    """What a submission means, by whichever of the models at its address it fits; or why it is refused."""
    try:
        body = read_object(desk.request)
    except BadBodyError as unread:
        if len(desk.request.body) > MAX_BODY:
            return desk.refuse(413, str(unread))
        return desk.bad_request(str(unread))
    wanted = asked.options(desk.provider.spec, desk.way, desk.request, body)
    if wanted.faults:
        return desk.bad_request("; ".join(wanted.faults))
    problem: bodies.BadShapeError | None = None
    for candidate in route.candidates:
        try:
            return _meant(desk, candidate, body, wanted.options)
        except bodies.BadShapeError as found:
            problem = problem or found
    return desk.bad_request(str(problem or "The request body fits no model"))


def read_object(request: Request) -> dict[str, Plain]:
    """The JSON object in a body; BadBodyError for anything else, so that no later step has to fear it."""
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if len(request.body) > MAX_BODY:
        raise BadBodyError(f"The request body is larger than {MAX_BODY} bytes")
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise BadBodyError(f"Invalid content type: expected application/json, got {kind or 'none'}")
    try:
        value: Plain = json.loads(request.body.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise BadBodyError(f"The request body is not valid JSON: {str(problem)[:200]}") from problem
    if not isinstance(value, dict):
        raise BadBodyError("The request body is not a JSON object")
    _check_extent(value)
    return value


def _meant(desk: Desk, candidate: Candidate, body: Plain, options: Mapping[str, Plain]) -> Meant:
    model = candidate.model
    read = bodies.read(model, desk.way.name, body, candidate.variables, asked.keys_in_body(desk.way))
    wanted = bodies.variables(model, desk.way.name, read.payload)
    for name, value in wanted.items():
        if candidate.variables.get(name) != value:
            raise bodies.BadShapeError(f"This input belongs to the address with {value!r}")
    return Meant(model, candidate.variables, read, options)


def _charge(desk: Desk, model: ModelPlan, job: Job) -> Charge:
    price, request = model.spec.price, desk.request
    return Charge(
        job.request_id,
        job.provider,
        job.model,
        desk.now,
        "always" if job.failure is None else job.failure.row.billed if job.failure.row else "maybe",
        number=request.number,
        method=request.method,
        path=request.path,
        price=price.amount,
        currency=price.currency,
        per=price.per,
    )


def _script(state: State, desk: Desk, options: Options) -> tuple[Stage, ...] | float | None:
    """What was asked for of the job's progress: stages, or only a number of seconds; None where nothing was.

    ProgressError where the request itself asks for a state that there is not.
    """
    asked_for = desk.request.header(PROGRESS_HEADER)
    text = asked_for or state.progress or options.progress
    if not text:
        return None
    if not isinstance(desk.way, ProtocolSpec):
        return progress.without_looks(text)
    seconds = progress.duration(text)
    if seconds is not None:
        return seconds
    try:
        return progress.stages(text, desk.way)
    except progress.ProgressError:
        if asked_for:
            raise
        return None  # what is said once for all providers may name a state that not all have


def _in_time(desk: Desk, job: Job) -> Job:
    """The job, ended with the error for it where it cannot start before the deadline that was asked for."""
    known = {row.name: row for row in desk.provider.spec.errors}
    for option in desk.way.submit.options:
        limit = job.options.get(option.name)
        row = known.get(option.missed or "")
        if row is None or isinstance(limit, bool) or not isinstance(limit, int | float):
            continue
        # How long a job will wait for looks is not known: it may be in time.
        if limit < job.queued < math.inf:
            return replace(job, seconds=limit, queued=limit, failure=rows.scripted(row), stages=(), passed=())
    return job


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _no_constant(text: str) -> Never:
    raise ValueError(f"{text} is not JSON")


def _check_extent(value: Plain) -> None:
    """BadBodyError for what is too deep or too wide."""
    layer: list[Plain] = [value]
    count = 0
    for _ in range(_MAX_DEPTH):
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        count += len(layer)
        if count > _MAX_VALUES:
            raise BadBodyError(f"The request body holds more than {_MAX_VALUES} values")
        if not layer:
            return
    raise BadBodyError(f"The request body is nested deeper than {_MAX_DEPTH} levels")


def _input_failure(desk: Desk, meant: Meant) -> Failure | None:
    judges = desk.way.judges
    row = next((row for row in desk.provider.spec.errors if row.name == judges.refuses_with), None)
    if judges.when == "never" or row is None:
        return None
    found = judge(meant.model.wire_schema, meant.read.payload, judges)
    placed = [
        replace(one, path=(*meant.read.place(str(one.path[0])), *one.path[1:])) if one.path else one for one in found
    ]
    violations: tuple[Violation, ...] = (*placed, *unknown_fields(meant.read.unknown, judges))
    if not violations:
        return None
    return Failure(row, "; ".join(f"{v.field}: {v.message}" if v.field else v.message for v in violations), violations)

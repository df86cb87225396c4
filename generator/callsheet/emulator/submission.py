"""The submission: what is refused at once, and the job that follows from what is accepted."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Final, Never

from callsheet.emulator.jobs import Fault, Job, State
from callsheet.emulator.judging import Violation, judge
from callsheet.emulator.messages import Charge, Effect, Reply, Request
from callsheet.emulator.options import Options
from callsheet.emulator.replies import Desk, id_of
from callsheet.emulator.routes import Route
from callsheet.emulator.scenarios import Scenario
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec

MAX_BODY: Final = 10 * 1024 * 1024
"""Bytes of the largest submission that is read."""

_MAX_DEPTH: Final = 64
_REFUSED_AFTER: Final = 2.0
"""Seconds, before `Options.speed`, until a job with a bad input fails: it is refused when it is first looked at."""

Handled = tuple[State, Reply, tuple[Effect, ...]]


class BadBodyError(ValueError):
    """A body that is no JSON object; its words are meant for the caller."""


def submit(state: State, desk: Desk, route: Route, scenario: Scenario, options: Options) -> Handled:
    """Answer a submission whose key is good and whose scenario does not refuse it."""
    model, protocol = route.models[0], route.protocol
    try:
        payload = read_object(desk.request)
    except BadBodyError as problem:
        return state, desk.refuse(413 if len(desk.request.body) > MAX_BODY else 400, str(problem)), ()
    fault = _input_fault(route, payload)
    if fault and protocol.judges.when == "at_submit":
        return state, desk.error(fault), ()
    seconds = options.duration(model.spec.typical_seconds)
    if fault:
        seconds = min(seconds, _REFUSED_AFTER / options.speed)
    elif scenario.ends_job and scenario.error:
        fault = scripted(scenario.error)
    job = Job(
        request_id=id_of(options.seed, state.submissions),
        provider=model.provider,
        model=model.id,
        protocol=protocol.name,
        payload=payload,
        submitted=desk.now,
        seconds=seconds,
        scenario=scenario.text,
        fault=fault,
    )
    charge = Charge(job.request_id, job.provider, job.model, desk.now, fault.row.billed if fault else "always")
    grown = replace(
        state,
        submissions=state.submissions + 1,
        jobs={**state.jobs, job.request_id: job},
        ledger=(*state.ledger, charge),
    )
    return grown, desk.submitted(job), (charge,)


def scripted(row: ErrorSpec) -> Fault:
    """An error that comes from a scenario: its own description is its message."""
    return Fault(row, row.about, (Violation("value", (), row.about, {}),))


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
    if _deeper_than(value, _MAX_DEPTH):
        raise BadBodyError(f"The request body is nested deeper than {_MAX_DEPTH} levels")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _no_constant(text: str) -> Never:
    raise ValueError(f"{text} is not JSON")


def _deeper_than(value: Plain, levels: int) -> bool:
    layer: list[Plain] = [value]
    for _ in range(levels):
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not layer:
            return False
    return True


def _input_fault(route: Route, payload: dict[str, Plain]) -> Fault | None:
    judges = route.protocol.judges
    row = next((row for row in route.provider.spec.errors if row.name == judges.refuses_with), None)
    if judges.when == "never" or row is None:
        return None
    violations = judge(route.models[0].wire_schema, payload, judges)
    if not violations:
        return None
    return Fault(row, "; ".join(f"{v.field}: {v.message}" if v.field else v.message for v in violations), violations)

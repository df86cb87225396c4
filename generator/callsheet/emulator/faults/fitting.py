"""Whether a scenario can happen at all to a submission, by the protocol that it is sent through."""

from __future__ import annotations

from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.faults.scenarios import Part, Scenario
from callsheet.emulator.faults.table import Fault, FaultPhase
from callsheet.emulator.jobs.job import Failure
from callsheet.emulator.requests.routes import Way
from callsheet.runtime.words import FINAL
from callsheet.spec.model import ErrorSpec, ProtocolSpec, ProviderSpec, StateSpec

OF_CALL: Final[frozenset[FaultPhase]] = frozenset({"submit", "status", "result"})
"""A blocking call is all of these in one."""

_NO_JOB_TO_READ: Final = frozenset({"unknown_job", "not_finished"})


def misfits(scenario: Scenario, way: Way, provider: ProviderSpec) -> str:
    """Why parts of a scenario can never happen here, in words; empty where each can."""
    found = (_misfit(part, way, provider) for part in scenario.parts)
    return "; ".join(f"`{part.text}`: {why}" for part, why in zip(scenario.parts, found, strict=True) if why)


def phases_of(way: Way) -> frozenset[FaultPhase]:
    """The phases that a call through a protocol may have."""
    found: set[FaultPhase] = {"connect", "submit", "upload", "webhook"}
    if not isinstance(way, ProtocolSpec):
        return frozenset({*found, *OF_CALL, *(("download",) if way.result.decode != "bytes" else ())})
    found.add("status")
    if way.result.url is not None:
        found.add("result")
    if way.file is not None:
        found.add("file")
    if way.cancel is not None:
        found.add("cancel")
    if way.result.decode != "bytes" and (way.file is None or way.file.gives != "bytes"):
        found.add("download")
    return frozenset(found)


def failure(part: Part, way: Way, provider: ProviderSpec) -> Failure | None:
    """What a job ends with of which a part says how it ends; None where it succeeds."""
    row = part.error
    if part.state is not None:
        state = _state(part.state, way)
        if state is None or state.means in {"succeeded", "ended"}:
            return None
        row = next((row for row in provider.errors if row.name == state.error), None)
        if row is None and state.means == "cancelled" and isinstance(way, ProtocolSpec):
            row = rows.cancelled(provider, way)
    return rows.scripted(row) if row is not None else Failure(None, "Cancelled")


def _misfit(part: Part, way: Way, provider: ProviderSpec) -> str:
    if part.state is not None:
        return "" if _state(part.state, way) else f"protocol {way.name} has no such final state"
    if not part.answers(way):
        playing = ", ".join(known.name for known in provider.ways if part.answers(known))
        return f"it is no answer of the protocol {way.name}; it is one of {playing}"
    if part.phases and part.phases.isdisjoint(phases_of(way)):
        return f"protocol {way.name} has no {' or '.join(sorted(part.phases))}"
    if part.error is not None and part.error.means in _NO_JOB_TO_READ and not isinstance(way, ProtocolSpec):
        return f"protocol {way.name} is one blocking call, so there is no job to ask for"
    accepts = "submit" in part.phases and part.fault is not None and part.fault.acts and part.fault.http
    if accepts and (row := _never_accepts(accepts, way, provider)):
        return f"the spec says of {row.http} ({row.name}) that nothing was accepted"
    return _of_fault(part.fault, way) if part.fault is not None else ""


def _of_fault(fault: Fault, way: Way) -> str:
    if fault.view is None or fault.view == "elsewhere":
        return ""
    if not isinstance(way, ProtocolSpec):
        return f"protocol {way.name} is one blocking call, so there is no job to ask for"
    states = way.status.states
    if fault.view == "unknown_state" and (way.status.state is None or any(s.by_http or s.seen for s in states)):
        return f"the states of protocol {way.name} are no words"
    if fault.view == "back" and not {"queued", "running"} <= {state.means for state in states}:
        return f"protocol {way.name} does not tell waiting and running apart"
    return ""


def _never_accepts(http: int, way: Way, provider: ProviderSpec) -> ErrorSpec | None:
    """A row that says of any submission answered with that status that it was not accepted."""
    return next(
        (
            row
            for row in rows.of(provider, way)
            if row.http == http
            and row.accepted == "never"
            and row.code is None
            and row.match is None
            and (not row.on or "submit" in row.on)
        ),
        None,
    )


def _state(name: str, way: Way) -> StateSpec | None:
    if not isinstance(way, ProtocolSpec):
        return None
    return next((state for state in way.status.states if state.name == name and state.means in FINAL), None)

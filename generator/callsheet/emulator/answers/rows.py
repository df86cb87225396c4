"""Which row of a provider's errors an answer of the emulator's takes its form from."""

from __future__ import annotations

from typing import Final

from callsheet.emulator.jobs.job import Failure
from callsheet.emulator.requests.judging import Violation
from callsheet.runtime.words import Phase
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec, ProviderSpec

_BAD_REQUEST: Final = 400
_GATEWAY_TIMEOUT: Final = 504


def of(provider: ProviderSpec, way: ProtocolSpec | CallSpec) -> tuple[ErrorSpec, ...]:
    """The rows that a protocol answers."""
    return tuple(row for row in provider.errors if not row.protocols or way.name in row.protocols)


def unknown_job(provider: ProviderSpec, way: ProtocolSpec | CallSpec, phase: Phase) -> ErrorSpec | None:
    """The row for an id that is not known."""
    rows = [row for row in of(provider, way) if row.means == "unknown_job"]
    return next((row for row in rows if not row.on or phase in row.on), None)


def bad_request(provider: ProviderSpec, way: ProtocolSpec | CallSpec) -> ErrorSpec | None:
    """The row for a submission of another form than the provider's; None where the spec has none that fits."""
    refused = [row for row in of(provider, way) if row.means == "refused" and (not row.on or "submit" in row.on)]
    ranked = [
        *(row for row in refused if row.http == _BAD_REQUEST),
        *(row for row in refused if row.name == way.judges.refuses_with),
    ]
    return next((row for row in ranked if row.answer is not None), None)


def gave_up(provider: ProviderSpec, way: CallSpec) -> ErrorSpec | None:
    """The row of a gateway that waits no longer while the job goes on; None where the spec shows none."""
    rows = [row for row in of(provider, way) if row.means == "unavailable" and row.accepted != "never"]
    rows = [row for row in rows if not row.on or {"submit", "result"} & set(row.on)]
    exact = [row for row in rows if row.http == _GATEWAY_TIMEOUT]
    return next(iter([*exact, *rows]), None)


def cancelled(provider: ProviderSpec, protocol: ProtocolSpec) -> ErrorSpec | None:
    """The row for a job that was cancelled, where there is one: that of its state, else one that means it."""
    named = {state.error for state in protocol.status.states if state.means == "cancelled"}
    rows = [row for row in of(provider, protocol) if row.means == "cancelled"]
    return next(iter([*(row for row in rows if row.name in named), *rows]), None)


def scripted(row: ErrorSpec) -> Failure:
    """An error that nothing in the request caused. Its words are its name: what it means, the client says itself."""
    words = row.name.replace("_", " ").capitalize()
    return Failure(row, words, (Violation("value", (), words, {}),))

"""A webhook that a job owes to an address, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from callsheet.emulator.messages import Request
from callsheet.emulator.webhook_faults import Befalls


@dataclass(frozen=True, slots=True)
class Hook:
    """How far the delivery of a webhook has come. It is forgotten once nothing more is to be sent."""

    request_id: str
    number: int
    """How many were owed before it."""
    address: str
    asked: Request = field(repr=False)
    """The submission without its headers and body: it tells how the client reaches the provider."""
    faults: tuple[Befalls, ...] = ()
    attempts: int = 0
    first: float | None = None
    """When the first attempt was made."""
    stamped: int = 0
    """The time that the last attempt told its receiver, in whole seconds."""
    again: float | None = None
    """When the next one is; None while nothing but the job is waited for."""
    in_flight: int = 0
    """Copies that are under way."""
    received: bool = False
    """One was answered with 2xx."""
    repeated: bool = False

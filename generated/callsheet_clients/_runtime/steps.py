# Copied by callsheet from generator/callsheet/runtime/steps.py.
# Do not edit: change that file, then `make generate`.
"""What a flow can ask for. Flows yield these; `drive` is the only code that carries them out.

A transport that failed is thrown into the flow as `NotSent` or `Broken`, since the flow is where it is decided what
to do.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .handle import Update

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP exchange, its answer read whole. `timeout` bounds each wait on the socket, in seconds."""

    method: str
    url: str
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # holds the key
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Fetch:
    """One download, streamed to `path`. Redirects are followed; no credential ever goes along."""

    url: str
    path: Path
    timeout: float


@dataclass(frozen=True, slots=True)
class Sleep:
    """A pause, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now:
    """The time, answered with a `Moment`."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A word to the caller's own function; one that returns an awaitable is awaited by the async driver."""

    listener: Callable[[Update], object]
    update: Update


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: `monotonic` for durations, `unix` for what has a date. Seconds."""

    monotonic: float
    unix: float


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Header names are lower case. A `Fetch` that succeeded has an empty body and a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    at: Moment
    size: int | None = None

    @property
    def fine(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of codes that mean success


class TransportError(Exception):
    """An exchange that has no answer."""


class NotSent(TransportError):
    """The request certainly did not reach the provider: no connection was made."""


class Broken(TransportError):
    """The request may have reached the provider: sending, waiting or reading failed."""


Step = Call | Fetch | Sleep | Now | Tell
Flow = Generator[Step, Any, T]


def call(step: Call | Fetch) -> Flow[Reply]:
    """Ask for an exchange."""
    reply: Reply = yield step
    return reply


def now() -> Flow[Moment]:
    """Ask for the time."""
    moment: Moment = yield Now()
    return moment

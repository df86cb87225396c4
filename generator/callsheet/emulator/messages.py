"""What goes into the core and what comes out of it: values, free of any server or client library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from callsheet.runtime.words import Billed
from callsheet.source.nodes import Plain

HostKey = tuple[str, str]
"""A declared host: id of the provider, name of the host within its spec."""

Pairs = tuple[tuple[str, str], ...]
"""Headers, or the options of a query, in order."""

_FINE: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to a declared host.

    `origin` is `scheme://host:port` as the client wrote it; addresses in an answer start with it. `path` is decoded.
    """

    host: HostKey
    origin: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Pairs = ()
    body: bytes = b""
    number: int = 0
    """Which one it is of those that reached the session, from 1 on; 0 where nobody counts."""
    date: float | None = None
    """What time it is for who asks, in seconds of the epoch, where that is not the emulator's time."""
    base: str = ""
    """Where all hosts are at one address: that address. Each is at `/PROVIDER/HOST` below it."""

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Watch:
    """A stream of looks at a job that is under way: what has been sent, so that what is new can be told."""

    request: Request
    request_id: str
    alive: float
    """When something was sent last."""
    told: float | None = None
    """The time that the last event is about."""
    looked: int = 0
    """Looks at the job that were waited for, as the last event found them."""
    lines: int = 0
    """Lines of the log that were there at the last event."""
    fault: str | None = None
    """The name of what its events tell that is not so."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How the bytes of an answer travel, where they do not simply come."""

    refused: bool = False
    """Nobody listens. Nothing else is said then."""
    begins: bool = True
    """Whether anything comes at all: status line, headers and body."""
    part: float = 1.0
    """How much of the body comes, from 0 to 1."""
    ends: Literal["closed", "reset", "silence"] = "closed"
    """What follows the last byte: an orderly end, a reset, or nothing on a connection that stays open."""
    announced: int = 0
    """Bytes by which the announced length differs from that of the body."""
    pieces: int = 1
    """In how many pieces the answer comes; 0 is one for each byte."""
    pause: float = 0.0
    """Seconds before each piece."""
    garbled: bool = False
    """It is not HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request."""

    status: int
    headers: Pairs = ()
    body: bytes = b""
    wait: float = 0.0
    """Seconds that pass before it is given: a blocking call lasts as long as its job."""
    wire: Wire | None = None
    """What becomes of its bytes; None where they come as they should."""
    watch: Watch | None = None
    """It is a stream: what follows is asked of `Emulator.look`."""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Look:
    """The next piece of a stream: its bytes, most often none, and when to look again; None at its end."""

    chunk: bytes
    watch: Watch
    again: float | None


@dataclass(frozen=True, slots=True)
class Charge:
    """An entry of the ledger: a submission for which a job runs, and whether the provider bills such a job."""

    request_id: str
    provider: str
    model: str
    at: float
    billed: Billed
    number: int = 0
    """Which request it follows from, as the session counts them."""
    method: str = ""
    path: str = ""
    price: float | None = None
    """The amount that the spec states, in `currency` and for one `per`."""
    currency: str | None = None
    per: str | None = None

    @property
    def costs(self) -> float | None:
        """What such a job costs, where the price is for a call; None where it is not stated, or for another unit."""
        return self.price if self.per in {None, "call"} else None

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.provider}/{self.model} accepted as {self.request_id}, billed: {self.billed}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request that the outside is to make. `timeout` is in seconds, of the time that the receiver lives in."""

    provider: str
    model: str
    request_id: str
    attempt: int
    """From 1 on."""
    url: str
    headers: Pairs
    body: bytes
    timeout: float

    def header(self, name: str) -> str | None:
        """The header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery went, as the outside saw it: the answer's status, or in words why there was none."""

    status: int | None = None
    trouble: str = ""
    final: bool = False
    """No further attempt can go better: the address is not one that anything is sent to."""

    @property
    def received(self) -> bool:
        """Whether the receiver has it: providers take any 2xx for that, and follow no redirect."""
        return self.status in _FINE


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was made, or that will not be."""

    provider: str
    model: str
    request_id: str
    number: int
    """From 1 on; 0 where nothing was sent."""
    url: str
    at: float
    outcome: Outcome
    next: float | None = None
    """When the next one is; None where this was the last."""

    def __str__(self) -> str:
        """One line for people."""
        which = f"webhook {self.number}" if self.number else "webhook"
        told = self.outcome.trouble if self.outcome.status is None else f"HTTP {self.outcome.status}"
        then = "" if self.next is None else f", again in {max(0.0, self.next - self.at):.1f} s"
        line = f"{self.provider}/{self.model} {self.request_id}: {which} to {self.url}: {told}{then}"
        return "".join(char if char.isprintable() else "?" for char in line)  # a caller wrote the address


Note = Charge | Attempt
"""What people may want to be told."""


@dataclass(frozen=True, slots=True)
class Advance:
    """The clock is to be moved on: the control API says so, or a look lets time pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cleared:
    """All was forgotten: what is kept beside the state is, too."""


Effect = Charge | Advance | Cleared
"""What the outside has to act on, beside sending the reply."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it."""

    request: Request
    reply: Reply
    effects: tuple[Effect, ...]
    at: float
    """Seconds of the epoch, by the emulator's clock."""


def json_reply(status: int, body: Plain, headers: Pairs = ()) -> Reply:
    """An answer in JSON. ASCII only, so that a lone surrogate that a caller sent can be told back to it."""
    return Reply(status, (("content-type", "application/json"), *headers), json.dumps(body).encode("ascii"))

"""What a flow can ask for. Flows yield these; `drive` is the only code that carries them out.

A transport that failed is thrown into the flow as `NotSent` or `Broken`, since the flow is where it is decided what
to do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .pointer import parse

if TYPE_CHECKING:
    from .handle import Update
    from .localfile import LocalFile

T = TypeVar("T")


@dataclass(slots=True)  # made for each request: to freeze them costs more than the rest of a flow
class Call:
    """One HTTP exchange, its answer read whole, in `timeout` seconds.

    `secret_query` is appended to the URL where the key travels there. With a `spool`, an answer that is a file (2xx,
    and no JSON) goes to that path as it comes. With a `file`, that is the body, read piece by piece as it is sent.
    """

    method: str
    url: str
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # holds the key
    body: bytes | None = field(default=None, repr=False)
    secret_query: str = field(default="", repr=False)
    spool: Path | None = None
    file: LocalFile | None = None
    stall: float | None = None
    """Seconds without a byte after which it is broken; None is `timeout`."""
    largest: int | None = None
    """Bytes of the longest answer with a spool; None is any."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One download, streamed to `path`, or into the answer's body where there is none.

    Redirects are followed where no credential goes along, and only there. `timeout` is how long it may stall, `within`
    and `largest` (seconds, bytes) what it may take in all.
    """

    url: str
    path: Path | None
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    secret_query: str = field(default="", repr=False)
    within: float = math.inf
    largest: float = math.inf


@dataclass(frozen=True, slots=True)
class Store:
    """A file that is here already, as bytes or at a path, put under its name in one step. Answered with its size.

    One that is to be moved is gone from where it was, once it is there.
    """

    path: Path
    content: bytes | Path = field(repr=False)
    move: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Something on this machine that may take a moment, such as reading a file. Answered with what it gives."""

    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the caller's own function; one that returns an awaitable is awaited by the async driver."""

    question: Callable[[str], object]
    about: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What one event of a stream comes to."""

    tell: Tell | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Listen:
    """A stream of server-sent events, each given to `take`, until it says that it is done, or `until` (monotonic)."""

    call: Call
    take: Callable[[str, Moment], Heard]
    until: float


@dataclass(frozen=True, slots=True)
class Record:
    """A line for the journal, on disk before the next step is taken. Answered with what `append` returns."""

    journal: Journal
    entry: Mapping[str, object]


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


@dataclass(slots=True)  # as above
class Moment:
    """A point in time: `monotonic` for durations, `unix` for what has a date. Seconds."""

    monotonic: float
    unix: float


@dataclass(slots=True)  # as above
class Reply:
    """An answer. Header names are lower case. A `Fetch` that succeeded has an empty body and a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    at: Moment
    size: int | None = None
    file: Path | None = None
    """Where the body went, for a `Call` with a spool."""
    _parsed: list[object] = field(default_factory=list[object], init=False, repr=False, compare=False)

    @property
    def json(self) -> object:
        """The body as JSON, ABSENT where it is none. It is read once, and not to be changed."""
        if not self._parsed:
            self._parsed.append(parse(self.body))
        return self._parsed[0]

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


class Unreadable(TransportError):
    """The caller's own file could not be read while it was sent. Trying again would not help."""


class TooMuch(TransportError):
    """A download that is longer, or takes longer, than the caller allows. Trying again would not help."""


class Journal(Protocol):
    """Where what happens to submissions is written down."""

    def append(self, entry: Mapping[str, object], /) -> str | None:
        """Write one entry, and return when it is on the disk. JournalFailed where that cannot be.

        An intent may be turned down: with words about an earlier submission of the same body that nobody knows the
        outcome of. Then it is not written, and nothing may be sent.
        """
        ...


Step = Call | Fetch | Store | Work | Ask | Listen | Record | Sleep | Now | Tell
Flow = Generator[Step, Any, T]


def call(step: Call | Fetch) -> Flow[Reply]:
    """Ask for an exchange."""
    reply: Reply = yield step
    return reply


def now() -> Flow[Moment]:
    """Ask for the time."""
    moment: Moment = yield Now()
    return moment


def work(do: Callable[[], T]) -> Flow[T]:
    """Ask for something to be done on this machine."""
    made: T = yield Work(do)
    return made

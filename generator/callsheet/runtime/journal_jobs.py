"""What the lines of a journal come to: one `Submitted` for each submission, with how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from .handle import Handle
from .processes import is_gone

Entry = Mapping[str, object]
"""One line. `event` is what happened, `intent` the submission's id, `at` when (seconds since 1970)."""

JobState = Literal["sending", "open", "ended", "refused", "unknown"]
"""`sending`: a process that lives is at it. `open`: its id is known, its end is not. `unknown`: a job may run."""

End = Literal["succeeded", "failed", "cancelled", "expired"]
"""`expired`: the provider no longer knows the job, and says that it keeps none for so long."""

EVENTS: Final = frozenset({"intent", "accepted", "refused", "unknown", "ended", "saved"})

_ENDS: Final = frozenset({"succeeded", "failed", "cancelled", "expired"})

_LARGEST: Final = 1e11  # seconds since 1970: in the year 5138

_Key = tuple[str, str, str, str]
"""Provider, model, protocol, request id."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission, as the journal knows it. Times are seconds since 1970."""

    intent: str
    """An id of the client's own."""
    state: JobState
    provider: str
    model: str
    protocol: str
    request_id: str | None
    """The provider's id; None where it never came."""
    token: str | None
    """For `endpoint.job(token)`."""
    end: End | None
    """How the job ended."""
    why: str | None
    """Why it was refused, failed, or is unknown, in few words."""
    submitted_at: float | None
    ended_at: float | None
    sha256: str | None
    """Of the body that was sent."""
    files: tuple[str, ...]
    """Where its file was saved."""
    urls: tuple[str, ...]
    """Addresses of what a blocking call made: nothing can be asked again there."""
    spool: str | None
    """Where the bytes of a blocking call go as they come, and may still be."""
    pid: int | None
    """The process that sent it, on the machine `host`."""
    host: str | None

    @property
    def handle(self) -> Handle | None:
        """The job's handle, where its id is known and can be asked for."""
        return None if self.token is None else Handle.read(self.token)


class Lines:
    """The lines of one submission, the first of each kind."""

    def __init__(self, intent: str) -> None:
        self.intent = intent
        self.known: dict[str, Entry] = {}
        self.files: list[str] = []
        self.handle: Handle | None = None

    def add(self, entry: Entry) -> None:
        """Take one line."""
        event = str(entry["event"])
        if event == "saved":
            self.files += [path] if (path := text(entry, "file")) else []
        elif event == "accepted":
            self.handle = _handle(entry)
            if self.handle is not None:
                self.known.setdefault(event, entry)
        else:
            self.known.setdefault(event, entry)

    @property
    def answered(self) -> bool:
        """Whether anything is known of what became of it; that nobody knows is known, too."""
        return bool(self.known.keys() - {"intent"})

    def is_unknown(self, now: float) -> bool:
        """Whether nobody will ever say what became of it."""
        if self.answered:
            return self.known.keys() <= {"intent", "unknown"}
        sent = self.known.get("intent", {})
        pid, at, within = (number(sent, name) for name in ("pid", "at", "within"))
        if at is None or pid is None:
            return True
        return is_gone(int(pid), text(sent, "host") or "", text(sent, "born")) or now - at > (within or 0.0)

    def key(self) -> _Key | None:
        """What lines without the intent call the job."""
        if self.handle is not None:
            return self.handle.provider, self.handle.model, self.handle.protocol, self.handle.request_id
        sent, ended = self.known.get("intent", {}), self.known.get("ended", {})
        return job_key({**sent, **ended})

    def submitted(self, now: float) -> Submitted:
        """What they come to."""
        sent, ended = self.known.get("intent", {}), self.known.get("ended", {})
        handle = self.handle
        state, last = self._state(ended, now)
        return Submitted(
            intent=self.intent,
            state=state,
            provider=handle.provider if handle else text(sent, "provider") or "",
            model=handle.model if handle else text(sent, "model") or "",
            protocol=handle.protocol if handle else text(sent, "protocol") or "",
            request_id=handle.request_id if handle else text(ended, "request_id"),
            token=handle.token if handle else None,
            end=cast("End", how) if (how := text(ended, "how")) in _ENDS else None,
            why=text(last, "why") or (_lost(sent) if state == "unknown" else None),
            submitted_at=number(sent, "at") or (handle.submitted_at if handle else None),
            ended_at=number(ended, "at"),
            sha256=text(sent, "sha256"),
            files=tuple(self.files),
            urls=tuple(_texts(ended.get("urls"))),
            spool=text(sent, "spool"),
            pid=int(pid) if (pid := number(sent, "pid")) is not None else None,
            host=text(sent, "host"),
        )

    def _state(self, ended: Entry, now: float) -> tuple[JobState, Entry]:
        """How it stands, and the line that says so. What is certain outweighs what was feared."""
        if ended:
            return "ended", ended
        if self.handle is not None:
            return "open", {}
        for event in ("refused", "unknown"):
            if event in self.known:
                return cast("JobState", event), self.known[event]
        return ("unknown" if self.is_unknown(now) else "sending"), {}


def submissions(entries: Iterable[Entry], now: float) -> tuple[Submitted, ...]:
    """Every submission, in the order in which they were made."""
    sent: dict[str, Lines] = {}
    latest: dict[_Key, Lines] = {}  # an id may come back: a provider that was set up anew counts from the start
    for entry in entries:
        if intent := text(entry, "intent"):
            lines = sent.setdefault(intent, Lines(intent))
            lines.add(entry)
            if key := lines.key():
                latest[key] = lines
        elif (key := job_key(entry)) and key in latest:
            latest[key].add(entry)
    return tuple(lines.submitted(now) for lines in sent.values() if lines.known)


def job_key(entry: Entry) -> _Key | None:
    """The job that a line is about, where it says so."""
    provider, model, protocol, request_id = (
        text(entry, name) for name in ("provider", "model", "protocol", "request_id")
    )
    return (provider, model, protocol, request_id) if provider and model and protocol and request_id else None


def text(entry: Entry, name: str) -> str | None:
    """A text of a line."""
    value = entry.get(name)
    return value if isinstance(value, str) and value else None


def number(entry: Entry, name: str) -> float | None:
    """A number of a line, of a size that a time or a process may have."""
    value = entry.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return value
    return None


def _texts(value: object) -> list[str]:
    return [item for item in cast("list[object]", value) if isinstance(item, str)] if isinstance(value, list) else []


def _handle(entry: Entry) -> Handle | None:
    try:
        return Handle.read(text(entry, "token") or "")
    except ValueError:
        return None


def _lost(sent: Entry) -> str:
    """Why nobody knows."""
    pid = number(sent, "pid")
    process = f"process {int(pid)} on {text(sent, 'host')}" if pid is not None else "the process that sent it"
    return f"{process} ended, or gave up, before it could write down an answer"

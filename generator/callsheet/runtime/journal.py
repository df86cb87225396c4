"""The journal: one small append-only file that knows what became of each submission, also after a kill -9.

Each line is JSON and on the disk before the client goes on: the intent before the request is sent, the job's id right
after the answer, the end when it is known. It holds no key and no payload, but the SHA-256 of the body. A line that a
crash or a full disk tore is passed over by readers, and the next writer begins a new one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from . import journal_jobs
from .errors import JournalFailed
from .journal_file import MARK, LockedFile, locked, replace
from .journal_jobs import EVENTS, Entry, Lines, Submitted, number, text
from .processes import identity

VERSION: Final = "journal/1"


@dataclass(frozen=True, slots=True)
class Contents:
    """A journal as it was read."""

    entries: tuple[Entry, ...]
    """Its lines, the oldest first."""
    unreadable: int
    """Lines that are none: torn by a crash or a full disk, or of a later version."""

    def jobs(self, now: float | None = None) -> tuple[Submitted, ...]:
        """What they come to, the oldest submission first."""
        return journal_jobs.submissions(self.entries, time.time() if now is None else now)


class Journal:
    """A journal in a file. Several clients, threads and processes may use one at the same time."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """The file is made when the first line is written; its folder has to be there."""
        if not os.fspath(path):
            raise ValueError("the path of a journal must not be empty")
        self.path: Final = Path(path).absolute()
        self._pending: dict[str, Lines] = {}
        self._read_to: tuple[tuple[int, int], int] = ((0, 0), 0)

    def __repr__(self) -> str:
        return f"Journal({str(self.path)!r})"

    def append(self, entry: Mapping[str, object], /) -> str | None:
        """Write one line, and return when it is on the disk. JournalFailed where that cannot be.

        An intent is not written when the same body was sent to the same endpoint before and a crash left it open what
        became of it. Then the words that say so are returned, once: they are noted, and who comes again knows.
        """
        try:
            with locked(self.path) as file:
                if entry.get("event") != "intent":
                    file.add(_line(entry))
                    return None
                earlier = self._crashed(file, entry)
                if earlier is None:
                    file.add(_line({**entry, **identity()}))
                    return None
                told = earlier.submitted(_now(entry))
                file.add(_line({"event": "unknown", "intent": told.intent, "why": told.why, "at": _now(entry)}))
                when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(told.submitted_at or 0))
                return f"it was sent at {when}; {told.why}"
        except OSError as exc:
            why = exc.strerror or str(exc)
            raise JournalFailed(f"the journal {self.path} cannot be written: {why}") from exc

    def read(self) -> Contents:
        """All lines; none where there is no such file. JournalFailed where it cannot be read."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Contents((), 0)
        except OSError as exc:
            raise JournalFailed(f"the journal {self.path} cannot be read: {exc.strerror or exc}") from exc
        lines = [entry for _, entry in _lines(data)]
        found = tuple(entry for entry in lines if entry is not None)
        return Contents(found, len(lines) - len(found))

    def entries(self) -> tuple[Entry, ...]:
        """Its lines, the oldest first."""
        return self.read().entries

    def jobs(self) -> tuple[Submitted, ...]:
        """Every submission and how it stands, the oldest first."""
        return self.read().jobs()

    def prune(self, also: Iterable[str] = (), now: float | None = None) -> int:
        """Drop what is over: ended, refused, torn; and submissions named by their intent. The number that went."""
        named = frozenset(also)
        try:
            with locked(self.path) as file:
                lines = list(_lines(file.read()))
                jobs = Contents(tuple(e for _, e in lines if e is not None), 0).jobs(now)
                over = {job.intent for job in jobs if job.state in {"ended", "refused"} or job.intent in named}
                kept = {job.intent for job in jobs} - over
                keys = {key for job in jobs if job.intent in kept if (key := journal_jobs.job_key(_as_entry(job)))}
                replace(self.path, b"".join(raw + b"\n" for raw, entry in lines if _stays(raw, entry, kept, keys)))
        except OSError as exc:
            raise JournalFailed(f"the journal {self.path} cannot be rewritten: {exc.strerror or exc}") from exc
        return len(over)

    def _crashed(self, file: LockedFile, intent: Entry) -> Lines | None:
        """A submission of the same body of which nobody was told what became of it: its process is gone."""
        inode, read_to = self._read_to
        if inode != file.inode:
            self._pending, read_to = {}, 0
        data = file.read(read_to)
        whole = data[: data.rfind(b"\n") + 1]
        for _, entry in _lines(whole):
            if entry is None or (name := text(entry, "intent")) is None:
                continue
            lines = self._pending.setdefault(name, Lines(name))
            lines.add(entry)
            if lines.answered:
                del self._pending[name]
        self._read_to = file.inode, read_to + len(whole)
        now = _now(intent)
        same = (lines for lines in self._pending.values() if _are_same(lines.known.get("intent", {}), intent))
        return next((lines for lines in same if lines.is_unknown(now)), None)


def _line(entry: Entry) -> bytes:
    return json.dumps({"callsheet": VERSION, **entry}, separators=(",", ":")).encode() + b"\n"


def _lines(data: bytes) -> Iterator[tuple[bytes, Entry | None]]:
    """Each line, and what it says; None for one that is none."""
    for raw in data.split(b"\n"):
        if raw:
            yield raw, _entry(raw)


def _entry(raw: bytes) -> Entry | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    entry = cast("Entry", found)
    fits = entry.get("callsheet") == VERSION and text(entry, "event") in EVENTS and number(entry, "at") is not None
    return entry if fits else None


def _stays(raw: bytes, entry: Entry | None, intents: set[str], keys: set[tuple[str, str, str, str]]) -> bool:
    """Whether a line is about a job that stays. One of a later version is not ours to drop."""
    if entry is None:
        return raw.startswith(MARK) and raw.endswith(b"}") and f'"{VERSION}"'.encode() not in raw
    if intent := text(entry, "intent"):
        return intent in intents
    return journal_jobs.job_key(entry) in keys


def _as_entry(job: Submitted) -> Entry:
    return {name: getattr(job, name) for name in ("provider", "model", "protocol", "request_id")}


def _are_same(sent: Entry, intent: Entry) -> bool:
    return bool(sent) and all(
        sent.get(name) == intent.get(name) for name in ("provider", "model", "protocol", "sha256")
    )


def _now(entry: Entry) -> float:
    at = number(entry, "at")
    return time.time() if at is None else at

"""Submissions of a journal, for people."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from callsheet.cli.console import program
from callsheet.cli.layout import Head, Pairs, Part, Rows
from callsheet.runtime.journal import Contents
from callsheet.runtime.journal_jobs import Submitted

_SHOWN: Final = 12
"""Characters of an id of our own that are shown: enough to tell it from all others."""

_HIDDEN: Final = frozenset(
    ("callsheet", "event", "intent", "at", "token", "provider", "model", "protocol", "request_id", "sha256", "born")
)
"""Parts of a line that are shown once, above all lines."""


def table(jobs: Sequence[Submitted]) -> Rows:
    """A line for each submission."""
    rows = [(name(job), f"{job.provider}/{job.model}", when(job.submitted_at), stands(job), what(job)) for job in jobs]
    return Rows(("id", "endpoint", "submitted", "state", "what"), rows, fixed=2)


def everything(job: Submitted, contents: Contents) -> Iterator[Part]:
    """All that is known of a submission, and each line about it."""
    yield Head(name(job), f"{job.provider}/{job.model}, {job.protocol}")
    yield Pairs(
        (
            ("state", stands(job)),
            ("why", job.why or ""),
            ("job", job.request_id or ""),
            ("submission", job.intent),
            ("submitted", when(job.submitted_at)),
            ("ended", when(job.ended_at)),
            ("by", f"process {job.pid} on {job.host}" if job.pid is not None else ""),
            ("body", f"sha256 {job.sha256}" if job.sha256 else ""),
            ("files", ", ".join(job.files)),
            ("urls", ", ".join(job.urls)),
            ("part of a file", part(job)),
            ("token", job.token or ""),
        )
    )
    key = (job.provider, job.model, job.protocol, job.request_id)
    rows: list[tuple[str, str, str]] = []
    for entry in contents.entries:
        about = tuple(entry.get(word) for word in ("provider", "model", "protocol", "request_id"))
        if entry.get("intent") == job.intent or ("intent" not in entry and about == key):
            at = entry["at"]
            more = ", ".join(f"{word} {value}" for word, value in entry.items() if word not in _HIDDEN)
            rows.append((when(at if isinstance(at, int | float) else None), str(entry["event"]), more))
    yield Head("journal")
    yield Rows(("at", "event", ""), rows, fixed=2)


def unknown(jobs: Sequence[Submitted], journal: Path) -> str:
    """What to do about submissions of which nobody knows the outcome."""
    again = shlex.join([*program(), "jobs", "prune", "--journal", str(journal), jobs[0].intent[:_SHOWN]])
    names = ", ".join(job.intent[:_SHOWN] for job in jobs)
    count = "1 submission is" if len(jobs) == 1 else f"{len(jobs)} submissions are"
    return (
        f"{count} of unknown outcome: a job may be running and may be charged ({names}).\n"
        "Look for it in the provider's own list of requests; it was not sent again. When you know, drop it here:\n"
        f"  {again}"
    )


def name(job: Submitted) -> str:
    """What a submission is called: the id of its job, as long as there is one."""
    return job.request_id or job.intent[:_SHOWN]


def stands(job: Submitted) -> str:
    """How it stands, in a word."""
    return job.end or job.state


def what(job: Submitted) -> str:
    """What else matters."""
    if job.files:
        return job.files[-1]
    told = [job.why or "", "not saved" if job.end == "succeeded" else "", part(job), *job.urls]
    return "; ".join(filter(None, told))


def part(job: Submitted) -> str:
    """The bytes of a blocking call that are still where they came."""
    spool = Path(job.spool) if job.spool else None
    try:
        size = spool.stat().st_size if spool else 0
    except OSError:
        return ""
    return f"{size} bytes in {spool}" if size else ""


def when(unix: float | None) -> str:
    """A time, as the clock on the wall shows it."""
    return "" if unix is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix))

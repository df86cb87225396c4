"""What a job writes while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from callsheet.emulator.jobs.job import Job
from callsheet.emulator.messages import Request
from callsheet.emulator.templates import render
from callsheet.source.nodes import Plain
from callsheet.spec.model import StatusSpec

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = 253402300799.0
"""The last second that a date can hold."""
_STEPS: Final = 4
_OFF: Final = frozenset({"0", "false", ""})


def entries(job: Job, status: StatusSpec, request: Request, now: float, told: int = 0) -> Plain:
    """The log so far; None where it has to be asked for, by an option of `status.query`, and was not.

    Without so many of its lines as were `told` already. They are counted, since looks let time pass for a job: lines
    that are written between two of them bear times that have been told of.
    """
    asked = [request.query.get(name, "").lower() not in _OFF for name in status.query]
    if not status.logs or (asked and not any(asked)):
        return None
    return [
        render(status.log_entry, {"timestamp": stamp(at), "local_timestamp": local_stamp(at), "message": text})
        for at, text in _written(job, now)[told:]
    ]


def length(job: Job, now: float) -> int:
    """How many lines there are so far."""
    return len(_written(job, now))


def times(job: Job) -> tuple[float, ...]:
    """When a job writes something."""
    return tuple(at for at, _ in _lines(job))


def stamp(at: float) -> str:
    """A time of the epoch in the form of RFC 3339."""
    return _moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_stamp(at: float) -> str:
    """A time of the epoch to the microsecond and without a zone, as programs print it that think of none."""
    return _moment(at).replace(tzinfo=None).isoformat(timespec="microseconds")


def _moment(at: float) -> datetime:
    return _EPOCH + timedelta(seconds=min(max(at, 0.0), LATEST))


def _written(job: Job, now: float) -> list[tuple[float, str]]:
    return [line for line in _lines(job) if line[0] <= now]


def _lines(job: Job) -> Iterator[tuple[float, str]]:
    """Times and words. A job that was stopped wrote nothing after that."""
    running = job.seconds - job.queued
    steps = [(job.starts, "Started.")]
    steps += [(job.starts + running * step / _STEPS, f"Step {step} of {_STEPS}.") for step in range(1, _STEPS)]
    yield from (line for line in steps if line[0] <= job.ends)
    yield job.ends, f"Failed: {job.failure.message}" if job.failure else "Done."

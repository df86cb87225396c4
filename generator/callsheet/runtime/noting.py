"""What flows write into the journal, where there is one: in what order, and what follows when it cannot be written.

What stands before the request, or holds a job's id, must be on the disk: a line that cannot be written raises. What
comes after the end of something must not take a result with it: it warns.
"""

from __future__ import annotations

import warnings
from typing import TypeVar

from .context import Context
from .errors import (
    CallsheetError,
    JobCancelled,
    JobFailed,
    JournalFailed,
    JournalWarning,
    ProviderError,
    UnknownJob,
    carrying,
)
from .handle import Handle
from .steps import Flow, Record, now
from .tables import Queue

T = TypeVar("T")


def note(context: Context, event: str, **more: object) -> Flow[str | None]:
    """A line. JournalFailed where it cannot be written."""
    if context.journal is None:
        return None
    at = (yield from now()).unix
    told: str | None = yield Record(context.journal, {"event": event, **more, "at": at})
    return told


def accepted(context: Context, intent: str, handle: Handle) -> Flow[None]:
    """The job's id. Whatever comes between carries it."""
    with carrying(handle):
        try:
            yield from note(context, "accepted", intent=intent, token=handle.token)
        except JournalFailed as exc:
            words = f"The job was accepted: {handle}. Keep its token, the journal does not have it: {handle.token}"
            raise JournalFailed(f"{exc}. {words}") from exc
        except GeneratorExit:
            raise
        except BaseException:
            # Ctrl-C while it was written: once more, since nobody knows how far it came. A second line does no harm.
            yield from note(context, "accepted", intent=intent, token=handle.token)
            raise


def told(context: Context, problem: BaseException, event: str, **more: object) -> Flow[None]:
    """A line about trouble. Where it cannot be written, the trouble itself is what is raised."""
    try:
        yield from note(context, event, **more)
    except JournalFailed as exc:
        problem.add_note(f"{exc}. What became of this submission is not in it.")


def over(context: Context, event: str, **more: object) -> Flow[None]:
    """A line about something that went well."""
    try:
        yield from note(context, event, **more)
    except JournalFailed as exc:
        warnings.warn(f"{exc}. What is missing there: {event}", JournalWarning, stacklevel=2)


def watched(context: Context, handle: Handle, flow: Flow[T]) -> Flow[T]:
    """A flow that gets a job's result, or sees how the job ended without one."""
    if context.journal is None:
        return (yield from flow)
    try:
        found = yield from flow
    except CallsheetError as exc:
        if (how := _end(context, handle, exc, (yield from now()).unix)) is not None:
            yield from told(context, exc, "ended", **job(handle), how=how, why=why(exc))
        raise
    yield from over(context, "ended", **job(handle), how="succeeded")
    return found


def job(handle: Handle) -> dict[str, object]:
    """What a line says to tell which job it is about."""
    return {
        "provider": handle.provider,
        "model": handle.model,
        "protocol": handle.protocol,
        "request_id": handle.request_id,
    }


def why(problem: CallsheetError) -> str:
    """What happened, in words of our own: a provider's may repeat what was sent."""
    if not isinstance(problem, ProviderError):
        return type(problem).__name__
    told = (type(problem).__name__, f"HTTP {problem.http}" if problem.http else "", problem.code or "")
    return ", ".join(filter(None, told))[:200]


def _end(context: Context, handle: Handle, problem: CallsheetError, unix: float) -> str | None:
    """How the job ended; None where it may not have."""
    match problem:
        case JobCancelled():
            return "cancelled"
        case JobFailed():
            return "failed"
        case UnknownJob():
            # Somebody else's key, or another host, does not know it either: only time makes it certain.
            return "expired" if _is_over(context, handle, unix) else None
        case _:
            return None


def _is_over(context: Context, handle: Handle, unix: float) -> bool:
    """Whether the provider says that it keeps no result for so long."""
    protocol = context.model.protocol
    kept = protocol.retention if isinstance(protocol, Queue) else None
    if kept is None or handle.submitted_at is None or kept.counted_from != "submit":
        return False
    return unix - handle.submitted_at > kept.seconds

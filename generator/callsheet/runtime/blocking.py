"""One call that lasts until the job is done: submission and result in one request.

There is no id to come back with. So when the call breaks, whatever the cause, the outcome is unknown and is said to be.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from . import outcomes, polling
from .context import Context
from .errors import SubmissionUnknown
from .handle import Handle
from .outcomes import Outcome
from .steps import Flow, Reply
from .submission import Submission, note, prepare, send

_BEYOND_CUTOFF: Final = 30.0
"""Seconds to wait beyond the time at which a gateway is known to give up, for its answer to come."""


def run(context: Context, payload: Mapping[str, object]) -> Flow[Outcome]:
    """Call, and read what comes. At most one request can have been accepted when this ends, however it ends."""
    rule = context.model.blocking
    spool = _spool(context) if rule.decode == "bytes" else None
    submission = prepare(
        context,
        payload,
        timeout=limit(context),
        accept="*/*" if spool is not None else "application/json",
        spool=spool,
    )
    with _kept(spool):
        reply = yield from send(context, submission, ("submit", "result"))
        outcome = outcomes.of_call(context, _handle(context, reply, submission), reply)
    yield from note(context, submission, "ended", request_id=outcome.handle.request_id)
    return outcome


def limit(context: Context) -> float:
    """Seconds that the call may take: what the caller says, or what follows from the typical time and the cut-off."""
    given, cutoff = context.options.timeout, context.model.blocking.cutoff
    if given is not None:
        return given
    usual = polling.wait_limit(context.model.typical)
    return usual if cutoff is None else min(usual, cutoff + _BEYOND_CUTOFF)


@contextmanager
def _kept(spool: Path | None) -> Generator[None]:
    """What has come of a file is never deleted, whatever happens: it may have been paid for. An empty one is."""
    try:
        yield
    except BaseException as exc:
        if spool is not None and _size(spool) and not isinstance(exc, SubmissionUnknown):  # which tells it itself
            exc.add_note(f"What came of the file is kept in {spool}.")
        raise
    finally:
        if spool is not None and not _size(spool):
            spool.unlink(missing_ok=True)


def _size(spool: Path) -> int:
    try:
        return spool.stat().st_size
    except FileNotFoundError:
        return 0


def _spool(context: Context) -> Path:
    """A file for the bytes that come. It is there before the call, so that a full or read-only disk costs nothing."""
    handle, name = tempfile.mkstemp(".part", "callsheet-", context.options.spool)
    os.close(handle)
    return Path(name)


def _handle(context: Context, reply: Reply, submission: Submission) -> Handle:
    """Names the call in what is said about it; nothing can be asked with it."""
    header = context.model.blocking.request_id_header
    known = reply.headers.get(header.lower(), "") if header is not None else ""
    model = context.model
    return Handle(context.provider.id, model.id, model.protocol.name, known or submission.intent[:12])

# Copied by callsheet from generator/callsheet/runtime/blocking.py.
# Do not edit: change that file, then `make generate`.
"""One call that lasts until the job is done: submission and result in one request.

There is no id to come back with. So when the call breaks, whatever the cause, the outcome is unknown and is said to be.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from . import noting, outcomes, polling
from .context import Context
from .errors import AnswerWarning, CallsheetError, SpoolFailed, carrying
from .handle import Handle
from .outcomes import Outcome
from .steps import Flow, Reply, Store
from .submission import Submission, prepare, send

_BEYOND_CUTOFF: Final = 30.0
"""Seconds to wait beyond the time at which a gateway is known to give up, for its answer to come."""


def run(context: Context, payload: Mapping[str, object]) -> Flow[Outcome]:
    """Call, and read what comes. At most one request can have been accepted when this ends, however it ends."""
    rule = context.model.blocking
    as_it_comes = rule.decode == "bytes"
    spool = _spool(context) if as_it_comes or _keeps(context) else None
    try:
        submission = prepare(
            context,
            payload,
            timeout=limit(context),
            accept="*/*" if as_it_comes else "application/json",
            spool=spool if as_it_comes else None,
        )
        submission = replace(submission, kept=spool)
        reply = yield from send(context, submission, ("submit", "result"))
        handle = _handle(context, reply, submission)
        with carrying(handle, reply):
            try:
                outcome = outcomes.of_call(context, handle, reply)
            except CallsheetError as exc:
                yield from noting.told(context, exc, "ended", **_end(submission, handle), why=noting.why(exc))
                raise
            if spool is not None and _keeps(context):
                outcome = yield from _kept(outcome, spool)
            # Addresses, since there is nothing that could be asked for them again.
            urls = {"urls": outcome.media} if outcome.media else {}
            yield from noting.over(context, "ended", **_end(submission, handle), **urls)
    except BaseException as exc:
        if not isinstance(exc, Exception) and spool is not None and _holds_bytes(spool):
            exc.add_note(f"{context.endpoint}: what came of the file is kept in {spool}.")
        raise
    finally:
        # Bytes that came may be all that there will ever be of a job that was paid for.
        if spool is not None and not _holds_bytes(spool):
            spool.unlink(missing_ok=True)
    return outcome


def _keeps(context: Context) -> bool:
    """Whether a file that comes as text within JSON is put on the disk, too, before it is saved.

    Only where somebody would look for it: the journal names it, or the caller has said the folder.
    """
    return context.journal is not None or context.options.spool is not None


def _kept(outcome: Outcome, spool: Path) -> Flow[Outcome]:
    """The outcome with its file on the disk: there is no id to ask for it again after a crash."""
    if outcome.inline is None:
        return outcome
    try:
        yield Store(spool, outcome.inline)
    except OSError as exc:
        words = f"{outcome.handle}: the file could not be kept in {spool} ({exc.strerror or exc}); save it at once"
        warnings.warn(words, AnswerWarning, stacklevel=2)
        return outcome
    return replace(outcome, file=spool, spooled=True)


def _end(submission: Submission, handle: Handle) -> dict[str, str]:
    return {"intent": submission.intent, "request_id": handle.request_id, "how": "succeeded"}


def _holds_bytes(spool: Path) -> bool:
    return spool.exists() and spool.stat().st_size > 0


def limit(context: Context) -> float:
    """Seconds that the call may take: what the caller says, or what follows from the typical time and the cut-off.

    A job that takes longer than the cut-off as a rule is waited for all the same: one of the two facts is wrong, and to
    break off a call that goes on would lose what it costs.
    """
    given, cutoff, typical = context.options.timeout, context.model.blocking.cutoff, context.model.typical
    if given is not None:
        return given
    usual = polling.wait_limit(typical)
    return usual if cutoff is None or (typical or 0.0) > cutoff else min(usual, cutoff + _BEYOND_CUTOFF)


def _spool(context: Context) -> Path:
    """A file for the bytes that come. It is there before the call, so that a full or read-only disk costs nothing."""
    try:
        handle, name = tempfile.mkstemp(".part", "callsheet-", context.options.spool)
    except OSError as exc:
        where = context.options.spool or "the folder for temporary files"
        words = f"{where} takes no file for the bytes that come ({exc.strerror or exc}). Nothing was sent."
        raise SpoolFailed(f"{context.endpoint}: {words} `spool` of with_options names another folder.") from exc
    os.close(handle)
    return Path(name)


def _handle(context: Context, reply: Reply, submission: Submission) -> Handle:
    """Names the call in what is said about it; nothing can be asked with it."""
    header = context.model.blocking.request_id_header
    known = reply.headers.get(header.lower(), "") if header is not None else ""
    model = context.model
    return Handle(context.provider.id, model.id, model.protocol.name, known or submission.intent[:12])

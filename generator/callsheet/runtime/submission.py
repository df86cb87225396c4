"""Sending a job: the one request that costs money.

It is repeated only when it certainly was not accepted: no connection was made, or the spec says of the answer that no
job runs for it and that it may be repeated. In every other case the outcome is unknown, and sending it again is the
caller's word.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from . import answers, bodies, noting, options
from .addresses import Address
from .context import Context, with_query
from .errors import CallsheetError, ConnectionFailed, JobCancelled, ProviderError, SubmissionUnknown
from .handle import Handle
from .pointer import at
from .retry import backoff
from .steps import Broken, Call, Flow, NotSent, Reply, Sleep, call, now
from .words import Phase

# Codes below 500 that do not say that the request was turned down: a time-out, a clash, a closed request.
_OPEN_OUTCOMES: Final = frozenset({408, 409, 425, 499})
_REFUSALS: Final = range(400, 500)

_ENDED: Final = frozenset({"failed", "cancelled"})

_SLACK: Final = 15.0
"""Seconds beyond all time-outs in which a submission that is under way has come to an end."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One request that costs money, ready to be sent."""

    call: Call
    path: Mapping[str, str]
    """Path variables that the input chose."""
    intent: str
    """An id of our own, under which the journal keeps what becomes of it."""
    kept: Path | None = None
    """Where the bytes are that come of it, until they are saved."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the body, to tell it from other requests."""
        return hashlib.sha256(self.call.body or b"").hexdigest()


def prepare(
    context: Context,
    payload: Mapping[str, object],
    *,
    timeout: float,
    accept: str = "application/json",
    spool: Path | None = None,
) -> Submission:
    """The request for an input that has been judged."""
    asked = context.model.protocol.submit
    path = _chosen_path(context, payload)
    variables = {**context.model.path, **path}
    asked_for = options.sent(asked.options, context.options.call)
    address = Address(asked.host, asked.path, asked.query)
    fixed = context.url(address, variables) if path else context.kept("submit", lambda: context.url(address, variables))
    url = with_query(fixed, asked_for.query)
    body = bodies.body(context.model, {**payload, **context.options.extra}, variables)
    if asked_for.body and isinstance(body, dict):
        body = {**cast("dict[str, object]", body), **asked_for.body}
    step = Call(
        method=asked.method,
        url=url,
        timeout=timeout,
        headers={
            "content-type": "application/json",
            **context.headers(url, accept),
            **asked.headers,
            **asked_for.headers,
        },
        body=_ENCODER.encode(body).encode(),
        secret_query=context.secret_query(url),
        spool=spool,
        largest=context.options.download_limit,
    )
    return Submission(step, path, os.urandom(16).hex())


def submit(context: Context, payload: Mapping[str, object]) -> Flow[Handle]:
    """Send one job. At most one request can have been accepted when this ends, however it ends."""
    submission = prepare(context, payload, timeout=context.options.submit_timeout)
    reply = yield from send(context, submission, ("submit",))
    try:
        handle = _accepted(context, reply, submission)
    except SubmissionUnknown as exc:
        yield from noting.told(context, exc, "unknown", intent=submission.intent, why=exc.why)
        raise
    if context.journal is not None:
        yield from noting.accepted(context, submission.intent, handle)
    return handle


def send(context: Context, submission: Submission, phases: tuple[Phase, ...]) -> Flow[Reply]:
    """Send it, again where it certainly was not accepted. The answer is one that says yes; anything else raises.

    What becomes of it goes into the journal, where there is one.
    """
    if context.journal is not None:
        yield from _intend(context, submission)
    intent, wire = submission.intent, _Wire()
    try:
        return (yield from _sent(context, submission, phases, wire))
    except SubmissionUnknown as exc:
        yield from noting.told(context, exc, "unknown", intent=intent, why=context.without_key(exc.why))
        raise
    except CallsheetError as exc:
        # What says no for certain; a job that has failed was accepted, and is over.
        how = {"how": "cancelled" if isinstance(exc, JobCancelled) else "failed"} if _is_end(exc) else {}
        yield from noting.told(context, exc, "ended" if how else "refused", intent=intent, why=noting.why(exc), **how)
        raise
    except GeneratorExit:
        raise
    except BaseException as exc:
        event, what = ("unknown", "interrupted") if wire.busy else ("refused", "interrupted before it was sent")
        if wire.busy and not isinstance(exc, Exception):  # Ctrl-C, a cancelled task: say what that means
            words = "A submission was under way when this came; a job may be running and may be charged."
            exc.add_note(f"{context.endpoint}: {words} Body sha256 {submission.fingerprint[:16]}….")
        yield from noting.told(context, exc, event, intent=intent, why=f"{what} ({type(exc).__name__})")
        raise


@dataclass(slots=True)
class _Wire:
    """Whether a request is under way of which nobody knows yet what becomes of it."""

    busy: bool = False


def _sent(context: Context, submission: Submission, phases: tuple[Phase, ...], wire: _Wire) -> Flow[Reply]:
    began = (yield from now()).monotonic
    attempt = 0
    while True:
        attempt += 1
        asked: float | None = None
        wire.busy = True
        try:
            reply = yield from call(submission.call)
        except NotSent as exc:
            words = f"{context.provider.name} could not be reached, nothing was accepted ({exc})"
            problem: CallsheetError = ConnectionFailed(f"{context.endpoint}: {words}")
            problem.__cause__ = exc
        except Broken as exc:
            raise _unknown(context, submission, str(exc)) from exc
        else:
            refusal = _refused(context, phases, reply, submission)
            if refusal is None:
                return reply
            problem = refusal
            if refusal.retry != "after_delay" or refusal.accepted != "never":
                raise refusal
            asked = refusal.retry_after
        wire.busy = False
        delay = backoff(attempt) if asked is None else asked
        held = (yield from now()).monotonic + delay - began
        if attempt >= context.options.submit_attempts or held > context.options.submit_patience:
            raise problem
        yield Sleep(delay)


def _intend(context: Context, submission: Submission) -> Flow[None]:
    """Write down what is about to be sent. SubmissionUnknown where the same was sent before, and a crash came between.

    That is said once, as it would have been without the crash: whoever submits it again has been told.
    """
    spool = submission.kept
    try:
        earlier = yield from noting.note(
            context,
            "intent",
            intent=submission.intent,
            provider=context.provider.id,
            model=context.model.id,
            protocol=context.model.protocol.name,
            sha256=submission.fingerprint,
            within=submission.call.timeout + context.options.submit_patience + _SLACK,
            **({"spool": str(spool)} if spool is not None else {}),
        )
    except GeneratorExit:
        raise
    except BaseException as exc:
        # The line may be there all the same, and nothing was sent.
        yield from noting.told(context, exc, "refused", intent=submission.intent, why="nothing was sent")
        raise
    if earlier is not None:
        raise SubmissionUnknown(context.endpoint, submission.fingerprint, earlier)


def _chosen_path(context: Context, payload: Mapping[str, object]) -> dict[str, str]:
    if not context.model.chosen_path:
        return {}
    values = bodies.effective(context.model, payload)
    found = {name: bodies.chosen(choices, values) for name, choices in context.model.chosen_path.items()}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _plain(value: object) -> object:
    """A mapping that is no dict, as JSON knows it; the judge has let nothing else through."""
    return dict(cast("Mapping[str, object]", value))


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain)


def _is_end(problem: CallsheetError) -> bool:
    return isinstance(problem, ProviderError) and problem.row is not None and problem.row.means in _ENDED


def _refused(context: Context, phases: tuple[Phase, ...], reply: Reply, submission: Submission) -> ProviderError | None:
    """What an answer says that says no; None for one that says yes. Raises where it leaves open whether a job runs."""
    if reply.file is not None:
        return None
    if reply.fine:
        problem = answers.error_within(context, phases, reply)
        if problem is None:
            return None
    else:
        problem = answers.error(context, phases, reply)
    row = problem.row
    if row is not None and (row.accepted == "never" or row.means in _ENDED):
        return problem
    if row is None and reply.status in _REFUSALS and reply.status not in _OPEN_OUTCOMES:
        return problem
    raise _unknown(context, submission, f"HTTP {reply.status}", reply) from problem


def _accepted(context: Context, reply: Reply, submission: Submission) -> Handle:
    asked = context.model.queue.submit
    answer = reply.json
    request_id = at(answer, asked.request_id)
    if isinstance(request_id, int) and not isinstance(request_id, bool):
        request_id = str(request_id)
    if not isinstance(request_id, str) or not request_id:
        raise _unknown(context, submission, f"HTTP {reply.status}, but the answer holds no request id", reply)
    urls = {name: found for name, pointer in asked.urls.items() if isinstance(found := at(answer, pointer), str)}
    model = context.model
    return Handle(context.provider.id, model.id, model.protocol.name, request_id, urls, reply.at.unix, submission.path)


def _unknown(context: Context, submission: Submission, why: str, reply: Reply | None = None) -> SubmissionUnknown:
    spool = submission.call.spool
    partial = spool if spool is not None and spool.exists() and spool.stat().st_size else None
    return SubmissionUnknown(context.endpoint, submission.fingerprint, why, reply, partial)

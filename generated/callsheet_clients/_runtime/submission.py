# Copied by callsheet from generator/callsheet/runtime/submission.py.
# Do not edit: change that file, then `make generate`.
"""Sending a job: the one request that costs money.

It is repeated only when it certainly was not accepted: no connection was made, or the spec says of the answer that no
job runs for it and that it may be repeated. In every other case the outcome is unknown, and sending it again is the
caller's word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final, cast

from . import answers
from .context import Context
from .errors import CallsheetError, ConnectionFailed, ProviderError, SubmissionUnknown
from .handle import Handle
from .pointer import at, parse
from .retry import backoff
from .steps import Broken, Call, Flow, NotSent, Reply, Sleep, call, now
from .tables import Address

# Codes below 500 that do not say that the request was turned down: a time-out, a clash, a closed request.
_OPEN_OUTCOMES: Final = frozenset({408, 409, 425, 499})
_REFUSALS: Final = range(400, 500)


def submit(context: Context, payload: Mapping[str, object]) -> Flow[Handle]:
    """Send one job. At most one request can have been accepted when this ends, however it ends."""
    submission = context.model.protocol.submit
    url = context.url(Address(submission.host, submission.path))
    body = json.dumps(payload, ensure_ascii=False, allow_nan=False, default=_plain).encode()
    headers = {"content-type": "application/json", "accept": "application/json", **context.credential(url)}
    step = Call(submission.method, url, context.options.submit_timeout, headers, body)
    began = (yield from now()).monotonic
    attempt = 0
    while True:
        attempt += 1
        delay = backoff(attempt)
        with _unknown_if_cut(context, body):
            try:
                reply = yield from call(step)
            except NotSent as exc:
                problem: CallsheetError = ConnectionFailed(
                    f"{context.endpoint}: {context.provider.name} could not be reached, nothing was accepted ({exc})"
                )
                problem.__cause__ = exc
            except Broken as exc:
                raise _unknown(context, body, str(exc)) from exc
            else:
                if reply.fine:
                    return _accepted(context, reply, body)
                problem = refusal = _refused(context, reply, body)
                if refusal.retry != "after_delay":
                    raise refusal
                delay = refusal.retry_after if refusal.retry_after is not None else delay
        held = (yield from now()).monotonic + delay - began
        if attempt >= context.options.submit_attempts or held > context.options.submit_patience:
            raise problem
        yield Sleep(delay)


def _plain(value: object) -> object:
    """A mapping that is no dict, as JSON knows it; the judge has let nothing else through."""
    return dict(cast("Mapping[str, object]", value))


def _refused(context: Context, reply: Reply, body: bytes) -> ProviderError:
    """An answer that says no. Raises where it does not say that no job runs."""
    problem = answers.error(context, "submit", reply)
    listed = problem.row is not None
    if listed and problem.accepted == "never":
        return problem
    if not listed and reply.status in _REFUSALS and reply.status not in _OPEN_OUTCOMES:
        return problem
    raise _unknown(context, body, f"HTTP {reply.status}", reply) from problem


def _accepted(context: Context, reply: Reply, body: bytes) -> Handle:
    submission = context.model.protocol.submit
    answer = parse(reply.body)
    request_id = at(answer, submission.request_id)
    if isinstance(request_id, int) and not isinstance(request_id, bool):
        request_id = str(request_id)
    if not isinstance(request_id, str) or not request_id:
        raise _unknown(context, body, f"HTTP {reply.status}, but the answer holds no request id", reply)
    urls = {name: found for name, pointer in submission.urls.items() if isinstance(found := at(answer, pointer), str)}
    model = context.model
    return Handle(context.provider.id, model.id, model.protocol.name, request_id, urls, reply.at.unix)


def _unknown(context: Context, body: bytes, why: str, reply: Reply | None = None) -> SubmissionUnknown:
    return SubmissionUnknown(context.endpoint, hashlib.sha256(body).hexdigest(), why, reply)


@contextmanager
def _unknown_if_cut(context: Context, body: bytes) -> Generator[None]:
    """Ctrl-C or a cancelled task while a submission is under way: say what that means."""
    try:
        yield
    except BaseException as exc:
        if not isinstance(exc, Exception):  # Ctrl-C and cancellation; an error of ours has its own words already
            words = "A submission was under way when this came; a job may be running and may be charged."
            exc.add_note(f"{context.endpoint}: {words} Body sha256 {hashlib.sha256(body).hexdigest()[:16]}….")
        raise

"""How a job is watched and its result fetched: written once, as generators that ask and never act.

A read is repeated until the deadline. Whatever ends a flow early carries the handle of a job whose id is known.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from . import answers, polling
from .answers import Outcome
from .context import Context
from .errors import (
    AnswerWarning,
    CallsheetError,
    ConnectionFailed,
    DownloadFailed,
    JobCancelled,
    JobFailed,
    NotFinished,
    UnexpectedAnswer,
    UnknownJob,
    UnknownStateWarning,
    WaitTimeout,
    carrying,
)
from .handle import Handle, Update
from .pointer import ABSENT, at, parse
from .retry import asked_for, backoff
from .steps import Call, Fetch, Flow, Reply, Sleep, Tell, TransportError, call, now
from .submission import submit
from .tables import Phase, Result, Status

_LAST_FETCH: Final = 60.0
"""Seconds that a result may still be fetched in when its job ended right at the deadline."""

_GRACE: Final = 10.0
"""A job younger than this may be unknown to the part of the provider that is asked."""

_FIRST_LOOK: Final = 2.0
"""A job younger than this is given time before the first look."""


class _OutOfTime(Exception):
    """The deadline came while a read was in trouble."""

    def __init__(self, trouble: CallsheetError) -> None:
        self.trouble = trouble
        super().__init__()


def run(context: Context, payload: Mapping[str, object]) -> Flow[Outcome]:
    """Submit, wait, fetch."""
    handle = yield from submit(context, payload)
    return (yield from wait(context, handle))


def status(context: Context, handle: Handle) -> Flow[Update]:
    """One look at a job."""
    with carrying(handle):
        begun = yield from now()
        reply = yield from _read(context, handle, "status", None)
        return _update(context, handle, reply, _age(handle, begun.unix), 1)


def wait(context: Context, handle: Handle) -> Flow[Outcome]:
    """Look at a job until it ends, then fetch what it made."""
    with carrying(handle):
        begun = yield from now()
        age = _age(handle, begun.unix)
        limit = context.options.timeout
        deadline = begun.monotonic + (polling.wait_limit(context.model.typical) if limit is None else limit)
        told: Update | None = None
        unknown: set[str] = set()
        looks = 0
        if handle.submitted_at is not None and age < _FIRST_LOOK:
            yield Sleep(min(_pause(context, age), max(0.0, deadline - begun.monotonic)))
        while True:
            try:
                reply = yield from _read(context, handle, "status", deadline)
            except _OutOfTime as exc:
                waited = (yield from now()).monotonic - begun.monotonic
                raise WaitTimeout(handle, waited, told, exc.trouble) from exc.trouble
            except UnknownJob:
                # What was accepted a moment ago may not be known everywhere yet.
                waited = (yield from now()).monotonic - begun.monotonic
                if handle.submitted_at is None or age + waited > _GRACE:
                    raise
                yield Sleep(_pause(context, age + waited))
                continue
            looks += 1
            waited = reply.at.monotonic - begun.monotonic
            told = _update(context, handle, reply, age + waited, looks)
            if context.options.on_update is not None:
                yield Tell(context.options.on_update, told)
            if answers.is_final(told):
                return (yield from _finish(context, handle, told, max(deadline, reply.at.monotonic + _LAST_FETCH)))
            if told.means is None:
                _note_unknown_state(context, handle, told, unknown, reply)
            left = deadline - reply.at.monotonic
            if left <= 0:
                raise WaitTimeout(handle, waited, told)
            yield Sleep(min(_pause(context, age + waited), left))


def result(context: Context, handle: Handle) -> Flow[Outcome]:
    """Fetch what a job made. NotFinished when it has not ended."""
    with carrying(handle):
        reply = yield from _read(context, handle, "result", None)
        return _outcome(context, handle, reply)


def download(context: Context, handle: Handle, url: str, path: Path) -> Flow[int]:
    """Stream a file to `path`; the number of bytes. It appears there only when it is whole."""
    with carrying(handle):
        attempt = 0
        while True:
            attempt += 1
            delay = backoff(attempt)
            try:
                reply = yield from call(Fetch(url, path, context.options.request_timeout))
            except TransportError as exc:
                why = str(exc)
            except (OSError, ValueError) as exc:
                why = getattr(exc, "strerror", None) or str(exc)
                raise DownloadFailed(url, f"{path} cannot be written ({why})", handle) from exc
            else:
                if reply.size is not None:
                    return reply.size
                # 404 too: a file may take a moment to appear behind its address.
                why = f"HTTP {reply.status}"
                delay = asked_for(reply) or delay
            if attempt >= context.options.read_attempts:
                raise DownloadFailed(url, why, handle)
            yield Sleep(min(delay, context.options.submit_patience))


def _finish(context: Context, handle: Handle, told: Update, deadline: float) -> Flow[Outcome]:
    """What follows a final state."""
    if told.means == "failed":
        raise answers.failure(context, handle, told, JobFailed)
    if told.means == "cancelled":
        raise answers.failure(context, handle, told, JobCancelled)
    attempt = 0
    while True:
        attempt += 1
        try:
            reply = yield from _read(context, handle, "result", deadline)
            return _outcome(context, handle, reply)
        except _OutOfTime as exc:
            raise exc.trouble from exc.trouble.__cause__
        except NotFinished:
            # The status was ahead of the result.
            if (yield from now()).monotonic >= deadline:
                raise
        yield Sleep(max(backoff(attempt), context.model.protocol.poll_floor))


def _read(context: Context, handle: Handle, phase: Phase, deadline: float | None) -> Flow[Reply]:
    """One answer about a job: a state, or for the result any 2xx with JSON.

    Passing trouble is waited out: until the deadline (then `_OutOfTime`), or a few times where there is none.
    """
    protocol = context.model.protocol
    asked: Status | Result = protocol.status if phase == "status" else protocol.result
    url = _with_query(context.job_url(handle, asked.url), protocol.status.query if phase == "status" else {})
    headers = {"accept": "application/json", **context.credential(url)}
    attempt = 0
    while True:
        attempt += 1
        delay = backoff(attempt)
        left = float("inf") if deadline is None else deadline - (yield from now()).monotonic
        try:
            reply = yield from call(
                Call(asked.method, url, min(context.options.request_timeout, max(1.0, left)), headers)
            )
        except TransportError as exc:
            problem: CallsheetError = ConnectionFailed(
                f"{handle}: {context.provider.name} could not be reached ({exc})"
            )
            problem.__cause__ = exc
        else:
            if _usable(context, phase, reply):
                return reply
            problem = _problem(context, phase, reply, handle)
            told = asked_for(reply)
            delay = delay if told is None else told
        if deadline is None:
            if attempt >= context.options.read_attempts or delay > context.options.submit_patience:
                raise problem
        else:
            left = deadline - (yield from now()).monotonic
            if left <= 0:
                raise _OutOfTime(problem)
            # The last try is at the deadline itself, also when the provider asks for a longer pause.
            delay = min(max(delay, protocol.poll_floor), left)
        yield Sleep(delay)


def _usable(context: Context, phase: Phase, reply: Reply) -> bool:
    """Whether an answer says what was asked for. A 2xx that does not is trouble like any other, and may pass."""
    body = parse(reply.body)
    if answers.state_name(context, reply, body) is not None:
        return True
    return phase == "result" and reply.fine and body is not ABSENT


def _problem(context: Context, phase: Phase, reply: Reply, handle: Handle) -> CallsheetError:
    """Trouble that may pass. Raises what will not."""
    if reply.fine:
        start = context.without_key(reply.body[:200].decode(errors="replace"))
        return UnexpectedAnswer(
            f"{handle}: HTTP {reply.status} without a {phase}: {start!r}", answer=reply, handle=handle
        )
    problem = answers.error(context, phase, reply, handle)
    if not answers.passing(problem):
        raise problem
    return problem


def _outcome(context: Context, handle: Handle, reply: Reply) -> Outcome:
    asked = context.model.protocol.result
    body = parse(reply.body)
    stands_in = "status" in {asked.early, asked.failed} or reply.status != asked.http
    if stands_in and (word := answers.state_name(context, reply, body)) is not None:
        told = answers.update(context, handle, word, body, 0.0, 1)
        if told.means in {"failed", "cancelled"}:
            raise answers.failure(context, handle, told, JobFailed if told.means == "failed" else JobCancelled)
        if not answers.is_final(told):
            raise NotFinished(provider=context.provider.name, message=word, handle=handle, state=word, answer=reply)
    output = at(body, asked.output)
    found = answers.media(context, body, output)
    if output is ABSENT:
        words = f"{handle}: the answer holds nothing at {asked.output!r}, where the output should be; it is kept whole"
        if context.options.strict or not found:
            raise UnexpectedAnswer(words, answer=reply, handle=handle)
        warnings.warn(words, AnswerWarning, stacklevel=2)
    return Outcome(handle, body, output, found, reply)


def _update(context: Context, handle: Handle, reply: Reply, elapsed: float, looks: int) -> Update:
    body = parse(reply.body)
    word = answers.state_name(context, reply, body) or ""  # `_read` lets no answer without a state through
    return answers.update(context, handle, word, body, elapsed, looks)


def _note_unknown_state(context: Context, handle: Handle, told: Update, unknown: set[str], reply: Reply) -> None:
    words = f"{handle} reports the state {told.state!r}, which the spec does not know: {str(told.body)[:300]}"
    if context.options.strict:
        raise UnexpectedAnswer(words, answer=reply, handle=handle)
    if told.state not in unknown:
        unknown.add(told.state)
        warnings.warn(f"{words}. The wait goes on.", UnknownStateWarning, stacklevel=2)


def _age(handle: Handle, unix: float) -> float:
    """Seconds since the submission, as far as the two clocks agree."""
    return max(0.0, unix - handle.submitted_at) if handle.submitted_at is not None else 0.0


def _pause(context: Context, elapsed: float) -> float:
    return polling.pause(elapsed, context.model.typical, context.model.protocol.poll_floor)


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url

"""How a job is watched and its result fetched: written once, as generators that ask and never act.

A read is repeated until the deadline. Whatever ends a flow early carries the handle of a job whose id is known.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Final

from . import answers, outcomes, polling
from .context import Context
from .errors import (
    JobCancelled,
    JobFailed,
    NotFinished,
    UnexpectedAnswer,
    UnknownJob,
    UnknownStateWarning,
    WaitTimeout,
    carrying,
)
from .files import complete
from .handle import Handle, Update
from .listening import listen
from .noting import watched
from .outcomes import Outcome
from .reads import OutOfTime, read
from .retry import backoff
from .steps import Flow, Moment, Reply, Sleep, Tell, now
from .submission import submit

_LAST_FETCH: Final = 60.0
"""Seconds that a result may still be fetched in when its job ended right at the deadline."""

_GRACE: Final = 10.0
"""A job younger than this may be unknown to the part of the provider that is asked."""

_FIRST_LOOK: Final = 2.0
"""A job younger than this is given time before the first look."""


def run(context: Context, payload: Mapping[str, object]) -> Flow[Outcome]:
    """Submit, wait, fetch."""
    handle = yield from submit(context, payload)
    listener = context.options.on_update
    if listener is not None:
        with carrying(handle):
            yield Tell(listener, _accepted(context, handle))
    return (yield from wait(context, handle))


def status(context: Context, handle: Handle) -> Flow[Update]:
    """One look at a job."""
    with carrying(handle):
        begun = yield from now()
        reply = yield from _look(context, handle, None)
        return _update(context, handle, reply, _age(handle, begun.unix), 1)


def wait(context: Context, handle: Handle) -> Flow[Outcome]:
    """Look at a job until it ends, then fetch what it made."""
    with carrying(handle):
        return (yield from watched(context, handle, _wait(context, handle)))


def _wait(context: Context, handle: Handle) -> Flow[Outcome]:
    begun = yield from now()
    age = _age(handle, begun.unix)
    limit = context.options.timeout
    deadline = begun.monotonic + (polling.wait_limit(context.model.typical) if limit is None else limit)
    if context.options.stream and context.model.queue.stream is not None:
        heard = yield from listen(context, handle, begun, age, deadline)
        if heard is not None and answers.is_final(heard.told):
            return (yield from _finish(context, handle, heard.told, heard.reply, deadline))
    elif handle.submitted_at is not None and age < _FIRST_LOOK:
        yield Sleep(min(_pause(context, age), max(0.0, deadline - begun.monotonic)))
    return (yield from _poll(context, handle, begun, age, deadline))


def _poll(context: Context, handle: Handle, begun: Moment, age: float, deadline: float) -> Flow[Outcome]:
    told: Update | None = None
    unknown: set[str] = set()
    looks = 0
    while True:
        try:
            reply = yield from _look(context, handle, deadline)
        except OutOfTime as exc:
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
            return (yield from _finish(context, handle, told, reply, deadline))
        if told.means is None:
            _note_unknown_state(context, handle, told, unknown, reply)
        left = deadline - reply.at.monotonic
        if left <= 0:
            raise WaitTimeout(handle, waited, told)
        yield Sleep(polling.until(deadline=left, pause=_pace(context, reply, age + waited), floor=_floor(context)))
        if left < _floor(context):  # one more look would come sooner than the provider allows
            raise WaitTimeout(handle, waited + left, told)


def result(context: Context, handle: Handle) -> Flow[Outcome]:
    """Fetch what a job made. NotFinished when it has not ended."""
    with carrying(handle):
        return (yield from watched(context, handle, _result(context, handle)))


def _result(context: Context, handle: Handle) -> Flow[Outcome]:
    if context.model.queue.result.url is None:
        reply = yield from _look(context, handle, None)
        outcome = _within_status(context, handle, _update(context, handle, reply, 0.0, 1), reply)
    else:
        reply = yield from read(context, handle, "result", None)
        outcome = _outcome(context, handle, reply)
    return (yield from complete(context, outcome, None))


def _accepted(context: Context, handle: Handle) -> Update:
    """What is told right after a submission, so that its id is known even if nothing else ever is."""
    status = context.model.queue.status
    state = status.states.get(status.initial)
    return Update(handle, status.initial, state.means if state else None, 0.0, 0)


def _look(context: Context, handle: Handle, deadline: float | None) -> Flow[Reply]:
    return (yield from read(context, handle, "status", deadline))


def _finish(context: Context, handle: Handle, told: Update, seen: Reply, deadline: float) -> Flow[Outcome]:
    """What follows a final state."""
    if told.means in {"failed", "cancelled"} or context.model.queue.result.url is None:
        outcome = _within_status(context, handle, told, seen)
    else:
        outcome = yield from _fetched(context, handle, max(deadline, seen.at.monotonic + _LAST_FETCH))
    try:
        return (yield from complete(context, outcome, max(deadline, seen.at.monotonic + _LAST_FETCH)))
    except OutOfTime as exc:
        raise exc.trouble from exc.trouble.__cause__


def _fetched(context: Context, handle: Handle, deadline: float) -> Flow[Outcome]:
    attempt = 0
    while True:
        attempt += 1
        try:
            reply = yield from read(context, handle, "result", deadline)
            return _outcome(context, handle, reply)
        except OutOfTime as exc:
            raise exc.trouble from exc.trouble.__cause__
        except NotFinished:
            # The status was ahead of the result.
            if (yield from now()).monotonic >= deadline:
                raise
            yield Sleep(max(backoff(attempt), context.model.queue.poll_floor))


def _within_status(context: Context, handle: Handle, told: Update, reply: Reply) -> Outcome:
    """The outcome that a status answer tells by itself."""
    if told.means == "failed":
        raise answers.failure(context, handle, told, JobFailed)
    if told.means == "cancelled":
        raise answers.failure(context, handle, told, JobCancelled)
    if not answers.is_final(told):
        words = told.state
        raise NotFinished(provider=context.provider.name, message=words, handle=handle, state=told.state, answer=reply)
    return outcomes.of_result(context, handle, reply)


def _outcome(context: Context, handle: Handle, reply: Reply) -> Outcome:
    asked = context.model.queue.result
    body = reply.json
    stands_in = "status" in {asked.early, asked.failed} or reply.status != asked.http
    if stands_in and (word := answers.state_name(context, reply, body)) is not None:
        told = answers.update(context, handle, word, body, 0.0, 1)
        if told.means != "ended":
            return _within_status(context, handle, told, reply)
    return outcomes.of_result(context, handle, reply)


def _update(context: Context, handle: Handle, reply: Reply, elapsed: float, looks: int) -> Update:
    body = reply.json
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


def _floor(context: Context) -> float:
    return context.model.queue.poll_floor


def _pause(context: Context, elapsed: float) -> float:
    return polling.pause(elapsed, context.model.typical, context.model.queue.poll_floor)


def _pace(context: Context, reply: Reply, elapsed: float) -> float:
    """Seconds until the next look: what the provider asks for in its answer, where it does."""
    header = context.model.queue.pace_header
    asked = reply.headers.get(header.lower(), "") if header is not None else ""
    try:
        return max(context.model.queue.poll_floor, float(asked))
    except ValueError:
        return _pause(context, elapsed)

"""Reading what the provider knows of a job: repeated while the trouble may pass."""

from __future__ import annotations

from typing import Final

from . import answers, polling
from .context import Context, with_query
from .errors import CallsheetError, ConnectionFailed, ProviderError, UnexpectedAnswer
from .handle import Handle
from .pointer import ABSENT
from .retry import asked_for, backoff
from .steps import Call, Flow, Reply, Sleep, TransportError, call, now
from .words import Phase

_LEAST: Final = 1.0
"""No read is given less time than this, in seconds."""


class OutOfTime(Exception):
    """The deadline came while a read was in trouble."""

    def __init__(self, trouble: CallsheetError) -> None:
        self.trouble = trouble
        super().__init__()


def read(context: Context, handle: Handle, phase: Phase, deadline: float | None) -> Flow[Reply]:
    """The answer at a job's address, status or result."""
    queue = context.model.queue
    if phase == "status":
        url = with_query(context.job_url(handle, queue.status.url), queue.status.query)
        return (yield from ask(context, handle, phase, queue.status.method, url, deadline))
    url = context.job_url(handle, queue.result.url or queue.status.url)
    return (yield from ask(context, handle, phase, queue.result.method, url, deadline))


def ask(  # noqa: PLR0913, PLR0917 - the parts of one request
    context: Context, handle: Handle, phase: Phase, method: str, url: str, deadline: float | None
) -> Flow[Reply]:
    """An answer that says what was asked for.

    Passing trouble is waited out: until the deadline (then `OutOfTime`), or a few times where there is none.
    """
    headers, secret = context.headers(url), context.secret_query(url)
    attempt = 0
    while True:
        attempt += 1
        asked: float | None = None
        left = float("inf") if deadline is None else deadline - (yield from now()).monotonic
        timeout = min(context.options.request_timeout, max(_LEAST, left))
        try:
            reply = yield from call(Call(method, url, timeout, headers, secret_query=secret))
        except TransportError as exc:
            problem: CallsheetError = ConnectionFailed(
                f"{handle}: {context.provider.name} could not be reached ({exc})"
            )
            problem.__cause__ = exc
        else:
            told_no = _problem(context, phase, reply, handle)
            if told_no is None:
                return reply
            problem = told_no
            asked = asked_for(reply)
        delay = backoff(attempt) if asked is None else asked
        if deadline is None:
            if attempt >= context.options.read_attempts or delay > context.options.submit_patience:
                raise problem
        else:
            left = deadline - (yield from now()).monotonic
            if left <= 0:
                raise OutOfTime(problem)
            # The last try is at the deadline itself, also when the provider asks for a longer pause.
            floor = context.model.queue.poll_floor
            delay = polling.until(deadline=left, pause=max(delay, floor), floor=floor)
            if left < floor and phase == "status":  # one more look would come sooner than the provider allows
                yield Sleep(left)
                raise OutOfTime(problem)
        yield Sleep(delay)


def _problem(context: Context, phase: Phase, reply: Reply, handle: Handle) -> CallsheetError | None:
    """Trouble that may pass; None for an answer that says what was asked for. Raises trouble that will not pass."""
    within = answers.error_within(context, (phase,), reply, handle) if reply.fine else None
    if within is not None and phase == "status" and answers.says_its_end(context, reply, within):
        return None
    if within is None and _usable(context, phase, reply):
        return None
    if within is None and reply.fine:
        start = context.without_key(reply.body[:200].decode(errors="replace"))
        return UnexpectedAnswer(
            f"{handle}: HTTP {reply.status} without a {phase}: {start!r}", answer=reply, handle=handle
        )
    problem: ProviderError = within or answers.error(context, (phase,), reply, handle)
    if not answers.passing(problem):
        raise problem
    return problem


def _usable(context: Context, phase: Phase, reply: Reply) -> bool:
    """Whether an answer says what was asked for. A 2xx that does not is trouble like any other, and may pass."""
    body = reply.json
    if phase in {"status", "result"} and answers.state_name(context, reply, body) is not None:
        return True
    if phase == "status" or not reply.fine:
        return False
    return not (body is ABSENT or body is None) or (phase == "result" and context.model.queue.result.decode == "bytes")

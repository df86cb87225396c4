"""The wish to cancel a job. It may be repeated: a job can be cancelled once."""

from __future__ import annotations

from . import answers, noting
from .conditions import says
from .context import Context
from .errors import CallsheetError, ConnectionFailed, NotSupported, UnknownJob, carrying
from .handle import Handle
from .retry import asked_for, backoff
from .steps import Call, Flow, Reply, Sleep, TransportError, call
from .words import CancelMeans


def cancel(context: Context, handle: Handle) -> Flow[CancelMeans]:
    """Ask the provider to cancel. `requested` and `too_late` leave the job's end to be waited for."""
    rule = context.model.queue.cancel
    if rule is None:
        raise NotSupported(f"{handle}: {context.provider.name} documents no way to cancel a job. Nothing was sent.")
    with carrying(handle):
        url = context.job_url(handle, rule.url)
        step = Call(
            rule.method,
            url,
            context.options.request_timeout,
            context.headers(url),
            secret_query=context.secret_query(url),
        )
        attempt = 0
        while True:
            attempt += 1
            delay = backoff(attempt)
            try:
                reply = yield from call(step)
            except TransportError as exc:
                problem: CallsheetError = ConnectionFailed(
                    f"{handle}: {context.provider.name} could not be reached ({exc})"
                )
                problem.__cause__ = exc
            else:
                means = _meaning(context, reply)
                if means == "unknown_job":
                    raise _unknown(context, handle, reply)
                if means == "cancelled":
                    yield from noting.over(context, "ended", **noting.job(handle), how=means)
                if means is not None:
                    return means
                told = answers.error(context, ("cancel",), reply, handle)
                if not answers.passing(told):
                    raise told
                problem = told
                delay = asked_for(reply) or delay
            if attempt >= context.options.read_attempts or delay > context.options.submit_patience:
                raise problem
            yield Sleep(delay)


def _meaning(context: Context, reply: Reply) -> CancelMeans | None:
    """What an answer says; a success that the spec does not list is a wish that was heard."""
    rule = context.model.queue.cancel
    body = reply.json
    for answer in rule.answers if rule is not None else ():
        if answer.http == reply.status and says(answer.match, body):
            return answer.means
    return "requested" if reply.fine else None


def _unknown(context: Context, handle: Handle, reply: Reply) -> CallsheetError:
    found = answers.error(context, ("cancel", "status"), reply, handle)
    if isinstance(found, UnknownJob):
        return found
    return UnknownJob(
        provider=context.provider.name, http=reply.status, message=found.message, handle=handle, answer=reply
    )

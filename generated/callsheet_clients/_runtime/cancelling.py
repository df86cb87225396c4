# Copied by callsheet from generator/callsheet/runtime/cancelling.py.
# Do not edit: change that file, then `make generate`.
"""The wish to cancel a job. It may be repeated: a job can be cancelled once."""

from __future__ import annotations

from . import answers, flows, noting
from .conditions import says
from .context import Context
from .errors import CallsheetError, ConnectionFailed, JobCancelled, JobFailed, NotSupported, UnknownJob, carrying
from .handle import Handle
from .retry import asked_for, backoff
from .steps import Call, Flow, Reply, Sleep, TransportError, call
from .words import FINAL, CancelMeans


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
                means = yield from _answered(context, handle, reply)
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


def _answered(context: Context, handle: Handle, reply: Reply) -> Flow[CancelMeans | None]:
    """What an answer comes to; None for one that says neither yes nor no."""
    means = _meaning(context, reply)
    if means == "unknown_job":
        raise _unknown(context, handle, reply)
    if means == "cancelled":
        means = yield from _in_truth(context, handle)
    if means == "cancelled":
        yield from noting.over(context, "ended", **noting.job(handle), how=means)
    return means


def _in_truth(context: Context, handle: Handle) -> Flow[CancelMeans]:
    """What became of a job that is said to be cancelled.

    Where the provider documents no other answer for a job that had ended before, one more look tells. Where it tells
    nothing, the wish was heard, and that is all that is known.
    """
    rule = context.model.queue.cancel
    if rule is not None and any(answer.means == "too_late" for answer in rule.answers):
        return "cancelled"
    try:
        told = yield from flows.status(context, handle)
    except (JobCancelled, UnknownJob):  # gone, which is what was asked for
        return "cancelled"
    except JobFailed:
        return "too_late"
    except CallsheetError:
        return "requested"
    if told.means == "cancelled":
        return "cancelled"
    return "too_late" if told.means in FINAL else "requested"


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

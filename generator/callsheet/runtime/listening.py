"""Watching a job through the provider's own stream of looks. What breaks is no harm: polling goes on from there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from . import answers
from .context import Context, with_query
from .handle import Handle, Update
from .pointer import at, parse
from .steps import Call, Flow, Heard, Listen, Moment, Reply, Tell, TransportError

_SILENCE: Final = 60.0
"""Seconds without a byte after which a stream counts as broken; providers send a sign of life more often."""

_LEAST: Final = 1.0
"""No stream is given less time than this for its first byte, in seconds."""

_EVENTS: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class LastWord:
    """The last look that a stream gave, and its answer."""

    told: Update
    reply: Reply


@dataclass(slots=True)
class _Ear:
    """What has been heard of a job so far."""

    context: Context
    handle: Handle
    begun: Moment
    age: float
    told: Update | None = None
    reply: Reply | None = None
    looks: int = 0
    logs: list[str] = field(default_factory=list[str])

    def take(self, event: str, moment: Moment) -> Heard:
        """One event. What is no status answer is passed over."""
        stream = self.context.model.queue.stream
        body = at(parse(event.encode()), stream.at) if stream is not None else None
        reply = Reply(200, {}, event.encode(), moment)
        word = answers.state_name(self.context, reply, body)
        if stream is None or word is None:
            return Heard()
        self.looks += 1
        elapsed = self.age + moment.monotonic - self.begun.monotonic
        told = answers.update(self.context, self.handle, word, body, elapsed, self.looks)
        if stream.logs == "incremental":
            self.logs.extend(told.logs)
            told = replace(told, logs=tuple(self.logs))
        self.told, self.reply = told, reply
        listener = self.context.options.on_update
        return Heard(None if listener is None else Tell(listener, told), answers.is_final(told))


def listen(context: Context, handle: Handle, begun: Moment, age: float, deadline: float) -> Flow[LastWord | None]:
    """Listen until the job ends or the stream does. None where nothing was heard."""
    stream = context.model.queue.stream
    if stream is None:
        return None
    url = with_query(context.job_url(handle, stream.url), stream.query)
    # Whose time is almost over does not wait a minute for a sign of life.
    silence = min(_SILENCE, max(_LEAST, deadline - begun.monotonic))
    asked = Call("GET", url, silence, context.headers(url, _EVENTS), secret_query=context.secret_query(url))
    ear = _Ear(context, handle, begun, age)
    with suppress(TransportError):  # polling takes over, and has its own words for trouble
        yield Listen(asked, ear.take, deadline)
    return None if ear.told is None or ear.reply is None else LastWord(ear.told, ear.reply)

# Copied by callsheet from generator/callsheet/runtime/drive.py.
# Do not edit: change that file, then `make generate`.
"""Carries out what flows ask for: `drive` blocking, `adrive` with asyncio. Nothing else knows which world it is in."""

from __future__ import annotations

import inspect
from typing import TypeVar, cast

from . import _http
from .clock import Clock, SystemClock
from .disk import store
from .downloads import afetch, fetch
from .exchanges import aexchange, alisten, ask, exchange, listen, tell
from .steps import Ask, Call, Fetch, Flow, Listen, Moment, Now, Record, Sleep, Step, Store, Tell, Work

__all__ = ["Clock", "SystemClock", "adrive", "drive"]

T = TypeVar("T")


def drive(flow: Flow[T], http: _http.SyncClient, clock: Clock) -> T:
    """Run a flow to its end, blocking. Whatever goes wrong in a step, or beside one, is thrown into the flow."""
    reply: object = None
    failure: BaseException | None = None
    while True:
        try:
            step = flow.send(reply) if failure is None else flow.throw(failure)
            reply = failure = None
            reply = _perform(step, http, clock)
        except StopIteration as end:
            return cast("T", end.value)
        except BaseException as exc:
            if inspect.getgeneratorstate(flow) == inspect.GEN_CLOSED:  # raised by the flow itself
                raise
            failure = exc  # Ctrl-C too: the flow attaches the job's handle and raises it again


async def adrive(flow: Flow[T], http: _http.AsyncClient, clock: Clock) -> T:
    """Run a flow to its end under asyncio. Whatever goes wrong in a step, or beside one, is thrown into the flow."""
    reply: object = None
    failure: BaseException | None = None
    while True:
        try:
            step = flow.send(reply) if failure is None else flow.throw(failure)
            reply = failure = None
            reply = await _aperform(step, http, clock)
        except StopIteration as end:
            return cast("T", end.value)
        except BaseException as exc:
            if inspect.getgeneratorstate(flow) == inspect.GEN_CLOSED:  # raised by the flow itself
                raise
            failure = exc  # cancellation too: the flow attaches the job's handle and raises it again


def _perform(step: Step, http: _http.SyncClient, clock: Clock) -> object:
    reply: object = None
    match step:
        case Call():
            reply = exchange(step, http, clock)
        case Fetch():
            reply = fetch(step, http, clock)
        case Listen():
            listen(step, http, clock)
        case Sleep():
            clock.sleep(step.seconds)
        case Now():
            reply = Moment(clock.monotonic(), clock.time())
        case Tell():
            reply = tell(step)
        case Ask():
            reply = ask(step)
        case Store() | Work() | Record():
            reply = _local(step)
    return reply


async def _aperform(step: Step, http: _http.AsyncClient, clock: Clock) -> object:
    reply: object = None
    match step:
        case Call():
            reply = await aexchange(step, http, clock)
        case Fetch():
            reply = await afetch(step, http, clock)
        case Listen():
            await alisten(step, http, clock)
        case Sleep():
            await clock.asleep(step.seconds)
        case Now():
            reply = Moment(clock.monotonic(), clock.time())
        case Tell():
            reply = await _awaited(tell(step))
        case Ask():
            reply = await _awaited(step.question(step.about))
        case Record():
            reply = await _recorded(step)
        case Store() | Work():
            import asyncio

            reply = await asyncio.to_thread(_local, step)
    return reply


def _local(step: Store | Work | Record) -> object:
    """What is done on this machine, and may take a moment."""
    match step:
        case Store():
            return store(step.path, step.content, move=step.move)
        case Work():
            return step.do()
        case Record():
            return step.journal.append(step.entry)


async def _recorded(step: Record) -> object:
    """Begun at once and never called off: a cancelled task must not take a job's id with it."""
    import asyncio

    writing = asyncio.get_running_loop().run_in_executor(None, step.journal.append, step.entry)
    return await asyncio.shield(writing)


async def _awaited(answer: object) -> object:
    return await answer if inspect.isawaitable(answer) else answer

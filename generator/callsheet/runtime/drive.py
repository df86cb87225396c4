"""Carries out what flows ask for: `drive` blocking, `adrive` with asyncio. Nothing else knows which world it is in."""

from __future__ import annotations

import asyncio
import inspect
import os
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar, cast

from . import _http
from .steps import Broken, Call, Fetch, Flow, Moment, NotSent, Now, Reply, Sleep, Step, Tell

T = TypeVar("T")


class Clock(Protocol):
    """Where time comes from. Tests pass one that does not wait."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    def time(self) -> float:
        """Seconds since 1970."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait, blocking."""
        ...

    async def asleep(self, seconds: float, /) -> None:
        """Wait, letting others run."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float, /) -> None:
        """Wait, blocking."""
        time.sleep(seconds)

    async def asleep(self, seconds: float, /) -> None:
        """Wait, letting others run."""
        await asyncio.sleep(seconds)


def drive(flow: Flow[T], http: _http.SyncClient, clock: Clock) -> T:
    """Run a flow to its end, blocking. Whatever goes wrong in a step is thrown into the flow."""
    reply: object = None
    failure: BaseException | None = None
    while True:
        try:
            step = flow.send(reply) if failure is None else flow.throw(failure)
        except StopIteration as end:
            return cast("T", end.value)
        reply = failure = None
        try:
            reply = _perform(step, http, clock)
        except BaseException as exc:  # noqa: BLE001 - Ctrl-C too: the flow attaches the job's handle and raises it again
            failure = exc


async def adrive(flow: Flow[T], http: _http.AsyncClient, clock: Clock) -> T:
    """Run a flow to its end under asyncio. Whatever goes wrong in a step is thrown into the flow."""
    reply: object = None
    failure: BaseException | None = None
    while True:
        try:
            step = flow.send(reply) if failure is None else flow.throw(failure)
        except StopIteration as end:
            return cast("T", end.value)
        reply = failure = None
        try:
            reply = await _aperform(step, http, clock)
        except BaseException as exc:  # noqa: BLE001 - cancellation too: the flow attaches the job's handle and raises it again
            failure = exc


def _perform(step: Step, http: _http.SyncClient, clock: Clock) -> object:
    match step:
        case Call():
            with _failures():
                response = http.request(**_arguments(step))
            return _reply(response, clock)
        case Fetch():
            with _failures(), http.stream("GET", step.url, timeout=step.timeout, follow_redirects=True) as response:
                if not response.is_success:
                    response.read()
                    return _reply(response, clock)
                with _part(step.path) as file:
                    for chunk in response.iter_bytes():
                        file.write(chunk)
                    _check_length(response, file.written)
                return _reply(response, clock, size=file.written)
        case Sleep():
            clock.sleep(step.seconds)
        case Tell():
            step.listener(step.update)
        case Now():
            return Moment(clock.monotonic(), clock.time())
    return None


async def _aperform(step: Step, http: _http.AsyncClient, clock: Clock) -> object:
    match step:
        case Call():
            with _failures():
                response = await http.request(**_arguments(step))
            return _reply(response, clock)
        case Fetch():
            with _failures():
                async with http.stream("GET", step.url, timeout=step.timeout, follow_redirects=True) as response:
                    if not response.is_success:
                        await response.aread()
                        return _reply(response, clock)
                    with _part(step.path) as file:
                        async for chunk in response.aiter_bytes():
                            file.write(chunk)
                        _check_length(response, file.written)
                    return _reply(response, clock, size=file.written)
        case Sleep():
            await clock.asleep(step.seconds)
        case Tell():
            told = step.listener(step.update)
            if inspect.isawaitable(told):
                await told
        case Now():
            return Moment(clock.monotonic(), clock.time())
    return None


def _arguments(step: Call) -> dict[str, Any]:
    return {
        "method": step.method,
        "url": step.url,
        "headers": dict(step.headers),
        "content": step.body,
        "timeout": step.timeout,
        "follow_redirects": False,  # a key must not travel where an answer points
    }


def _reply(response: _http.Response, clock: Clock, size: int | None = None) -> Reply:
    return Reply(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=response.content if size is None else b"",
        at=Moment(clock.monotonic(), clock.time()),
        size=size,
    )


@contextmanager
def _failures() -> Generator[None]:
    """Tell what certainly was not sent from what may have been."""
    try:
        yield
    except _http.NOT_SENT as exc:
        raise NotSent(_words(exc)) from exc
    except _http.HTTPError as exc:
        raise Broken(_words(exc)) from exc


def _words(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__


def _check_length(response: _http.Response, written: int) -> None:
    stated = response.headers.get("content-length", "")
    # What was announced is the length before decoding.
    if "content-encoding" not in response.headers and stated.isdigit() and written != int(stated):
        raise Broken(f"{stated} bytes were announced, {written} came")


@dataclass(slots=True)
class _Part:
    """A file in the making, beside the file it will become."""

    file: BinaryIO
    written: int = 0

    def write(self, chunk: bytes) -> None:
        self.written += self.file.write(chunk)


@contextmanager
def _part(path: Path) -> Generator[_Part]:
    """The file appears under its name only when it is whole; what broke off leaves nothing behind."""
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield _Part(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

# Copied by callsheet from generator/callsheet/runtime/drive.py.
# Do not edit: change that file, then `make generate`.
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
from typing import Any, BinaryIO, Final, Protocol, TypeVar, cast

from . import _http
from .steps import Broken, Call, Fetch, Flow, Moment, NotSent, Now, Reply, Sleep, Step, Tell, TransportError

T = TypeVar("T")

_CONNECT: Final = 10.0
"""Seconds in which a connection must stand."""

_LARGEST: Final = 64 * 2**20
"""No answer but a file is longer than this, in bytes."""

_WHOLE: Final = 200
"""The one status that comes with a whole file: 204 has none, 206 a part."""


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
    match step:
        case Call():
            began = clock.monotonic()
            with _failures(), http.stream(**_arguments(step)) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    _check_bounds(step, len(body), clock.monotonic() - began)
            return _reply(response, clock, bytes(body))
        case Fetch():
            with _failures(), http.stream(**_download(step)) as response:
                if response.status_code != _WHOLE:
                    return _reply(response, clock, b"")
                with _part(step.path) as file:
                    for chunk in response.iter_bytes():
                        file.write(chunk)
                    _check_length(response, file.written)
                return _reply(response, clock, size=file.written)
        case Sleep():
            clock.sleep(step.seconds)
        case Tell():
            _tell(step)
        case Now():
            return Moment(clock.monotonic(), clock.time())
    return None


async def _aperform(step: Step, http: _http.AsyncClient, clock: Clock) -> object:
    match step:
        case Call():
            began = clock.monotonic()
            with _failures():
                async with asyncio.timeout(step.timeout), http.stream(**_arguments(step)) as response:
                    body = bytearray()
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        _check_bounds(step, len(body), clock.monotonic() - began)
            return _reply(response, clock, bytes(body))
        case Fetch():
            with _failures():
                async with http.stream(**_download(step)) as response:
                    if response.status_code != _WHOLE:
                        return _reply(response, clock, b"")
                    with _part(step.path) as file:
                        async for chunk in response.aiter_bytes():
                            file.write(chunk)
                        _check_length(response, file.written)
                    return _reply(response, clock, size=file.written)
        case Sleep():
            await clock.asleep(step.seconds)
        case Tell():
            told = _tell(step)
            if inspect.isawaitable(told):
                await told
        case Now():
            return Moment(clock.monotonic(), clock.time())
    return None


def _tell(step: Tell) -> object:
    try:
        return step.listener(step.update)
    except StopIteration as exc:  # would end the flow that it is thrown into, as if it had returned
        raise RuntimeError("on_update raised StopIteration") from exc


def _arguments(step: Call) -> dict[str, Any]:
    return {
        "method": step.method,
        "url": step.url,
        "headers": dict(step.headers),
        "content": step.body,
        "timeout": _http.Timeout(step.timeout, connect=min(step.timeout, _CONNECT)),
        "follow_redirects": False,  # a key must not travel where an answer points
    }


def _download(step: Fetch) -> dict[str, Any]:
    return {
        "method": "GET",
        "url": step.url,
        # As it lies on the server, so that its length can be checked.
        "headers": {"accept-encoding": "identity"},
        "timeout": _http.Timeout(step.timeout, connect=min(step.timeout, _CONNECT)),
        "follow_redirects": True,
    }


def _reply(response: _http.Response, clock: Clock, body: bytes = b"", size: int | None = None) -> Reply:
    return Reply(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=body,
        at=Moment(clock.monotonic(), clock.time()),
        size=size,
    )


def _check_bounds(step: Call, size: int, elapsed: float) -> None:
    """An answer that drips, or that never ends, is a broken one."""
    if elapsed > step.timeout:
        raise Broken(f"the answer was not complete after {step.timeout:g} s")
    if size > _LARGEST:
        raise Broken(f"the answer is longer than {_LARGEST} bytes")


@contextmanager
def _failures() -> Generator[None]:
    """Tell what certainly was not sent from what may have been."""
    try:
        yield
    except (TransportError, OSError) as exc:
        if isinstance(exc, TimeoutError):
            raise Broken("the answer was not complete in time") from exc
        raise  # told already, or the caller's own file
    except _http.NOT_SENT as exc:
        raise NotSent(_words(exc)) from exc
    except Exception as exc:
        # Whatever a transport, a hook or a decoder raises, the request may have been sent.
        raise Broken(_words(exc)) from exc


def _words(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__


def _check_length(response: _http.Response, written: int) -> None:
    stated = response.headers.get("content-length", "")
    # What was announced is the length before decoding.
    if "content-encoding" not in response.headers and stated.isdigit() and written != int(stated):
        raise Broken(f"{stated} bytes were announced, {written} came")
    if not written:
        raise Broken("the file is empty")


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
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            yield _Part(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o7777)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

# Copied by callsheet from generator/callsheet/runtime/exchanges.py.
# Do not edit: change that file, then `make generate`.
"""HTTP exchanges as flows ask for them, once blocking and once with asyncio. The pairs are mirrors."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from . import _http
from .clock import Clock
from .disk import part
from .events import Events
from .steps import Broken, Call, Fetch, Heard, Listen, Moment, NotSent, Reply, Tell, TransportError

_CONNECT: Final = 10.0
"""Seconds in which a connection must stand."""

_LARGEST: Final = 64 * 2**20
"""No answer but a file is longer than this, in bytes."""

_WHOLE: Final = 200
"""The one status that comes with a whole file: 204 has none, 206 a part."""


def exchange(step: Call, http: _http.SyncClient, clock: Clock) -> Reply:
    """One exchange."""
    began = clock.monotonic()
    with _failures(), http.stream(**_arguments(step)) as response:
        if step.spool is not None and _is_file(response):
            with step.spool.open("wb") as spool:
                for chunk in response.iter_bytes():
                    spool.write(chunk)
                    _check_time(step, clock.monotonic() - began)
            return _spooled(response, clock, step.spool)
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            _check_bounds(step, len(body), clock.monotonic() - began)
    return _reply(response, clock, bytes(body))


async def aexchange(step: Call, http: _http.AsyncClient, clock: Clock) -> Reply:
    """One exchange."""
    began = clock.monotonic()
    with _failures():
        async with asyncio.timeout(step.timeout), http.stream(**_arguments(step)) as response:
            if step.spool is not None and _is_file(response):
                with step.spool.open("wb") as spool:
                    async for chunk in response.aiter_bytes():
                        spool.write(chunk)
                return _spooled(response, clock, step.spool)
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                _check_bounds(step, len(body), clock.monotonic() - began)
    return _reply(response, clock, bytes(body))


def fetch(step: Fetch, http: _http.SyncClient, clock: Clock) -> Reply:
    """One download."""
    with _failures(), http.stream(**_download(step)) as response:
        if response.status_code != _WHOLE:
            return _reply(response, clock, b"")
        with part(step.path) as file:
            for chunk in response.iter_bytes():
                file.write(chunk)
            _check_length(response, file.written)
        return _reply(response, clock, size=file.written)


async def afetch(step: Fetch, http: _http.AsyncClient, clock: Clock) -> Reply:
    """One download."""
    with _failures():
        async with http.stream(**_download(step)) as response:
            if response.status_code != _WHOLE:
                return _reply(response, clock, b"")
            with part(step.path) as file:
                async for chunk in response.aiter_bytes():
                    file.write(chunk)
                _check_length(response, file.written)
            return _reply(response, clock, size=file.written)


def listen(step: Listen, http: _http.SyncClient, clock: Clock) -> None:
    """One stream of events."""
    events = Events()
    theirs: BaseException | None = None  # what a listener raised is no trouble of the stream
    with _failures(), http.stream(**_arguments(step.call)) as response:
        _check_stream(response)
        for line in response.iter_lines():
            heard = _hear(events, line, step, clock)
            try:
                if heard.tell is not None:
                    tell(heard.tell)
            except BaseException as exc:  # noqa: BLE001 - raised again below
                theirs = exc
            if heard.done or theirs is not None:
                break
    if theirs is not None:
        raise theirs


async def alisten(step: Listen, http: _http.AsyncClient, clock: Clock) -> None:
    """One stream of events."""
    events = Events()
    theirs: BaseException | None = None  # what a listener raised is no trouble of the stream
    with _failures():
        async with http.stream(**_arguments(step.call)) as response:
            _check_stream(response)
            async for line in response.aiter_lines():
                heard = _hear(events, line, step, clock)
                try:
                    if heard.tell is not None and inspect.isawaitable(told := tell(heard.tell)):
                        await told
                except BaseException as exc:  # noqa: BLE001 - raised again below
                    theirs = exc
                if heard.done or theirs is not None:
                    break
    if theirs is not None:
        raise theirs


def tell(step: Tell) -> object:
    """Call the caller's listener. What it raises ends the flow."""
    try:
        return step.listener(step.update)
    except StopIteration as exc:  # would end the flow that it is thrown into, as if it had returned
        raise RuntimeError("on_update raised StopIteration") from exc


def _arguments(step: Call) -> dict[str, Any]:
    return {
        "method": step.method,
        "url": _whole_url(step),
        "headers": dict(step.headers),
        "content": step.body,
        "timeout": _http.Timeout(step.timeout, connect=min(step.timeout, _CONNECT)),
        "follow_redirects": False,  # a key must not travel where an answer points
    }


def _download(step: Fetch) -> dict[str, Any]:
    return {
        "method": "GET",
        "url": _whole_url(step),
        # As it lies on the server, so that its length can be checked.
        "headers": {"accept-encoding": "identity", **step.headers},
        "timeout": _http.Timeout(step.timeout, connect=min(step.timeout, _CONNECT)),
        "follow_redirects": not (step.headers or step.secret_query),
    }


def _whole_url(step: Call | Fetch) -> str:
    if not step.secret_query:
        return step.url
    return f"{step.url}{'&' if '?' in step.url else '?'}{step.secret_query}"


def _is_file(response: _http.Response) -> bool:
    """Whether a body is the file that was asked for, and not words about it."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _http.is_fine(response) and kind != "application/json" and not kind.endswith("+json")


def _spooled(response: _http.Response, clock: Clock, spool: Path) -> Reply:
    size = spool.stat().st_size
    _check_length(response, size)
    return replace(_reply(response, clock, size=size), file=spool)


def _check_stream(response: _http.Response) -> None:
    if response.status_code != _WHOLE:
        raise Broken(f"the stream was answered with HTTP {response.status_code}")


def _hear(events: Events, line: str, step: Listen, clock: Clock) -> Heard:
    moment = Moment(clock.monotonic(), clock.time())
    if moment.monotonic > step.until:
        raise Broken("the deadline came while the stream was open")
    event = events.feed(line)
    return Heard() if event is None else step.take(event, moment)


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
    _check_time(step, elapsed)
    if size > _LARGEST:
        raise Broken(f"the answer is longer than {_LARGEST} bytes")


def _check_time(step: Call, elapsed: float) -> None:
    if elapsed > step.timeout:
        raise Broken(f"the answer was not complete after {step.timeout:g} s")


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

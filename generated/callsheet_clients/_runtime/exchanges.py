# Copied by callsheet from generator/callsheet/runtime/exchanges.py.
# Do not edit: change that file, then `make generate`.
"""HTTP exchanges as flows ask for them, once blocking and once with asyncio. The pairs are mirrors."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from . import _http
from .clock import Clock
from .events import Events
from .pieces import AsyncRead, Spool, read
from .steps import Ask, Broken, Call, Fetch, Heard, Listen, Moment, NotSent, Reply, Tell, TransportError

CONNECT: Final = 10.0
"""Seconds in which a connection must stand."""

_LARGEST: Final = 64 * 2**20
"""No answer but a file is longer than this, in bytes."""

WHOLE: Final = 200
"""The one status that comes with a whole file: 204 has none, 206 a part."""


def exchange(step: Call, http: _http.SyncClient, clock: Clock) -> Reply:
    """One exchange."""
    began = clock.monotonic()
    with failures(), http.stream(**_arguments(step, step.body if step.file is None else read(step.file))) as response:
        if step.spool is not None and _is_file(response):
            with Spool(step.spool, step.largest) as spool:
                for chunk in response.iter_bytes():
                    spool.write(chunk)
                    _check_time(step, clock.monotonic() - began)
            return _spooled(response, clock, spool)
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            _check_bounds(step, len(body), clock.monotonic() - began)
    return reply_of(response, clock, bytes(body))


async def aexchange(step: Call, http: _http.AsyncClient, clock: Clock) -> Reply:
    """One exchange."""
    import asyncio

    began = clock.monotonic()
    with failures():
        async with (
            asyncio.timeout(step.timeout),
            http.stream(**_arguments(step, step.body if step.file is None else AsyncRead(step.file))) as response,
        ):
            if step.spool is not None and _is_file(response):
                with Spool(step.spool, step.largest) as spool:
                    async for chunk in response.aiter_bytes():
                        spool.write(chunk)
                return _spooled(response, clock, spool)
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                _check_bounds(step, len(body), clock.monotonic() - began)
    return reply_of(response, clock, bytes(body))


def listen(step: Listen, http: _http.SyncClient, clock: Clock) -> None:
    """One stream of events."""
    events = Events()
    theirs: BaseException | None = None  # what a listener raised is no trouble of the stream
    with failures(), http.stream(**_arguments(step.call, step.call.body)) as response:
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
    with failures():
        async with http.stream(**_arguments(step.call, step.call.body)) as response:
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


def ask(step: Ask) -> object:
    """Put a question to the caller's function, in the blocking client."""
    answer = step.question(step.about)
    if inspect.iscoroutine(answer):
        answer.close()
        raise TypeError("an async function was given; the blocking client takes a plain one")
    return answer


def _arguments(step: Call, body: object) -> dict[str, Any]:
    stall = step.timeout if step.stall is None else step.stall
    return {
        "method": step.method,
        "url": whole_url(step),
        "headers": dict(step.headers),
        "content": body,
        "timeout": _http.Timeout(stall, connect=min(step.timeout, CONNECT)),
        "follow_redirects": False,  # a key must not travel where an answer points
    }


def whole_url(step: Call | Fetch) -> str:
    """The URL with the key, where the key travels in the query."""
    if not step.secret_query:
        return step.url
    return f"{step.url}{'&' if '?' in step.url else '?'}{step.secret_query}"


def _is_file(response: _http.Response) -> bool:
    """Whether a body is the file that was asked for, and not words about it."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _http.is_fine(response) and kind != "application/json" and not kind.endswith("+json")


def _spooled(response: _http.Response, clock: Clock, spool: Spool) -> Reply:
    check_length(response, spool.size)
    return replace(reply_of(response, clock, size=spool.size), file=spool.path)


def _check_stream(response: _http.Response) -> None:
    if response.status_code != WHOLE:
        raise Broken(f"the stream was answered with HTTP {response.status_code}")


def _hear(events: Events, line: str, step: Listen, clock: Clock) -> Heard:
    moment = Moment(clock.monotonic(), clock.time())
    if moment.monotonic > step.until:
        raise Broken("the deadline came while the stream was open")
    event = events.feed(line)
    return Heard() if event is None else step.take(event, moment)


def reply_of(response: _http.Response, clock: Clock, body: bytes = b"", size: int | None = None) -> Reply:
    """An answer as flows see it."""
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
def failures(*, own_file: bool = False) -> Generator[None]:
    """Tell what certainly was not sent from what may have been. Faults of the caller's own file stay as they are."""
    try:
        yield
    except TransportError:
        raise
    except TimeoutError as exc:
        raise Broken("the answer was not complete in time") from exc
    except _http.NOT_SENT as exc:
        raise NotSent(_words(exc)) from exc
    except Exception as exc:
        if own_file and isinstance(exc, OSError):
            raise
        # Whatever a transport, a hook or a decoder raises, the request may have been sent.
        raise Broken(_words(exc)) from exc


def _words(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__


def check_length(response: _http.Response, written: int) -> None:
    """Broken where a file is not as long as was announced, or empty."""
    stated = response.headers.get("content-length", "")
    # What was announced is the length before decoding.
    if "content-encoding" not in response.headers and stated.isdigit() and written != int(stated):
        raise Broken(f"{stated} bytes were announced, {written} came")
    if not written:
        raise Broken("the file is empty")

# Copied by callsheet from generator/callsheet/runtime/exchanges.py.
# Do not edit: change that file, then `make generate`.
"""HTTP exchanges as flows ask for them, once blocking and once with asyncio. The pairs are mirrors."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Final

from . import _http, wire
from .clock import Clock
from .events import Events
from .pieces import AsyncRead, Spool, read
from .steps import Ask, Broken, Call, Heard, Listen, Moment, NotSent, Reply, Tell, TransportError

_LARGEST: Final = 64 * 2**20
"""No answer but a file is longer than this, in bytes."""

WHOLE: Final = 200
"""The one status that comes with a whole file: 204 has none, 206 a part."""


def exchange(step: Call, http: _http.SyncClient, clock: Clock) -> Reply:
    """One exchange."""
    began = clock.monotonic()
    with failures():
        content = step.body if step.file is None else read(step.file)
        # No redirect is followed: a key must not travel where an answer points.
        response = http.send(wire.request(step, http, content), stream=True, follow_redirects=False)
        try:
            headers = wire.headers(response)
            pieces = response.iter_raw() if _comes_as_it_is(response, headers) else response.iter_bytes()
            if step.spool is not None and _is_file(response, headers):
                with Spool(step.spool, step.largest) as spool:
                    for chunk in pieces:
                        spool.write(chunk)
                        _check_time(step, clock.monotonic() - began)
                return _spooled(response, headers, clock, spool)
            body = _Body(step, began)
            for chunk in pieces:
                body.take(chunk, clock.monotonic())
        finally:
            response.close()
    return _reply(response, headers, clock, b"".join(body.parts))


async def aexchange(step: Call, http: _http.AsyncClient, clock: Clock) -> Reply:
    """One exchange."""
    import asyncio

    began = clock.monotonic()
    with failures():
        content = step.body if step.file is None else AsyncRead(step.file)
        async with asyncio.timeout(step.timeout):
            # No redirect is followed: a key must not travel where an answer points.
            response = await http.send(wire.request(step, http, content), stream=True, follow_redirects=False)
            try:
                headers = wire.headers(response)
                pieces = response.aiter_raw() if _comes_as_it_is(response, headers) else response.aiter_bytes()
                if step.spool is not None and _is_file(response, headers):
                    with Spool(step.spool, step.largest) as spool:
                        async for chunk in pieces:
                            spool.write(chunk)
                            _check_time(step, clock.monotonic() - began)
                    return _spooled(response, headers, clock, spool)
                body = _Body(step, began)
                async for chunk in pieces:
                    body.take(chunk, clock.monotonic())
            finally:
                await response.aclose()
    return _reply(response, headers, clock, b"".join(body.parts))


class _Body:
    """An answer as it comes. One that drips, or that never ends, is a broken one."""

    __slots__ = ("_size", "_step", "_until", "parts")

    def __init__(self, step: Call, began: float) -> None:
        self._step = step
        self._until = began + step.timeout
        self._size = 0
        self.parts: list[bytes] = []

    def take(self, chunk: bytes, monotonic: float) -> None:
        """Keep a piece that came at a time."""
        if monotonic > self._until:
            raise Broken(f"the answer was not complete after {self._step.timeout:g} s")
        self._size += len(chunk)
        if self._size > _LARGEST:
            raise Broken(f"the answer is longer than {_LARGEST} bytes")
        self.parts.append(chunk)


def listen(step: Listen, http: _http.SyncClient, clock: Clock) -> None:
    """One stream of events."""
    events = Events()
    theirs: BaseException | None = None  # what a listener raised is no trouble of the stream
    with failures(), http.stream(**wire.arguments(step.call, step.call.body), follow_redirects=False) as response:
        _check_stream(response)
        for piece in response.iter_bytes():
            over = False
            for heard in _hear(events, piece, step, clock):
                try:
                    if heard.tell is not None:
                        tell(heard.tell)
                except BaseException as exc:  # noqa: BLE001 - raised again below
                    theirs = exc
                if over := heard.done or theirs is not None:
                    break
            if over:
                break
    if theirs is not None:
        raise theirs


async def alisten(step: Listen, http: _http.AsyncClient, clock: Clock) -> None:
    """One stream of events."""
    events = Events()
    theirs: BaseException | None = None  # what a listener raised is no trouble of the stream
    with failures():
        async with http.stream(**wire.arguments(step.call, step.call.body), follow_redirects=False) as response:
            _check_stream(response)
            async for piece in response.aiter_bytes():
                over = False
                for heard in _hear(events, piece, step, clock):
                    try:
                        if heard.tell is not None and inspect.isawaitable(told := tell(heard.tell)):
                            await told
                    except BaseException as exc:  # noqa: BLE001 - raised again below
                        theirs = exc
                    if over := heard.done or theirs is not None:
                        break
                if over:
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


def _comes_as_it_is(response: _http.Response, headers: Mapping[str, str]) -> bool:
    """Whether the pieces of a body can be taken from the wire: it is not encoded, and was not made whole by a mock."""
    return "content-encoding" not in headers and not response.is_stream_consumed


def _is_file(response: _http.Response, headers: Mapping[str, str]) -> bool:
    """Whether a body is the file that was asked for, and not words about it."""
    kind = wire.kind(headers)
    return _http.is_fine(response) and kind != "application/json" and not kind.endswith("+json")


def _spooled(response: _http.Response, headers: Mapping[str, str], clock: Clock, spool: Spool) -> Reply:
    check_length(response, spool.size)
    return replace(_reply(response, headers, clock, size=spool.size), file=spool.path)


def _check_stream(response: _http.Response) -> None:
    if response.status_code != WHOLE:
        raise Broken(f"the stream was answered with HTTP {response.status_code}")


def _hear(events: Events, piece: bytes, step: Listen, clock: Clock) -> Iterator[Heard]:
    """What a piece of a stream tells. The time is looked at with each: some hold no end of a line."""
    moment = Moment(clock.monotonic(), clock.time())
    if moment.monotonic > step.until:
        raise Broken("the deadline came while the stream was open")
    for event in events.take(piece):
        yield step.take(event, moment)


def reply_of(response: _http.Response, clock: Clock, body: bytes = b"", size: int | None = None) -> Reply:
    """An answer as flows see it."""
    return _reply(response, wire.headers(response), clock, body, size)


def _reply(
    response: _http.Response, headers: Mapping[str, str], clock: Clock, body: bytes = b"", size: int | None = None
) -> Reply:
    return Reply(response.status_code, headers, body, Moment(clock.monotonic(), clock.time()), size)


def _check_time(step: Call, elapsed: float) -> None:
    if elapsed > step.timeout:
        raise Broken(f"the answer was not complete after {step.timeout:g} s")


class _Failures:
    """Tells what certainly was not sent from what may have been. No generator: it is entered with every request."""

    __slots__ = ("_own_file",)

    def __init__(self, *, own_file: bool) -> None:
        self._own_file = own_file

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(exc, Exception) or isinstance(exc, TransportError):
            return
        if isinstance(exc, TimeoutError):
            raise Broken("the answer was not complete in time") from exc
        if isinstance(exc, _http.NOT_SENT):
            raise NotSent(_words(exc)) from exc
        if not (self._own_file and isinstance(exc, OSError)):
            # Whatever a transport, a hook or a decoder raises, the request may have been sent.
            raise Broken(_words(exc)) from exc


def failures(*, own_file: bool = False) -> _Failures:
    """Tell what certainly was not sent from what may have been. Faults of the caller's own file stay as they are."""
    return _Failures(own_file=own_file)


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

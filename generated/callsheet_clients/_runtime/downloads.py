# Copied by callsheet from generator/callsheet/runtime/downloads.py.
# Do not edit: change that file, then `make generate`.
"""Downloads, once blocking and once with asyncio. The pair are mirrors."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Protocol

from . import _http
from .clock import Clock
from .disk import part
from .exchanges import WHOLE, check_length, failures, reply_of
from .steps import Broken, Fetch, Reply, TooMuch
from .wire import CONNECT, kind, whole_url


class _Taken(Protocol):
    """Where a download goes."""

    def write(self, chunk: bytes, /) -> None: ...


class _Held:
    """A download in memory."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, chunk: bytes) -> None:
        self.content += chunk


class _Download:
    """One download under way: counted, and stopped where it becomes too much."""

    def __init__(self, step: Fetch, response: _http.Response, taken: _Taken, clock: Clock) -> None:
        self._step, self._taken, self._clock = step, taken, clock
        self._began = clock.monotonic()
        self.size = 0
        stated = response.headers.get("content-length", "")
        self._check(int(stated) if stated.isdecimal() else 0)

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._check(self.size)
        self._taken.write(chunk)

    def _check(self, size: int) -> None:
        if size > self._step.largest:
            raise TooMuch(f"it is longer than the {self._step.largest:.0f} bytes that are allowed")
        if self._clock.monotonic() - self._began > self._step.within:
            raise TooMuch(f"it takes longer than the {self._step.within:g} s that are allowed")


def fetch(step: Fetch, http: _http.SyncClient, clock: Clock) -> Reply:
    """One download."""
    with failures(own_file=True), http.stream(**_arguments(step)) as response:
        if response.status_code != WHOLE:
            return reply_of(response, clock)
        _check_kind(response)
        with _taken(step) as taken:
            download = _Download(step, response, taken, clock)
            for chunk in response.iter_bytes():
                download.write(chunk)
            check_length(response, download.size)
        return _reply(response, clock, taken, download.size)


async def afetch(step: Fetch, http: _http.AsyncClient, clock: Clock) -> Reply:
    """One download."""
    with failures(own_file=True):
        async with http.stream(**_arguments(step)) as response:
            if response.status_code != WHOLE:
                return reply_of(response, clock)
            _check_kind(response)
            with _taken(step) as taken:
                download = _Download(step, response, taken, clock)
                async for chunk in response.aiter_bytes():
                    download.write(chunk)
                check_length(response, download.size)
            return _reply(response, clock, taken, download.size)


def _check_kind(response: _http.Response) -> None:
    """Broken where a web page comes in the place of a file, as gateways serve it, some with a status of success."""
    if kind(response.headers) == "text/html":
        raise Broken("a web page came in its place")


@contextmanager
def _taken(step: Fetch) -> Generator[_Taken]:
    """Where the bytes go: a file that appears when it is whole, or memory."""
    if step.path is None:
        yield _Held()
    else:
        with part(step.path) as file:
            yield file


def _reply(response: _http.Response, clock: Clock, taken: _Taken, size: int) -> Reply:
    return reply_of(response, clock, bytes(taken.content) if isinstance(taken, _Held) else b"", size)


def _arguments(step: Fetch) -> dict[str, Any]:
    return {
        "method": "GET",
        "url": whole_url(step),
        # As it lies on the server, so that its length can be checked.
        "headers": {"accept-encoding": "identity", **step.headers},
        "timeout": _http.Timeout(step.timeout, connect=min(step.timeout, CONNECT)),
        "follow_redirects": not (step.headers or step.secret_query),
    }

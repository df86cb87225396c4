"""Pages over HTTP: bounded in time and size, slow on purpose, to the host that the spec names and no other."""

from __future__ import annotations

import ipaddress
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from callsheet import __version__
from callsheet.findings import Finding, Span
from callsheet.rules.drift import PAGE_NOT_FETCHED

if TYPE_CHECKING:  # heavy
    import httpx

AGENT: Final = f"callsheet/{__version__} (compares documentation pages with specs)"
_PAUSE: Final = 1.0
"""Seconds between two requests to one host."""
_LONGEST: Final = 60.0
"""Seconds for a page, redirects included."""
_REDIRECTS: Final = 5
_OK: Final = 200
_HEADERS: Final = {
    "User-Agent": AGENT,
    "Accept": "text/html, text/plain, text/markdown, application/json",
    "Accept-Encoding": "gzip",
}


class _FailedError(Exception):
    """Why a page is not to be had, in words."""


class Fetcher:
    """Fetches pages one after another. It keeps no cookies, and asks a host once a second at most."""

    def __init__(
        self,
        largest: int,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`largest` is what a page may have, in bytes, once it is decompressed."""
        self._largest = largest
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._asked: dict[str, float] = {}

    def fetch(self, url: str) -> bytes | Finding:
        """The page at an address, or why it is not to be had. Proxies of the environment count, as for any tool."""
        import httpx

        try:
            with httpx.Client(transport=self._transport, timeout=10, follow_redirects=False) as client:
                return self._follow(client, url)
        except _FailedError as fault:
            return PAGE_NOT_FETCHED.at(Span(url), str(fault))
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            words = " ".join(str(fault).split()) or type(fault).__name__
            return PAGE_NOT_FETCHED.at(Span(url), f"the request failed: {words}")

    def _follow(self, client: httpx.Client, url: str) -> bytes:
        end = self._clock() + _LONGEST
        first = _parts(url)
        for _ in range(_REDIRECTS + 1):
            here = _parts(url)
            if (here.hostname, here.port) != (first.hostname, first.port):
                port = "" if here.port is None else f":{here.port}"
                raise _FailedError(f"it redirects to another host, {here.hostname}{port}")
            if first.scheme == "https" != here.scheme:
                raise _FailedError("it redirects to plain HTTP")
            self._wait(here.netloc)
            client.cookies.clear()
            with client.stream("GET", url, headers=_HEADERS) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers.get("Location", ""))
                    continue
                if answer.status_code != _OK:
                    raise _FailedError(f"the answer is HTTP {answer.status_code}")
                return self._body(answer, end)
        raise _FailedError(f"it redirects more than {_REDIRECTS} times")

    def _wait(self, host: str) -> None:
        """Let a second pass since the last request to a host."""
        now = self._clock()
        due = self._asked.get(host, now - _PAUSE) + _PAUSE
        if due > now:
            self._sleep(due - now)
        self._asked[host] = max(now, due)

    def _body(self, answer: httpx.Response, end: float) -> bytes:
        """The body, never more of it in memory than a page may have."""
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in {"identity", "", "gzip", "x-gzip"}:
            raise _FailedError(f"it is encoded as {coding[:40]}, which was not asked for")
        unpack = zlib.decompressobj(wbits=31) if coding.endswith("gzip") else None
        found = bytearray()
        for part in answer.iter_raw():
            room = self._largest + 1 - len(found)
            try:
                found += part[:room] if unpack is None else unpack.decompress(part, room)
            except zlib.error:
                raise _FailedError("what came is not gzip, as its header says") from None
            if len(found) > self._largest:
                raise _FailedError(f"it has more than {self._largest:,} bytes")
            if self._clock() > end:
                raise _FailedError(f"it was not there within {_LONGEST:g} s")
        if unpack is not None and not unpack.eof:
            raise _FailedError("it was cut off")
        return bytes(found)


def _parts(url: str) -> SplitResult:
    """The parts of an address that may be asked: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _FailedError("this is no address") from None
    if not parts.hostname or parts.username is not None:
        raise _FailedError("this is no address of a page")
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname)):
        raise _FailedError("only https is fetched")
    return parts


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False

# Copied by callsheet from generator/callsheet/runtime/wire.py.
# Do not edit: change that file, then `make generate`.
"""Requests and answers in the HTTP library's own terms, made without what it would work out anew for each of them.

`build_request` parses the same address and merges the same headers with every look at a job; that costs more than all
that is done here. What goes over the wire is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from . import _http
from .steps import Call, Fetch

CONNECT: Final = 10.0
"""Seconds in which a connection must stand."""

_SENDS_A_BODY: Final = frozenset({"POST", "PUT", "PATCH"})

_url = lru_cache(maxsize=1024)(_http.URL)


def request(step: Call, http: _http.SyncClient | _http.AsyncClient, content: object) -> _http.Request:
    """A request as `http.build_request` would make it."""
    if type(http) not in _http.PLAIN or step.file is not None or http.params or http.cookies:
        # A client of the caller's may add something of its own.
        return http.build_request(**arguments(step, content))
    body = step.body or b""
    target = _http.URL(whole_url(step)) if step.secret_query else _url(step.url)  # a key is not kept for later
    ours = [(*_names(name), value.encode("ascii")) for name, value in step.headers.items()]
    replaced = {lower for lower, _, _ in ours}
    pairs = [(b"host", target.netloc)]
    pairs += [pair for pair in http.headers.raw if pair[0].lower() not in replaced]
    pairs += [(name, value) for _, name, value in ours]
    if step.body is not None or step.method in _SENDS_A_BODY:
        pairs.append((b"content-length", b"%d" % len(body)))
    stall = step.timeout if step.stall is None else step.stall
    limits = {"connect": min(step.timeout, CONNECT), "read": stall, "write": stall, "pool": stall}
    stream = _http.ByteStream(body)
    made = _http.Request(step.method, target, headers=pairs, stream=stream, extensions={"timeout": limits})
    made.read()  # hooks of the caller's may want to see it
    return made


@lru_cache(maxsize=1024)
def _names(header: str) -> tuple[bytes, bytes]:
    """The name of a header in lower case, and as it is."""
    return header.lower().encode("ascii"), header.encode("ascii")


def arguments(step: Call, content: object) -> dict[str, Any]:
    """What the HTTP library makes a request from."""
    stall = step.timeout if step.stall is None else step.stall
    return {
        "method": step.method,
        "url": whole_url(step),
        "headers": dict(step.headers),
        "content": content,
        "timeout": _http.Timeout(stall, connect=min(step.timeout, CONNECT)),
    }


def whole_url(step: Call | Fetch) -> str:
    """The URL with the key, where the key travels in the query."""
    if not step.secret_query:
        return step.url
    return f"{step.url}{'&' if '?' in step.url else '?'}{step.secret_query}"


def headers(response: _http.Response) -> dict[str, str]:
    """The headers of an answer, by their names in lower case."""
    found: dict[str, str] = {}
    for raw_name, raw in response.headers.raw:
        name = raw_name.decode("latin-1").lower()
        try:
            value = raw.decode()
        except UnicodeDecodeError:
            value = raw.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def kind(headers: Mapping[str, str]) -> str:
    """The content type of an answer, without its parameters; empty where there is none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()

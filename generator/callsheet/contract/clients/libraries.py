"""Handlers are written for httpx. Here one answers for a client that sends with httpx's successor, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

Handler = Callable[[httpx.Request], httpx.Response]


def as_of(library: Any, handler: Handler) -> Callable[[Any], Any]:
    """A handler for a library's `MockTransport`: requests and answers are carried over, and so are its failures."""
    if library is httpx:
        return handler

    def handle(request: Any) -> Any:
        asked = httpx.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.content,
            extensions=request.extensions,
        )
        try:
            answer = handler(asked)
            answer.read()  # one that breaks off does so here
        except httpx.RequestError as failure:
            raise getattr(library, type(failure).__name__)(str(failure), request=request) from failure
        return library.Response(answer.status_code, headers=answer.headers.raw, content=answer.content)

    return handle

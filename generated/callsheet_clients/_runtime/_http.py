# Copied by callsheet from generator/callsheet/runtime/_http.py.
# Do not edit: change that file, then `make generate`.
"""All that differs between one HTTP library and its successor."""

from __future__ import annotations

import httpx as http

NAME = http.__name__
"""The library's own name: `httpx` or `httpx2`."""

SyncClient = http.Client
AsyncClient = http.AsyncClient
Response = http.Response
HTTPError = http.HTTPError
InvalidURL = http.InvalidURL
Timeout = http.Timeout

# No connection was made, so nothing can have been accepted. Every other failure leaves that open.
NOT_SENT = (
    http.ConnectError,
    http.ConnectTimeout,
    http.PoolTimeout,
    http.ProxyError,
    http.UnsupportedProtocol,
    http.InvalidURL,
)

_CORE = NAME.replace("httpx", "httpcore")

LOGGERS = (NAME, *(f"{_CORE}.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
"""Loggers that may write a URL. A filter of a logger does not see what is logged below it, so that each is named."""


def is_fine(response: Response) -> bool:
    """2xx."""
    return response.is_success

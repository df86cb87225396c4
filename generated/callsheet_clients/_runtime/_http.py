# Copied by callsheet from generator/callsheet/runtime/_http.py.
# Do not edit: change that file, then `make generate`.
"""All that differs between one HTTP library and its successor."""

from __future__ import annotations

import httpx as http

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

LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)
"""Loggers that may write a URL."""


def is_fine(response: Response) -> bool:
    """2xx."""
    return response.is_success

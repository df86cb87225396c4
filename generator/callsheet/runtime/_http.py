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
URL = http.URL
Request = http.Request
ByteStream = http.ByteStream

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


class _NoCookies(http.Cookies):
    """Keeps none: an API knows its caller by the key, and what a gateway sets is not sent back to it."""

    def extract_cookies(self, response: Response) -> None:
        """Take nothing."""


_NONE = _NoCookies()


class _SyncClient(http.Client):
    """A client of our own."""

    @property
    def cookies(self) -> http.Cookies:
        """None, whatever is answered."""
        return _NONE

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        """Keep none."""


class _AsyncClient(http.AsyncClient):
    """A client of our own."""

    @property
    def cookies(self) -> http.Cookies:
        """None, whatever is answered."""
        return _NONE

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        """Keep none."""


PLAIN = (http.Client, http.AsyncClient, _SyncClient, _AsyncClient)
"""Clients that do what their library says. A class of the caller's that is derived from one may do more."""


def sync_client() -> SyncClient:
    """A client of our own."""
    made = _SyncClient()
    made.headers.pop("connection", None)  # HTTP/1.1 keeps connections without being told
    return made


def async_client() -> AsyncClient:
    """A client of our own."""
    made = _AsyncClient()
    made.headers.pop("connection", None)  # as above
    return made


def is_fine(response: Response) -> bool:
    """2xx."""
    return response.is_success

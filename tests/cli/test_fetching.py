"""Pages are fetched within bounds, from the host that was named, and politely."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from callsheet.cli.fetching import AGENT, Fetcher
from callsheet.findings import Finding

LARGEST = 10_000
PACKED = {"Content-Encoding": "gzip"}


class Time:
    """A clock that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def fetcher(answer: Callable[[httpx.Request], httpx.Response], time: Time | None = None) -> Fetcher:
    """One that is answered by a function."""
    time = time or Time()
    return Fetcher(LARGEST, transport=httpx.MockTransport(answer), clock=lambda: time.now, sleep=time.sleep)


def words(found: bytes | Finding) -> str:
    """What a page that could not be fetched is said to be."""
    assert isinstance(found, Finding)
    assert found.rule == "page-not-fetched"
    return found.what


def test_a_page_is_fetched_as_it_is() -> None:
    """The bytes of the answer, unpacked where they came packed; the request says who asks."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["User-Agent"] == AGENT
        if request.url.path == "/packed":
            packed = httpx.ByteStream(gzip.compress(b"page"))
            return httpx.Response(200, stream=packed, headers=PACKED)
        return httpx.Response(200, stream=httpx.ByteStream(b"page"), headers={"Set-Cookie": "a=b"})

    one = fetcher(answer)

    assert one.fetch("https://reel.test/page") == b"page"
    assert one.fetch("https://reel.test/packed") == b"page"


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (httpx.Response(404), "HTTP 404"),
        (httpx.Response(200, stream=httpx.ByteStream(b"a" * (LARGEST + 1))), "more than 10,000 bytes"),
        (
            httpx.Response(200, stream=httpx.ByteStream(gzip.compress(b"a" * 10_000_000)), headers=PACKED),
            "more than 10,000 bytes",
        ),
        (
            httpx.Response(200, stream=httpx.ByteStream(gzip.compress(b"abc")[:-4]), headers=PACKED),
            "cut off",
        ),
        (httpx.Response(200, stream=httpx.ByteStream(b"abc"), headers=PACKED), "not gzip"),
        (httpx.Response(200, stream=httpx.ByteStream(b"abc"), headers={"Content-Encoding": "br"}), "encoded as br"),
        (httpx.Response(302, headers={"Location": "https://elsewhere.test/page"}), "another host"),
        (httpx.Response(302, headers={"Location": "http://reel.test/page"}), "another host|only https|plain HTTP"),
        (httpx.Response(302, headers={"Location": "/page"}), "more than 5 times"),
        (httpx.Response(302, headers={"Location": "file:///etc/passwd"}), "no address|another host"),
    ],
    ids=range(10),
)
def test_what_is_out_of_bounds_is_refused(response: httpx.Response, why: str) -> None:
    """Too large (unpacked, too), cut, encoded otherwise, elsewhere: each is a finding that says so."""

    def answer(_: httpx.Request) -> httpx.Response:
        raw = response.stream
        assert isinstance(raw, httpx.ByteStream)
        return httpx.Response(response.status_code, stream=raw, headers=response.headers)

    found = words(fetcher(answer).fetch("https://reel.test/page"))

    assert any(part in found for part in why.split("|")), found


@pytest.mark.parametrize(
    "url",
    [
        "http://reel.test/page",
        "ftp://reel.test/x",
        "file:///etc/passwd",
        "https://",
        "https://a:b@reel.test/",
        "https://[x",
    ],
)
def test_only_https_is_asked_for(url: str) -> None:
    """Plain HTTP, other schemes and addresses with a password are not asked for at all."""

    def answer(_: httpx.Request) -> httpx.Response:
        pytest.fail("it was asked for")

    words(fetcher(answer).fetch(url))


def test_a_host_is_asked_once_a_second() -> None:
    """Between two requests to a host a second passes, redirects included; another host does not wait."""
    time = Time()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/old":
            return httpx.Response(301, headers={"Location": "/new"})
        return httpx.Response(200, stream=httpx.ByteStream(b"page"))

    one = fetcher(answer, time)
    one.fetch("https://reel.test/old")
    one.fetch("https://other.test/page")
    one.fetch("https://reel.test/page")

    assert time.slept == [1.0, 1.0]


def test_a_page_that_drips_is_given_up() -> None:
    """However slowly it comes: after a minute it is enough."""
    time = Time()

    def drops() -> Iterator[bytes]:
        while True:
            time.now += 7
            yield b"."

    class Drips(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return drops()

    found = fetcher(lambda _: httpx.Response(200, stream=Drips()), time).fetch("https://reel.test/page")

    assert "not there within 60 s" in words(found)


def test_a_failed_connection_is_a_finding() -> None:
    """What goes wrong below HTTP is told in its own words."""

    def answer(request: httpx.Request) -> httpx.Response:
        message = "no route"
        raise httpx.ConnectError(message, request=request)

    assert "no route" in words(fetcher(answer).fetch("https://reel.test/page"))


def test_over_a_socket() -> None:
    """Plain HTTP is asked for on the machine itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"page")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = Fetcher(LARGEST).fetch(f"http://127.0.0.1:{server.server_port}/page")
        server.shutdown()

    assert found == b"page"

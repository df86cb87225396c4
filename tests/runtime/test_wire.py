"""What becomes of trouble on the wire, over real sockets: the two HTTP libraries, blocking and not, say the same.

`NotSent` allows a submission to be repeated, so that it is said of nothing that may have arrived.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

Script = Callable[[socket.socket], object]
"""What a server does with a connection once it has read the head of a request."""

PATIENCE = 0.25


@contextlib.contextmanager
def listening(script: Script, *, reads: bool = True) -> Iterator[tuple[str, list[bytes]]]:
    """A server that does the same with each connection, and what it was sent."""
    heads: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(2)
                    if reads:
                        heads.append(connection.recv(65536))
                    script(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heads
    finally:
        over.set()
        thread.join()
        listener.close()


def answering(*parts: bytes, pause: float = 0.0) -> Script:
    """Send these parts, then close."""

    def script(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return script


def silent(connection: socket.socket) -> None:
    """Never answer: wait until the other side has gone."""
    connection.recv(1)


def head(status: str, *headers: str) -> bytes:
    """The start of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "connection: close", "", ""]).encode()


@pytest.fixture(params=["sync", "async"])
def perform(request: pytest.FixtureRequest, on: Any) -> Callable[..., Any]:
    """Carry out one step, as `drive` or `adrive` does it; `options` are those of the library's client."""
    drive = on.module("_runtime.drive")

    def flow(step: Any) -> Generator[Any, Any, Any]:
        return (yield step)

    def blocking(step: Any, **options: Any) -> Any:
        with on.http.Client(**options) as http:
            return drive.drive(flow(step), http, drive.SystemClock())

    async def mirrored(step: Any, options: Any) -> Any:
        async with on.http.AsyncClient(**options) as http:
            return await drive.adrive(flow(step), http, drive.SystemClock())

    return blocking if request.param == "sync" else lambda step, **options: asyncio.run(mirrored(step, options))


def call(on: Any, url: str, timeout: float = PATIENCE) -> Any:
    """A submission."""
    return on.module("_runtime.steps").Call("POST", url, timeout, {"x-key": "secret"}, b"{}")


def refused_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_an_answer_comes_as_it_was_sent(on, perform):
    """Status, headers and body; the request carries what the step says."""
    with listening(answering(head("201 Created", "x-one: 1", "content-length: 4"), b"done")) as (url, heads):
        reply = perform(call(on, f"{url}/a?b=c"))

    assert (reply.status, reply.body, reply.headers["x-one"]) == (201, b"done", "1")
    assert heads[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert b"x-key: secret\r\n" in heads[0]
    assert heads[0].endswith(b"\r\n\r\n{}") or heads[0].endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "ftp://127.0.0.1/", "http://["]
)
def test_what_cannot_be_connected_to_was_not_sent(on, perform, url: str):
    """A refused connection, a scheme or an address that is none."""
    with pytest.raises(on.module("_runtime.steps").NotSent):
        perform(call(on, url.format(port=refused_port())))


def test_a_handshake_that_fails_was_before_the_request(on, perform):
    """The other side speaks no TLS."""
    with listening(answering(b"what?\r\n")) as (url, _), pytest.raises(on.module("_runtime.steps").NotSent):
        perform(call(on, url.replace("http", "https"), timeout=2))


def test_a_proxy_that_refuses_has_passed_nothing_on(on, perform):
    """The tunnel was never open."""
    with (
        listening(answering(head("403 Forbidden", "content-length: 0"))) as (url, heads),
        pytest.raises(on.module("_runtime.steps").NotSent),
    ):
        perform(call(on, "https://provider.test/", timeout=2), proxy=url)

    assert b"secret" not in b"".join(heads)


def test_a_full_pool_has_sent_nothing(on):
    """All connections are in use for longer than the call may take."""
    steps, drive = on.module("_runtime.steps"), on.module("_runtime.drive")

    def flow():
        return (yield call(on, url))

    with (
        listening(answering(head("200 OK", "content-length: 5"), b"1", pause=0.6)) as (url, heads),
        on.http.Client(limits=on.http.Limits(max_connections=1)) as http,
        http.stream("GET", url, timeout=5),
        pytest.raises(steps.NotSent),
    ):
        drive.drive(flow(), http, drive.SystemClock())

    assert len(heads) == 1


BROKEN = {
    "no answer": silent,
    "closed": answering(),
    "half a head": answering(b"HTTP/1.1 200 OK\r\ncontent-le"),
    "no http": answering(b"what?\r\n\r\n"),
    "cut body": answering(head("200 OK", "content-length: 100"), b"{"),
    "cut chunks": answering(head("200 OK", "transfer-encoding: chunked"), b"5\r\nab"),
    "drip": answering(head("200 OK", "content-length: 100"), *[b"x"] * 30, pause=0.04),
    "not gzip": answering(head("200 OK", "content-encoding: gzip", "content-length: 4"), b"nope"),
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_what_broke_after_sending_may_have_arrived(on, perform, script: Script):
    """Read time-out, a connection that is closed or cut, an answer that is none."""
    began = time.monotonic()
    with listening(script) as (url, heads), pytest.raises(on.module("_runtime.steps").Broken):
        perform(call(on, url))

    assert len(heads) == 1
    assert time.monotonic() - began < 3


def test_a_redirect_of_a_call_is_an_answer(on, perform):
    """A key does not travel where an answer points."""
    with listening(silent) as (elsewhere, asked):
        moved = answering(head("307 Temporary Redirect", f"location: {elsewhere}", "content-length: 0"))
        with listening(moved) as (url, _):
            reply = perform(call(on, url))

    assert (reply.status, reply.headers["location"]) == (307, elsewhere)
    assert asked == []


def test_a_download_follows_a_redirect(on, perform, tmp_path: Path):
    """To another host, too, and the file is what lies there."""
    with listening(answering(head("200 OK", "content-length: 5"), b"video")) as (file, asked):
        moved = answering(head("302 Found", f"location: {file}/b.mp4", "content-length: 0"))
        with listening(moved) as (url, _):
            reply = perform(on.module("_runtime.steps").Fetch(f"{url}/a.mp4", tmp_path / "a.mp4", 2.0))

    assert (reply.status, reply.size, (tmp_path / "a.mp4").read_bytes()) == (200, 5, b"video")
    assert asked[0].startswith(b"GET /b.mp4 ")
    assert b"accept-encoding: identity" in asked[0].lower()


@pytest.mark.parametrize("location", ["http://[", "ftp://127.0.0.1/x", "/a.mp4"])
def test_a_redirect_that_leads_nowhere_is_a_failed_download(on, perform, tmp_path: Path, location: str):
    """No address, another protocol, itself: the file that was there stays."""
    steps = on.module("_runtime.steps")
    (tmp_path / "a.mp4").write_text("old")
    with (
        listening(answering(head("302 Found", f"location: {location}", "content-length: 0"))) as (url, _),
        pytest.raises(steps.TransportError),
    ):
        perform(steps.Fetch(f"{url}/a.mp4", tmp_path / "a.mp4", 2.0))

    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_text() == "old"


@pytest.mark.parametrize("script", [BROKEN["cut body"], BROKEN["cut chunks"], BROKEN["no answer"]])
def test_a_cut_download_leaves_nothing(on, perform, script: Script, tmp_path: Path):
    """What did not come whole is not there."""
    steps = on.module("_runtime.steps")
    with listening(script) as (url, _), pytest.raises(steps.Broken):
        perform(steps.Fetch(f"{url}/a.mp4", tmp_path / "a.mp4", PATIENCE))

    assert list(tmp_path.iterdir()) == []


def test_a_key_in_a_url_is_kept_out_of_every_log(on, perform, caplog):
    """The library tells of each request, and what it stands on of each connection: neither shows the secret."""
    on.module("_runtime.redaction").keep_out_of_logs("s&cret")
    caplog.set_level("DEBUG")
    with listening(answering(head("200 OK", "content-length: 0"))) as (url, _):
        perform(call(on, f"{url}/a?key=s%26cret"))

    told = {record.name.partition(".")[0] for record in caplog.records}
    assert {on.http.__name__, on.http.__name__.replace("httpx", "httpcore")} <= told
    assert "key=***" in caplog.text
    assert "s%26cret" not in caplog.text

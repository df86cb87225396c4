"""Uploads over real connections: what is sent is framed as storages ask for, and never held in memory."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import lab
import pytest

from callsheet.runtime.file_errors import UploadFailed

SIZE = 24_000_000


class Handler(BaseHTTPRequestHandler):
    """Lab and its storage in one."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Stored)
        length = int(self.headers["content-length"])
        digest = hashlib.sha256()
        while length > 0 and (piece := self.rfile.read(min(length, 2**16))):
            digest.update(piece)
            length -= len(piece)
        server.seen.append((self.path, self.headers.get("transfer-encoding"), digest.hexdigest()))
        here = f"http://127.0.0.1:{server.server_address[1]}"
        answer = {"upload_url": f"{here}/put", "file_url": f"{here}/file", "id": "j1"}
        if server.before_answer is not None:
            server.before_answer(self.path)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST  # noqa: N815 - the name is the base class's

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Stored(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str | None, str]] = []
        self.before_answer = None


@pytest.fixture
def stored() -> Iterator[Stored]:
    """A server on this machine."""
    server = Stored()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film of 24 megabytes."""
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.write(lab.MP4)
        file.truncate(SIZE)
    return path


def submit(stored: Stored, film: Path, *, mirror: bool) -> None:
    """One submission with the film."""
    url = f"http://127.0.0.1:{stored.server_address[1]}"

    async def under_asyncio() -> None:
        async with lab.AsyncLab("secret-key", base_url=url) as client:
            await client.clip.submit(video=film)

    if mirror:
        asyncio.run(under_asyncio())
    else:
        with lab.Lab("secret-key", base_url=url) as client:
            client.clip.submit(video=film)


@pytest.mark.parametrize("mirror", [False, True])
def test_a_film_is_streamed(stored: Stored, film: Path, *, mirror: bool):
    """With its length and not in chunks, whole, and in a fraction of its size of memory."""
    tracemalloc.start()
    submit(stored, film, mirror=mirror)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    wanted = hashlib.sha256(film.read_bytes()).hexdigest()
    assert ["/uploads", "/put", "/clip"] == [path for path, _, _ in stored.seen]
    assert (None, wanted) == stored.seen[1][1:]
    assert most < SIZE / 3


@pytest.mark.parametrize("mirror", [False, True])
def test_a_film_that_shrinks_on_the_way_submits_nothing(stored: Stored, film: Path, *, mirror: bool):
    """The transport's own complaint about a length does not hide what happened."""
    stored.before_answer = lambda path: film.write_bytes(lab.MP4) if path == "/uploads" else None
    with pytest.raises(UploadFailed, match="has become shorter"):
        submit(stored, film, mirror=mirror)

    assert "/clip" not in [path for path, _, _ in stored.seen]

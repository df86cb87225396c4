"""A host that no spec declares: it listens on loopback, gives nothing, and tells who came with what."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest

from callsheet.emulator.faults import befalling, views

Told = Callable[[str, str, str], None]
"""Told of a request: its method, its address, its headers as one text."""


def _nobody(_method: str, _url: str, _head: str) -> None:
    """Tell nobody."""


class Trap:
    """Where redirects and addresses lead that are not the provider's. `told` is changed as one likes."""

    def __init__(self, origin: str) -> None:
        self.origin: Final = origin
        self.told: Told = _nobody


@contextmanager
def trapping() -> Generator[Trap]:
    """Lead all foreign addresses that emulators of this process name to a trap, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0

        def _take(self) -> None:
            trap.told(self.command, f"{trap.origin}{self.path}", str(self.headers))
            self.send_response(404)
            self.send_header("content-length", "0")
            self.send_header("connection", "close")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _take  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        trap = Trap(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(views, "FOREIGN", trap.origin)
            patch.setattr(befalling, "FOREIGN", trap.origin)
            try:
                yield trap
            finally:
                server.shutdown()
                thread.join()

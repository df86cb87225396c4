"""Status polls per second: the emulator's server, and a bare Starlette application that serves the same answer.

Both are processes of their own under the same uvicorn, asked in turns by the same client over several connections
that are kept. The client does as little as can be, so that it is not what is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CONNECTIONS = 8
SECONDS = 1.5
ROUNDS = 9
GOAL = 0.67
_SERVING = Path(__file__).parent / "serving.py"


class Server:
    """One of the two, with what was measured of it."""

    def __init__(self, name: str, child: subprocess.Popen[bytes], told: Any) -> None:
        self.name = name
        self.told = told
        self._child = child
        self.rates: list[float] = []
        self.worked: list[float] = []
        """Seconds of its processor time for one answer."""

    def measure(self, *, counts: bool) -> None:
        """Ask for a while."""
        before = self._processor_time()
        answers = asyncio.run(_answers(self.told["url"]))
        if counts:
            self.rates.append(answers / SECONDS)
            self.worked.append((self._processor_time() - before) / answers)

    def report(self) -> None:
        """A line about it."""
        low, _, high = statistics.quantiles(self.rates, n=4)
        print(
            f"  {self.name:<20} {statistics.median(self.rates):>6.0f} per second (middle half {low:.0f} to {high:.0f})"
            f", {statistics.median(self.worked) * 1e6:.0f} us of processor time each"
        )

    def _processor_time(self) -> float:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(b"\n")
        self._child.stdin.flush()
        return float(self._child.stdout.readline())


def main() -> None:
    """Measure in turns; print the medians and their ratio."""
    with tempfile.TemporaryDirectory() as room, _served("the emulator", "emulator") as ours:
        file = Path(room) / "answer.json"
        file.write_text(json.dumps(ours.told), "utf-8")
        with _served("bare Starlette", "starlette", str(file)) as bare:
            for turn in range(ROUNDS + 1):
                for server in (bare, ours):
                    server.measure(counts=turn > 0)  # the first warms up
    print(f"\nstatus polls, {CONNECTIONS} connections")
    bare.report()
    ours.report()
    rates = statistics.median(ours.rates) / statistics.median(bare.rates)
    work = statistics.median(bare.worked) / statistics.median(ours.worked)
    print(f"  share of the bare rate {rates:.2f}, by processor time {work:.2f}  (goal: {GOAL} or more)")


@contextlib.contextmanager
def _served(name: str, *what: str) -> Iterator[Server]:
    child = subprocess.Popen(  # noqa: S603 - our own
        (sys.executable, str(_SERVING), *what), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield Server(name, child, json.loads(child.stdout.readline() if child.stdout else b""))
    finally:
        if child.stdin:
            child.stdin.close()
        child.wait(10)


async def _answers(url: str) -> int:
    """Poll for as long as a round lasts, and count."""
    parts = urlsplit(url)
    request = (
        f"GET {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\naccept: */*\r\naccept-encoding: gzip, deflate\r\n"
        "connection: keep-alive\r\nuser-agent: bench\r\nauthorization: Key test-key\r\n\r\n"
    ).encode()
    until = time.perf_counter() + SECONDS
    counts = await asyncio.gather(*(_poll(parts.hostname, parts.port, request, until) for _ in range(CONNECTIONS)))
    return sum(counts)


async def _poll(host: str | None, port: int | None, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 2"):
        sys.exit(f"the server answers {head[:80]!r}")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    size = len(head) + length
    await reader.readexactly(length)
    count = 0
    while time.perf_counter() < until:
        writer.write(request)
        await reader.readexactly(size)  # all answers are as long as the first
        count += 1
    writer.close()
    await writer.wait_closed()
    return count


if __name__ == "__main__":
    main()

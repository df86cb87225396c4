"""A server that answers at once, in a process of its own: what a client costs is then all that is measured.

It prints its port, and answers until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

JOB = "0123456789abcdef0123456789abcdef"
TYPE = "content-type: application/json\r\n"


async def main() -> None:
    """Serve on loopback: every POST is a job that was accepted, every GET says that it runs."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    base = f"http://127.0.0.1:{writer.get_extra_info('sockname')[1]}/v2/requests/{JOB}"
    accepted = _answer({"request_id": JOB, "status": "QUEUED", "status_url": f"{base}/status", "response_url": base})
    running = _answer({"request_id": JOB, "status": "PROCESSING"})
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b"content-length:" in head:
                await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
            writer.write(accepted if head.startswith(b"post") else running)
    writer.close()


def _answer(body: dict[str, str]) -> bytes:
    data = json.dumps(body).encode()
    return f"HTTP/1.1 200 OK\r\n{TYPE}content-length: {len(data)}\r\n\r\n".encode() + data


if __name__ == "__main__":
    asyncio.run(main())

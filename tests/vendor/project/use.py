"""A project that has vendored clients and knows nothing else: imports, validates, calls. Told by JSON what to do.

Run as `python use.py ORDER ANSWER`; both are files. It must work where nothing is installed but what the copy needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import json
import socket
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def validated(endpoint: Any, payloads: list[Any]) -> list[list[list[str]]]:
    """The findings on each payload: field and fact."""
    return [[[found.field, found.fact] for found in endpoint.validate(payload)] for payload in payloads]


async def called(client: Any, module: str, sample: dict[str, Any], target: Path) -> int:
    """Submit, wait, save: blocking or not, as the client is. Gives the size of the file."""
    endpoint = getattr(client, module)
    if hasattr(endpoint, "submit"):
        job = endpoint.submit(**sample)
        job = await job if inspect.isawaitable(job) else job
        result = job.wait(timeout=60)
    else:
        result = endpoint.run(**sample)  # a provider that answers in one call
    result = await result if inspect.isawaitable(result) else result
    saved = result.save(target)
    saved = await saved if inspect.isawaitable(saved) else saved
    close = client.close()
    if inspect.isawaitable(close):
        await close
    return int(saved.stat().st_size)


class Impatient:
    """The clock of somebody who does not wait between two tries."""

    monotonic = staticmethod(time.monotonic)
    time = staticmethod(time.time)

    def sleep(self, seconds: float) -> None:
        """At once."""

    async def asleep(self, seconds: float) -> None:
        """At once."""


def troubled(call: dict[str, Any], scheme: str, answer: bytes | None) -> list[tuple[str, bool]]:
    """Submit to a server that breaks off, blocking and not: which error it is, and whether it was tried once only.

    `answer` is all that the server says before it closes; None: there is none.
    """
    found: list[tuple[str, bool]] = []
    for name in call["clients"]:
        accepted: list[bytes] = []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]

            def serve(listener: socket.socket = listener, accepted: list[bytes] = accepted) -> None:
                with contextlib.suppress(OSError):
                    while True:
                        with listener.accept()[0] as connection:
                            accepted.append(connection.recv(65536))
                            connection.sendall(answer or b"")

            if answer is None:
                listener.close()
            threading.Thread(target=serve, daemon=True).start()
            hosts = dict.fromkeys(call["hosts"], f"{scheme}://127.0.0.1:{port}")
            client = getattr(importlib.import_module(call["package"]), name)("test-key", hosts=hosts, clock=Impatient())
            try:
                asyncio.run(called(client, call["module"], call["sample"], Path("never.mp4")))
            except Exception as exc:  # noqa: BLE001 - its name is what is asked for
                found.append((type(exc).__name__, len(accepted) <= 1))
            if answer is not None:
                listener.shutdown(socket.SHUT_RDWR)
    return found


def main(order: Path, answer: Path) -> None:
    """Carry out an order."""
    warnings.simplefilter("error")
    told = json.loads(order.read_text("utf-8"))
    done: dict[str, Any] = {"saved": {}, "verdicts": {}}
    with ThreadPoolExecutor(16) as pool:
        for call in told["calls"]:
            package = importlib.import_module(call["package"])
            for name in call["clients"]:
                client = getattr(package, name)("test-key", hosts=call["hosts"])
                key = f"{name}.{call['module']}"
                work = called(client, call["module"], call["sample"], order.parent / f"{key}.mp4")
                done["saved"][key] = pool.submit(asyncio.run, work)
    done["saved"] = {key: size.result() for key, size in done["saved"].items()}
    first = told["calls"][0]
    done["troubles"] = {
        "refused": troubled(first, "http", None),
        "no TLS": troubled(first, "https", b"what?\r\n"),
        "closed": troubled(first, "http", b""),
        "cut": troubled(first, "http", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
    }
    for judged in told["judged"]:
        client = getattr(importlib.import_module(judged["package"]), judged["client"])
        endpoint = getattr(client("no-key"), judged["module"])
        done["verdicts"][f"{judged['package']}.{judged['module']}"] = validated(endpoint, judged["payloads"])
    done["modules"] = sorted(sys.modules)
    answer.write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

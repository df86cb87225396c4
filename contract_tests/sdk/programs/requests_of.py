"""The providers' own clients, asked to send what a line of standard input says; what they would have sent is printed.

Nothing is sent: the transport of httpx answers by itself. One JSON object a line, in and out.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Callable
from typing import Any

import fal_client
import httpx
from segmind import SegmindClient

KEY = "test-key:test-secret"
NUMBER = "764cabcf-b745-4b3e-ae38-1200304cf45b"
FAL = f"https://queue.fal.run/fal-ai/scail-2/requests/{NUMBER}"
ANSWER = {
    "request_id": NUMBER,
    "status": "COMPLETED",
    "status_url": f"{FAL}/status",
    "response_url": FAL,
    "cancel_url": f"{FAL}/cancel",
    "poll_url": FAL,
    "logs": [],
    "metrics": {},
    "queue_position": 0,
    "output": "[]",
}
SENT: list[dict[str, Any]] = []


def _answer(request: httpx.Request) -> httpx.Response:
    SENT.append(
        {
            "method": request.method,
            "url": str(request.url),
            "headers": dict(request.headers),
            "body": base64.b64encode(request.content).decode(),
        }
    )
    return httpx.Response(200, json=ANSWER, request=request)


def _handle(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
    request.read()
    return _answer(request)


async def _handle_async(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
    await request.aread()
    return _answer(request)


httpx.HTTPTransport.handle_request = _handle  # type: ignore[method-assign]
httpx.AsyncHTTPTransport.handle_async_request = _handle_async  # type: ignore[method-assign]


def _fal(call: str, app: str, given: dict[str, Any], options: dict[str, Any]) -> None:
    fal = fal_client.SyncClient(key=KEY)
    calls: dict[str, Callable[[], object]] = {
        "submit": lambda: fal.submit(app, given, **options),
        "run": lambda: fal.run(app, given),
        "status": lambda: fal.status(app, NUMBER, with_logs=True),
        "result": lambda: fal.result(app, NUMBER),
        "cancel": lambda: fal.cancel(app, NUMBER),
    }
    calls[call]()


def _fal_async(call: str, app: str, given: dict[str, Any], options: dict[str, Any]) -> None:
    async def send() -> None:
        fal = fal_client.AsyncClient(key=KEY)
        calls: dict[str, Callable[[], Any]] = {
            "submit": lambda: fal.submit(app, given, **options),
            "run": lambda: fal.run(app, given),
            "status": lambda: fal.status(app, NUMBER, with_logs=True),
            "result": lambda: fal.result(app, NUMBER),
            "cancel": lambda: fal.cancel(app, NUMBER),
        }
        await calls[call]()

    asyncio.run(send())


def _segmind(call: str, model: str, given: dict[str, Any], _: dict[str, Any]) -> None:
    segmind = SegmindClient(api_key=KEY)
    if call == "submit":
        segmind.submit_async(model, **given)
    elif call == "run":
        segmind.run_sync(model, **given)
    elif call == "workflow":
        segmind.pixelflows.run(workflow_id=model, data=given, poll=False)
    else:
        job = segmind.submit_async(model)
        SENT.clear()
        job.status() if call == "status" else job.result()


WAYS = {"fal": _fal, "fal-async": _fal_async, "segmind": _segmind}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        SENT.clear()
        try:
            WAYS[asked["sdk"]](asked["call"], asked["model"], asked["given"], asked.get("options", {}))
            # Before fal's client fetches a result, it looks whether there is one.
            told: dict[str, Any] = {"sent": SENT[-1:] if asked["call"] == "result" else SENT[:1]}
        except Exception as problem:  # noqa: BLE001 - whatever comes is what is asked about
            told = {"sent": SENT[:1], "raised": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(told), flush=True)

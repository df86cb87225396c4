"""A server to be measured, in a process of its own: `serving.py emulator`, or `serving.py starlette FILE`.

It prints what to ask for as one line of JSON, then for each line of its input the seconds of processor time that it
has used, and serves until its input ends. FILE holds the answer that the bare
application gives, as JSON with headers and body.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path

import httpx
import uvicorn
from measure import plan_of
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callsheet.emulator import Options
from callsheet.emulator.serving.server import serving

KEY = {"authorization": "Key test-key"}
ENDPOINT = "/fal-ai/scail-2"
PATH = ENDPOINT + "/requests/{request_id}/status"


def emulator() -> None:
    """The emulator, with one job that runs for ever."""
    plan = plan_of()
    sample = plan.provider("fal").model("scail-2").samples["page"]
    with serving(plan, Options(progress="running 9000h")) as served:
        host = served.hosts["fal", "queue"]
        job = httpx.post(host + ENDPOINT, json=sample, headers=KEY, trust_env=False).json()
        answer = httpx.get(job["status_url"], headers=KEY, trust_env=False)
        headers = {name: value for name, value in answer.headers.items() if name not in {"date", "content-length"}}
        print(json.dumps({"url": job["status_url"], "headers": headers, "body": answer.text}), flush=True)
        _tell_time()


def starlette(file: Path) -> None:
    """A bare application that has the answer ready, under the configuration that the emulator has."""
    given = json.loads(file.read_text("utf-8"))
    content = given["body"].encode()

    async def status(request: Request) -> Response:
        return Response(content, headers={**given["headers"], "x-path": request.path_params["request_id"]})

    app = Starlette(routes=[Route(PATH, status)])
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
    )
    # As the emulator's listeners are made: asyncio sets TCP_NODELAY only on sockets that say TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    print(
        json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}" + PATH.format(request_id="x" * 36)}),
        flush=True,
    )
    _tell_time()
    server.should_exit = True
    thread.join()


def _tell_time() -> None:
    for _ in sys.stdin:
        print(time.process_time(), flush=True)


if __name__ == "__main__":
    emulator() if sys.argv[1] == "emulator" else starlette(Path(sys.argv[2]))

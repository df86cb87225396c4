"""A made-up provider, Lab, that takes files and sends webhooks: its tables, its clients, and a server in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import httpx
from pydantic import Field

from callsheet.emulator.serving.memory import VirtualClock
from callsheet.runtime.addresses import Address
from callsheet.runtime.call_endpoint import AsyncCallEndpoint, CallEndpoint
from callsheet.runtime.client import AsyncClient, Client
from callsheet.runtime.endpoint import AsyncEndpoint, Endpoint
from callsheet.runtime.errors import Refused
from callsheet.runtime.formats import URI_PATTERN
from callsheet.runtime.judging import Request
from callsheet.runtime.offers import Files, UploadStep, Webhook
from callsheet.runtime.output import MediaFile
from callsheet.runtime.settings import NoOptions
from callsheet.runtime.tables import (
    Blocking,
    Credential,
    ErrorBody,
    ErrorRow,
    Model,
    Option,
    Provider,
    Queue,
    Result,
    State,
    Status,
    Submit,
)
from callsheet.runtime.words import Criterion

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
MP4 = b"\0\0\0\x18ftypisom" + bytes(52)

UPLOAD = (
    UploadStep(
        Address("rest", "/uploads"),
        {"name": "{file_name}", "type": "{content_type}", "bytes": "{size}"},
        {"upload_url": ("/upload_url",), "file_url": ("/file_url",)},
    ),
    UploadStep("{upload_url}", "{bytes}", method="PUT", headers={"Content-Type": "{content_type}"}),
)
FILES = Files(True, None, UPLOAD, "{file_url}", 100_000_000)

PROVIDER = Provider(
    id="lab",
    name="Lab",
    hosts={"api": "https://api.lab.test", "rest": "https://rest.lab.test"},
    credential=Credential("LAB_KEY", "Key {key}", ("api", "rest"), "Authorization"),
    error_body=ErrorBody(("/error",)),
    files=FILES,
    webhook=Webhook("/id", {"/status": Criterion(("OK",))}, "webhook", "/payload", "/error"),
)

QUEUE = Queue(
    name="queue",
    submit=Submit("api", "/{model}", "/id", options={"webhook": Option("query", "hook")}),
    status=Status(
        "status_url", "/status", {"DONE": State("succeeded"), "WAIT": State("queued", 200, ("DONE",))}, "WAIT"
    ),
    result=Result("result_url", ""),
    urls={
        "status_url": Address("api", "/jobs/{request_id}/status"),
        "result_url": Address("api", "/jobs/{request_id}"),
    },
)

MODEL = Model(
    "clip",
    QUEUE,
    {"model": "clip"},
    {},
    100.0,
    files={"image": "image", "video": "video", "sound": "audio", "frames/*": "image", "parts/*/url": "image"},
)

Uri = Annotated[str, Field(pattern=URI_PATTERN)]


class Part(Request):
    url: Uri
    scale: float | None = None


class ClipInput(Request):
    image: Uri | None = None
    video: Uri | None = None
    sound: Uri | None = None
    short: Annotated[str | None, Field(max_length=200)] = None
    frames: Annotated[list[Uri] | None, Field(max_length=3)] = None
    parts: list[Part] | None = None
    steps: Annotated[int, Field(ge=1, le=50)] = 40


class Unauthorized(Refused):
    row = ErrorRow("unauthorized", 401, "refused", "The key is wrong.", "never", "never", "never", "account")


class Clip(Endpoint[str, NoOptions]):
    model = MODEL
    input_model = ClipInput
    output_type = str

    def submit(self, /, **params: object):
        return self._submit(params)


class AsyncClip(AsyncEndpoint[str, NoOptions]):
    model = MODEL
    input_model = ClipInput
    output_type = str

    async def submit(self, /, **params: object):
        return await self._submit(params)


CALL = Model("clip", Blocking("sync", Submit("api", "/now/{model}"), decode="bytes"), {"model": "clip"}, {}, 10.0)


class NowClip(CallEndpoint[MediaFile, NoOptions]):
    model = CALL
    input_model = ClipInput
    output_type = MediaFile

    def run(self, /, **params: object):
        return self._run(params)


class AsyncNowClip(AsyncCallEndpoint[MediaFile, NoOptions]):
    model = CALL
    input_model = ClipInput
    output_type = MediaFile

    async def run(self, /, **params: object):
        return await self._run(params)


class Lab(Client):
    provider = PROVIDER
    error_classes = (Unauthorized,)

    @property
    def now(self) -> NowClip:
        return NowClip(self)

    @property
    def clip(self) -> Clip:
        return Clip(self)


class AsyncLab(AsyncClient):
    provider = PROVIDER
    error_classes = (Unauthorized,)

    @property
    def now(self) -> AsyncNowClip:
        return AsyncNowClip(self)

    @property
    def clip(self) -> AsyncClip:
        return AsyncClip(self)


class Server(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """What Lab answers: uploads, and submissions that give an id. `wrong` has answers that come first, by host."""

    def __init__(self, wrong: dict[str, list[httpx.Response | Exception]] | None = None) -> None:
        self.wrong = wrong or {}
        self.requests: list[httpx.Request] = []
        self.pieces: list[int] = []
        self.stored: dict[str, bytes] = {}
        self.answer: Callable[[httpx.Request], httpx.Response] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request, b"".join(self._counted(piece) for piece in request.stream))  # type: ignore[union-attr]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request, b"".join([self._counted(piece) async for piece in request.stream]))  # type: ignore[union-attr]

    def _counted(self, piece: bytes) -> bytes:
        self.pieces.append(len(piece))
        return piece

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        request.extensions["body"] = body
        self.requests.append(request)
        if queued := self.wrong.get(request.url.host):
            wrong = queued.pop(0)
            if isinstance(wrong, Exception):
                raise wrong
            return wrong
        if self.answer is not None:
            return self.answer(request)
        number = len(self.stored)
        if request.url.host == "rest.lab.test":
            urls = {"upload_url": f"https://store.test/{number}?sig=x", "file_url": f"https://cdn.test/{number}.bin"}
            return httpx.Response(200, json=urls)
        if request.url.host == "store.test":
            self.stored[f"https://cdn.test/{number}.bin"] = body
            return httpx.Response(200)
        return httpx.Response(200, json={"id": "j1"})

    @property
    def submitted(self) -> list[dict[str, object]]:
        """Bodies of the submissions."""
        return [json.loads(request.extensions["body"]) for request in self.to("api.lab.test")]

    def to(self, host: str) -> list[httpx.Request]:
        """The requests to one host."""
        return [request for request in self.requests if request.url.host == host]


def client(server: Server, **parts: object) -> Lab:
    """A client of the server, on a clock that does not wait; with another word in the provider's tables."""
    made = Lab("secret-key", http=httpx.Client(transport=server), clock=VirtualClock())
    made.provider = replace(PROVIDER, **parts)  # type: ignore[misc, arg-type]
    return made


def async_client(server: Server, **parts: object) -> AsyncLab:
    """Its mirror."""
    made = AsyncLab("secret-key", http=httpx.AsyncClient(transport=server), clock=VirtualClock())
    made.provider = replace(PROVIDER, **parts)  # type: ignore[misc, arg-type]
    return made

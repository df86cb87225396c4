"""Recording exchanges as they happen: a transport around another, and the file that comes of what went through it.

    taping = Taping(httpx.HTTPTransport())
    with httpx.Client(transport=taping) as http:
        segmind = Segmind(http=http)
        …
    text = written(provider, taking, taping.takes, secrets=[key])

Requests and answers are kept as they were until the text is written; `written` scrubs them and refuses to give a text
that holds a secret. A stream is passed on piece by piece while it is kept.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import httpx

from callsheet.contract.evidence.yamltext import as_yaml
from callsheet.contract.exchanges.recordings import Origin
from callsheet.contract.exchanges.scrubbing import SCRUBBED, Scrubber, refuse_leaks
from callsheet.plan.model import ProviderPlan
from callsheet.source.nodes import Plain

_MOST_KEPT: Final = 4_000_000
"""Bytes of an answer that are kept: more than any JSON of a provider's, less than a video."""
_NO_JSON: Final = object()


@dataclass(slots=True)
class Take:
    """One exchange as it was: with the key, with everything."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes
    http: int = 0
    answer_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    answer: bytearray = field(default_factory=bytearray)
    length: int = 0
    """Bytes that came, also those that were not kept."""

    def keep(self, piece: bytes) -> None:
        """Keep a piece of the answer, as far as there is room."""
        self.length += len(piece)
        self.answer += piece[: max(0, _MOST_KEPT - len(self.answer))]

    def text(self) -> bytes:
        """The answer without the encoding that it travelled in."""
        return httpx.Response(self.http or 200, headers=self.answer_headers, content=bytes(self.answer)).content


class Taping(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that keeps what goes through another one. What has no answer is kept without one: `http` is 0."""

    def __init__(self, inner: httpx.BaseTransport | httpx.AsyncBaseTransport) -> None:
        self._inner: Final = inner
        self.takes: Final[list[Take]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        request.read()
        take = self._begin(request)
        answer = cast("httpx.BaseTransport", self._inner).handle_request(request)
        return self._answered(take, answer)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same for an asynchronous client."""
        await request.aread()
        take = self._begin(request)
        answer = await cast("httpx.AsyncBaseTransport", self._inner).handle_async_request(request)
        return self._answered(take, answer)

    def close(self) -> None:
        """Close the other one."""
        cast("httpx.BaseTransport", self._inner).close()

    async def aclose(self) -> None:
        """The same for an asynchronous client."""
        await cast("httpx.AsyncBaseTransport", self._inner).aclose()

    def _begin(self, request: httpx.Request) -> Take:
        take = Take(request.method, str(request.url), dict(request.headers), request.content)
        self.takes.append(take)
        return take

    def _answered(self, take: Take, answer: httpx.Response) -> httpx.Response:
        take.http, take.answer_headers = answer.status_code, dict(answer.headers)
        stream = _Kept(answer.stream, take)
        return httpx.Response(
            answer.status_code, headers=answer.headers.raw, stream=stream, extensions=dict(answer.extensions)
        )


class _Kept(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is kept while it is read."""

    def __init__(self, stream: object, take: Take) -> None:
        self._stream: Final[Any] = stream
        self._take: Final = take

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._take.keep(piece)
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._take.keep(piece)
            yield piece

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


@dataclass(frozen=True, slots=True)
class Scene:
    """What a recording says beside its exchanges; the words are those of `recordings`."""

    provider: str
    model: str
    scenario: str
    origin: Origin
    date: str
    """The day, as 2026-11-21."""
    source: str
    input: Mapping[str, Plain]
    ends: Mapping[str, str]
    protocol: str = ""
    does: Sequence[Plain] = ("run",)
    about: str = ""
    """A line at the head of the file, for people."""


def written(
    provider: ProviderPlan,
    scene: Scene,
    takes: Iterable[Take],
    secrets: Iterable[str],
    hosts: Mapping[str, str] | None = None,
) -> str:
    """The text of a recording, scrubbed. `hosts` are the addresses that stood for declared hosts, by name.

    LeakError where it would hold a secret all the same, ValueError for a secret that is too short to be found.
    """
    secrets = tuple(secrets)
    scrub = Scrubber(secrets, [(url, provider.table.hosts[name]) for name, url in (hosts or {}).items()])
    told = told_headers(provider)
    made = [_exchange(take, scrub, told) for take in takes if take.http]
    data: dict[str, Plain] = {
        "origin": scene.origin,
        "date": scene.date,
        "source": scrub.text(scene.source),
        "adapted": "Scrubbed when it was recorded: keys, signatures of addresses, data URIs, bytes of files.",
        **({"protocol": scene.protocol} if scene.protocol else {}),
        **({"does": scrub.value([*scene.does])} if [*scene.does] != ["run"] else {}),
        "input": scrub.value(dict(scene.input)),
        "exchanges": [*made],
        "ends": scrub.value(dict(scene.ends)),
    }
    head = "".join(f"# {line}\n" for line in scrub.text(scene.about).splitlines())
    text = head + as_yaml(data)
    refuse_leaks(text, secrets, f"{scene.provider}/{scene.model}/{scene.scenario}.yaml")
    return text


def file_of(root: Path, scene: Scene) -> Path:
    """Where a recording lies below the folder of recordings."""
    return root / scene.provider / scene.model / f"{scene.scenario}.yaml"


def told_headers(provider: ProviderPlan) -> frozenset[str]:
    """Headers that the spec speaks of. All others may tell who called, and from where, and are not recorded."""
    spec = provider.spec
    ways = spec.ways
    parts: list[Iterable[str | None]] = [
        ("content-type", "accept", "retry-after", provider.table.error_body.code_header),
        (provider.table.credential.header, *spec.headers),
        *((way.request_id_header, *way.submit.answer_headers, *way.result.answer_headers) for way in ways),
        *((*way.headers, *way.submit.headers) for way in provider.protocols.values()),
        *((way.credential.header,) for way in provider.protocols.values() if way.credential is not None),
        *((option.wire for option in way.submit.options if option.to == "header") for way in ways),
        *(error.answer_headers for error in spec.errors),
        [way.pace_header for way in spec.protocols],
    ]
    return frozenset(name.lower() for part in parts for name in part if name is not None)


def _exchange(take: Take, scrub: Scrubber, told: frozenset[str]) -> Plain:
    asked: dict[str, Plain] = {"method": take.method, "url": scrub.text(take.url)}
    if headers := _kept(take.headers, scrub, told):
        asked["headers"] = headers
    if (sent := _json(take.content)) is not _NO_JSON:
        asked["json"] = scrub.value(cast("Plain", sent))
    answer: dict[str, Plain] = {"http": take.http}
    body = take.text()
    value = _json(body) if take.length == len(take.answer) else _NO_JSON
    headers = _kept(take.answer_headers, scrub, told)
    if value is not _NO_JSON:
        answer["json"] = scrub.value(cast("Plain", value))
        if headers.get("content-type") == "application/json":
            del headers["content-type"]
    elif body:
        answer["text"] = scrub.text(body_words(take))
    if headers:
        answer["headers"] = headers
    return {"request": asked, "answer": answer}


def _kept(headers: Mapping[str, str], scrub: Scrubber, told: frozenset[str]) -> dict[str, Plain]:
    return {name.lower(): scrub.text(value) for name, value in headers.items() if name.lower() in told}


def body_words(take: Take) -> str:
    """What stands for a body that is no JSON: text as it is, the bytes of a file in words."""
    try:
        text = take.text().decode()
    except UnicodeDecodeError:
        text = "\0"
    readable = "\0" not in text and take.length == len(take.answer)
    return text if readable else f"{SCRUBBED}: {take.length} bytes"


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _NO_JSON

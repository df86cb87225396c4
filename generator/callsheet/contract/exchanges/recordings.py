"""Exchanges with a provider, kept in files, and their replay against a client.

A file says where it comes from (`origin`, `date`, `source`, and `adapted` where it was rewritten), what the caller gave
(`input`), the `exchanges` in order, and how it `ends`: with a `url`, a `file` (its content), an `answer`, or what it
`raises` and `says`. `protocol` is the one that was used, the endpoint's first if there is none; `does` is what the
caller did, `[run]` if it does not say. It holds no secret: the key is the word KEY.

A replay is strict about order, method, address, the headers and the body that the recording states; what a recording
does not state is not looked at.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

import httpx
import respx

from callsheet.contract.evidence.files import same
from callsheet.plan.model import HttpLibrary
from callsheet.source.nodes import Plain, plain
from callsheet.source.yamltree import read_yaml

Origin = Literal["documented", "captured", "emulated", "live"]
ORIGINS: Final = frozenset({"documented", "captured", "emulated", "live"})
KEY: Final = "KEY"
"""Stands for the API key in every recording."""

_SENDS: Final[Mapping[HttpLibrary, str]] = {"httpx": "httpcore", "httpx2": "httpcore2"}
"""What a library hands its requests to: where respx steps in."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, as far as the recording states it, and its answer."""

    method: str
    url: str
    headers: Mapping[str, str]
    has_json: bool
    json: Plain
    http: int
    answer_headers: Mapping[str, str]
    answer: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """One scenario of one endpoint."""

    provider: str
    model: str
    scenario: str
    origin: Origin
    date: str | None
    source: str
    adapted: str | None
    input: dict[str, Plain]
    exchanges: tuple[Exchange, ...]
    ends: Mapping[str, str]
    protocol: str = ""
    does: tuple[tuple[str, dict[str, Plain]], ...] = ()
    """Methods with what they are given; `run` and `submit` have the input."""

    def __str__(self) -> str:
        """As it stands in a test's id."""
        return f"{self.provider}-{self.model}-{self.scenario}"


@dataclass(slots=True)
class Tape:
    """A recording while it is replayed. `faults` holds every request that was not the one that was due."""

    exchanges: tuple[Exchange, ...]
    played: int = 0
    faults: list[str] = field(default_factory=list[str])

    def play(self, request: httpx.Request) -> httpx.Response:
        """Answer the request that is due. Any other is a fault, and is not answered."""
        if self.played == len(self.exchanges):
            self._fault(f"{request.method} {request.url}: the recording is at its end")
        due = self.exchanges[self.played]
        for difference in _differences(due, request):
            self._fault(f"request {self.played + 1} of {len(self.exchanges)}: {difference}")
        self.played += 1
        return httpx.Response(due.http, headers=due.answer_headers, content=due.answer)

    def _fault(self, words: str) -> None:
        self.faults.append(words)
        raise AssertionError(words)


def read(root: Path) -> tuple[Recording, ...]:
    """Every recording below a folder, in order. ValueError says what is wrong with a file."""
    return tuple(parsed("/".join(path.parts[-4:]), path.read_bytes()) for path in sorted(root.glob("*/*/*.yaml")))


@contextmanager
def replayed(recording: Recording, http: HttpLibrary = "httpx") -> Generator[Tape]:
    """Let the recording answer every request that an HTTP library sends, blocking or not.

    For httpx2, pytest-httpx2 has to be installed: it shows respx where that library sends.
    """
    tape = Tape(recording.exchanges)
    if http == "httpx2":
        importlib.import_module("pytest_httpx2")
    with respx.mock(assert_all_called=False, using=_SENDS[http]) as router:
        router.route().mock(side_effect=tape.play)
        yield tape


def _differences(due: Exchange, request: httpx.Request) -> Iterator[str]:
    stated, sent = httpx.URL(due.url), request.url
    if request.method != due.method or sent.copy_with(query=None) != stated.copy_with(query=None):
        yield f"{due.method} {due.url} is due, {request.method} {sent} was sent"
    for name, value in stated.params.items():
        if sent.params.get(name) != value:
            yield f"query `{name}` is {sent.params.get(name)!r}, not {value!r}"
    for name, value in due.headers.items():
        if request.headers.get(name) != value:
            yield f"header `{name}` is not as recorded"
    if due.has_json and not same(due.json, json.loads(request.content or b"null")):
        yield f"body is {request.content.decode()}, not {json.dumps(due.json)}"


def parsed(name: str, text: bytes) -> Recording:
    """One recording; `name` ends in `<provider>/<model>/<scenario>.yaml`. ValueError says what is wrong with it."""
    provider, model, scenario = name.removesuffix(".yaml").split("/")[-3:]
    tree, findings = read_yaml(name, text)
    if findings or tree is None:
        raise ValueError("; ".join(f"{f.span}: {f.what}" for f in findings) or f"{name}: empty")
    data = cast("dict[str, Any]", plain(tree))
    if data["origin"] not in ORIGINS:
        raise ValueError(f"{name}: origin `{data['origin']}` is not one of {', '.join(sorted(ORIGINS))}")
    return Recording(
        provider=provider,
        model=model,
        scenario=scenario,
        origin=data["origin"],
        date=data["date"],
        source=data["source"],
        adapted=data.get("adapted"),
        input=data["input"],
        exchanges=tuple(_exchange(item["request"], item["answer"]) for item in data["exchanges"]),
        ends=data["ends"],
        protocol=data.get("protocol", ""),
        does=tuple(_step(step, data["input"]) for step in data.get("does", ["run"])),
    )


def _step(step: str | dict[str, dict[str, Plain]], given: dict[str, Plain]) -> tuple[str, dict[str, Plain]]:
    if isinstance(step, str):
        return step, given if step in {"run", "submit"} else {}
    return next(iter(step.items()))


def _exchange(request: dict[str, Any], answer: dict[str, Any]) -> Exchange:
    headers = dict(cast("dict[str, str]", answer.get("headers", {})))
    body = str(answer.get("text", "")).encode()
    if "json" in answer:
        headers.setdefault("content-type", "application/json")
        body = json.dumps(answer["json"]).encode()
    return Exchange(
        method=request["method"],
        url=request["url"],
        headers=request.get("headers", {}),
        has_json="json" in request,
        json=request.get("json"),
        http=answer["http"],
        answer_headers=headers,
        answer=body,
    )

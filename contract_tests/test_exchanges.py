"""The emulator answers as the providers were seen to: each exchange of the evidence, in the situation it is from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from callsheet.contract.plans import planned
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan
from callsheet.spec.model import ProtocolSpec

HERE = Path(__file__).parent
KEY = "id:secret"
TAKES = 60.0
"""Seconds of a job: 12 in the queue, 48 at work."""

LATER: Final = {
    "queued": 1,
    "queued-no-more": 12.5,
    "running": 30,
    "succeeded": TAKES,
    "failed": TAKES,
    "forgotten": 3600,
}
"""Seconds after the submission at which a job stands so; a forgotten one has been over for an hour."""

FORMS: Final = {
    "<time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "<local time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}",
    "<uuid4>": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "<uuid7>": r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "<hex32>": r"[0-9a-f]{32}",
    "<address>": r"https://\S+",
    "<text>": r"[\s\S]+",
}
NUMBERS: Final = {"<integer>": r"\d+", "<number>": r"\d+(\.\d+)?"}


@dataclass(frozen=True)
class Exchange:
    """One exchange, and the file it is from."""

    provider: str
    name: str
    said: Mapping[str, Any]
    file: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.provider}-{self.name}"


@cache
def _plan(switches: tuple[str, ...]) -> Plan:
    return planned(HERE.parent / "specs", switches).plan


def _exchanges() -> Iterator[Exchange]:
    for path in sorted((HERE / "evidence").glob("*/exchanges.yaml")):
        file = yaml.safe_load(path.read_text("utf-8"))
        yield from (Exchange(file["of"], name, said, file) for name, said in file["exchanges_of"].items())


@pytest.mark.parametrize("exchange", [*_exchanges()], ids=str)
def test_an_exchange_says_where_it_is_from(exchange: Exchange) -> None:
    """Origin, source and date; a source that is somewhere to be found."""
    source = exchange.file["sources"][exchange.said["source"]]

    assert exchange.said["origin"] in {"captured", "documented"}
    assert source["date"]
    assert source.get("what") or source.get("url")


@pytest.mark.parametrize("exchange", [*_exchanges()], ids=str)
def test_an_exchange_replays(exchange: Exchange) -> None:
    """The same code, keys, kinds of values, and words where they are literal."""
    desk = Situation(exchange)
    with httpx.Client(transport=desk.emulated, timeout=None) as http:  # noqa: S113 - time is virtual
        answer = desk.asked(http)
    expected: dict[str, Any] = exchange.said["answer"]

    assert answer.status_code == expected["http"], answer.text
    for name, value in expected.get("headers", {}).items():
        assert [*differences(value, answer.headers.get(name), name)] == []
    if "body" in expected:
        assert [*differences(expected["body"], answer.json(), "")] == []
    for name, value in expected.get("begins", {}).items():
        assert answer.json()[name].startswith(value)
    for name, value in expected.get("ends", {}).items():
        assert answer.json()[name].endswith(value)
    for name, value in expected.get("within", {}).items():
        assert [*differences(value, json.loads(answer.json()[name]), name)] == []
    if "file" in expected:
        assert (answer.headers["content-type"], answer.content[4:8]) == (expected["file"], b"ftyp")
    if "events" in expected:
        assert_events(expected["events"], answer.text)


class Situation:
    """A provider with a job that stands as an exchange says."""

    def __init__(self, exchange: Exchange) -> None:
        said = self.said = exchange.said
        plan = _plan(tuple(f"{exchange.provider}.{name}" for name in said.get("switches", ())))
        self.provider: ProviderPlan = plan.provider(exchange.provider)
        self.model: ModelPlan = self.provider.model(said.get("model", exchange.file["model"]))
        protocol = said.get("protocol", next(iter(self.model.tables)))
        self.way = self.provider.spec.way(protocol)
        cutoff = said.get("cutoff", False)
        seconds = 400.0 if cutoff or said["asks"] == "stream" else TAKES
        options = Options(keys=frozenset({KEY}), seconds=seconds, cutoff=cutoff, credits=said.get("credits"))
        self.emulated = MemoryTransport(plan, options)
        self.payload = {**next(iter(self.model.samples.values())), **said.get("input", {})}

    def asked(self, http: httpx.Client) -> httpx.Response:
        """What comes to what the exchange asks for."""
        asks = self.said["asks"]
        if isinstance(asks, str) and asks in {"submit", "call"}:
            return http.request(self.way.submit.method, self._submit_url(), json=self.payload, headers=self._headers())
        if isinstance(asks, dict) and (url := str(next(iter(asks.values())))).startswith("https://"):
            return http.request(next(iter(asks)).upper(), url, json=asks.get("json"), headers=self._headers())
        urls = self._job(http)
        key = self._key(self._headers() if "credential" in self.said else {})
        then = {"x-callsheet-scenario": self.said["then"]} if "then" in self.said else {}
        return self._of_job(http, asks, urls, {**key, **then})

    def _job(self, http: httpx.Client) -> dict[str, str]:
        """The addresses of a job, when it stands as it should."""
        assert isinstance(self.way, ProtocolSpec)
        heads = {**self._key({}), **self.said.get("headers", {})}
        if "scenario" in self.said:
            heads["x-callsheet-scenario"] = self.said["scenario"]
        answer = http.request(self.way.submit.method, self._submit_url(), json=self.payload, headers=heads).json()
        urls = {url.name: self._address(url.name, answer) for url in self.way.urls}
        when = self.said.get("when", "queued")
        if when == "cancelled":
            assert self.way.cancel is not None
            http.request(self.way.cancel.method, urls[self.way.cancel.url], headers=self._key({}))
        self.emulated.clock.advance(LATER.get(when, 0) + (TAKES if when == "forgotten" else 0))
        if when == "unknown":
            urls = {name: url.replace(str(answer["request_id"]), "nobody") for name, url in urls.items()}
        return urls

    def _of_job(self, http: httpx.Client, asks: Any, urls: dict[str, str], heads: dict[str, str]) -> httpx.Response:
        assert isinstance(self.way, ProtocolSpec)
        way = self.way
        logs = {"logs": "1"} if self.said.get("logs") or asks == "stream" else None
        match asks:
            case "status":
                return http.request(way.status.method, urls[way.status.url], headers=heads, params=logs)
            case "result":
                url = urls[way.result.url or way.status.url]
                assert url.endswith(self.said.get("ends_with", ""))
                return http.request(way.result.method, url, headers=heads)
            case "cancel":
                assert way.cancel is not None
                return http.request(way.cancel.method, urls[way.cancel.url], headers=heads)
            case "stream":
                assert way.stream is not None
                return http.get(urls[way.stream.url], headers=heads, params=logs)
            case _:
                return http.get(urls[asks["get"]], headers=heads)

    def _address(self, name: str, answer: Mapping[str, Any]) -> str:
        """As the answer to the submission gives it; else as the spec makes it."""
        if name in answer:
            return str(answer[name])
        assert isinstance(self.way, ProtocolSpec)
        url = next(url for url in self.way.urls if url.name == name)
        path = url.path.replace("{request_id}", str(answer["request_id"]))
        for variable, value in self.model.spec.path.items():
            path = path.replace(f"{{{variable}}}", value)
        return self.provider.table.hosts[url.host] + path

    def _submit_url(self) -> str:
        path = self.way.submit.path
        for variable, value in self.model.spec.path.items():
            path = path.replace(f"{{{variable}}}", value)
        return self.provider.table.hosts[self.way.submit.host] + path

    def _headers(self) -> dict[str, str]:
        """The headers of what is asked, with the key as the exchange says."""
        own = {name: text.replace("{key}", KEY) for name, text in self.said.get("credential", {}).items()}
        scenario = {"x-callsheet-scenario": self.said["scenario"]} if "scenario" in self.said else {}
        return {**self._key(own), **scenario, **self.said.get("headers", {})}

    def _key(self, instead: dict[str, str]) -> dict[str, str]:
        if instead or self.said.get("key") == "none":
            return instead
        credential = self.way.credential or self.provider.spec.credential
        assert credential.header is not None
        key = "some:other" if self.said.get("key") == "wrong" else KEY
        return {credential.header: credential.value.replace("{key}", key)}


def assert_events(expected: list[Any], text: str) -> None:
    """One event of a stream for each that is expected is among those that came, in order; each line is known."""
    lines = [line for line in text.splitlines() if line]
    assert all(line.startswith("data: ") or line == ": ping" for line in lines)
    assert ": ping" in lines
    events = iter(json.loads(line.removeprefix("data: ")) for line in lines if line != ": ping")
    for one in expected:
        assert any(not [*differences(one, event, "")] for event in events), one


def differences(expected: Any, found: Any, at: str) -> Iterator[str]:
    """Where a value is not what is known of it."""
    match expected:
        case dict():
            if isinstance(found, dict) and found.keys() == expected.keys():
                for key, value in expected.items():
                    yield from differences(value, found[key], f"{at}/{key}")
            else:
                yield f"{at}: {found!r} has not the keys {sorted(expected)}"
        case list():
            if isinstance(found, list) and len(found) == len(expected):
                for n, value in enumerate(expected):
                    yield from differences(value, found[n], f"{at}/{n}")
            else:
                yield f"{at}: {found!r} has not {len(expected)} items"
        case _ if not _as_known(expected, found, of_header=not at.startswith("/")):
            yield f"{at}: {found!r} is not {expected!r}"
        case _:
            pass


def _as_known(expected: Any, found: Any, *, of_header: bool) -> bool:
    """Whether a lone value is of the kind, or the very one; in a header a number is text."""
    if expected == "<any>":
        return True
    if expected in NUMBERS:
        number = isinstance(found, int | float) and not isinstance(found, bool)
        text = found if of_header else json.dumps(found) if number else ""
        return re.fullmatch(NUMBERS[expected], str(text)) is not None
    if expected in FORMS:
        fits = isinstance(found, str) and re.fullmatch(FORMS[expected], found) is not None
        return fits and (expected != "<address>" or bool(urlsplit(found).hostname))
    return bool(found == expected) and isinstance(found, bool) == isinstance(expected, bool)

"""What exchanges show of an endpoint, in the words of `callsheet.facts`, and whether a plan says the same.

Pure: recordings of any origin, and what a live test has just recorded, are read alike, against any version of a spec.
Beside the words of `facts` there is `error <name>`: the HTTP code that an error of the spec came with, or
`error <code>` where the spec has no error for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, cast
from urllib.parse import urlsplit

from callsheet.contract.evidence.answers import row_for
from callsheet.contract.evidence.files import NOT_STATED, Answer, same
from callsheet.contract.exchanges.recordings import KEY, Exchange
from callsheet.facts import FactPath, Facts, facts_of
from callsheet.facts.flat import filled, keys
from callsheet.findings import Span
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.runtime.conditions import says
from callsheet.runtime.pointer import ABSENT, at, parse, text_at
from callsheet.runtime.tables import Blocking, Model, Queue, State
from callsheet.runtime.words import Phase
from callsheet.source.nodes import Plain

Asked = Literal["submit", "status", "result", "stream", "cancel", "other"]
_FIRST_ERROR: Final = 400
_JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
}


@dataclass(frozen=True, slots=True)
class Observed:
    """One fact as an exchange shows it. `exchange` counts from 1."""

    path: FactPath
    value: Plain
    exchange: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """An observed fact beside what the plan says of it."""

    path: FactPath
    said: Plain
    found: Plain
    exchange: int

    @property
    def agreed(self) -> bool:
        """Whether both are the same."""
        return same(self.said, self.found)


def said_of(provider: ProviderPlan, model: ModelPlan) -> Facts:
    """All that a plan says of an endpoint, and its errors by name."""
    return {**facts_of(provider, model), **{("error", one.row.name): one.row.http for one in provider.errors}}


def verdicts(said: Facts, observed: Iterable[Observed]) -> tuple[Verdict, ...]:
    """What was observed beside what is said: once for each fact, disagreements before agreement."""
    found: dict[FactPath, Verdict] = {}
    for one in observed:
        verdict = Verdict(one.path, said.get(one.path, NOT_STATED), one.value, one.exchange)
        if one.path not in found or (found[one.path].agreed and not verdict.agreed):
            found[one.path] = verdict
    return tuple(found.values())


def observe(
    provider: ProviderPlan, model: ModelPlan, protocol: str, exchanges: Iterable[Exchange]
) -> tuple[Observed, ...]:
    """What exchanges show of an endpoint under one of its protocols; empty is its first."""
    table = model.tables[protocol] if protocol else model.table
    return tuple(_Reader(provider, model, table).read(tuple(exchanges)))


@dataclass(slots=True)
class _Reader:
    provider: ProviderPlan
    model: ModelPlan
    table: Model
    request_id: str = ""
    named: dict[str, str] = field(default_factory=dict[str, str])
    """Addresses of the job, by name, as the answer to the submission has them."""
    number: int = 0

    def read(self, exchanges: tuple[Exchange, ...]) -> Iterator[Observed]:
        words: list[str] = []
        for self.number, exchange in enumerate(exchanges, 1):
            asked, body = self.asked(exchange), parse(exchange.answer)
            if asked == "other":
                continue
            if asked == "stream":
                for event in events(exchange.answer):
                    yield from self.look(exchange, event, words, of_stream=True)
            elif asked == "status":
                yield from self.look(exchange, body, words)
            elif exchange.http >= _FIRST_ERROR:
                yield from self.error(exchange, asked, body)
            elif asked == "submit":
                yield from self.submission(exchange, body)
            elif asked == "result":
                yield from self.result(exchange, body)
            else:
                yield self.saw(("cancel", str(exchange.http), "answer_keys"), _keys(body))
        yield from self.order(words)

    def asked(self, exchange: Exchange) -> Asked:
        """Which request of the protocol this is."""
        way = self.table.protocol
        url = exchange.url.partition("?")[0]
        here = f"{self.provider.table.hosts[way.submit.host]}{filled(way.submit.path, self.table.path)}"
        if exchange.method == way.submit.method and _form(here).fullmatch(url):
            return "submit"
        if isinstance(way, Blocking):
            return "other"
        names: list[tuple[Asked, str | None, str]] = [
            ("status", way.status.url, way.status.method),
            ("result", way.result.url, way.result.method),
            ("stream", way.stream.url if way.stream else None, "GET"),
            ("cancel", way.cancel.url if way.cancel else None, way.cancel.method if way.cancel else ""),
        ]
        for exact in (True, False):
            for asked, name, method in names:
                if name is None or method != exchange.method:
                    continue
                if self.named.get(name) == url if exact else _form(self.address(way, name)).fullmatch(url):
                    return asked
        return "other"

    def address(self, way: Queue, name: str) -> str:
        found = way.urls[name]
        return f"{self.provider.table.hosts[found.host]}{filled(found.path, self.table.path)}"

    def submission(self, exchange: Exchange, body: object) -> Iterator[Observed]:
        way = self.table.protocol
        yield self.saw(("submit", "method"), exchange.method)
        if not self.table.chosen_path:
            yield self.saw(("submit", "url"), exchange.url.partition("?")[0])
        yield from self.credential(exchange)
        if isinstance(way, Blocking):
            yield self.saw(("submit", "http"), exchange.http)
            yield from self.output(way.output, body)
            return
        yield self.saw(("submit", "http"), exchange.http)
        yield self.saw(("submit", "answer_keys"), _keys(body))
        for name, pointer in {"request_id": way.submit.request_id, **way.submit.urls}.items():
            found = text_at(body, (pointer,))
            yield self.saw(("submit", name), pointer if found is not None else NOT_STATED)
            if found is None:
                continue
            if name == "request_id":
                self.request_id = found
            elif urlsplit(found).scheme:
                self.named[name] = found.partition("?")[0]
        if (word := self.word(way, exchange, body)) is not None:
            yield self.saw(("initial",), word)

    def credential(self, exchange: Exchange) -> Iterator[Observed]:
        rule = self.table.protocol.credential or self.provider.table.credential
        value = {name.lower(): text for name, text in exchange.headers.items()}.get((rule.header or "").lower())
        if value is not None and rule.header is not None:
            prefix = (self.table.protocol.name,) if self.table.protocol.credential else ()
            yield Observed((*prefix, "credential", "header"), rule.header, self.number)
            yield Observed((*prefix, "credential", "value"), value.replace(KEY, "{key}"), self.number)

    def look(
        self, exchange: Exchange, body: object, words: list[str], *, of_stream: bool = False
    ) -> Iterator[Observed]:
        way = self.table.queue
        word = self.word(way, exchange, body)
        if word is None:
            if exchange.http >= _FIRST_ERROR:
                yield from self.error(exchange, "status", body)
            return
        words.append(word)
        known = way.status.states.get(word)
        yield self.saw(("states", word), known.means if known is not None else "?")
        if not of_stream:
            yield self.saw(("status", "url"), self.template(exchange.url))
            yield self.saw(("state_http", word), exchange.http)
            yield self.saw(("status", "answer_keys", word), _keys(body))

    def word(self, way: Queue, exchange: Exchange, body: object) -> str | None:
        """The state that an answer tells: that of the spec, or the word that the spec does not know."""
        for name, state in way.status.states.items():
            if state.seen is not None and says(state.seen, body):
                return name
            if state.by_http and state.http == exchange.http:
                return name
        found = at(body, way.status.state) if way.status.state is not None else ABSENT
        # An error may have a word at that place, too.
        known = found in way.status.states or exchange.http < _FIRST_ERROR
        return found if isinstance(found, str) and known else None

    def order(self, words: list[str]) -> Iterator[Observed]:
        if not isinstance(self.table.protocol, Queue):
            return
        states = self.table.protocol.status.states
        for before, after in pairwise(dict.fromkeys(words)):
            # A look may miss states in between: what was seen says only that the one comes before the other.
            if before in states and after in states and before in _after(states, after) - _after(states, before):
                yield self.saw(("next", before), [after])

    def result(self, exchange: Exchange, body: object) -> Iterator[Observed]:
        way = self.table.queue
        if way.result.early == "status" and (word := self.word(way, exchange, body)) is not None:
            state = way.status.states.get(word)
            if state is not None and state.means in {"queued", "running"}:
                return
        yield self.saw(("result", "url"), self.template(exchange.url))
        yield self.saw(("result", "http"), exchange.http)
        if way.result.output:  # what is the output as a whole has its own facts
            yield self.saw(("result", "answer_keys"), _keys(body))
        yield from self.output(way.result.output, body)

    def output(self, pointer: str, body: object) -> Iterator[Observed]:
        way = self.table.protocol
        decode = way.decode if isinstance(way, Blocking) else way.result.decode
        if decode == "bytes":
            return
        value = at(body, pointer)
        yield self.saw(("result", "output"), pointer if value is not ABSENT else NOT_STATED)
        if decode == "json_text" and isinstance(value, str):
            value = parse(value.encode())
        yield from self.parts(value, "")

    def parts(self, value: object, place: str) -> Iterator[Observed]:
        """Types of an output, as far as the spec knows its parts; what else comes is the provider's to add."""
        kind = _JSON_TYPES.get(type(value))
        said = facts_of(self.provider, self.model).get(("output", place, "type"))
        if kind is None or said is None:
            return
        kind = "number" if kind == "integer" and said == "number" else kind
        # One of several types that a part may be of shows none of the others, and speaks against none.
        shown = said if isinstance(said, list) and kind in said else kind
        yield Observed(("output", place, "type"), shown, self.number)
        inside: Mapping[str, object] = {}
        if isinstance(value, dict):
            inside = cast("Mapping[str, object]", value)
        elif isinstance(value, list) and value:
            inside = {"0": cast("list[object]", value)[0]}
        for name, part in inside.items():
            yield from self.parts(part, f"{place}/{name}")

    def error(self, exchange: Exchange, asked: Asked, body: object) -> Iterator[Observed]:
        on: Phase = "result" if asked == "result" or (asked == "submit" and self.blocking) else "status"
        on = "submit" if asked == "submit" and not self.blocking else "cancel" if asked == "cancel" else on
        plain = cast("Plain", body) if body is not ABSENT else exchange.answer.decode(errors="replace")
        answer = Answer(on, exchange.http, plain, {}, "", "", Span(""), (self.table.protocol.name,))
        row = row_for(self.provider, answer)
        if asked == "cancel" and row is None:
            yield self.saw(("cancel", str(exchange.http), "answer_keys"), _keys(body))
            return
        yield Observed(("error", row.name if row is not None else str(exchange.http)), exchange.http, self.number)
        pointers = self.provider.table.error_body.message
        if row is not None and body is not ABSENT:
            told = next((n for n, pointer in enumerate(pointers, 1) if text_at(body, (pointer,))), None)
            if told is not None:
                yield Observed(("error_message", pointers[told - 1]), told, self.number)

    @property
    def blocking(self) -> bool:
        return isinstance(self.table.protocol, Blocking)

    def template(self, url: str) -> str:
        plain = url.partition("?")[0]
        return plain.replace(self.request_id, "{request_id}") if self.request_id else plain

    def saw(self, path: FactPath, value: Plain) -> Observed:
        return Observed((self.table.protocol.name, *path), value, self.number)


def events(body: bytes) -> Iterator[object]:
    """The JSON values of a stream of server-sent events."""
    for line in body.decode(errors="replace").splitlines():
        if line.startswith("data:"):
            try:
                yield json.loads(line.removeprefix("data:"))
            except ValueError:
                continue


def _after(states: Mapping[str, State], word: str) -> set[str]:
    found: set[str] = set()
    waiting = [word]
    while waiting:
        for name in states[waiting.pop()].next:
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _keys(body: object) -> Plain:
    return keys(cast("Plain", body)) if isinstance(body, dict) else None


def _form(address: str) -> re.Pattern[str]:
    """Addresses of a form whose placeholders may be anything but a slash."""
    return re.compile(re.sub(r"\\\{\\?\+?[\w]+\\\}", "[^/?]+", re.escape(address)))

"""Which parameters, allowed values, states and errors were ever seen on the wire, from which origin, and when.

What counts is an exchange, recorded or transcribed; a page that states a fact shows nothing. A sample that a page
prints counts as documented for what it sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

from callsheet.contract.evidence.answers import row_for
from callsheet.contract.evidence.files import Answer
from callsheet.contract.evidence.files import read as read_evidence
from callsheet.contract.exchanges.observing import observe
from callsheet.contract.exchanges.recordings import ORIGINS, Recording
from callsheet.findings import Span
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.runtime.pointer import at
from callsheet.runtime.tables import Queue
from callsheet.runtime.words import Phase
from callsheet.source.nodes import Plain, plain
from callsheet.source.yamltree import read_yaml

Kind = Literal["parameter", "value", "state", "error"]
Thing = tuple[Kind, str]
"""What can be seen: `("value", "mode=replace")`, `("state", "queue QUEUED")`, `("error", "rate_limited")`."""

_FIRST_ERROR: Final = 400
_PHASES: Final[Mapping[str, Phase]] = {"call": "result", "submit": "submit", "status": "status", "result": "result"}


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """Where something was seen. `date` is empty where nobody noted it."""

    origin: str
    date: str
    place: str


@dataclass(slots=True)
class Seen:
    """All that can be seen of an endpoint, with its sightings; and what was seen that the spec does not know."""

    provider: ProviderPlan
    model: ModelPlan
    things: dict[Thing, set[Sighting]] = field(default_factory=dict[Thing, set[Sighting]])
    unknown: dict[Thing, set[Sighting]] = field(default_factory=dict[Thing, set[Sighting]])

    def __post_init__(self) -> None:
        """Begin with everything unseen."""
        self.things |= {thing: set() for thing in _things(self.provider, self.model)}

    def see(self, thing: Thing, sighting: Sighting) -> None:
        """Note a sighting."""
        found = self.things.get(thing)
        if found is None:
            found = self.unknown.setdefault(thing, set())
        found.add(sighting)

    def payload(self, payload: Mapping[str, Plain], sighting: Sighting) -> None:
        """Note what a payload shows: its parameters, and values of those that allow only some."""
        allowed = _allowed(self.model)
        for name, value in payload.items():
            self.see(("parameter", name), sighting)
            if name in allowed:
                self.see(("value", f"{name}={value}"), sighting)


def seen(
    provider: ProviderPlan, model: ModelPlan, recordings: Iterable[Recording], evidence: Path | None = None
) -> Seen:
    """Gather the sightings of one endpoint. ValueError says what is wrong with a file of the evidence."""
    found = Seen(provider, model)
    for one in recordings:
        if one.provider == provider.id and (one.model == model.id or _shared(one, model)):
            _recorded(found, one, own=one.model == model.id)
    if evidence is not None:
        _samples(found, evidence / provider.id / f"{model.id}.yaml")
        _answers(found, evidence / provider.id / "provider.yaml")
        _exchanges(found, evidence / provider.id / "exchanges.yaml")
    return found


def _shared(recording: Recording, model: ModelPlan) -> bool:
    """What a recording shows of states and errors, it shows for all endpoints that have its protocol."""
    return bool(recording.protocol) and recording.protocol in model.tables


def _things(provider: ProviderPlan, model: ModelPlan) -> Iterator[Thing]:
    for param in model.params:
        yield "parameter", param.wire
    for name, values in _allowed(model).items():
        for value in values:
            yield "value", f"{name}={value}"
    for name, table in model.tables.items():
        if isinstance(table.protocol, Queue):
            for word in table.protocol.status.states:
                yield "state", f"{name} {word}"
    for error in provider.errors:
        if not error.row.protocols or not set(error.row.protocols).isdisjoint(model.tables):
            yield "error", error.row.name


def _allowed(model: ModelPlan) -> dict[str, list[Plain]]:
    properties = cast("dict[str, dict[str, Plain]]", model.wire_schema["properties"])
    return {name: cast("list[Plain]", one["enum"]) for name, one in properties.items() if "enum" in one}


def _recorded(found: Seen, recording: Recording, *, own: bool) -> None:
    sighting = Sighting(recording.origin, recording.date or "", f"recordings/{_file(recording)}")
    if own:
        for one in recording.exchanges:
            if one.has_json and isinstance(one.json, dict):
                known = {param.wire for param in found.model.params}
                found.payload({name: value for name, value in one.json.items() if name in known}, sighting)
    for fact in observe(found.provider, found.model, recording.protocol, recording.exchanges):
        if fact.path[0] == "error":
            found.see(("error", fact.path[1]), sighting)
        elif fact.path[1:2] == ("states",):
            found.see(("state", f"{fact.path[0]} {fact.path[2]}"), sighting)


def _file(recording: Recording) -> str:
    return f"{recording.provider}/{recording.model}/{recording.scenario}.yaml"


def _samples(found: Seen, path: Path) -> None:
    if not path.is_file():
        return
    dates = _dates(_document(path))
    for fact in read_evidence(path).facts:
        if fact.path[0] == "sample" and isinstance(fact.value, dict):
            sighting = Sighting("documented", dates.get(fact.source, ""), str(fact.span))
            found.payload(fact.value, sighting)


def _answers(found: Seen, path: Path) -> None:
    if not path.is_file():
        return
    dates = _dates(_document(path))
    for answer in read_evidence(path).answers:
        row = row_for(found.provider, answer)
        # What was only inferred, nobody has seen.
        if row is not None and answer.certainty in ORIGINS:
            sighting = Sighting(answer.certainty, dates.get(answer.source, ""), str(answer.span))
            _error(found, row.name, answer.protocols, sighting)


def _exchanges(found: Seen, path: Path) -> None:
    if not path.is_file():
        return
    document = _document(path)
    dates = _dates(document)
    for name, said in document["exchanges_of"].items():
        protocol = said.get("protocol") or next(iter(found.provider.protocols))
        answer, asks = said["answer"], said["asks"]
        sighting = Sighting(said["origin"], dates.get(said["source"], ""), f"{'/'.join(path.parts[-2:])}: {name}")
        phase = _PHASES.get(asks) if isinstance(asks, str) else None
        if protocol not in found.model.tables or phase is None:
            continue
        table = found.model.tables[protocol].protocol
        body = answer.get("body", answer.get("begins"))
        if isinstance(table, Queue) and table.status.state is not None:
            word = at(body, table.status.state)
            known = word in table.status.states or answer["http"] < _FIRST_ERROR
            if isinstance(word, str) and known and phase in {"submit", "status"}:
                found.see(("state", f"{protocol} {word}"), sighting)
        if answer["http"] >= _FIRST_ERROR:
            known = Answer(phase, answer["http"], body, {}, "", "", Span(""), (protocol,))
            if (row := row_for(found.provider, known)) is not None:
                _error(found, row.name, (protocol,), sighting)


def _error(found: Seen, name: str, protocols: Iterable[str], sighting: Sighting) -> None:
    """An error that comes in protocols which the endpoint does not have is none of its own."""
    if ("error", name) in found.things and (not protocols or not set(protocols).isdisjoint(found.model.tables)):
        found.see(("error", name), sighting)


def _document(path: Path) -> dict[str, Any]:
    name = "/".join(path.parts[-3:])
    tree, findings = read_yaml(name, path.read_bytes())
    if findings or tree is None:
        raise ValueError("; ".join(f"{f.span}: {f.what}" for f in findings) or f"{name}: empty")
    return cast("dict[str, Any]", plain(tree))


def _dates(document: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(one.get("date") or one.get("read") or "") for name, one in document.get("sources", {}).items()}

"""Payloads at every edge of an endpoint's input: no chance in it, each with a name, each broken in one fact at most.

The random strategies beside it find what nobody thought of; this phase makes sure of what everybody would think of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, cast

from callsheet.contract.inputs.numbers import NOT_JSON
from callsheet.contract.inputs.points import Point, kinds, plain, points
from callsheet.contract.inputs.schemas import Path, accepts, required_defaults, within
from callsheet.contract.inputs.settling import Settled
from callsheet.contract.inputs.strategies import callers_schema
from callsheet.contract.inputs.texts import HALF
from callsheet.plan.model import ModelPlan, Schema
from callsheet.plan.schema import resolve
from callsheet.source.nodes import Plain

_MOST: Final = 256
"""Schemas whose edges are kept in memory."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A payload as a caller may give it, and what is special about it."""

    path: Path
    """Down to the fact; empty where the whole payload is meant."""
    word: str
    payload: dict[str, Plain] = field(repr=False)
    good: bool
    json: bool = True
    """Whether JSON can say it. What it cannot say no schema speaks of."""
    union: Path | None = None
    """Where the outermost union stands on the way; a judge may report the whole of it."""

    @property
    def field(self) -> str:
        """The parameter; empty where the whole payload is meant."""
        return str(self.path[0]) if self.path else ""

    @property
    def place(self) -> str:
        """The path in dots: `layers.0.url`."""
        return ".".join(map(str, self.path))

    @property
    def judged_at(self) -> frozenset[Path]:
        """The places at which jsonschema refuses it."""
        return frozenset() if self.good else frozenset({self.path if self.union is None else self.union})

    def __str__(self) -> str:
        """As a failure names it: `steps-above`."""
        return f"{self.place}-{self.word}" if self.path else self.word


def edges(model: ModelPlan) -> tuple[Edge, ...]:
    """Every edge of an endpoint's input, under names that differ."""
    return edges_in(model.wire_schema, required_defaults(model))


def edges_in(root: Schema, defaults: Mapping[str, Plain]) -> tuple[Edge, ...]:
    """The same, of a schema and its required defaults."""
    return _edges(json.dumps(root), json.dumps(dict(defaults)))


@lru_cache(_MOST)
def _edges(root: str, defaults: str) -> tuple[Edge, ...]:
    found: list[Edge] = []
    taken: dict[str, int] = {}
    for edge in _all(cast("Schema", json.loads(root)), cast("dict[str, Plain]", json.loads(defaults))):
        taken[str(edge)] = number = taken.get(str(edge), 0) + 1
        found.append(edge if number == 1 else replace(edge, word=f"{edge.word}_{number}"))
    return tuple(found)


def _all(root: Schema, defaults: Mapping[str, Plain]) -> Iterator[Edge]:
    callers = callers_schema(root, defaults)
    properties = cast("dict[str, Schema]", root["properties"])
    must = cast("list[str]", callers["required"])
    settled = Settled(root, defaults)
    least = settled.payload({name: plain(properties[name], root) for name in must})
    if least is None:
        raise ValueError("no payload with nothing but what is required keeps the rules")
    whole = settled.fullest(least)
    yield Edge((), "least", least, good=True)
    yield Edge((), "most", whole, good=True)
    for name in properties:
        if name in must:
            wrong = settled.payload(_without(least, name), {name}, frozenset({(name,)}))
            yield from (Edge((name,), "missing", one, good=False) for one in [wrong] if one is not None)
        else:
            spared = settled.payload(_without(whole, name), {name})
            yield from (Edge((name,), "left_out", one, good=True) for one in [spared] if one is not None)
    for name in _unknown(properties):
        yield Edge((name,), "unknown", {**least, name: "value"}, good=root.get("additionalProperties") is not False)
    for name, schema in properties.items():
        for point in _of_parameter(schema, root):
            yield from _edge(settled, least, name, point)
        yield from _not_json(settled, least, name, schema)
    yield from (Edge(path, word, payload, good) for path, word, payload, good in settled.rule_table(least))


def _of_parameter(schema: Schema, root: Schema) -> Iterator[Point]:
    if "default" in schema and accepts(within(root, resolve(schema, root)), schema["default"]):
        yield Point((), "default", schema["default"], good=True)
    yield from points(schema, root)


def _edge(settled: Settled, least: dict[str, Plain], name: str, point: Point) -> Iterator[Edge]:
    """The point as the value of a parameter, with whatever the rules want beside it.

    None where they want what cannot be: a rule forbids the value, or a broken value breaks a rule besides.
    """
    path: Path = (name, *point.path)
    union = None if point.union is None else (name, *point.union)
    edge = Edge(path, point.word, {**least, name: point.value}, point.good, union=union)
    payload = settled.payload(edge.payload, {name}, edge.judged_at)
    if payload is not None:
        yield replace(edge, payload=payload)


def _not_json(settled: Settled, least: dict[str, Plain], name: str, schema: Schema) -> Iterator[Edge]:
    kept = settled.payload({**least, name: plain(schema, settled.root)}, {name}) or least
    asked = kinds(schema, settled.root)
    if {"integer", "number"} & {*asked}:
        for word, value in NOT_JSON.items():
            yield Edge((name,), word, {**kept, name: value}, good=False, json=False)
    if "string" in asked:
        yield Edge((name,), "half_a_character", {**kept, name: HALF}, good=False, json=False)


def _unknown(properties: Mapping[str, Schema]) -> list[str]:
    """A name that nobody knows, and the likely slips."""
    first = next(iter(properties), "name")
    slips = ("surprise", "", first[:-1], first.upper(), f"{first} ", f" {first}", f"{first}s", first.replace("_", "-"))
    return [slip for slip in dict.fromkeys(slips) if slip not in properties]


def _without(payload: Mapping[str, Plain], name: str) -> dict[str, Plain]:
    return {key: value for key, value in payload.items() if key != name}

"""Specs with one fact changed: what the evidence has to notice.

The walk is over the values of `callsheet.spec.model`, so a fact that the language learns is mutated without a word
here. What is left alone, and why, is in `callsheet.contract.strength.unmutated`.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, cast

from callsheet.contract.strength.mutations import INVENTED, Names, Way, another, invented, options, scalars
from callsheet.contract.strength.unmutated import IN_ORDER, NOT_ADDED, NOT_REMOVED, OWN_NAMES, left_alone, says_nothing
from callsheet.findings import Span
from callsheet.source.nodes import Node, Plain, place
from callsheet.spec.model import Specs

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "json": ("type",),
    "named": ("type",),
    "poll_interval": ("poll",),
    "request_id": ("handle", "request_id"),
    "seconds": ("retention",),
    "typical_seconds": ("typical",),
    "urls": ("handle",),
}
"""Where an attribute stands in the file, if not under its own name."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """Specs that differ in one fact from what somebody wrote."""

    what: str
    kind: str
    """Class and attribute that was changed, and how: `Type.maximum altered`."""
    span: Span
    """Where the fact stands in the spec."""
    specs: Specs

    def __str__(self) -> str:
        """As it stands in a test's id."""
        return self.what


@dataclass(frozen=True, slots=True)
class _Change:
    what: str
    kind: str
    span: Span
    value: Any

    def inside(self, step: str, whole: Any) -> _Change:
        """The same change, seen from one step further out: the whole that has it."""
        return _Change(f"{step}{self.what}", self.kind, self.span, whole)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the walk is: the class and the attribute that hold the value, its type, and its place in the file."""

    owner: str
    attribute: str
    hint: Any
    node: Node
    names: Names

    def change(self, way: Way, what: str, value: Any) -> _Change:
        """A change here."""
        steps = (self.attribute,), _KEYS.get(self.attribute, (self.attribute,))
        span = max((place(self.node, *path) for path in steps), key=lambda found: found.line)
        return _Change(what, f"{self.owner}.{self.attribute} {way}", span, value)


def provider_mutants(specs: Specs, provider: str) -> Iterator[Mutant]:
    """Every one-fact change of a provider's file, with that provider and its endpoints alone."""
    one = next(one for one in specs.providers if one.id == provider)
    models = tuple(model for model in specs.models if model.provider == provider)
    for change in _attributes(one, one.node, Names.of(one)):
        yield Mutant(f"provider{change.what}", change.kind, change.span, Specs((change.value,), models))


def model_mutants(specs: Specs, provider: str, model: str) -> Iterator[Mutant]:
    """Every one-fact change of an endpoint's file, with that endpoint and its provider alone."""
    providers = tuple(one for one in specs.providers if one.id == provider)
    spec = next(spec for spec in specs.models if (spec.provider, spec.id) == (provider, model))
    for change in _attributes(spec, spec.node, Names.of(None)):
        yield Mutant(f"model{change.what}", change.kind, change.span, Specs(providers, (change.value,)))


def _attributes(value: Any, node: Node, names: Names) -> Iterator[_Change]:
    """The changes of each attribute of a dataclass."""
    hints = typing.get_type_hints(cast("Any", type(value)))
    node, names = getattr(value, "node", node), names.within(value)
    for attribute in fields(value):
        name = attribute.name
        if left_alone(type(value).__name__, name) or says_nothing(value, name):
            continue
        spot = _Spot(type(value).__name__, name, hints[name], node, names)
        for change in _value(getattr(value, name), spot):
            yield change.inside(f".{name}", replace(value, **{name: change.value}))


def _value(value: Any, spot: _Spot) -> Iterator[_Change]:
    if not is_dataclass(value):
        if spot.hint == Plain:
            yield from _json(value, spot)
        elif _is(value, tuple):
            yield from _items(value, spot)
        elif isinstance(value, Mapping):
            yield from _entries(cast("Mapping[str, Any]", value), spot)
        elif spot.names.refers(spot.owner, spot.attribute):
            yield from _referring(cast("str | None", value), spot)
        elif value is None and any(is_dataclass(option) for option in options(spot.hint)):
            yield spot.change("added", "-added", invented(spot.hint, spot.node, spot.names))
        else:
            for way, other in scalars(value, spot.hint):
                if way != "removed" or (spot.owner, spot.attribute) not in NOT_REMOVED:
                    yield spot.change(way, f"={other!r}", other)
        return
    if type(None) in options(spot.hint):
        yield spot.change("removed", "-removed", None)
    yield from _attributes(value, spot.node, spot.names)


def _referring(value: str | None, spot: _Spot) -> Iterator[_Change]:
    """Another name, of the same kind; none where there may be none."""
    for other in spot.names.others(spot.owner, spot.attribute, value):
        yield spot.change("added" if value is None else "altered", f"={other!r}", other)
    if value is not None and type(None) in options(spot.hint):
        yield spot.change("removed", "=None", None)


def _items(items: tuple[Any, ...], spot: _Spot) -> Iterator[_Change]:
    parts = next((typing.get_args(option) for option in options(spot.hint) if typing.get_origin(option) is tuple), ())
    of = parts[0] if parts else Any
    if type(None) in options(spot.hint):
        yield spot.change("removed", "-removed", None)
    yield from _added(items, of, spot)
    yield from _moved(items, spot)
    for at, item in enumerate(items):
        label = _label(item, at)
        here = _Spot(spot.owner, spot.attribute, of, spot.node, spot.names)
        yield _at(item, here).change("dropped", f".{label}-dropped", (*items[:at], *items[at + 1 :]))
        for change in _value(item, here):
            yield change.inside(f".{label}", (*items[:at], change.value, *items[at + 1 :]))


def _added(items: tuple[Any, ...], of: Any, spot: _Spot) -> Iterator[_Change]:
    """One more of the kind: a copy of the last under a name of its own, or a word that is not among them."""
    if (spot.owner, spot.attribute) in NOT_ADDED:
        return
    if items and is_dataclass(items[-1]):
        last: Any = items[-1]
        others: dict[str, Any] = {
            "name": INVENTED,
            "id": INVENTED,
            "wire": INVENTED,
            "path": f"/{INVENTED}",
            "http": 299,
        }
        names = {name: other for name, other in others.items() if hasattr(last, name)}
        yield spot.change("added", "-added", (*items, replace(last, **names)))
        return
    if isinstance(of, type) and is_dataclass(of):
        yield spot.change("added", "-added", (invented(of, spot.node, spot.names),))
        return
    more: Any = another(items, cast("object", of))
    if spot.attribute == "next":
        more = next((name for name in spot.names.known["states"] if name not in items), None)
    if more is not None:
        yield spot.change("added", f"-with-{more!r}", (*items, more))


def _moved(items: tuple[Any, ...], spot: _Spot) -> Iterator[_Change]:
    """Neighbours in each other's place, where the order says something."""
    if (spot.owner, spot.attribute) not in IN_ORDER:
        return
    for at in range(len(items) - 1):
        moved = (*items[:at], items[at + 1], items[at], *items[at + 2 :])
        what = f".{_label(items[at + 1], at + 1)}-before-{_label(items[at], at)}"
        yield _at(items[at + 1], spot).change("moved", what, moved)


def _entries(entries: Mapping[str, Any], spot: _Spot) -> Iterator[_Change]:
    of = next((typing.get_args(option)[-1] for option in options(spot.hint) if typing.get_args(option)), Any)
    sample = next(iter(entries.values()), None)
    more = sample if sample is not None else invented(of, spot.node, spot.names)
    if more is not None and (spot.owner, spot.attribute) not in NOT_ADDED:
        yield spot.change("added", "-added", {**entries, f"/{INVENTED}": more})
    for key, part in entries.items():
        others = {name: value for name, value in entries.items() if name != key}
        yield spot.change("dropped", f".{key}-dropped", others)
        if not {(spot.owner, spot.attribute)} & {*OWN_NAMES, *NOT_ADDED}:
            renamed = {f"{name}x" if name == key else name: value for name, value in entries.items()}
            yield spot.change("renamed", f".{key}-renamed", renamed)
        here = _Spot(spot.owner, spot.attribute, of, spot.node, spot.names)
        for change in _value(part, here):
            yield change.inside(f".{key}", {**entries, key: change.value})


def _json(value: Any, spot: _Spot) -> Iterator[_Change]:
    """Of a JSON value: keys dropped and added, items dropped, every single value altered."""
    match value:
        case dict():
            known = cast("dict[str, Any]", value)
            yield spot.change("added", "-added", {**known, INVENTED: INVENTED})
            yield spot.change("removed", "-removed", None)
            for key, part in known.items():
                yield spot.change("dropped", f".{key}-dropped", {k: v for k, v in known.items() if k != key})
                for change in _json(part, spot):
                    yield change.inside(f".{key}", {**known, key: change.value})
        case _ if _is(value, list):
            items: list[Any] = value
            for at, part in enumerate(items):
                yield spot.change("dropped", f".{at}-dropped", [*items[:at], *items[at + 1 :]])
                for change in _json(part, spot):
                    yield change.inside(f".{at}", [*items[:at], change.value, *items[at + 1 :]])
        case None:
            yield spot.change("added", f"={INVENTED!r}", INVENTED)
        case _:
            for way, other in scalars(value, None):
                yield spot.change(way, f"={other!r}", other)


def _is(value: Any, kind: type) -> bool:
    """Whether a value is of a type, for the type-checkers still a value of any."""
    return isinstance(value, kind)


def _label(item: Any, at: int) -> object:
    return getattr(item, "name", getattr(item, "id", item if isinstance(item, str) else at))


def _at(item: Any, spot: _Spot) -> _Spot:
    """The spot of an item that knows its own place."""
    return replace(spot, node=getattr(item, "node", spot.node))

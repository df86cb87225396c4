"""A JSON document with its `$ref`s: followed within the document, never fetched, and never round in a circle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final, Never, cast

from callsheet.findings import Finding, Span
from callsheet.pages.limits import LONGEST_KEY, MOST_STEPS
from callsheet.pages.reading import Place
from callsheet.pages.sound import unsound
from callsheet.rules.pages import PAGE_CUT, PAGE_TOO_LARGE
from callsheet.source.jsontree import read_json
from callsheet.source.nodes import Mapping, Node, Plain, Sequence, plain
from callsheet.source.yamltree import read_yaml

_MOST_HOPS: Final = 32
_LOCATED: Final = 512 * 1024
"""Characters of a document up to which each value's line is found. In a longer one there are pointers alone."""
_NOT_READ: Final = "the OpenAPI document cannot be read"

Map = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class At:
    """A value of the document, and the pointer to where it stands."""

    value: Plain
    pointer: str

    def down(self, *keys: str) -> At:
        """The value below; null where there is none."""
        value: Plain = self.value
        pointer = self.pointer
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
            pointer = f"{pointer}/{escaped(key)}"
        return At(value, pointer)

    @property
    def map(self) -> Map:
        """The value if it is an object, or else an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    def items(self) -> list[At]:
        """The items of a list, or nothing."""
        if not isinstance(self.value, list):
            return []
        return [At(value, f"{self.pointer}/{place}") for place, value in enumerate(self.value)]

    def text(self, *keys: str) -> str:
        """The text below, or an empty one."""
        value = self.down(*keys).value
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Budget:
    """What may still be looked at, so that types which multiply each other come to an end. Mutable."""

    left: int = MOST_STEPS
    over: str = ""
    """What there was too much of, if there was."""

    def spend(self, steps: int) -> bool:
        """Whether there is enough left for so many steps, which are taken then."""
        self.left -= steps
        if self.left < 0:
            self.end("its types multiply each other, and come to too many")
        return self.left >= 0

    def end(self, why: str) -> None:
        """Nothing more is to be looked at. The first reason counts."""
        self.over = self.over or why
        self.left = min(self.left, -1)


@dataclass(frozen=True, slots=True)
class Document:
    """The whole, and its lines as far as they are known."""

    root: At
    tree: Node | None
    budget: Budget = field(default_factory=Budget)

    def place(self, at: At | str) -> Place:
        """Where a value stands."""
        pointer = at if isinstance(at, str) else at.pointer
        node = self.tree
        line = node.span.line if node is not None else 0
        for step in pointer.split("/")[1:]:
            match node:
                case Mapping() if (entry := node.entry(unescaped(step))) is not None:
                    node, line = entry.value, entry.key.span.line
                case Sequence() if step.isdecimal() and int(step) < len(node.items):
                    node = node.items[int(step)]
                    line = node.span.line
                case _:
                    break
        return Place(line, pointer)

    def resolved(self, at: At) -> tuple[At, str | None]:
        """What a `$ref` leads to, the keys beside it laid over; and the address that could not be followed."""
        beside: Map = {}
        for _ in range(_MOST_HOPS):
            ref = at.map.get("$ref")
            if not isinstance(ref, str):
                return (At({**at.map, **beside}, at.pointer) if beside else at), None
            if not self.budget.spend(1 + len(at.map) + len(beside)):
                return At(beside, at.pointer), ref
            beside = {**{key: value for key, value in at.map.items() if key != "$ref"}, **beside}
            target = self.find(ref)
            if target is None:
                return At(beside, at.pointer), ref
            at = target
        return At(beside, at.pointer), str(at.map.get("$ref"))

    def find(self, ref: str) -> At | None:
        """The value at a reference into the document itself."""
        if not ref.startswith("#") or len(ref) > LONGEST_KEY:
            return None
        value: Plain = self.root.value
        for step in ref[1:].split("/")[1:]:
            key = unescaped(step)
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        return At(value, ref[1:])


def escaped(key: str) -> str:
    """A key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(step: str) -> str:
    """The key that a step of a JSON pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def parse(name: str, text: str) -> Document | Finding | None:
    """The document of a JSON or YAML text, why there is none, or None where the text is nothing of the kind."""
    if text.lstrip()[:1] == "{":
        return _json(name, text)
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith(("#", "---"))), "")
    if first.startswith(("openapi:", "swagger:", '"openapi":')):
        tree, findings = read_yaml(name, text.encode())
        if tree is None:
            return _cut(name, findings[0].what if findings else "there is nothing in it")
        return _sound(name, plain(tree), tree)
    return None


def _sound(name: str, value: Plain, tree: Node | None) -> Document | Finding:
    """The document, if there is nothing in it that would stop a reader: a level, a key or a number without end."""
    why = unsound(value)
    return PAGE_TOO_LARGE.at(Span(name), f"{_NOT_READ}: {why}") if why else Document(At(value, ""), tree)


def _json(name: str, text: str) -> Document | Finding:
    try:
        value = cast("Plain", json.loads(text, parse_constant=_no_number))
    except _NoNumberError as fault:
        return _cut(name, str(fault))
    except RecursionError:
        return PAGE_TOO_LARGE.at(Span(name), f"{_NOT_READ}: it is nested too deep")
    except json.JSONDecodeError as fault:
        return _cut(name, f"{fault.msg}, line {fault.lineno}")
    except ValueError:
        return PAGE_TOO_LARGE.at(Span(name), f"{_NOT_READ}: a number has too many digits")
    tree = read_json(name, text)[0] if len(text) <= _LOCATED else None
    return _sound(name, value, tree)


def _cut(name: str, why: str) -> Finding:
    return PAGE_CUT.at(Span(name), f"the OpenAPI document cannot be read to its end: {why}")


class _NoNumberError(Exception):
    """What Python writes for a number that JSON does not have."""


def _no_number(word: str) -> Never:
    message = f"{word} is no value of JSON"
    raise _NoNumberError(message)

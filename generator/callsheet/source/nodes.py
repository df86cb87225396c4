"""The located tree that a spec file is read into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from callsheet.findings import Span

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""A JSON value."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `text` is its spelling in the file, without quotes; `quoted` tells `"1.10"` from `1.10`."""

    value: bool | int | float | str | None
    span: Span
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a mapping."""

    key: Scalar
    value: Node


@dataclass(frozen=True)  # without slots, for the cached index
class Mapping:
    """A mapping, in the order of the file. Keys are strings and differ: the reader has seen to it."""

    entries: tuple[Entry, ...]
    span: Span

    @cached_property
    def _index(self) -> dict[str, Entry]:
        return {str(entry.key.value): entry for entry in self.entries}

    def entry(self, key: str) -> Entry | None:
        """The entry of a key."""
        return self._index.get(key)

    def get(self, key: str) -> Node | None:
        """The value at a key."""
        found = self._index.get(key)
        return None if found is None else found.value

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys with their values."""
        return ((key, entry.value) for key, entry in self._index.items())


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Plain:
    """The JSON value of a node."""
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key: plain(value) for key, value in node.items()}


def descend(node: Node, *path: str | int) -> Node | None:
    """The node below `node` at a path of keys and indexes, or None."""
    found: Node | None = node
    for step in path:
        match found:
            case Mapping() if isinstance(step, str):
                found = found.get(step)
            case Sequence() if isinstance(step, int) and 0 <= step < len(found.items):
                found = found.items[step]
            case _:
                return None
    return found


def place(node: Node, *path: str | int) -> Span:
    """Where the value at a path stands: the deepest node that exists on the way to it."""
    spot = node.span
    for length in range(1, len(path) + 1):
        found = descend(node, *path[:length])
        if found is None:
            break
        spot = found.span
    return spot


def key_place(node: Node, *path: str | int) -> Span:
    """Where the last key of a path is written; the place of the value where there is no such key."""
    holder = descend(node, *path[:-1])
    key = path[-1]
    if isinstance(holder, Mapping) and isinstance(key, str) and (entry := holder.entry(key)):
        return entry.key.span
    return place(node, *path)

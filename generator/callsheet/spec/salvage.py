"""What is left of a file whose structure is faulty, so that the meaning of all the rest is checked in the same run.

The smallest part that is wrong is taken out; where something needs it, that goes, too. A part of the top level that
every file has is put in its place, empty. What is said then of the gaps would be noise: `Gaps.misses` knows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from callsheet.findings import Span
from callsheet.source.nodes import Entry, Node, Plain, Scalar, Sequence, descend, plain
from callsheet.source.nodes import Mapping as MappingNode
from callsheet.spec.broken import Broken
from callsheet.spec.gaps import Gaps, Path

_ROUNDS: Final = 40
"""Deeper than this nothing is nested, so that each fault has reached the top by then."""

_STAND_INS: Final[Mapping[str, Mapping[str, Plain]]] = {
    "model": {
        "callsheet": "model/1",
        "name": "?",
        "about": "?",
        "sources": {},
        "protocols": [],
        "typical": {"stated": False},
        "price": {"stated": False},
        "input": {},
        "output": {"about": "?"},
    },
    "provider": {
        "callsheet": "provider/1",
        "name": "?",
        "about": "?",
        "client_version": "0.0.0",
        "sources": {},
        "hosts": {},
        "credential": {"env": "KEY", "header": "x-key", "value": "{key}", "hosts": ["?"]},
        "errors": {},
        "error_body": {"message": ["/?"]},
        "protocols": {},
    },
}


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A file without its faulty parts. `node` is None where too little is left to be read."""

    node: Node | None
    gaps: Gaps


def salvage(file: str, node: Node, schema: dict[str, Any], judge: Callable[[Plain], Iterable[Broken]]) -> Salvaged:
    """What is left of a file. `schema` is its meta-schema, and `judge` says what is wrong by it."""
    gaps = Gaps()
    stand_ins = _stand_ins(file)
    start = node.span
    top = Span(start.path, start.line, start.column, start.line, start.column)
    rest: Node | None = node
    filled: set[str | int] = set()
    for _ in range(_ROUNDS):
        if not isinstance(rest, MappingNode):
            break
        wrong = [broken for broken in judge(plain(rest)) if not (broken.path and broken.path[0] in filled)]
        paths = {path for broken in wrong for path in _faulty(broken)}
        if not paths:
            gaps.places.append(top)
            return Salvaged(rest, gaps)
        for path in paths | _emptied(rest, paths):
            gaps.note(rest, path, schema)
        gone = {path[0] for path in paths if len(path) == 1}
        more = {str(key): stand_ins[str(key)] for key in gone if key in stand_ins}
        filled |= more.keys()
        rest = _with(_without(rest, paths), more, top)
    return Salvaged(None, gaps)


def _stand_ins(file: str) -> dict[str, Plain]:
    path = PurePosixPath(file)
    if path.stem == "provider":
        return {"id": path.parent.name, **_STAND_INS["provider"]}
    return {"provider": path.parent.name, "id": path.stem, **_STAND_INS["model"]}


def _faulty(broken: Broken) -> Iterator[Path]:
    """The smallest parts whose absence mends a fault, or leads on to a larger one."""
    path = broken.path
    match broken.keyword:
        case _ if broken.of_key:
            yield (*path, str(broken.value))
        case "additionalProperties":
            yield from ((*path, key) for key in broken.unknown())
        case "required" if not path:
            yield from ((key,) for key in broken.missing())
        case "dependentRequired":
            yield from ((*path, key) for key in broken.limit if key in broken.value)
        case "uniqueItems":
            yield from ((*path, n) for n, item in enumerate(broken.value) if item in broken.value[:n])
        case _:
            yield path


def _emptied(node: Node, paths: set[Path]) -> set[Path]:
    """Mappings of which nothing is left: they miss more than one name."""
    gone = Counter(path[:-1] for path in paths if len(path) > 1 and isinstance(path[-1], str))
    holders = {path: descend(node, *path) for path in gone}
    return {path for path, at in holders.items() if isinstance(at, MappingNode) and gone[path] == len(at.entries)}


def _without(node: Node, paths: Iterable[Path]) -> Node | None:
    """A node without what is at the paths."""
    by_step: dict[str | int, list[Path]] = {}
    for path in paths:
        if not path:
            return None
        by_step.setdefault(path[0], []).append(path[1:])
    match node:
        case MappingNode():
            kept = [(entry, _kept(entry.value, by_step.get(str(entry.key.value)))) for entry in node.entries]
            return MappingNode(tuple(Entry(e.key, value) for e, value in kept if value is not None), node.span)
        case Sequence():
            items = [_kept(item, by_step.get(n)) for n, item in enumerate(node.items)]
            return Sequence(tuple(item for item in items if item is not None), node.span)
        case Scalar():
            return node


def _kept(node: Node, paths: list[Path] | None) -> Node | None:
    return node if paths is None else _without(node, paths)


def _with(node: Node | None, more: Mapping[str, Plain], span: Span) -> Node | None:
    """A file with stand-ins for parts of the top level that are gone."""
    if not isinstance(node, MappingNode):
        return None
    entries = [Entry(_key(key, span), _as_node(value, span)) for key, value in more.items()]
    return MappingNode((*node.entries, *entries), node.span)


def _as_node(value: Plain, span: Span) -> Node:
    match value:
        case list():
            return Sequence(tuple(_as_node(item, span) for item in value), span)
        case dict():
            return MappingNode(tuple(Entry(_key(key, span), _as_node(part, span)) for key, part in value.items()), span)
        case _:
            return _key(value, span)


def _key(value: str | float | None, span: Span) -> Scalar:
    return Scalar(value, span, str(value), quoted=True)

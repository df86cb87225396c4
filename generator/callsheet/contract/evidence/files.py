"""What is known of a provider independently of its spec, read from files that people transcribed by hand.

Nothing here comes from a spec or a plan: `compare` sets the two side by side. A file holds `facts`, in groups of one
source and one certainty, in the words that `callsheet.facts` explains; and `answers`, each an answer of the
provider with what it means for the caller. `without: [name, ...]` in a group: the source does not state these. The
file of a provider lists its `protocols`; what it knows of one counts for the endpoints that have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from callsheet.facts.flat import FactPath, Facts
from callsheet.findings import Span
from callsheet.runtime.words import Phase
from callsheet.source.nodes import Mapping as Tree
from callsheet.source.nodes import Node, Plain, Sequence, plain
from callsheet.source.yamltree import read_yaml

NOT_STATED: Final = "(not stated)"
"""Stands for the value of a fact that a source does not give."""

_WHOLE: Final = frozenset({"rule", "sample"})
"""Facts whose value is a mapping, by the name of the mapping that holds them."""


@dataclass(frozen=True, slots=True)
class Known:
    """One fact that somebody read somewhere."""

    path: FactPath
    value: Plain
    source: str
    certainty: str
    span: Span


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the provider, and what it means.

    `expected` holds the columns of an error row, `message`, `own`: whether the documentation has a code for it, and
    `only`: the protocols that alone answer so.
    """

    on: Phase
    http: int
    body: Plain
    expected: Mapping[str, Plain]
    source: str
    certainty: str
    span: Span
    protocols: tuple[str, ...] = ()
    """Those that answer so; empty where any may."""

    def __str__(self) -> str:
        """As it stands in a test's id: `submit-429`, with the line where one code has several meanings."""
        return f"{self.on}-{self.http}-line{self.span.line}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one file, or several of them, know of a provider or an endpoint."""

    facts: tuple[Known, ...]
    answers: tuple[Answer, ...]
    protocols: tuple[str, ...] = ()
    """Those that a provider's file knows."""

    def __add__(self, other: Evidence) -> Evidence:
        """What both know."""
        return Evidence(self.facts + other.facts, self.answers + other.answers, self.protocols + other.protocols)

    def of_protocols(self, names: Iterable[str]) -> Evidence:
        """Without what is known of other protocols than these."""
        others = set(self.protocols).difference(names)
        return Evidence(
            tuple(fact for fact in self.facts if fact.path[0] not in others),
            tuple(one for one in self.answers if not one.protocols or not others.issuperset(one.protocols)),
            tuple(name for name in self.protocols if name not in others),
        )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A fact on which evidence and plan differ."""

    known: Known
    found: Plain

    def __str__(self) -> str:
        """Both values, and where the evidence stands."""
        said, found = (value if value == NOT_STATED else json.dumps(value) for value in (self.known.value, self.found))
        who = f"{self.known.source} ({self.known.certainty})"
        return f"{self.known.span}: `{' '.join(self.known.path)}`: {who} says {said}, the spec comes to {found}"


def read(path: Path) -> Evidence:
    """Read one file. ValueError names everything that is wrong with it."""
    name = "/".join(path.parts[-3:])
    tree, findings = read_yaml(name, path.read_bytes())
    if findings or not isinstance(tree, Tree):
        raise ValueError("; ".join(f"{f.span}: {f.what}" for f in findings) or f"{name}: not a mapping")
    sources = tree.get("sources")
    known = set(dict(sources.items())) if isinstance(sources, Tree) else set[str]()
    facts = tuple(fact for group in _items(tree.get("facts")) for fact in _group(group))
    answers = tuple(_answer(item) for item in _items(tree.get("answers")))
    for source, span in [(one.source, one.span) for one in facts] + [(one.source, one.span) for one in answers]:
        if source not in known:
            raise ValueError(f"{span}: `{source}` is not among the file's `sources`")
    protocols = tree.get("protocols")
    return Evidence(facts, answers, tuple(cast("list[str]", plain(protocols))) if protocols is not None else ())


def of_endpoint(root: Path, provider: str, model: str) -> Evidence:
    """What is known of an endpoint: its provider's file, as far as its own file knows the protocols, and its own."""
    own = read(root / provider / f"{model}.yaml")
    named = next((fact.value for fact in own.facts if fact.path == ("protocols",)), None)
    names = cast("list[str]", named) if isinstance(named, list) else []
    return read(root / provider / "provider.yaml").of_protocols(names) + own


def compare(evidence: Evidence, facts: Facts) -> tuple[Disagreement, ...]:
    """Every fact on which the two differ, in the order of the evidence."""
    return tuple(
        Disagreement(known, facts.get(known.path, NOT_STATED))
        for known in evidence.facts
        if not same(known.value, facts.get(known.path, NOT_STATED))
    )


def undefended(evidence: Evidence, facts: Facts) -> tuple[FactPath, ...]:
    """Facts of the plan that nobody has read anywhere else."""
    known = {fact.path for fact in evidence.facts}
    return tuple(path for path in facts if path not in known)


def same(one: Plain, other: Plain) -> bool:
    """Whether two JSON values are equal: 5 and 5.0 are, 1 and true are not."""
    match one, other:
        case dict(), dict():
            return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
        case _:
            return isinstance(one, bool) == isinstance(other, bool) and one == other


def _items(node: Node | None) -> Iterable[Tree]:
    return (item for item in node.items if isinstance(item, Tree)) if isinstance(node, Sequence) else ()


def _group(group: Tree) -> Iterator[Known]:
    source, certainty, says = (group.get(key) for key in ("source", "certainty", "says"))
    if says is None or source is None or certainty is None:
        raise ValueError(f"{group.span}: a group has `source`, `certainty` and `says`")
    for path, value, span in _leaves(says, ()):
        yield Known(path, value, str(plain(source)), str(plain(certainty)), span)


def _leaves(node: Node, path: FactPath) -> Iterator[tuple[FactPath, Plain, Span]]:
    if not isinstance(node, Tree) or not node.entries or (len(path) > 1 and path[-2] in _WHOLE):
        yield path, plain(node), node.span
        return
    for key, value in node.items():
        if key == "without":
            for name in cast("list[str]", plain(value)):
                yield (*path, name), NOT_STATED, value.span
        else:
            yield from _leaves(value, (*path, key))


def _answer(item: Tree) -> Answer:
    known = cast("dict[str, Plain]", plain(item))
    about = {"on", "http", "body", "source", "certainty", "protocols"}
    return Answer(
        on=cast("Phase", known["on"]),
        http=cast("int", known["http"]),
        body=known.get("body"),
        expected={word: value for word, value in known.items() if word not in about},
        source=str(known["source"]),
        certainty=str(known.get("certainty", "documented")),
        span=item.span,
        protocols=tuple(cast("list[str]", known.get("protocols", []))),
    )

"""The gaps that faulty parts leave where they are taken out of a file, and which findings follow from them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from callsheet.findings import Finding, Span
from callsheet.source.nodes import Node, descend, key_place

Path = tuple[str | int, ...]

_MISSED_BY: Final[Mapping[str, frozenset[str]]] = {
    "sources": frozenset({"unknown-source", "uncited-fact", "missing-source", "source-of-nothing"}),
    "protocols": frozenset(
        {"unknown-protocol", "missing-path-variable", "unknown-path-variable", "parameter-never-sent", "unknown-word"}
    ),
    "path": frozenset({"missing-path-variable", "unknown-placeholder"}),
    "query": frozenset({"url-without-request-id"}),
    "path_variables": frozenset({"unknown-placeholder", "unused-path-variable"}),
    "urls": frozenset({"unknown-placeholder", "unknown-url"}),
    "takes": frozenset({"unknown-placeholder"}),
    "states": frozenset(
        {
            "unreachable-state",
            "no-final-state",
            "dead-end",
            "hidden-state",
            "untold-state",
            "pointer-matches-nothing",
        }
    ),
    "answer": frozenset({"pointer-matches-nothing", "answer-disagrees"}),
    "error_body": frozenset({"pointer-matches-nothing"}),
    "output": frozenset({"media-leads-nowhere"}),
    "types": frozenset({"media-leads-nowhere"}),
}
"""By a key on the way to what was taken out: rules that would miss it elsewhere."""

_MISSED_WHOLE: Final[Mapping[str, frozenset[str]]] = {
    "credential": frozenset({"unknown-host"}),
    "errors": frozenset({"unknown-error", "misfit-error", "pointer-matches-nothing"}),
    "hosts": frozenset({"unknown-host"}),
    "types": frozenset({"unknown-type"}),
    "input": frozenset({"unknown-parameter", "unknown-field", "sample-refused", "unknown-placeholder"}),
}
"""By a part of the top level that is gone as a whole: rules that would miss every name in it."""

_SWITCHES: Final = "switch-leads-nowhere"
"""A switch may be about any part of a file."""

_NAMED: Final = re.compile(r"`([^`]*)`")


@dataclass(slots=True)
class Gaps:
    """All gaps of one file."""

    lost: set[str] = field(default_factory=set[str])
    """Names of what was taken out, or has a gap."""
    places: list[Span] = field(default_factory=list[Span])
    """What something was taken from."""
    hidden: set[str] = field(default_factory=set[str])
    """Rules that would miss it elsewhere."""

    def misses(self, finding: Finding) -> bool:
        """Whether a finding about the same folder follows from a gap, as far as can be told."""
        if finding.rule in {*self.hidden, _SWITCHES} or any(_within(finding.span, gap) for gap in self.places):
            return True
        return any(word.strip("{}").removeprefix("input.") in self.lost for word in _NAMED.findall(finding.what))

    def note(self, node: Node, path: Path, schema: dict[str, Any]) -> None:
        """Take down that something is taken out at a path. `schema` is the meta-schema of the file."""
        while isinstance(path[-1], int) and len(path) > 1:
            path = path[:-1]  # a list that lacks an item is not the list that was meant
        keys = [step for step in path if isinstance(step, str)]
        self.lost.update(keys[-1:])
        self.hidden.update(rule for key in keys for rule in _MISSED_BY.get(key, ()))
        if len(path) == 1:
            self.hidden |= _MISSED_WHOLE.get(str(path[0]), frozenset())
        elif not _holds_rows(schema, path[:-1]):
            holder = descend(node, *path[:-1])
            self.places += [holder.span] if holder is not None else []
            self.places.append(key_place(node, *path[:-1]))
            self.lost.update(keys[-2:-1])


def _holds_rows(schema: dict[str, Any], path: Path) -> bool:
    """Whether what is at a path is a mapping of entries that are alike, of which one less is no gap."""
    at = [schema]
    for step in path:
        at = [deeper for one in at for deeper in _step(one, step, schema)]
    return any(isinstance(part.get("additionalProperties"), dict) for one in at for part in _resolved(one, schema))


def _step(one: dict[str, Any], step: str | int, root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in _resolved(one, root):
        if isinstance(step, int):
            yield from [part["items"]] if "items" in part else []
        elif step in part.get("properties", {}):
            yield part["properties"][step]
        elif isinstance(part.get("additionalProperties"), dict):
            yield part["additionalProperties"]


def _resolved(one: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in one:
        one = root["$defs"][one["$ref"].removeprefix("#/$defs/")]
    yield one
    for branch in one.get("anyOf", ()):
        yield from _resolved(branch, root)


def _within(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )

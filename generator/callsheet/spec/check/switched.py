"""Switches: each change has a place, and the file that comes of it is as sound as the one that was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules import ways as rules
from callsheet.rules.words import quoted
from callsheet.source.nodes import Node, key_place, place
from callsheet.spec import structure
from callsheet.spec.check.ways import exactly_one
from callsheet.spec.model import ProviderSpec, SwitchSpec
from callsheet.spec.read import read_provider
from callsheet.spec.switches import NoSuchPlaceError, changed

_FIXED: Final = frozenset({"callsheet", "id", "sources", "switches"})
"""What a switch cannot change: who the provider is, and what is known from where."""


def check(provider: ProviderSpec, judge: Callable[[ProviderSpec], Iterable[Finding]]) -> Iterator[Finding]:
    """The switches of a provider. `judge` tells all that is wrong with a provider."""
    said = {_key(finding) for finding in judge(provider)} if provider.switches else frozenset[tuple[str, str]]()
    for switch in provider.switches:
        faults = list(_changes(switch))
        node: Node = provider.node
        for change in switch.changes if not faults else ():
            try:
                node = changed(node, change)
            except NoSuchPlaceError as problem:
                faults.append(rules.SWITCH_LEADS_NOWHERE.at(place(change.node, "at"), str(problem)))
        yield from faults
        for finding in _of_file(provider.file, node, judge) if not faults else ():
            if _key(finding) not in said:
                yield _blamed(finding, provider, switch)


def _changes(switch: SwitchSpec) -> Iterator[Finding]:
    for change in switch.changes:
        yield from exactly_one(change.node, ("to", "remove"))
        if change.at[0] in _FIXED:
            what = f"a switch cannot change {quoted(change.at[0])}"
            yield rules.SWITCH_LEADS_NOWHERE.at(place(change.node, "at"), what, "leave it as it is")


def _of_file(file: str, node: Node, judge: Callable[[ProviderSpec], Iterable[Finding]]) -> Iterator[Finding]:
    wrong = structure.check(node, "provider")
    yield from wrong or judge(read_provider(file, node))


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, f"{finding.span} {finding.what}"


def _blamed(finding: Finding, provider: ProviderSpec, switch: SwitchSpec) -> Finding:
    """A finding in the words of whoever wrote the switch, at what is wrong within it, or else at its name."""
    inside = _holds(switch.node.span, finding.span)
    at = finding.span if inside else key_place(provider.node, "switches", switch.name)
    where = "" if inside else f" ({finding.span})"
    return replace(finding, span=at, what=f"with the switch {quoted(switch.name)}: {finding.what}{where}")


def _holds(outer: Span, inner: Span) -> bool:
    begins = (outer.line, outer.column) <= (inner.line, inner.column)
    return (
        outer.path == inner.path
        and begins
        and (inner.end_line, inner.end_column)
        <= (
            outer.end_line,
            outer.end_column,
        )
    )

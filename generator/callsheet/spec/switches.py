"""Switches: a provider as other evidence has it. A switch is a list of changes of the provider's own file.

The changed file is read as any other, so whatever follows from it follows by itself: no code knows of any switch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import Entry, Mapping, Node, Scalar, Sequence
from callsheet.spec.model import ChangeSpec, ProviderSpec, Specs
from callsheet.spec.read import read_provider


class UnknownSwitchError(ValueError):
    """A text that names no switch of the specs; its words list those that there are."""


class NoSuchPlaceError(ValueError):
    """A change of a place that the file does not have."""


def names(specs: Specs) -> tuple[str, ...]:
    """All switches, as `provider.switch`."""
    return tuple(f"{provider.id}.{switch.name}" for provider in specs.providers for switch in provider.switches)


def with_switches(specs: Specs, wanted: Iterable[str]) -> Specs:
    """The specs with switches on, each once, in the order of their names here. A provider with one on has none left.

    Raises UnknownSwitchError, a ValueError, for a name that is not `provider.switch`, and NoSuchPlaceError where two
    switches are at odds.
    """
    chosen = tuple(dict.fromkeys(wanted))
    known = names(specs)
    for name in chosen:
        if name not in known:
            raise UnknownSwitchError(f"there is no switch {quoted(name)}: {one_of(name, known)}")
    if not chosen:
        return specs
    return replace(specs, providers=tuple(_switched(provider, chosen) for provider in specs.providers))


def _switched(provider: ProviderSpec, chosen: tuple[str, ...]) -> ProviderSpec:
    node: Node = provider.node
    switches = {f"{provider.id}.{switch.name}": switch for switch in provider.switches}
    mine = [switches[name] for name in chosen if name in switches]
    for switch in mine:
        for change in switch.changes:
            node = changed(node, change)
    return replace(read_provider(provider.file, node), switches=()) if mine else provider


def changed(node: Node, change: ChangeSpec) -> Node:
    """A file with one change made. What is put in keeps the place where the switch says it."""
    return _put(node, change.at, change)


def _put(node: Node, path: tuple[str, ...], change: ChangeSpec) -> Node:
    step, rest = path[0], path[1:]
    match node:
        case Mapping():
            entry = node.entry(step)
            if entry is None and (rest or change.to is None):
                raise NoSuchPlaceError(f"there is no {quoted(step)} here")
            if entry is None:
                return replace(node, entries=(*node.entries, _entry(step, change)))
            kept = (one if one is not entry else _within(one, rest, change) for one in node.entries)
            return replace(node, entries=tuple(one for one in kept if one is not None))
        case Sequence() if step.isdecimal() and len(step) < len("1000000") and int(step) < len(node.items):
            at = int(step)
            inner = _put(node.items[at], rest, change) if rest else change.to
            return replace(node, items=(*node.items[:at], *(() if inner is None else (inner,)), *node.items[at + 1 :]))
        case _:
            raise NoSuchPlaceError(f"there is no {quoted(step)} here")


def _within(entry: Entry, rest: tuple[str, ...], change: ChangeSpec) -> Entry | None:
    """An entry with the change made in it; None where the change takes it out."""
    if rest:
        return replace(entry, value=_put(entry.value, rest, change))
    return None if change.to is None else replace(entry, value=change.to)


def _entry(key: str, change: ChangeSpec) -> Entry:
    assert change.to is not None  # noqa: S101 - whoever calls has looked
    return Entry(Scalar(key, change.node.span, key, quoted=True), change.to)

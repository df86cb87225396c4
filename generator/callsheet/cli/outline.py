"""Facts as parts of a page, whatever they are: lists of things become tables, everything else lines.

It knows nothing of single facts, so that none is left out when the spec language learns a new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from callsheet.cli.layout import Head, Pairs, Part, Rows
from callsheet.source.nodes import Plain

Object = dict[str, Plain]

_FIRST: Final = ("name", "id", "protocol", "request")
_LATER: Final = ("about", "source")
"""Running text, and where it is from, come after the short columns. Templates of answers end a row."""


def outline(title: str, facts: Object, known: Iterable[str] = ()) -> Iterator[Part]:
    """What an object says under a heading, without the keys that are `known` already. Nothing where it says nothing."""
    skip = frozenset(known)
    told = {key: value for key, value in facts.items() if key not in skip}
    pairs, tables = list(_lines(told)), list(_tables(told))
    if pairs:
        yield Head(title)
        yield Pairs(pairs)
    for name, items in tables:
        yield Head(f"{title}: {name}")
        yield table(items)


def table(items: Sequence[Object]) -> Rows:
    """A row for each item, a column for each key that any of them says something under."""
    facts = [folded(item) for item in items]
    keys = dict.fromkeys(key for fact in facts for key in fact)
    told = [key for key in keys if not all(_silent(fact.get(key)) for fact in facts)]
    data = [key for key in told if any(isinstance(fact.get(key), dict) for fact in facts)]
    first = [key for key in _FIRST if key in told]
    later = [*(key for key in _LATER if key in told), *data]
    ordered = [*first, *(key for key in told if key not in {*first, *later}), *later]
    return Rows(ordered, [[_cell(fact.get(key)) for key in ordered] for fact in facts], fixed=max(1, len(first)))


def source(fact: Object, prefix: str = "") -> str:
    """Where a fact is from: source ids by aspect, and the certainty where it is not the usual one."""
    by_aspect, certainty = fact.get(f"{prefix}source_of"), fact.get(f"{prefix}certainty")
    names = [str(name) for name in (fact.get(f"{prefix}source"),) if name]
    names += [f"{aspect}: {name}" for aspect, name in (by_aspect.items() if isinstance(by_aspect, dict) else ())]
    sure = "" if certainty in {None, "documented"} else f"({certainty})"
    return " ".join(filter(None, (", ".join(names), sure)))


def folded(fact: Object) -> Object:
    """A fact with its source in one phrase."""
    prefixes = [key.removesuffix("source_of") for key in fact if key.endswith("source_of")]
    apart = {f"{prefix}{key}" for prefix in prefixes for key in ("source", "source_of", "certainty")}
    made = {key: value for key, value in fact.items() if key not in apart}
    # Where nothing is said, there is nothing to tell the source of.
    said = [key for key, value in made.items() if not _silent(value)]
    told = [prefix for prefix in prefixes if any(key.startswith(prefix.removesuffix("_")) for key in said)]
    return made | {f"{prefix}source": source(fact, prefix) for prefix in told}


def _tables(value: Plain, trail: str = "") -> Iterator[tuple[str, list[Object]]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _tables(part, f"{trail}.{key}" if trail else key)
    elif items := _items(value):
        yield trail, items


def _lines(value: Plain, trail: str = "") -> Iterator[tuple[str, str]]:
    if _silent(value) or _items(value):
        return
    if not isinstance(value, dict) or (trail and _is_data(value)):
        yield trail, words(value)
    else:
        for key, part in folded(value).items():
            yield from _lines(part, f"{trail}.{key}" if trail else key)


def words(value: Plain) -> str:
    """A value in one line: text as it is, a list of plain things with commas, anything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if _silent(value) else words(value)


def _silent(value: Plain) -> bool:
    return value is None or value is False or value in ("", [], {})


def _items(value: Plain) -> list[Object]:
    """The objects in a list of objects; nothing of any other value."""
    items = value if isinstance(value, list) else []
    objects = [item for item in items if isinstance(item, dict)]
    return objects if len(objects) == len(items) else []


def _is_data(value: Object) -> bool:
    """Whether an object is a value as such, like the template of an answer, and not a group of facts."""
    if {"certainty", "address"} & value.keys():
        return False
    return not any(_items(part) or (isinstance(part, dict) and not _is_data(part)) for part in value.values())

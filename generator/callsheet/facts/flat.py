"""Single facts: a path in the words of the evidence, and a value. What has parts is laid out, one fact a part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from callsheet.runtime.words import Criterion
from callsheet.source.nodes import Plain
from callsheet.spec.ruletext import said

_DRAWN: Final = re.compile(r"\{[^{}]*\}")

FactPath = tuple[str, ...]
Facts = dict[FactPath, Plain]


def under(path: FactPath, facts: Mapping[str, Plain]) -> Facts:
    """Facts below a path."""
    return {(*path, name): value for name, value in facts.items()}


def flat(path: FactPath, value: Plain) -> Iterator[tuple[FactPath, Plain]]:
    """A value as facts: mappings are laid out, lists and anything else are values."""
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from flat((*path, key), part)
    else:
        yield path, value


def condition(path: FactPath, criteria: Mapping[str, Criterion]) -> Facts:
    """A condition as facts, one for each thing that is asked of a value."""
    return {at: value for name, test in criteria.items() for at, value in flat((*path, name), said(test))}


def filled(text: str, variables: Mapping[str, str]) -> str:
    """A path with the endpoint's variables in it. `{request_id}` stays."""
    for name, value in variables.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def keys(answer: Plain) -> Plain:
    """The keys of an answer: which are there is a fact, what fills them is drawn. One that is a single text is that."""
    return [*sorted(answer)] if isinstance(answer, dict) else answer if isinstance(answer, str) else None


def words(path: FactPath, answer: Plain) -> Facts:
    """What of an answer is always the same, by pointer: its texts, and the keys of what is within it."""
    return {(*path, at): value for at, value in _constants(answer, "") if at}


def _constants(value: Plain, at: str) -> Iterator[tuple[str, Plain]]:
    match value:
        case dict() if value:
            if at:
                yield at, [*sorted(value)]
            for key, part in value.items():
                yield from _constants(part, f"{at}/{key}")
        case list() if value:
            for place, part in enumerate(value):
                yield from _constants(part, f"{at}/{place}")
        case str() if value and not _DRAWN.sub("", value):
            return
        case _:
            yield at, value

"""Single facts: a path in the words of the evidence, and a value. What has parts is laid out, one fact a part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsheet.runtime.words import Criterion
from callsheet.source.nodes import Plain
from callsheet.spec.ruletext import said

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
    """The keys of an answer: which are there is a fact, what fills them is drawn."""
    return [*sorted(answer)] if isinstance(answer, dict) else None

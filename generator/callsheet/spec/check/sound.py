"""Whether types can exist at all, and which of them nothing can be compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callsheet.findings import Finding
from callsheet.rules import types as rules
from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import key_place, place
from callsheet.spec import patterns
from callsheet.spec.model import ModelSpec, NamedType, Type
from callsheet.spec.typeschema import mentioned


@dataclass(frozen=True, slots=True)
class Sound:
    """Tells types that a value can be compared with from those that cannot be resolved, or have no end."""

    names: frozenset[str]
    """The named types that are sound."""

    @classmethod
    def of(cls, model: ModelSpec) -> Sound:
        """The sound types of a file: what needs an unsound one is none."""
        named = {type_.name: type_ for type_ in model.types}
        good = _finite(named) - _looping(named)
        while True:
            fewer = frozenset(name for name in good if cls(good)(named[name].type))
            if fewer == good:
                return cls(good)
            good = fewer

    def __call__(self, type_: Type) -> bool:
        """Whether a type is sound, with all that is written within it."""
        return all(
            (part.named is None or part.named in self.names)
            and (part.pattern is None or patterns.fault(part.pattern) is None)
            for part in mentioned(type_)
        )


def types_of(model: ModelSpec) -> Iterator[Type]:
    """Every type that is written in a model file."""
    roots = [*(field.type for field in model.input), *(named.type for named in model.types), model.output.type]
    return (type_ for root in roots for type_ in mentioned(root))


def check(model: ModelSpec) -> Iterator[Finding]:
    """What keeps a type from being one."""
    named = {type_.name: type_ for type_ in model.types}
    for type_ in types_of(model):
        if type_.named is not None and type_.named not in named:
            what = f"the file declares no type {quoted(type_.named)}"
            yield rules.UNKNOWN_TYPE.at(place(type_.node, "type"), what, one_of(type_.named, named, noun="declared"))
        if type_.pattern is not None:
            yield from _pattern(type_, type_.pattern)
    for name in named:
        if name in _looping(named) or name not in _finite(named):
            what = f"every {quoted(name)} holds another one"
            yield rules.ENDLESS_TYPE.at(key_place(model.node, "types", name), what)


def _pattern(type_: Type, pattern: str) -> Iterator[Finding]:
    if (fault := patterns.fault(pattern)) is not None:
        yield rules.BAD_PATTERN.at(place(type_.node, "pattern"), f"{quoted(pattern)}: {fault}", patterns.mend(fault))


def _finite(named: dict[str, NamedType]) -> frozenset[str]:
    """The named types of which a value can be written down: those that can be made of the ones found so far."""
    found: set[str] = set()
    while True:
        more = {name for name, made in named.items() if name not in found and _can_end(made.type, found, named)}
        if not more:
            return frozenset(found)
        found |= more


def _can_end(type_: Type, found: set[str], named: dict[str, NamedType]) -> bool:
    if type_.nullable:
        return True
    if type_.named is not None:
        return type_.named in found or type_.named not in named
    if type_.any_of:
        return any(_can_end(option, found, named) for option in type_.any_of)
    if type_.items is not None and type_.min_items:
        return _can_end(type_.items, found, named)
    return all(_can_end(field.type, found, named) for field in type_.fields if field.required)


def _looping(named: dict[str, NamedType]) -> frozenset[str]:
    """Names that lead back to themselves with neither list nor object between: a judge would go round for ever."""
    steps = {name: frozenset(_at_once(made.type)) for name, made in named.items()}
    return frozenset(name for name in named if name in _reached(name, steps))


def _at_once(type_: Type) -> Iterator[str]:
    if type_.named is not None:
        yield type_.named
    for option in type_.any_of:
        yield from _at_once(option)


def _reached(start: str, steps: dict[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(steps[start])
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(steps.get(name, ()))
    return found

"""A JSON value judged by a JSON Schema, with the faults in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import text as text_rules
from callsheet.rules.rule import Rule
from callsheet.rules.words import kind, one_of, quoted
from callsheet.runtime.formats import URI_PATTERN
from callsheet.source.nodes import Node, Plain, Scalar, descend, place
from callsheet.spec.broken import Broken, broken_by, type_words
from callsheet.spec.judge import JUDGE
from callsheet.spec.typeschema import Schema


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value is refused. `unknown` is the key of a field that the schema does not know."""

    path: tuple[str | int, ...]
    keyword: str
    what: str
    mend: str = ""
    unknown: str | None = None
    text_wanted: bool = False


def faults(schema: Schema, value: Plain) -> Iterator[Fault]:
    """All faults of a value. The schema has to be sound."""
    found = [fault for broken in broken_by(JUDGE(schema), value) for fault in _faults(broken)]
    mistyped = {fault.path for fault in found if fault.keyword == "type"}
    # A value of another type is not among the allowed ones either: that is one fault.
    yield from (fault for fault in found if fault.keyword != "enum" or fault.path not in mistyped)


def _faults(broken: Broken) -> Iterator[Fault]:
    match broken.keyword:
        case "additionalProperties":
            for key in broken.unknown():
                mend = one_of(key, broken.known(), noun="known")
                yield Fault(broken.path, broken.keyword, f"there is no field {quoted(key)}", mend, key)
        case "required":
            for key in broken.missing():
                yield Fault(broken.path, broken.keyword, f"the field {quoted(key)} is missing")
        case "enum":
            mend = one_of(broken.value, broken.limit)
            yield Fault(broken.path, broken.keyword, f"{quoted(broken.value)} is not an allowed value", mend)
        case "type":
            what = f"expected {type_words(broken.wanted())}, found {kind(broken.value)}"
            yield Fault(broken.path, broken.keyword, what, text_wanted="string" in broken.wanted())
        case "anyOf" if (meant := _meant(broken)) is not None:
            for part in meant:
                yield from _faults(part)
        case _:
            words = _WORDS.get(broken.keyword)
            what = words(broken) if words else f"{kind(broken.value)} does not fit: {broken.keyword}"
            yield Fault(broken.path, broken.keyword, what)


def _meant(broken: Broken) -> tuple[Broken, ...] | None:
    """What is wrong with the one branch that is of the value's type; None where none is, or several are."""
    branches = {
        n: tuple(part for part in broken.inner if part.branch == n) for n in {part.branch for part in broken.inner}
    }
    near = [
        parts
        for parts in branches.values()
        if not any(part.keyword == "type" and part.path == broken.path for part in parts)
    ]
    return near[0] if len(near) == 1 else None


def _pattern(broken: Broken) -> str:
    if broken.limit == URI_PATTERN:
        return f"{quoted(broken.value)} is no URI, like https://reel.example/clip.mp4"
    return f"{quoted(broken.value)} does not match {quoted(broken.limit)}"


_WORDS: Final[dict[str, Callable[[Broken], str]]] = {
    "pattern": _pattern,
    "anyOf": lambda broken: f"{kind(broken.value)} fits none of {len(broken.limit)} types",
    "minimum": lambda broken: f"{broken.value} is not at least {broken.limit}",
    "maximum": lambda broken: f"{broken.value} is not at most {broken.limit}",
    "exclusiveMinimum": lambda broken: f"{broken.value} is not more than {broken.limit}",
    "exclusiveMaximum": lambda broken: f"{broken.value} is not less than {broken.limit}",
    "multipleOf": lambda broken: f"{broken.value} is no multiple of {broken.limit}",
    "minLength": lambda broken: f"{quoted(broken.value)} has not at least {broken.limit} characters",
    "maxLength": lambda broken: f"{quoted(broken.value)} has more than {broken.limit} characters",
    "minItems": lambda broken: f"the list has not at least {broken.limit} items",
    "maxItems": lambda broken: f"the list has more than {broken.limit} items",
}


def finding(rule: Rule, node: Node, at: tuple[str | int, ...], fault: Fault, lead: str) -> Finding:
    """A fault as a finding of `rule`; as one of a missing quote where that explains it.

    `node` holds the judged value at the path `at`, and `lead` begins the sentence.
    """
    path = (*at, *fault.path)
    found = descend(node, *path)
    if fault.text_wanted and isinstance(found, Scalar) and not found.quoted:
        if isinstance(found.value, bool):
            return text_rules.UNQUOTED_BOOLEAN.at(found.span, f"{lead}{fault.what}", f'write "{found.text}"')
        if isinstance(found.value, int | float):
            what = f"{lead}expected text, found the number {found.text}"
            return text_rules.UNQUOTED_NUMBER.at(found.span, what, f'write "{found.text}"')
    return rule.at(place(node, *path), f"{lead}{fault.what}", fault.mend)

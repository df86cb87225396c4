"""What comes and goes as a whole, with all facts of its own: a parameter, a state, a protocol, a webhook.

A thing is the beginning of the paths of its facts. One that only one side has is one change, however many facts it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from callsheet.changes.change import ABSENT
from callsheet.changes.inputs import taken, types
from callsheet.changes.judging import Value, as_list
from callsheet.changes.ways import PENDING
from callsheet.facts.flat import FactPath, Facts
from callsheet.rules import change as words
from callsheet.rules import change_answers as answers
from callsheet.rules import change_ways as ways
from callsheet.rules.change import ChangeRule
from callsheet.source.nodes import Plain

_WHOLE: Final[tuple[tuple[str, ChangeRule, ChangeRule], ...]] = (
    ("files", ways.OFFER_NEW, ways.OFFER_GONE),
    ("files upload *", ways.REQUEST_CHANGED, ways.REQUEST_CHANGED),
    ("files also *", answers.PLAYED_OTHERWISE, answers.PLAYED_OTHERWISE),
    ("webhook", ways.OFFER_NEW, ways.OFFER_GONE),
    ("webhook signature", ways.WEBHOOK_PROVEN_OTHERWISE, ways.WEBHOOK_PROVEN_OTHERWISE),
    ("webhook deliveries", ways.DELIVERED_MORE, ways.DELIVERED_LESS),
    ("endpoints *", ways.OFFER_NEW, ways.OFFER_GONE),
    ("violation *", answers.PLAYED_OTHERWISE, answers.PLAYED_OTHERWISE),
    ("rule *", words.RULE_NEW, words.RULE_LOOSENED),
    ("error *", answers.ERROR_NEW, answers.ERROR_CLASS_GONE),
    ("* options *", ways.OFFER_NEW, ways.OFFER_GONE),
    ("* cancel", ways.OFFER_NEW, ways.OFFER_GONE),
    ("* cancel #", ways.TOLD_MORE, ways.READ_ELSEWHERE),
    ("* stream", ways.OFFER_NEW, ways.OFFER_GONE),
    ("* file", ways.STEP_NEW, ways.STEP_NEW),
    ("* file_at", answers.PLAYED_OTHERWISE, answers.PLAYED_OTHERWISE),
    ("* retention", answers.KEPT_SHORTER, answers.KEPT_LONGER),
    ("* result base64", ways.READ_ELSEWHERE, ways.READ_ELSEWHERE),
    ("* credential", ways.CREDENTIAL_CHANGED, ways.CREDENTIAL_CHANGED),
)
"""By the beginning of their paths, `#` is an HTTP code: what it means that such a thing comes, and that it goes."""

NO_WAYS: Final = frozenset(
    {
        "parameter_names",
        "parameters",
        "rule",
        "sample",
        "chosen_path",
        "chosen_body",
        "output",
        "output_media",
        "output_base",
        "typical_seconds",
        "price",
        "error_codes",
        "protocols",
        "credential",
        "error_message",
        "error_code",
        "error_code_header",
        "error_headers",
        "error_header_words",
        "error_marks",
        "violation",
        "request_ids",
        "endpoints",
        "files",
        "webhook",
        "error",
        "python",
        "about",
        "rule_texts",
    }
)
"""First keys that are no name of a protocol."""

_PATTERNS: Final = tuple((tuple(pattern.split()), new, gone) for pattern, new, gone in _WHOLE)
_STATE_WORDS: Final = frozenset({"states", "state_http", "next", "told_by", "told_by_http", "state_error"})
_STATE_WORDS_OF_STATUS: Final = frozenset({"answer_keys", "answer_words", "failed_keys", "failed_words"})


@dataclass(frozen=True, slots=True)
class Thing:
    """Something whose facts come and go with it, and what each means."""

    path: FactPath
    new: ChangeRule
    gone: ChangeRule


def things(facts: Facts) -> dict[FactPath, None]:
    """The paths of everything of that kind that is spoken of, in order."""
    return dict.fromkeys((*(at for path in facts for at in owners(path)), *_listed(facts)))


@lru_cache(maxsize=8192)
def owners(path: FactPath) -> tuple[FactPath, ...]:
    """The things that a fact is of, the widest first."""
    return tuple(_owners(path))


def _owners(path: FactPath) -> Iterator[FactPath]:
    below_a_protocol = path[0] not in NO_WAYS
    match path:
        case ("parameters" | "output" as kind, pointer, *_):
            yield from _parts(kind, pointer)
        case _:
            pass
    for pattern, _, _ in _PATTERNS:
        fits = below_a_protocol or pattern[0] != "*"
        if fits and len(path) >= len(pattern) and _is(pattern, path):
            yield path[: len(pattern)]
    if (state := state_of(path)) is not None:
        yield state


def _parts(kind: str, pointer: str) -> Iterator[FactPath]:
    """The part and all that it lies within. The output as a whole is always there."""
    names = pointer.split("/")
    for length in range(1, len(names) + 1):
        if whole := "/".join(names[:length]):
            yield (kind, whole)


def _fits(word: str, key: str) -> bool:
    return word in {"*", key} or (word == "#" and key.isdecimal())


def state_of(path: FactPath) -> FactPath | None:
    """The state that a fact is about."""
    if path[0] in NO_WAYS:
        return None
    match path:
        case (way, word, name, *_) if word in _STATE_WORDS:
            return (way, "states", name)
        case (way, "status", word, name, *_) if word in _STATE_WORDS_OF_STATUS:
            return (way, "states", name)
        case _:
            return None


def _listed(facts: Facts) -> Iterator[FactPath]:
    """What is there because a list names it."""
    for name in as_list(facts.get(("parameter_names",), ABSENT)) or ():
        yield ("parameters", str(name))
    for path, fields in facts.items():
        if path[0] in {"parameters", "output"} and path[-1] == "fields" and len(path) == 3:  # noqa: PLR2004 - kind, pointer, word
            yield from ((path[0], f"{path[1]}/{name}") for name in as_list(fields) or ())


def thing(at: FactPath, facts: Facts) -> Thing:
    """What it means that a thing comes or goes, by what is said of it."""
    if at[0] == "parameters":
        return Thing(at, _parameter(at, facts), words.PARAMETER_GONE)
    if at[0] == "output":
        return Thing(at, answers.OUTPUT_FIELD_NEW, answers.OUTPUT_FIELD_GONE)
    if at[1:2] == ("states",):
        ends = facts.get(at) not in PENDING
        return Thing(
            at,
            ways.FINAL_STATE_NEW if ends else ways.STATE_NEW,
            ways.FINAL_STATE_GONE if ends else ways.STATE_GONE,
        )
    new, gone = next((new, gone) for word, new, gone in _PATTERNS if len(word) == len(at) and _is(word, at))
    return Thing(at, new, gone)


def _is(pattern: tuple[str, ...], path: FactPath) -> bool:
    return all(map(_fits, pattern, path))


def _parameter(at: FactPath, facts: Facts) -> ChangeRule:
    nested = "/" in at[1]
    must = facts.get((*at, "required")) is True and (nested or (*at, "default") not in facts)
    return words.REQUIRED_PARAMETER_NEW if must else words.PARAMETER_NEW


def known_names(facts: Facts, paths: Iterable[FactPath]) -> dict[FactPath, bool]:
    """Whether each thing is there: a list of names knows best, where there is one."""
    names = as_list(facts.get(("parameter_names",), ABSENT))
    known: dict[FactPath, bool] = {}
    for at in paths:
        there = True
        if at[0] == "parameters" and names is not None:
            there = at[1].partition("/")[0] in names
        if at[0] in {"parameters", "output"} and "/" in at[1]:
            there = there and _in_fields(at, facts)
        known[at] = there
    return known


def _in_fields(at: FactPath, facts: Facts) -> bool:
    whole, _, name = at[1].rpartition("/")
    fields = as_list(facts.get((at[0], whole, "fields"), ABSENT))
    return fields is None or name in fields or name == "0"


def summary(at: FactPath, facts: Facts) -> Plain:
    """What was, or is, said of a thing: its own facts, those of its parts under their pointers."""
    if at[1:2] == ("states",) and at in facts:
        return facts[at]
    if len(at) > 1 and at in facts:
        return facts[at]
    made: dict[str, Plain] = {}
    for path, value in facts.items():
        if at in owners(path):
            made[" ".join(path[len(at) :]) if path[: len(at)] == at else " ".join(path)] = value
    return made


def vanished_kinds(at: FactPath, before: Facts, after: Facts) -> bool:
    """Whether the type that a part lies within is not taken on one side: then the change of type says it all."""
    whole, _, name = at[1].rpartition("/")
    needed = "array" if name == "0" else "object"
    return one_sided(needed, *(facts.get((at[0], whole, "type"), ABSENT) for facts in (before, after)))


def disjoint(old: Value, new: Value) -> bool:
    """Whether no value but null is taken by both of two sides, as far as both say which are."""
    said = [taken(types(value)) - {"null"} for value in (old, new)]
    return all(said) and not said[0] & said[1]


def one_sided(kind: str, old: Value, new: Value) -> bool:
    """Whether a type is taken by one of two sides only, as far as both say which are."""
    said = [taken(types(value)) for value in (old, new)]
    return all(said) and (kind in said[0]) != (kind in said[1])

"""Rules between parameters as sentences: for callers, and for who breaks one. Plain text; escaping is the emitter's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from callsheet.rules.words import join
from callsheet.runtime.words import Criterion
from callsheet.source.nodes import Plain
from callsheet.spec.model import Count, RuleSpec

_COUNTED: Final[dict[Count, tuple[str, str]]] = {
    "one_of": ("exactly one of", "has to be given"),
    "any_of": ("at least one of", "has to be given"),
    "at_most_one": ("at most one of", "may be given"),
}


def requirement(rule: RuleSpec, of: str | None = None) -> str:
    """What a rule asks for, as a clause: "when `resolution` is "1080p", `duration` has to be 8".

    With `of`, what it asks of that parameter alone.
    """
    if rule.count is None:
        then = {name: test for name, test in rule.then.criteria.items() if of in {None, name}}
        asked = _all(_criteria(then, "has to be", "must not be given"))
    else:
        what, verb = _COUNTED[rule.count]
        asked = f"{what} {_all(f'`{name}`' for name in rule.among)} {verb}"
    if not rule.when.criteria:
        return asked
    return f"when {_all(_criteria(rule.when.criteria, 'is', 'is not given'))}, {asked}"


def rule_message(rule: RuleSpec, of: str | None = None) -> str:
    """A rule and its reason, as they are said of an input that breaks it, or of one parameter of that."""
    return f"{requirement(rule, of)} ({rule.about.strip().rstrip('.')})"


def said(test: Criterion) -> Plain:
    """A criterion in the words of the spec, as short as it can be said."""
    made: dict[str, Plain] = {} if test.present else {"present": False}
    for one, several, values in (("is", "in", test.one_of), ("not", "not_in", test.none_of)):
        if values is not None:
            made |= {one: values[0]} if len(values) == 1 else {several: list[Plain](values)}
    limits: dict[str, Plain] = {"minimum": test.minimum, "maximum": test.maximum}
    made |= {word: limit for word, limit in limits.items() if limit is not None}
    return made["is"] if made.keys() == {"is"} else made or {"present": True}


def _criteria(criteria: Mapping[str, Criterion], verb: str, absent: str) -> Iterator[str]:
    for name, test in criteria.items():
        yield f"`{name}` {f'{verb} {_criterion(test)}' if test.present else absent}"


def _criterion(test: Criterion) -> str:
    facts: list[str] = []
    if test.one_of is not None:
        facts.append(join(map(_json, test.one_of)))
    if test.minimum is not None and test.maximum is not None:
        facts.append(f"from {test.minimum} to {test.maximum}")
    elif test.minimum is not None:
        facts.append(f"at least {test.minimum}")
    elif test.maximum is not None:
        facts.append(f"at most {test.maximum}")
    if test.none_of is not None:
        facts += [*([] if facts else ["given"]), f"not {join(map(_json, test.none_of))}"]
    return _all(facts or ["given"])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _all(words: Iterable[str]) -> str:
    return join(words, "and")

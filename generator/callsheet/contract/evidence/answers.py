"""What an answer of a provider means, by the plan's error table alone: a second reading beside the client's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from callsheet.contract.evidence.files import Answer, same
from callsheet.plan.model import ProviderPlan
from callsheet.runtime.conditions import says
from callsheet.runtime.pointer import text_at
from callsheet.runtime.tables import ErrorRow
from callsheet.source.nodes import Plain

NOT_SHOWN: Final = "(words)"
"""Stands for words that a source does not show."""

_DRAWN: Final = re.compile(r"\{[^{}]*\}")


def row_for(provider: ProviderPlan, answer: Answer) -> ErrorRow | None:
    """The first row of the table that fits, or None."""
    return next((error.row for error in provider.errors if _fits(provider, error.row, answer)), None)


def disagreements(provider: ProviderPlan, answer: Answer) -> tuple[str, ...]:
    """Where the plan's reading of an answer differs from what is known of it."""
    row = row_for(provider, answer)
    where = f"{answer.span}: an answer {answer.http} to `{answer.on}`"
    if row is None:
        return (f"{where}: {answer.source} knows it, the spec has no error for it",)
    template, unlike = _like(provider, row, answer.body)
    found: dict[str, Plain] = {
        "means": row.means,
        "own": row.code is not None or bool(row.match),
        "accepted": row.accepted,
        "billed": row.billed,
        "retry": row.retry,
        "mend": row.mend,
        "phases": [*sorted(row.on)] or None,
        "moderation": row.moderation,
        "message": text_at(answer.body, provider.table.error_body.message),
        "code": row.code,
        "only": [*row.protocols] or None,
        "keys": _keys(template),
    }
    expected: dict[str, Plain] = {"moderation": False, **answer.expected}
    if expected.get("accepted") == "never":
        expected.setdefault("billed", "never")
    if isinstance(answer.body, dict) and found["keys"] is not None:
        expected["keys"] = [*sorted(answer.body)]
    return tuple(
        f"{where}, {word}: {answer.source} ({answer.certainty}) says {value!r}, the spec's `{row.name}` {found[word]!r}"
        for word, value in expected.items()
        if not same(value, found[word])
    ) + tuple(f"{where}: {words}" for words in unlike.values())


def _like(provider: ProviderPlan, row: ErrorRow, body: Plain) -> tuple[Plain, dict[str, str]]:
    """The answer that the emulator gives for a row, of several the one that is most like a known one; and where not.

    A row that several words lead to has one of them in its answer, which may be another.
    """
    if any(state.error == row.name for queue in provider.spec.protocols for state in queue.status.states):
        return None, {}  # the state's own answer takes its place
    spec = next(spec for spec in provider.spec.errors if spec.name == row.name)
    templates: list[Plain] = [one for one in (spec.answer, spec.answer_without_key) if one is not None] or [None]
    unlike = [{at: said for at, said in _unlike(one, body, "") if at not in row.match} for one in templates]
    for template, found in zip(templates, unlike, strict=True):
        if not found and (not isinstance(body, dict) or _keys(template) == _keys(body)):
            return template, {}
    return templates[0], unlike[0]


def _unlike(template: Plain, body: Plain, at: str) -> Iterator[tuple[str, str]]:
    """By pointer, where a template has other words than an answer that is known."""
    match template, body:
        case dict(), dict():
            for key in template.keys() & body.keys():
                yield from _unlike(template[key], body[key], f"{at}/{key}")
        case list(), list():
            for place, (part, known) in enumerate(zip(template, body, strict=False)):
                yield from _unlike(part, known, f"{at}/{place}")
        case _, None if not at:
            return  # not known
        case str(), str() if body == NOT_SHOWN or _said_by(template, body):
            return
        case _:
            if not same(template, body) and not (isinstance(template, str) and _DRAWN.fullmatch(template)):
                yield at, f"`{at}` is known to be {body!r}, the spec has {template!r}"


def _said_by(template: str, body: str) -> bool:
    """Whether a text with placeholders in it may come to another text."""
    parts = (re.escape(part) for part in _DRAWN.split(template))
    return re.fullmatch(".*".join(parts), body, re.DOTALL) is not None


def _keys(answer: Plain) -> Plain:
    """The keys of an answer; None where a state's own answer takes its place."""
    return [*sorted(answer)] if isinstance(answer, dict) else None


def _fits(provider: ProviderPlan, row: ErrorRow, answer: Answer) -> bool:
    if row.http != answer.http or (row.on and answer.on not in row.on):
        return False
    if row.protocols and not (answer.protocols and set(row.protocols).issuperset(answer.protocols)):
        return False
    if row.code is not None and text_at(answer.body, provider.table.error_body.code) != row.code:
        return False
    return says(row.match, answer.body)

"""What an answer of a provider means, by the plan's error table alone: a second reading beside the client's own."""

from __future__ import annotations

from callsheet.contract.evidence import Answer, same
from callsheet.plan.model import ProviderPlan
from callsheet.runtime.conditions import says
from callsheet.runtime.pointer import text_at
from callsheet.runtime.tables import ErrorRow
from callsheet.source.nodes import Plain


def row_for(provider: ProviderPlan, answer: Answer) -> ErrorRow | None:
    """The first row of the table that fits, or None."""
    return next((error.row for error in provider.errors if _fits(provider, error.row, answer)), None)


def disagreements(provider: ProviderPlan, answer: Answer) -> tuple[str, ...]:
    """Where the plan's reading of an answer differs from what is known of it."""
    row = row_for(provider, answer)
    where = f"{answer.span}: an answer {answer.http} to `{answer.on}`"
    if row is None:
        return (f"{where}: {answer.source} knows it, the spec has no error for it",)
    found: dict[str, Plain] = {
        "means": row.means,
        "own": row.code is not None or bool(row.match),
        "accepted": row.accepted,
        "billed": row.billed,
        "retry": row.retry,
        "moderation": row.moderation,
        "message": text_at(answer.body, provider.table.error_body.message),
        "code": row.code,
        "only": [*row.protocols] or None,
        "keys": _keys(provider, row),
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
    )


def _keys(provider: ProviderPlan, row: ErrorRow) -> Plain:
    """The keys of the answer that the emulator gives for a row; None where a state's own answer takes its place."""
    template = next(spec.answer for spec in provider.spec.errors if spec.name == row.name)
    return [*sorted(template)] if isinstance(template, dict) else None


def _fits(provider: ProviderPlan, row: ErrorRow, answer: Answer) -> bool:
    if row.http != answer.http or (row.on and answer.on not in row.on):
        return False
    if row.protocols and not (answer.protocols and set(row.protocols).issuperset(answer.protocols)):
        return False
    if row.code is not None and text_at(answer.body, provider.table.error_body.code) != row.code:
        return False
    return says(row.match, answer.body)

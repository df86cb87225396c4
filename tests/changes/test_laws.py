"""What holds of every comparison, whatever is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from callsheet.changes import compare
from callsheet.contract.inputs.strategies import valid_payloads
from callsheet.contract.plans import planned as all_planned
from callsheet.facts import Facts, facts_of
from callsheet.facts.flat import FactPath
from callsheet.findings import Span
from callsheet.source.nodes import Plain
from callsheet.validate import validate

from .made import Spec, pairs, planned

SPECS = Path(__file__).parents[2] / "specs"
ENDPOINTS = {f"{p.id}/{m.id}": facts_of(p, m) for p, m in all_planned(SPECS).endpoints()}


@settings(max_examples=30, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(pairs(), st.data())
def test_what_was_valid_stays_valid_unless_something_breaks(pair: tuple[Spec, Spec], data: st.DataObject) -> None:
    """Where no change is called breaking, every payload that the old spec accepts is accepted by the new one.

    And: the same facts are no change, other facts are one, and both directions name the same paths.
    """
    old, new = map(planned, pair)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    before, after = facts_of(*old), facts_of(*new)
    found = compare(before, after)
    assert compare(before, before) == ()
    assert bool(found) == (before != after)
    assert {change.path for change in found} == {change.path for change in compare(after, before)}
    if any(change.kind == "breaking" for change in found):
        return
    payload: Any = data.draw(valid_payloads(old[1]))
    assert validate(new[1], payload, Span("payload")) == (), found


def another(value: Plain) -> Plain:
    """A value of the same kind that is not this one."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case list():
            return [*value, 999 if all(isinstance(one, int) for one in value) else "invented"]
        case dict():
            return {**value, "invented": 1}
        case None:
            return 1


def _turned(facts: Facts) -> list[tuple[FactPath, Facts]]:
    changed = [(path, {**facts, path: another(value)}) for path, value in facts.items()]
    gone = [(path, {other: value for other, value in facts.items() if other != path}) for path in facts]
    return [*changed, *gone]


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_fact_of_every_spec_is_one_change_of_a_known_kind(name: str) -> None:
    """Each fact in turn is another, and is not there: one change each, of a rule that was meant for it.

    The order in which places are looked at is a fact of all of them together, so one number alone may say the same.
    """
    facts = ENDPOINTS[name]
    tried = [ENDPOINTS[other] for other in [*ENDPOINTS][: [*ENDPOINTS].index(name)]]
    for path, other in _turned(facts):
        if path[0] != "parameters" and any(path in shared and shared[path] == facts[path] for shared in tried):
            continue  # endpoints of a provider have most of their facts in common
        found = compare(facts, other)
        if path[0] not in {"error_message", "error_code"}:
            assert len(found) == 1, (path, found)
        assert "unknown-fact-changed" not in {change.rule for change in found}, path


def test_a_fact_of_a_new_kind_counts_as_breaking() -> None:
    """What no table knows is not taken for harmless."""
    facts = ENDPOINTS["fal/scail-2"]
    (change,) = compare(facts, {**facts, ("queue", "weather"): "rain"})
    assert (change.rule, change.kind) == ("unknown-fact-changed", "breaking")

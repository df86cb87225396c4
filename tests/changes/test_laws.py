"""What holds of every comparison, whatever is compared."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from callsheet.changes import compare
from callsheet.contract.strategies import valid_payloads
from callsheet.facts import facts_of
from callsheet.findings import Span
from callsheet.validate import validate

from .made import Spec, pairs, planned


@settings(max_examples=150)
@given(pairs(), st.data())
def test_what_was_valid_stays_valid_unless_something_breaks(pair: tuple[Spec, Spec], data: st.DataObject) -> None:
    """Where no change is called breaking, every payload that the old spec accepts is accepted by the new one."""
    old, new = map(planned, pair)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    found = compare(facts_of(*old), facts_of(*new))
    assume(not any(change.kind == "breaking" for change in found))
    payload: Any = data.draw(valid_payloads(old[1]))
    assert validate(old[1], payload, Span("payload")) == ()
    assert validate(new[1], payload, Span("payload")) == (), found

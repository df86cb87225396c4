"""The edges of every construct's input and options: client, command line, jsonschema and provider judge alike."""

from __future__ import annotations

from constructed import Case

from callsheet.contract.clients.lines import opened
from callsheet.contract.inputs.asking import misasked
from callsheet.contract.inputs.edges import edges
from callsheet.contract.inputs.judges import misjudged, missent, unlike


def test_all_judges_agree_at_every_edge(case: Case) -> None:
    """Offline: the client's own judge, `callsheet validate` and the wire schema."""
    caller = case.caller()

    assert list(unlike(caller, edges(caller.model))) == []


def test_every_edge_is_sent_as_it_is_or_not_at_all(case: Case, world: str) -> None:
    """Whatever address and body an input leads to, the provider reads what the caller gave."""
    with opened(case.caller(world=world)) as line:
        assert list(missent(line, edges(line.caller.model))) == []
        assert list(misasked(line)) == []


def test_the_provider_judges_every_edge_as_the_spec_says(case: Case) -> None:
    """At once or after queueing; unknown fields and nulls as it is known to take them."""
    with opened(case.caller()) as line:
        assert list(misjudged(line, edges(line.caller.model))) == []

"""What is accepted goes out as it was given; what is refused goes nowhere, and the field is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from callsheet.contract.clients.calls import HTTPX2, Caller
from callsheet.contract.clients.lines import opened
from callsheet.contract.inputs.asking import misasked
from callsheet.contract.inputs.broken import Broken, breakable, broken_by, broken_payloads, not_json
from callsheet.contract.inputs.edges import edges
from callsheet.contract.inputs.judges import misjudged, missent, unlike, unlike_submission
from callsheet.contract.inputs.schemas import completed, refusals
from callsheet.contract.inputs.strategies import valid_payloads
from callsheet.source.nodes import Plain

EXAMPLES = 4
"""Of each fact, drawn in the midst of other values; its own edges are all tried by name."""

DRAWN = 100
ELSEWHERE = 25
"""Payloads that are drawn for a blocking client, and for the others: they judge with the same code, and what differs,
the way to the wire, few payloads show. All of them are given every edge."""


def drawn(caller: Caller) -> int:
    """How many payloads are tried with a client."""
    return ELSEWHERE if caller.asynchronous or caller.package == HTTPX2 else DRAWN


def test_accepted_is_sent_unchanged(caller: Caller) -> None:
    """A payload that the wire schema accepts is sent once, as it was given, and with the required defaults."""
    with opened(caller) as line:

        @settings(deadline=None, max_examples=drawn(caller))
        @given(valid_payloads(caller.model))
        def holds(payload: dict[str, Plain]) -> None:
            sent = completed(caller.model, payload)
            made = line.call(caller.sends, **payload)

            assert refusals(caller.model.wire_schema, sent) == frozenset()
            (request,) = line.requests
            assert list(unlike_submission(caller, request, sent)) == []
            assert made.request_id

        holds()


def test_refused_is_not_sent(caller: Caller) -> None:
    """A payload with one broken fact is refused before anything is sent, and that field is named."""
    invalid = caller.error("InvalidInput")
    with opened(caller) as line:

        @settings(deadline=None, max_examples=drawn(caller))
        @given(broken_payloads(caller.model))
        def holds(broken: Broken) -> None:
            with pytest.raises(invalid) as caught:
                line.call(caller.sends, **broken.payload)

            assert line.requests == []
            assert refusals(caller.model.wire_schema, completed(caller.model, broken.payload)) == {broken.fact.path}
            problem: Any = caught.value
            assert {violation.field for violation in problem.violations} == {broken.fact.place}

        holds()


def test_every_fact_has_its_refusal(endpoint: Caller) -> None:
    """Each fact of the input, broken once: none is left to chance. `validate` and `submit` agree."""
    missed: list[str] = []
    offline = endpoint.endpoint(endpoint.client())

    for fact in breakable(endpoint.model):

        @settings(max_examples=EXAMPLES, deadline=None)
        @given(broken_by(fact))
        def holds(broken: Broken) -> None:
            found = offline.validate(payload=broken.payload)
            if {violation.field for violation in found} != {broken.fact.place}:
                missed.append(f"{broken.fact}: {broken.payload} gave {found}")

        holds()

    assert missed == []


def test_all_judges_agree_at_every_edge(endpoint: Caller) -> None:
    """Client, command line and jsonschema say the same of each, at that field. There is no chance in it.

    Each bound and one beside it, each allowed value and what looks like one, each type in another's place, each rule.
    """
    assert list(unlike(endpoint, edges(endpoint.model))) == []


def test_every_edge_is_sent_as_it_is_or_not_at_all(caller: Caller) -> None:
    """The same through the wire: to the right address, with the key in its place; and the provider reads it so."""
    with opened(caller) as line:
        assert list(missent(line, edges(caller.model))) == []


def test_the_provider_judges_every_edge_as_the_spec_says(way: Caller) -> None:
    """Past the client: taken or refused, at once or with the result, and what it ignores is no fault."""
    with opened(way) as line:
        assert list(misjudged(line, edges(way.model))) == []


def test_every_edge_of_an_option_is_sent_as_it_is_or_not_at_all(caller: Caller) -> None:
    """Options of a call are judged as strictly as the input, and travel in their header, query or key."""
    with opened(caller) as line:
        assert list(misasked(line)) == []


def test_what_json_cannot_say_is_refused(way: Caller) -> None:
    """NaN and the infinities are refused at their field: their spelling in Python's JSON is no JSON."""
    invalid = way.error("InvalidInput")
    with opened(way) as line:

        @settings(deadline=None)
        @given(not_json(way.model))
        def holds(broken: Broken) -> None:
            with pytest.raises(invalid) as caught:
                line.call(way.sends, **broken.payload)

            assert line.requests == []
            problem: Any = caught.value
            assert {violation.field for violation in problem.violations} == {broken.field}

        holds()

"""What is accepted goes out as it was given; what is refused goes nowhere, and the field is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given, settings

from callsheet.contract.broken import Broken, breakable, broken_by, broken_payloads, not_json
from callsheet.contract.calls import Caller, Recorder
from callsheet.contract.recordings import KEY
from callsheet.contract.schemas import completed, refusals
from callsheet.contract.strategies import valid_payloads
from callsheet.emulator.memory import MemoryTransport
from callsheet.emulator.options import Options
from callsheet.facts.flat import filled
from callsheet.source.nodes import Plain


def canonical(value: Mapping[str, Plain]) -> str:
    """JSON text with sorted keys: tells 5 from 5.0 and 1 from true."""
    return json.dumps(value, sort_keys=True)


def nothing_answers(request: httpx.Request) -> httpx.Response:
    """In place of a provider that must not be asked."""
    raise AssertionError(f"{request.method} {request.url} was sent")


def test_accepted_is_sent_unchanged(caller: Caller) -> None:
    """A payload that the wire schema accepts is sent once, as it was given, and with the required defaults."""
    emulated = MemoryTransport(caller.plan, Options(keys=frozenset({KEY}), cutoff=False))
    submit = caller.table.protocol.submit
    credential = caller.credential
    address = f"{caller.provider.table.hosts[submit.host]}{filled(submit.path, caller.table.path)}"

    @settings(deadline=None)
    @given(valid_payloads(caller.model))
    def holds(payload: dict[str, Plain]) -> None:
        recorder = Recorder(emulated.handle_request)
        made = caller.perform([(caller.sends, payload)], transport=recorder, clock=emulated.clock)

        assert refusals(caller.model.wire_schema, completed(caller.model, payload)) == frozenset()
        assert len(recorder.requests) == 1
        (request,) = recorder.requests
        assert submit.method == request.method
        assert address == str(request.url)
        assert credential.value.replace("{key}", KEY) == request.headers[str(credential.header)]
        assert request.headers["content-type"] == "application/json"
        assert canonical(completed(caller.model, payload)) == canonical(json.loads(request.content))
        assert made.request_id

    holds()


def test_refused_is_not_sent(caller: Caller) -> None:
    """A payload with one broken fact is refused before anything is sent, and that field is named."""
    invalid = caller.error("InvalidInput")

    @settings(deadline=None)
    @given(broken_payloads(caller.model))
    def holds(broken: Broken) -> None:
        with pytest.raises(invalid) as caught:
            caller.perform([(caller.sends, broken.payload)], transport=nothing_answers)

        assert refusals(caller.model.wire_schema, completed(caller.model, broken.payload)) == {broken.fact.path}
        problem: Any = caught.value
        assert {violation.field for violation in problem.violations} == {broken.fact.place}

    holds()


def test_every_fact_has_its_refusal(endpoint: Caller) -> None:
    """Each fact of the input, broken once: none is left to chance. `validate` and `submit` agree."""
    missed: list[str] = []

    for fact in breakable(endpoint.model):

        @settings(max_examples=12, deadline=None)
        @given(broken_by(fact))
        def holds(broken: Broken) -> None:
            found = endpoint.perform([("validate", {"payload": broken.payload})], transport=nothing_answers)
            if {violation.field for violation in found} != {broken.fact.place}:
                missed.append(f"{broken.fact}: {broken.payload} gave {found}")

        holds()

    assert missed == []


def test_what_json_cannot_say_is_refused(way: Caller) -> None:
    """NaN and the infinities are refused at their field: their spelling in Python's JSON is no JSON."""
    invalid = way.error("InvalidInput")

    @settings(deadline=None)
    @given(not_json(way.model))
    def holds(broken: Broken) -> None:
        with pytest.raises(invalid) as caught:
            way.perform([(way.sends, broken.payload)], transport=nothing_answers)

        problem: Any = caught.value
        assert {violation.field for violation in problem.violations} == {broken.field}

    holds()

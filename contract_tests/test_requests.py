"""What the generated clients send, against what is known of the providers. No plan stands in between."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from callsheet.contract import evidence
from callsheet.contract.calls import Caller, Recorder
from callsheet.contract.facts import Facts
from callsheet.contract.plans import Planned
from callsheet.contract.recordings import KEY
from callsheet.emulator.memory import MemoryTransport
from callsheet.emulator.options import Options


def test_the_client_asks_as_the_provider_is_known_to_listen(
    caller: Caller, everything: Planned, evidence_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key from the known variable; method, address, query and key of each request, by addresses and by id."""
    known: Facts = {
        fact.path: fact.value for fact in evidence.of_endpoint(evidence_root, caller.provider.id, caller.model.id).facts
    }
    monkeypatch.setenv(str(known["credential", "env"]), KEY)
    emulated = MemoryTransport(everything.plan, Options(keys=frozenset({KEY})))
    wire = Recorder(emulated.handle_request)
    sample = known["sample", "page"]
    assert isinstance(sample, dict)

    def perform(*steps: tuple[str, dict[str, object]]) -> str:
        found = caller.perform(list(steps), transport=wire, clock=emulated.clock, api_key=None)
        return str(found.request_id)

    request_id = perform(("run", {**sample}))
    submitted, *looks, fetched = wire.requests
    assert looks
    assert _differences(known, "submit", submitted, request_id) == []
    assert [fault for look in looks for fault in _differences(known, "status", look, request_id)] == []
    assert _differences(known, "result", fetched, request_id) == []

    wire.requests.clear()
    perform(("job", {"job": request_id}), ("wait", {}))
    *looks, fetched = wire.requests
    assert looks
    assert [fault for look in looks for fault in _differences(known, "status", look, request_id)] == []
    assert _differences(known, "result", fetched, request_id) == []


def _differences(known: Facts, phase: str, request: httpx.Request, request_id: str) -> list[str]:
    """Each fact of the evidence that the request does not keep to."""
    header, form = known["credential", "header"], str(known["credential", "value"])
    query = {path[-1]: value for path, value in known.items() if path[:-1] == ("queue", phase, "query")}
    url = str(known["queue", phase, "url"]).replace("{request_id}", request_id)
    pairs = {
        "method": (known["queue", phase, "method"], request.method),
        "address": (url, str(request.url.copy_with(query=None))),
        "query": (query, dict(request.url.params)),
        "key": (form.replace("{key}", KEY), request.headers.get(str(header))),
    }
    return [f"{phase}: {what} should be {said!r}, is {sent!r}" for what, (said, sent) in pairs.items() if said != sent]

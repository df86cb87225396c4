"""What the generated clients send, against what is known of the providers. No plan stands in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from callsheet.contract.clients.calls import Caller, Recorder
from callsheet.contract.clients.faults import Fault, answered, with_faults
from callsheet.contract.evidence import files as evidence
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.plans import Planned
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.facts.flat import Facts
from callsheet.source.nodes import Plain


class Bench:
    """What is known of an endpoint, an emulator in memory, and a wire on which everything is seen."""

    def __init__(self, caller: Caller, everything: Planned, root: Path) -> None:
        known = evidence.of_endpoint(root, caller.provider.id, caller.model.id)
        self.caller = caller
        self.known: Facts = {fact.path: fact.value for fact in known.facts}
        self.emulated = MemoryTransport(everything.plan, Options(keys=frozenset({KEY}), cutoff=False))
        self.wire = Recorder(self.emulated.handle_request)
        sample = self.known["sample", "page"]
        assert isinstance(sample, dict)
        self.sample = sample

    def perform(self, *steps: tuple[str, dict[str, object]], **options: Any) -> Any:
        """Call the client; `submit` and `run` get the page's sample."""
        filled = [(name, self.sample if name in {"submit", "run"} else given) for name, given in steps]
        return self.caller.perform(filled, transport=self.wire, clock=self.emulated.clock, **options)

    def stated(self, *path: str) -> Plain:
        """A fact of the protocol; None where it is known not to be stated, or not known."""
        found = self.known.get((self.caller.way.protocol, *path))
        return None if found == evidence.NOT_STATED else found

    def below(self, *path: str) -> dict[str, Plain]:
        """The facts of the protocol right below a path."""
        whole = (self.caller.way.protocol, *path)
        return {at[-1]: value for at, value in self.known.items() if at[:-1] == whole}

    def differences(self, phase: str, request: httpx.Request, request_id: str = "") -> list[str]:
        """Each fact of the evidence that the request does not keep to."""
        own = (self.caller.way.protocol, "credential")
        credential = {
            word: self.known.get((*own, word), self.known["credential", word]) for word in ("header", "value")
        }
        method = self.stated(phase, "method") or "GET"
        url = str(self.stated(phase, "url")).replace("{request_id}", request_id)
        form = str(credential["value"]).replace("{key}", KEY)
        pairs = {
            "method": (method, request.method),
            "address": (url, str(request.url.copy_with(query=None))),
            "query": (self.below(phase, "query"), dict(request.url.params)),
            "key": (form, request.headers.get(str(credential["header"]))),
            "places of the key": (1, sum(KEY in text for text in (*request.headers.values(), str(request.url)))),
        }
        return [
            f"{phase}: {what} should be {said!r}, is {sent!r}" for what, (said, sent) in pairs.items() if said != sent
        ]


def test_the_client_asks_as_the_provider_is_known_to_listen(
    caller: Caller, everything: Planned, evidence_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key from the known variable; method, address, query and key of each request, by addresses and by id."""
    bench = Bench(caller, everything, evidence_root)
    monkeypatch.setenv(str(bench.known["credential", "env"]), KEY)

    made = bench.perform(("run", {}), api_key=None)
    submitted, *reads = bench.wire.requests
    assert bench.differences("submit", submitted) == []
    assert "application/json" == submitted.headers["content-type"]
    if caller.blocking:
        assert reads == []
        return
    assert _of_reads(bench, reads, made.request_id) == []

    bench.wire.requests.clear()
    bench.perform(("job", {"job": made.request_id}), ("wait", {}))
    assert _of_reads(bench, bench.wire.requests, made.request_id) == []


def _of_reads(bench: Bench, reads: list[httpx.Request], request_id: str) -> list[str]:
    """What is wrong with the looks at a job and the fetch of its result."""
    within = bench.stated("result", "within") == "status"
    looks, fetched = (reads, None) if within else (reads[:-1], reads[-1])
    assert looks
    found = [fault for look in looks for fault in bench.differences("status", look, request_id)]
    return found if fetched is None else found + bench.differences("result", fetched, request_id)


VALUES: Mapping[str, object] = {
    "string": "https://example.com/a%20hook?x=1&y=2",
    "integer": 3,
    "number": 30.5,
    "boolean": True,
    "object": {"expiration_duration_seconds": 3600},
}


def test_options_of_a_call_travel_where_they_are_read(caller: Caller, everything: Planned, evidence_root: Path) -> None:
    """Each in its header or its query option, beside an input that stays as it is; nothing is sent unasked."""
    bench = Bench(caller, everything, evidence_root)
    wire_names = {option.name: name for name, option in caller.table.protocol.submit.options.items()}
    known = {path[2] for path in bench.known if path[:2] == (caller.way.protocol, "options")}
    wanted: dict[str, Any] = {}
    for wire in known:
        allowed = bench.stated("options", wire, "allowed")
        wanted[wire] = allowed[-1] if isinstance(allowed, list) else VALUES[str(bench.stated("options", wire, "type"))]
    assert known == wire_names.keys()

    bench.perform((caller.sends, {}))
    bench.perform(
        ("with_options", {"call": {wire_names[wire]: value for wire, value in wanted.items()}}), (caller.sends, {})
    )
    (plain, asked) = [request for request in bench.wire.requests if request.method == "POST"]

    for wire, value in wanted.items():
        where = asked.headers if bench.stated("options", wire, "to") == "header" else asked.url.params
        assert where[wire] == (value if isinstance(value, str) else json.dumps(value))
    assert plain.content == asked.content
    assert known.isdisjoint({*plain.url.params, *plain.headers})
    assert {name.lower() for name in known}.isdisjoint(plain.headers)


def test_a_job_can_be_cancelled_where_that_is_known(queued: Caller, everything: Planned, evidence_root: Path) -> None:
    """One request with the key, and the wait ends as cancelled. Where nothing is documented nothing is sent."""
    bench = Bench(queued, everything, evidence_root)
    if bench.stated("cancel", "url") is None:
        with pytest.raises(queued.error("NotSupported")):
            bench.perform(("submit", {}), ("cancel", {}))
        assert len(bench.wire.requests) == 1
        return

    job = bench.perform(("submit", {}))
    assert bench.perform(("job", {"job": job.request_id}), ("cancel", {})) in {"cancelled", "requested"}
    assert bench.differences("cancel", bench.wire.requests[-1], job.request_id) == []
    with pytest.raises(queued.error("JobCancelled")) as caught:
        bench.perform(("job", {"job": job.token}), ("wait", {}))
    assert job.request_id == getattr(caught.value, "request_id", None)


def test_known_answers_to_cancelling_are_told_apart(queued: Caller, everything: Planned, evidence_root: Path) -> None:
    """Each by its code and by what its body says; an id that nobody knows is an error."""
    bench = Bench(queued, everything, evidence_root)
    inner = bench.wire.answer
    codes = {path[2] for path in bench.known if path[:2] == (queued.way.protocol, "cancel") and path[-1] == "means"}

    for code in codes:
        body = {pointer.removeprefix("/"): value for pointer, value in bench.below("cancel", code, "told_by").items()}
        bench.wire.answer = with_faults(queued.table, inner, Fault("cancel", answered(int(code), body)))
        means = bench.stated("cancel", code, "means")
        if means == "unknown_job":
            with pytest.raises(queued.error("UnknownJob")):
                bench.perform(("job", {"job": "an-id"}), ("cancel", {}))
        else:
            assert means == bench.perform(("job", {"job": "an-id"}), ("cancel", {}))


def test_a_stream_takes_the_place_of_polling_where_there_is_one(
    queued: Caller, everything: Planned, evidence_root: Path
) -> None:
    """One connection to the known address tells every state in order; without a stream the wait is as usual."""
    bench = Bench(queued, everything, evidence_root)
    seen: list[str] = []

    def note(update: Any) -> None:
        if update.state not in seen[-1:]:
            seen.append(update.state)

    made = bench.perform(("with_options", {"stream": True, "on_update": note}), ("run", {}))
    _, *reads = bench.wire.requests

    assert seen[-1] in str(bench.stated("final"))
    assert seen[0] == bench.stated("initial")
    if bench.stated("stream", "url") is None:
        assert _of_reads(bench, reads, made.request_id) == []
        return
    listened, fetched = reads
    assert bench.differences("stream", listened, made.request_id) == []
    assert "text/event-stream" == listened.headers["accept"]
    assert bench.differences("result", fetched, made.request_id) == []

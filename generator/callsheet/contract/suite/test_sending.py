"""Each request goes where the spec says, with the method, query, headers and time-outs that it should have."""

from __future__ import annotations

import json
from typing import Any, cast

import httpx
import pytest

from callsheet.contract.clients.bench import Bench
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.faults import Fault, answered
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.inputs.schemas import completed
from callsheet.facts.flat import filled
from callsheet.plan.model import Schema
from callsheet.runtime.addresses import Address
from callsheet.runtime.words import Phase
from callsheet.source.nodes import Plain

LIBRARYS_OWN = {"user-agent", "connection", "accept-encoding", "content-length", "host"}

RULES = {"enum", "const", "format", "pattern", "maxLength"}
"""What keeps a text from being any text."""

VALUES: dict[str, Any] = {
    "string": "https://example.com/a%20hook?x=1&y=2",
    "integer": 3,
    "number": 30.5,
    "boolean": True,
    "object": {"expiration_duration_seconds": 3600},
}


def faults(caller: Caller, phase: str, request: httpx.Request, request_id: str = "") -> list[str]:
    """Each part of a request that is not the spec's."""
    protocol, provider = caller.table.protocol, caller.provider.table
    method, address, query, headers = _asked(caller, phase)
    credential = caller.credential
    own = {str(credential.header).lower(): credential.value.replace("{key}", KEY)} if credential.header else {}
    path = filled(address.path, {**caller.table.path, "request_id": request_id})
    said: dict[str, object] = {
        "method": method,
        "address": f"{provider.hosts[address.host]}{path}",
        "query": {**address.query, **query},
        "host": httpx.URL(provider.hosts[address.host]).netloc.decode(),
        "headers": _lowered({"accept": "application/json", **provider.headers, **protocol.headers, **headers}) | own,
        "content-length": str(len(request.content)) if request.content else request.headers.get("content-length"),
    }
    sent: dict[str, object] = {
        "method": request.method,
        "address": str(request.url.copy_with(query=None)),
        "query": dict(request.url.params),
        "host": request.headers["host"],
        "headers": {name: text for name, text in request.headers.items() if name not in LIBRARYS_OWN},
        "content-length": request.headers.get("content-length"),
    }
    return [
        f"{phase}: the {what} should be {value!r}, is {sent[what]!r}"
        for what, value in said.items()
        if value != sent[what]
    ]


def _asked(caller: Caller, phase: str) -> tuple[str, Address, dict[str, str], dict[str, str]]:
    protocol = caller.table.protocol
    submit = protocol.submit
    if phase == "submit":
        headers = {"content-type": "application/json", **submit.headers}
        if caller.blocking and caller.table.blocking.decode == "bytes":
            headers["accept"] = "*/*"
        return submit.method, Address(submit.host, submit.path, submit.query), {}, headers
    queue = caller.table.queue
    if phase == "status":
        return queue.status.method, queue.urls[queue.status.url], dict(queue.status.query), {}
    if phase == "result":
        return queue.result.method, queue.urls[str(queue.result.url)], {}, {}
    if phase == "cancel" and queue.cancel is not None:
        return queue.cancel.method, queue.urls[queue.cancel.url], {}, {}
    raise ValueError(phase)


def _lowered(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_every_request_is_the_one_that_the_spec_describes(caller: Caller) -> None:
    """Submission, looks and fetch; the same for a job that is known by its token, and for one known by its bare id."""
    bench = Bench(caller)
    try:
        made = bench.perform(("run", {}))
    finally:  # a request that is wrong says more than the answer to it
        assert [fault for one in bench.wire.requests[:1] for fault in faults(caller, "submit", one)] == []

    reads = bench.wire.requests[1:]
    if caller.blocking:
        assert reads == []
        return
    assert _of_reads(caller, reads, made.request_id) == []

    token = made.handle.token
    for job in (token, made.request_id, made.handle):
        bench.wire.requests.clear()
        bench.perform(("job", {"job": job}), ("wait", {}))
        assert _of_reads(caller, bench.wire.requests, made.request_id) == []
    bench.wire.requests.clear()
    bench.perform(("job", {"job": token}), ("status", {}))
    bench.perform(("job", {"job": token}), ("result", {}))
    assert len(bench.wire.requests) == 2
    within = caller.table.queue.result.url is None
    phases = ("status", "status" if within else "result")
    pairs = zip(phases, bench.wire.requests, strict=True)
    assert [fault for phase, request in pairs for fault in faults(caller, phase, request, made.request_id)] == []


def _of_reads(caller: Caller, reads: list[httpx.Request], request_id: str) -> list[str]:
    looks, fetched = (reads, []) if caller.table.queue.result.url is None else (reads[:-1], reads[-1:])
    assert looks
    return [
        fault
        for phase, requests in (("status", looks), ("result", fetched))
        for request in requests
        for fault in faults(caller, phase, request, request_id)
    ]


def test_the_body_is_the_input_as_it_was_given(caller: Caller) -> None:
    """With required defaults where they were left out, and nowhere else; any character, as it is."""
    properties = cast("dict[str, Schema]", caller.model.wire_schema["properties"])
    texts = [
        name for name, value in properties.items() if value.get("type") == "string" and len(value.keys() & RULES) == 0
    ]
    given = {param.wire for param in caller.model.params if param.must_give}
    bench = Bench(caller)
    for names in (given, {*bench.payload}):
        payload = {name: value for name, value in bench.payload.items() if name in names}
        payload |= {name: other for name in {*bench.payload} & names if (other := _other(properties[name])) is not None}
        payload |= {name: 'Zoë 東京 \U0001f600 \x7f "\\/\n' for name in texts if name in names}
        caller.perform([(caller.sends, payload)], transport=bench.wire, clock=bench.clock)
        body = bench.sent("submit")[-1].content
        if caller.table.protocol.submit.body == "{input}" and not caller.table.body:
            assert completed(caller.model, payload) == json.loads(body)
            assert sorted(completed(caller.model, payload)) == sorted(json.loads(body))


def _other(schema: Schema) -> Plain:
    """A value that is no default, of a parameter whose values are listed."""
    return next(
        (value for value in cast("list[Plain]", schema.get("enum", [])) if value != schema.get("default")), None
    )


def test_text_that_is_no_address_is_not_sent(endpoint: Caller) -> None:
    """InvalidInput names the parameter."""
    properties = cast("dict[str, Schema]", endpoint.model.wire_schema["properties"])
    for name in [name for name, value in properties.items() if value.get("format") == "uri"]:
        bench = Bench(endpoint)
        with pytest.raises(endpoint.error("InvalidInput")) as caught:
            bench.perform((endpoint.sends, {name: "not a uri"}))
        problem: Any = caught.value
        assert [violation.field for violation in problem.violations] == [name]
        assert bench.wire.requests == []


def test_a_cancellation_is_the_request_that_the_spec_describes(queued: Caller) -> None:
    """One request, with the key. Where the spec knows of no way, NotSupported, and nothing is sent."""
    bench = Bench(queued)
    job = bench.perform(("submit", {}))
    bench.wire.requests.clear()
    if queued.table.queue.cancel is None:
        with pytest.raises(queued.error("NotSupported")):
            bench.perform(("job", {"job": job.token}), ("cancel", {}))
        assert bench.wire.requests == []
        return

    assert bench.perform(("job", {"job": job.token}), ("cancel", {})) in {"cancelled", "requested"}
    assert faults(queued, "cancel", bench.wire.requests[0], job.request_id) == []
    assert len(bench.sent("cancel")) == 1
    with pytest.raises(queued.error("JobCancelled")) as caught:
        bench.perform(("job", {"job": job.token}), ("wait", {}))
    assert job.request_id == getattr(caught.value, "request_id", None)


def test_an_answer_to_a_cancellation_is_read_as_the_spec_says(queued: Caller) -> None:
    """Each known answer by its code and what its body says, an unknown id as an error, any other success as a wish."""
    cancel = queued.table.queue.cancel
    for answer in () if cancel is None else cancel.answers:
        body: dict[str, Any] = {
            at.removeprefix("/"): test.one_of[0] for at, test in answer.match.items() if test.one_of
        }
        bench = Bench(queued, Fault("cancel", answered(answer.http, body)))
        step = ("job", {"job": bench.perform(("submit", {})).token})
        if answer.means == "unknown_job":
            with pytest.raises(queued.error("UnknownJob")):
                bench.perform(step, ("cancel", {}))
        else:
            assert answer.means == bench.perform(step, ("cancel", {}))
    if cancel is not None and all(answer.match for answer in cancel.answers):
        bench = Bench(queued, Fault("cancel", answered(200, {"odd": "words"})))
        job = bench.perform(("submit", {}))
        assert bench.perform(("job", {"job": job.token}), ("cancel", {})) == "requested"


def test_time_outs_are_what_the_caller_says(queued: Caller) -> None:
    """A connection stands within ten seconds; a submission waits a minute, a read half of one, or what is asked for."""
    bench = Bench(queued)
    bench.perform(("run", {}))
    bench.perform(("with_options", {"request_timeout": 7.0, "submit_timeout": 8.0}), ("run", {}))

    read: Phase = "status" if queued.table.queue.result.url is None else "result"
    submissions = [request.extensions["timeout"] for request in bench.sent("submit")]
    reads = [request.extensions["timeout"] for request in bench.sent(read)]
    assert [(10.0, 60.0), (8.0, 8.0)] == [(limits["connect"], limits["read"]) for limits in submissions]
    assert {(10.0, 30.0), (7.0, 7.0)} == {(limits["connect"], limits["read"]) for limits in reads}
    assert all(limits["read"] == limits["write"] == limits["pool"] for limits in (*submissions, *reads))


def test_a_call_waits_as_long_as_the_caller_says(blocking: Caller) -> None:
    """For the answer, `timeout` seconds; left out, longer than a gateway that is known to give up."""
    bench = Bench(blocking)
    bench.perform(("run", {}))
    bench.perform(("with_options", {"timeout": 3000.0}), ("run", {}))

    usual, asked = (request.extensions["timeout"]["read"] for request in bench.sent("submit"))
    assert asked == pytest.approx(3000.0)
    assert usual > (blocking.table.blocking.cutoff or blocking.table.typical or 0.0)


def test_options_of_a_call_travel_where_the_spec_says(caller: Caller) -> None:
    """Each in its header, its query option or the body, beside an input that stays; nothing is sent unasked."""
    options = caller.table.protocol.submit.options
    bench = Bench(caller)
    wanted = {name: option.one_of[-1] if option.one_of else VALUES[option.type] for name, option in options.items()}
    bench.perform((caller.sends, {}))
    bench.perform(("with_options", {"call": wanted}), (caller.sends, {}))
    plain, asked = bench.sent("submit")

    for name, option in options.items():
        text = wanted[name] if isinstance(wanted[name], str) else json.dumps(wanted[name])
        where: Any = {"header": asked.headers, "query": asked.url.params}.get(option.to)
        found = json.loads(asked.content).get(option.name) if where is None else where.get(option.name)
        assert found == (wanted[name] if where is None else text), f"the option {name} is sent as {found!r}"
        assert option.name not in plain.headers
        assert option.name not in plain.url.params
    if not any(option.to == "body" for option in options.values()):
        assert plain.content == asked.content


def test_an_option_that_the_spec_does_not_allow_is_refused(caller: Caller) -> None:
    """A name that nobody knows, a value that is not among the allowed ones, or of another type: nothing is sent."""
    wrong: list[dict[str, Any]] = [{"surprise": 1}]
    for name, option in caller.table.protocol.submit.options.items():
        wrong += [{name: None}, {name: ["x"]}]
        if option.one_of or option.type != "string":
            wrong.append({name: "surprise"})
        for limit, beyond in ((option.above, 0), (option.minimum, -1), (option.maximum, 1)):
            wrong += [] if limit is None else [{name: limit + beyond}]
    for call in wrong:
        bench = Bench(caller)
        with pytest.raises((ValueError, TypeError)):
            bench.perform(("with_options", {"call": call}), (caller.sends, {}))
        assert bench.wire.requests == []


def test_unknown_parameters_go_along_when_asked_for(caller: Caller) -> None:
    """`extra` is sent unjudged beside the input. What the spec knows is a parameter and no extra."""
    bench = Bench(caller)
    bench.perform((caller.sends, {}))
    bench.perform(("with_options", {"extra": {"new_thing": [1]}}), (caller.sends, {}))
    plain, more = (json.loads(request.content) for request in bench.sent("submit"))
    assert more != plain
    if caller.table.protocol.submit.body == "{input}" and not caller.table.body:
        assert {**plain, "new_thing": [1]} == more

    name = next(iter(bench.payload))
    with pytest.raises(ValueError, match=name):
        bench.perform(("with_options", {"extra": {name: 1}}), (caller.sends, {}))
    assert len(bench.sent("submit")) == 2


def test_hosts_can_be_others(caller: Caller) -> None:
    """Requests go to the address that the caller gives for a host; the key goes there too, since it was the wish."""
    host = caller.table.protocol.submit.host
    recorded = Bench(caller)
    recorded.wire.answer = lambda _request: httpx.Response(400, json={})
    with pytest.raises(caller.error("CallsheetError")):
        recorded.perform((caller.sends, {}), hosts={host: "https://elsewhere.example/base/"})

    with pytest.raises(caller.error("CallsheetError")):
        recorded.perform(("with_options", {"hosts": {host: "https://elsewhere.example/base"}}), (caller.sends, {}))

    path = filled(caller.table.protocol.submit.path, caller.table.path)
    found = {str(request.url.copy_with(query=None)) for request in recorded.wire.requests}
    assert found == {f"https://elsewhere.example/base{path}"}


def test_without_a_key_nothing_is_sent(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """MissingKey names the variable; a key in that variable is taken."""
    monkeypatch.delenv(caller.provider.table.credential.env, raising=False)
    bench = Bench(caller)
    with pytest.raises(caller.error("MissingKey"), match=caller.provider.table.credential.env):
        bench.perform((caller.sends, {}), api_key=None)
    assert bench.wire.requests == []

    monkeypatch.setenv(caller.provider.table.credential.env, KEY)
    bench.perform((caller.sends, {}), api_key=None)
    assert faults(caller, "submit", bench.wire.requests[0]) == []

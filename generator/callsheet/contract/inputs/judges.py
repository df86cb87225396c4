"""Who judges an input has to agree: the client, `callsheet validate`, jsonschema on the wire schema, the provider.

Each check gives the disagreements in words, one line each, that begin with the name of the edge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.lines import Line
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.inputs.edges import Edge
from callsheet.contract.inputs.schemas import completed, refusals
from callsheet.findings import Span
from callsheet.runtime import bodies
from callsheet.source.nodes import Plain
from callsheet.validate import validate

_HERE = Span("payload")


def unlike(caller: Caller, edges: Iterable[Edge]) -> Iterator[str]:
    """Where jsonschema, the client's own judge and that of the command line disagree with an edge."""
    endpoint = caller.endpoint(caller.client())
    for edge in edges:
        given = completed(caller.model, edge.payload)
        if edge.json and (found := refusals(caller.model.wire_schema, given)) != edge.judged_at:
            yield f"{edge}: jsonschema refuses {_places(found)} of {edge.payload}"
        told = {violation.field for violation in endpoint.validate(edge.payload)}
        if told != (set[str]() if edge.good else {edge.place}):
            yield f"{edge}: the client refuses {sorted(told) or 'nothing'} of {edge.payload}"
        if edge.json:
            yield from _of_command_line(caller, edge)


def _of_command_line(caller: Caller, edge: Edge) -> Iterator[str]:
    found = validate(caller.model, edge.payload, _HERE)
    if edge.good and found:
        yield f"{edge}: `validate` says {found[0].what}"
    if not edge.good and not (found and all(edge.place in finding.what for finding in found)):
        yield f"{edge}: `validate` says {[finding.what for finding in found] or 'nothing'} of {edge.payload}"


def missent(line: Line, edges: Iterable[Edge]) -> Iterator[str]:
    """Where something else is sent than was given, or not where it belongs; or anything of what is refused."""
    invalid = line.caller.error("InvalidInput")
    for edge in edges:
        try:
            made = line.call(line.caller.sends, **edge.payload)
        except invalid as refusal:
            told = {violation.field for violation in cast("Any", refusal).violations}
            if edge.good or told != {edge.place}:
                yield f"{edge}: the client refuses {sorted(told)} of {edge.payload}"
            if line.requests:
                yield f"{edge}: it was refused, and {line.requests[0].method} {line.requests[0].url} was sent"
            continue
        if not edge.good:
            yield f"{edge}: the client sent {edge.payload}"
            continue
        yield from (f"{edge}: {words}" for words in _unlike_given(line, edge, made.request_id))


def _unlike_given(line: Line, edge: Edge, request_id: str) -> Iterator[str]:
    caller, given = line.caller, completed(line.caller.model, edge.payload)
    if len(line.requests) != 1:
        yield f"{len(line.requests)} requests"
        return
    (request,) = line.requests
    yield from unlike_submission(caller, request, given)
    jobs = line.emulated.state.jobs
    job = jobs[request_id] if request_id in jobs else list(jobs.values())[-1]
    if canonical(job.payload) != canonical(given):
        yield f"the provider reads {canonical(job.payload)}, given was {canonical(given)}"
    if job.failure is not None:
        yield f"the provider refuses it: {job.failure.message}"


def unlike_submission(caller: Caller, request: httpx.Request, given: Mapping[str, Plain]) -> Iterator[str]:
    """Where a submission is not what the spec says for an input: method, address, headers, credential, body."""
    table, submit, credential = caller.table, caller.table.protocol.submit, caller.credential
    chosen = bodies.effective(table, given)
    variables = {**table.path, **{n: str(bodies.chosen(known, chosen)) for n, known in table.chosen_path.items()}}
    path = submit.path
    for name, value in variables.items():
        path = path.replace(f"{{{name}}}", str(value))
    key = credential.value.replace("{key}", KEY)
    query = {name: bodies.text(value, variables) for name, value in submit.query.items()}
    query |= {} if credential.query is None else {credential.query: key}
    own = caller.provider.spec.headers
    headers = {
        "content-type": "application/json",
        **own,
        **{n: bodies.text(v, variables) for n, v in submit.headers.items()},
    }
    headers |= {} if credential.header is None else {credential.header: key}
    sent = urlsplit(str(request.url))
    pairs: dict[str, tuple[object, object]] = {
        "the method": (submit.method, request.method),
        "the address": (caller.provider.table.hosts[submit.host] + path, f"{sent.scheme}://{sent.netloc}{sent.path}"),
        "the query": (query, dict(request.url.params)),
        "the body": (canonical(bodies.body(table, given, variables)), canonical(json.loads(request.content))),
        **{f"the header {name}": (value, request.headers.get(name)) for name, value in headers.items()},
        "places of the key": (1, sum(KEY in text for text in (*request.headers.values(), str(request.url)))),
    }
    for what, (asked, found) in pairs.items():
        if asked != found:
            yield f"{what} should be {asked!r}, is {found!r}"


def misjudged(line: Line, edges: Iterable[Edge]) -> Iterator[str]:
    """Where the provider judges otherwise than the spec says: what it takes, what it refuses, and when it says so."""
    caller = line.caller
    table = caller.table
    if table.body or table.chosen_path:
        return  # what is wrong may lead to another address, or to a body of no known form
    edges = [edge for edge in edges if edge.json and edge.payload]
    first = next(edge for edge in edges if edge.good)
    line.call(caller.sends, **first.payload)
    (request,) = line.requests
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    named = {*bodies.names(table.protocol.submit.body)}
    for edge in edges:
        if edge.word == "unknown" and len(edge.path) == 1 and not named & {bodies.INPUT, bodies.REST}:
            continue  # the body has no place for it
        body = bodies.body(table, completed(caller.model, edge.payload), table.path)
        before = len(line.emulated.state.jobs)
        answer = line.ask(request.method, str(request.url), headers, json.dumps(body).encode())
        started = list(line.emulated.state.jobs)[before:]
        yield from (f"{edge}: {words}" for words in _judged(line, edge, answer, started))


def _judged(line: Line, edge: Edge, answer: httpx.Response, started: list[str]) -> Iterator[str]:
    judges = line.caller.protocol_spec.judges
    row = next((error for error in line.caller.provider.errors if error.row.name == judges.refuses_with), None)
    if row is None or not _is_refused(line.caller, edge):
        if not started or line.emulated.state.jobs[started[0]].failure is not None:
            yield f"the provider should take {edge.payload}, it answers {answer.status_code} {answer.text[:200]}"
        return
    if judges.when == "at_submit" and started:
        yield f"the provider should refuse {edge.payload} at once, it started a job"
    elif judges.when == "after_queueing" and not started:
        yield f"the provider should refuse {edge.payload} later, it answers {answer.status_code} {answer.text[:200]}"
    elif judges.when == "at_submit" or line.caller.blocking:
        if answer.status_code != row.row.http:
            yield f"the provider should answer {row.row.http}, it answers {answer.status_code} {answer.text[:200]}"
    else:
        try:
            line.wait(started[0])
        except line.caller.error(str(row.class_name)):
            return
        except Exception as other:  # noqa: BLE001 - whatever else it is, it is told
            yield f"the job should end with {row.class_name}, it ended with {type(other).__name__}: {other}"
            return
        yield "the job should end with an error, and it has a result"


def _is_refused(caller: Caller, edge: Edge) -> bool:
    judges = caller.protocol_spec.judges
    if edge.good or judges.when == "never":
        return False
    if edge.word.startswith("unknown") and judges.unknown_fields == "ignored":
        return False
    if len(edge.path) == 1 and edge.payload.get(str(edge.path[0]), edge) is None and judges.nulls == "ignored":
        return edge.path[0] in cast("list[str]", caller.model.wire_schema.get("required", []))
    return True


def canonical(value: object) -> str:
    """JSON text with sorted keys: tells 5 from 5.0 and 1 from true."""
    return json.dumps(value, sort_keys=True)


def _places(found: Iterable[tuple[str | int, ...]]) -> str:
    return ", ".join(sorted(".".join(map(str, path)) for path in found)) or "nothing"

"""What every case promises, whatever its provider is like."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from constructed import Bench, Case
from hypothesis import HealthCheck, given, settings

from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.inputs.broken import Broken, broken_payloads
from callsheet.contract.inputs.schemas import completed
from callsheet.contract.inputs.strategies import valid_payloads
from callsheet.emulator.handlers.access import refusal
from callsheet.plan.names import error_name
from callsheet.runtime.pointer import text_at
from callsheet.source.nodes import Plain
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec

quickly = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def way(case: Case) -> ProtocolSpec | CallSpec:
    """The protocol that the case is about."""
    return case.provider.spec.way(case.model.spec.protocols[0])


def canonical(value: Any) -> str:
    """JSON text with sorted keys: tells 5 from 5.0 and 1 from true."""
    return json.dumps(value, sort_keys=True)


def test_the_specs_are_sound(case: Case) -> None:
    """`check` finds nothing."""
    assert [f"{found.rule} {found.span}: {found.what}" for found in case.findings] == []


def test_a_call_succeeds(case: Case, world: str, tmp_path: Path) -> None:
    """A job is sent, watched and fetched; its states come in the order of the spec, and its file is a real one."""
    bench = Bench(case, world=world)
    seen: list[Any] = []
    watched = [("with_options", {"on_update": seen.append})] if "states" in case.expected else []
    made = bench.perform(*watched, ("run", case.expected["input"]))
    states = [update.state for update in seen]
    bench.run(("save", {"path": tmp_path / "file"}))

    assert [state for n, state in enumerate(states) if state not in states[:n]] == case.expected.get("states", [])
    assert (tmp_path / "file").read_bytes()[4:8] == b"ftyp"
    assert [charge.billed for charge in bench.emulated.ledger] == ["always", "always"]
    for name, value in case.expected.get("output", {}).items():
        assert getattr(made.output, name) == value


def test_what_is_sent_is_what_the_spec_says(case: Case, world: str) -> None:
    """Method, address, headers and body of the submission."""
    bench = Bench(case, world=world)
    bench.run()
    expected, first = case.expected["sent"], bench.sent[0]

    assert (first.method, str(first.url)) == ("POST", expected["post"].replace("{key}", KEY))
    assert canonical(json.loads(first.content)) == canonical(expected["body"])
    for name, value in expected.get("headers", {}).items():
        assert first.headers[name] == value.replace("{key}", KEY)


def test_every_input_arrives_as_it_was_given(case: Case) -> None:
    """Whatever the body looks like: what the emulator reads out of it is the input, with its required defaults."""
    bench = Bench(case)
    send = "run" if isinstance(way(case), CallSpec) else "submit"

    @quickly
    @given(valid_payloads(case.model))
    def holds(payload: dict[str, Plain]) -> None:
        bench.perform((send, payload))
        job = list(bench.emulated.state.jobs.values())[-1]

        assert canonical(job.payload) == canonical(completed(case.model, payload))
        assert job.failure is None

    holds()


def test_a_bad_input_is_refused_before_anything_is_sent(case: Case) -> None:
    """The field is named, and nothing is sent; so it is with every single fact that is broken."""
    bench = Bench(case)
    expected = case.expected["refused_here"]
    with pytest.raises(bench.error("InvalidInput")) as caught:
        bench.perform(("run", expected["input"]))
    problem: Any = caught.value

    assert [violation.field for violation in problem.violations] == [expected["field"]]

    @quickly
    @given(broken_payloads(case.model))
    def holds(broken: Broken) -> None:
        with pytest.raises(bench.error("InvalidInput")) as found:
            bench.perform(("run", broken.payload))
        refused: Any = found.value
        assert {violation.field for violation in refused.violations} == {broken.fact.place}

    holds()
    assert bench.sent == []


def test_the_provider_refuses_what_it_does_not_take(case: Case) -> None:
    """A body of another form, or with a bad input, in the words of the spec; past a client that would not send it."""
    bench = Bench(case)
    judges = way(case).judges
    row = next((row for row in case.provider.spec.errors if row.name == judges.refuses_with), None)
    late = judges.when == "after_queueing"
    assert row is not None
    reply = bench.submission(body=case.expected["refused_there"])
    job = list(bench.emulated.state.jobs.values())[-1]

    if late:
        assert job.failure is not None
        assert job.failure.row is row
    if not late or isinstance(way(case), CallSpec):
        assert (reply.status_code, reply.headers["content-type"]) == (row.http, "application/json")
        assert text_at(reply.json(), case.provider.table.error_body.message)
    assert [charge.billed for charge in bench.emulated.ledger[1:]] == ([row.billed] if late else [])
    assert bench.submission(body=["no", "object"]).status_code in {row.http, 400}
    assert len(bench.emulated.ledger) == (2 if late else 1)


def test_required_headers_are_required(case: Case) -> None:
    """A version that is missing or another is refused, and no job follows."""
    spec, protocol = case.provider.spec, way(case)
    for name in {**spec.headers, **protocol.headers, **protocol.submit.headers}:
        bench = Bench(case)
        for value in (None, "1999-12-31") if name != "accept" else ("text/css",):
            reply = bench.submission(headers={name.lower(): value})
            assert reply.status_code == 400
            assert name in reply.text
        assert len(bench.emulated.ledger) == 1


def test_a_wrong_key_is_told(case: Case, world: str) -> None:
    """The error that the spec has for it, and no job. The key is not repeated."""
    bench = Bench(case, world=world)
    row = refusal(case.provider.spec, way(case))
    assert row is not None
    with pytest.raises(bench.error(error_name(row.name))) as caught:
        bench.run(api_key="another-key")

    assert "another-key" not in str(caught.value)
    assert bench.emulated.ledger == ()
    assert len(bench.sent) == 1


def test_the_key_stays_with_the_provider(case: Case, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """It goes to declared hosts, along with what is asked of them, and into no log; files are fetched without it."""
    bench = Bench(case)
    with caplog.at_level(logging.DEBUG):
        bench.run(("save", {"path": tmp_path / "file"}))
    hosts = {url.removeprefix("https://") for url in case.provider.table.hosts.values()}
    carrying = [request for request in bench.sent if KEY in str(request.url) + str(request.headers.multi_items())]

    assert {request.url.host for request in carrying} <= hosts
    assert not any("__callsheet__" in request.url.path for request in carrying)
    assert carrying
    assert KEY not in caplog.text


def test_a_job_is_taken_up_elsewhere(case: Case, world: str) -> None:
    """From its token alone, by another client."""
    if isinstance(way(case), CallSpec):
        return
    bench = Bench(case, world=world)
    job = bench.submit()
    found = bench.perform(("job", {"job": job.token}), ("wait", {}))

    assert found.request_id == job.request_id
    assert [request.method for request in bench.sent].count("POST") == 1


def ending(bench: Bench) -> Any:
    """What a call ends with: the error, or None for a success."""
    try:
        bench.run()
    except bench.error("CallsheetError") as problem:
        return problem
    return None


def test_every_documented_error_arrives_as_itself(case: Case, world: str) -> None:
    """Each row of `errors`, as a scenario of the emulator, becomes the class of its name, or passes as the row says."""
    call = isinstance(way(case), CallSpec)
    for row in case.provider.spec.errors:
        bench = Bench(case, world=world, scenario=row.name)
        problem = ending(bench)
        if call and row.means in {"unknown_job", "not_finished"}:
            assert "no job to ask for" in str(problem), "it cannot happen, and is not taken for success"
            continue
        posts = sum(request.method == "POST" for request in bench.sent)
        refused = row.means == "refused"

        assert type(problem) is expected(bench, row, call=call), f"{row.name}: {problem!r}"
        assert len(bench.emulated.ledger) == (0 if refused and row.retry == "never" else 1), row.name
        assert posts == (3 if refused and row.retry != "never" else 1), row.name
        if row.means in {"failed", "cancelled"}:
            assert problem.moderation == row.moderation
            assert row.about not in (problem.message or ""), "what it means, the client says itself"


def expected(bench: Bench, row: ErrorSpec, *, call: bool) -> type[Any]:
    """The class of what a call ends with where the provider does as a row says."""
    passes = {
        "failed": False,
        "cancelled": False,
        "refused": row.retry != "never",
        "unknown_job": False,
        "unavailable": not call,
        "not_finished": True,
    }
    if passes[row.means]:
        return type(None)
    return bench.error("SubmissionUnknown" if row.means == "unavailable" else error_name(row.name))


def test_trouble_with_a_submission_is_never_taken_for_a_refusal(case: Case, world: str) -> None:
    """A row that leaves it open whether a job runs, and a connection that breaks: one request, and it is said."""
    rows = [row for row in case.provider.spec.errors if row.accepted == "maybe" and (not row.on or "submit" in row.on)]
    for scenario in (*(f"{row.name}@submit" for row in rows), "cut"):
        bench = Bench(case, world=world, scenario=scenario)
        with pytest.raises(bench.error("SubmissionUnknown")):
            bench.run()

        assert len(bench.sent) == len(bench.emulated.ledger) == 1


def test_a_job_is_cancelled(case: Case, world: str) -> None:
    """While it waits, while it runs, when it has ended; where there is no way to, nothing is sent."""
    rule = way(case)
    if isinstance(rule, CallSpec):
        return
    expected = case.expected.get("cancelled")
    bench = Bench(case, world=world, seconds=100)
    if expected is None:
        with pytest.raises(bench.error("NotSupported")):
            bench.submit(("cancel", {}))
        assert len(bench.sent) == 1
        return
    for moment, seconds in (("queued", 5), ("running", 50)):
        job = bench.submit()
        bench.clock.advance(seconds)
        again = ("job", {"job": job.token})
        assert bench.perform(again, ("cancel", {})) == expected[moment]
        if moment == "queued":  # it had not begun, so there is nothing to wait for
            assert bench.perform(again, ("status", {})).state == expected["state"]
        with pytest.raises(bench.error(expected.get("raises", "JobCancelled"))) as caught:
            bench.perform(again, ("wait", {}))
        problem: Any = caught.value
        assert problem.request_id == job.request_id
        assert bench.perform(again, ("status", {})).state == expected["state"]
        assert bench.clock.monotonic() < 100
    done = bench.submit()
    bench.clock.advance(100)
    assert bench.perform(("job", {"job": done.token}), ("cancel", {})) == expected.get("ended", "requested")
    assert bench.perform(("job", {"job": done.token}), ("wait", {})).request_id == done.request_id
    nobody = json.dumps({**json.loads(done.token), "request_id": "nobody", "urls": {}})
    with pytest.raises(bench.error("UnknownJob")):
        bench.perform(("job", {"job": nobody}), ("cancel", {}))


def test_options_of_a_call_travel_and_are_judged(case: Case) -> None:
    """They go where the spec says, are remembered with the job, and are refused by the provider where they are bad."""
    expected = case.expected.get("options")
    if expected is None:
        assert not way(case).submit.options
        return
    bench = Bench(case)
    bench.perform(("with_options", {"call": expected["given"]}), ("run", case.expected["input"]))
    first, job = bench.sent[0], next(iter(bench.emulated.state.jobs.values()))

    assert json.loads(first.content) == expected["body"]
    assert {name: first.headers[name] for name in expected["headers"]} == expected["headers"]
    assert dict(job.options) == expected["given"]
    assert "webhook" not in job.payload
    for changed in expected["refused"]:
        assert bench.submission(**changed).status_code in {400, 422}
    assert len(bench.emulated.ledger) == 1

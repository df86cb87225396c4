"""What every case promises, whatever its provider is like."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from constructed import Bench, Case
from hypothesis import HealthCheck, given, settings

from callsheet.contract.broken import Broken, broken_payloads
from callsheet.contract.recordings import KEY
from callsheet.contract.schemas import completed
from callsheet.contract.strategies import valid_payloads
from callsheet.emulator.access import refusal
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


def test_a_call_succeeds(case: Case, asynchronous: bool, tmp_path: Path) -> None:
    """A job is sent, watched and fetched; its states come in the order of the spec, and its file is a real one."""
    bench = Bench(case, asynchronous=asynchronous)
    seen: list[Any] = []
    kept: list[Any] = []
    inner = bench.caller
    steps: list[Any] = [("run", case.expected["input"])]
    if "states" in case.expected:
        steps.insert(0, ("with_options", {"on_update": seen.append}))
    kept.append(bench.perform(*steps))
    bench.perform(*steps, ("save", {"path": tmp_path / "file"}))

    states = [update.state for update in seen]
    assert inner is bench.caller
    assert [state for n, state in enumerate(states) if state not in states[:n]] == case.expected.get("states", [])
    assert (tmp_path / "file").read_bytes()[4:8] == b"ftyp"
    assert [charge.billed for charge in bench.emulated.ledger] == ["always", "always"]
    for name, value in case.expected.get("output", {}).items():
        assert getattr(kept[0].output, name) == value


def test_what_is_sent_is_what_the_spec_says(case: Case, asynchronous: bool) -> None:
    """Method, address, headers and body of the submission."""
    bench = Bench(case, asynchronous=asynchronous)
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
    hidden = set(case.expected.get("not_always_sent", []))

    @quickly
    @given(valid_payloads(case.model))
    def holds(payload: dict[str, Plain]) -> None:
        bench.perform((send, payload))
        job = list(bench.emulated.state.jobs.values())[-1]
        sent = {name: value for name, value in completed(case.model, payload).items() if name not in hidden}

        assert canonical({name: value for name, value in job.payload.items() if name not in hidden}) == canonical(sent)
        assert job.fault is None

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
        assert job.fault is not None
        assert job.fault.row is row
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


def test_a_wrong_key_is_told(case: Case, asynchronous: bool) -> None:
    """The error that the spec has for it, and no job. The key is not repeated."""
    bench = Bench(case, asynchronous=asynchronous)
    row = refusal(case.provider.spec)
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


def test_a_job_is_taken_up_elsewhere(case: Case, asynchronous: bool) -> None:
    """From its token alone, by another client."""
    if isinstance(way(case), CallSpec):
        return
    bench = Bench(case, asynchronous=asynchronous)
    job = bench.submit()
    found = bench.perform(("job", {"job": job.token}), ("wait", {}))

    assert found.request_id == job.request_id
    assert [request.method for request in bench.sent].count("POST") == 1


def raised(bench: Bench, row: ErrorSpec, scenario: str) -> Any:
    """What a call ends with where the provider does as a row says; None for a success."""
    expected = {
        "failed": error_name(row.name),
        "cancelled": error_name(row.name),
        "refused": error_name(row.name),
        "unknown_job": error_name(row.name),
        "unavailable": "SubmissionUnknown",
    }
    try:
        bench.run()
    except bench.error("CallsheetError") as problem:
        assert type(problem).__name__ == expected[row.means], f"{scenario}: {problem!r}"
        return problem
    return None


def test_every_documented_error_arrives_as_itself(case: Case, asynchronous: bool) -> None:
    """Each row of `errors`, as a scenario of the emulator, becomes the class of its name, or passes as the row says."""
    call = isinstance(way(case), CallSpec)
    for row in case.provider.spec.errors:
        bench = Bench(case, asynchronous=asynchronous, scenario=row.name)
        problem = raised(bench, row, row.name)
        match row.means:
            case "failed" | "cancelled":
                assert problem is not None, row.name
                assert problem.moderation == row.moderation
                assert row.about not in (problem.message or ""), "the client says itself what it means"
            case "refused" if row.retry == "never":
                assert problem is not None, row.name
            case "refused":
                assert problem is None, row.name
            case "unavailable":
                assert (problem is not None) == call, row.name
            case "unknown_job":
                assert (problem is None) == call, row.name
            case "not_finished":
                assert problem is None, row.name
        posts = sum(request.method == "POST" for request in bench.sent)
        refused = row.means == "refused" and row.retry == "never"
        assert len(bench.emulated.ledger) == (0 if refused else 1), row.name
        assert posts == (3 if row.means == "refused" and not refused else 1), row.name


def test_trouble_with_a_submission_is_never_taken_for_a_refusal(case: Case, asynchronous: bool) -> None:
    """A row that leaves it open whether a job runs, and a connection that breaks: one request, and it is said."""
    rows = [row for row in case.provider.spec.errors if row.accepted == "maybe" and (not row.on or "submit" in row.on)]
    for scenario in (*(f"{row.name}@submit" for row in rows), "broken_connection"):
        bench = Bench(case, asynchronous=asynchronous, scenario=scenario)
        with pytest.raises(bench.error("SubmissionUnknown")):
            bench.run()

        assert len(bench.sent) == len(bench.emulated.ledger) == 1


def test_a_job_is_cancelled(case: Case, asynchronous: bool) -> None:
    """While it waits, while it runs, when it has ended; where there is no way to, nothing is sent."""
    rule = way(case)
    if isinstance(rule, CallSpec):
        return
    expected = case.expected.get("cancelled")
    bench = Bench(case, asynchronous=asynchronous, seconds=100)
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

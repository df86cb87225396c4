"""Scripted outcomes: every error row of a spec can be made to happen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from emulated import NOW, TAKES, Caller, caller, header

from callsheet.emulator import SCENARIO_HEADER, Emulator, Options, State, UnknownScenarioError, names
from callsheet.emulator.faults.scenarios import read
from callsheet.emulator.jobs.states import plays
from callsheet.plan.model import Plan

LATE = NOW + TAKES


def under(scenario: str) -> dict[str, Any]:
    """The header that chooses a scenario."""
    return {SCENARIO_HEADER: scenario}


def ask_all(user: Caller) -> list[int]:
    """Submit, look, look again, fetch: the codes; the submission alone where it is refused."""
    reply = user.submit()
    if reply.status != 200:
        return [reply.status]
    job: Any = reply.json()
    return [
        user.ask("GET", job[url], LATE).status for url in ("status_url", "status_url", "status_url", "response_url")
    ]


def test_every_error_row_is_a_scenario_that_shows(plan: Plan) -> None:
    """Some answer of a job that goes through a scenario carries the row's own status, in a protocol that knows it."""
    for provider in plan.providers:
        queue = provider.spec.way("queue")
        for row in (row for row in provider.spec.errors if plays(row, queue)):
            user = caller(plan, provider.id, scenario=row.name)
            assert row.http in ask_all(user), row.name


@pytest.mark.parametrize(
    ("provider", "scenario", "codes"),
    [
        ("segmind", "success", [200, 200, 200, 200]),
        ("segmind", "inference_failed", [422, 422, 422, 422]),
        ("segmind", "unknown_request", [404, 404, 404, 404]),
        ("segmind", "insufficient_credits_v2", [402]),
        ("segmind", "bad_gateway", [502, 502, 200, 200]),
        ("segmind", "bad_gateway@result*1", [200, 200, 200, 502]),
        ("segmind", "server_error@submit", [500]),
        ("fal", "client_cancelled", [200, 200, 200, 499]),
        ("fal", "content_policy_violation", [200, 200, 200, 422]),
        ("fal", "runner_scheduling_failure", [200, 200, 200, 503]),
        ("fal", "still_in_progress", [200, 200, 200, 400]),
        ("fal", "no_runner*1", [503, 200, 200, 200]),
    ],
)
def test_what_a_scenario_does(plan: Plan, provider: str, scenario: str, codes: list[int]) -> None:
    """By what the row means: it ends the job, refuses the submission, or stands in the way of reads."""
    assert ask_all(caller(plan, provider, scenario=scenario)) == codes


def test_a_submission_that_may_be_repeated_is_taken_at_the_third_try(plan: Plan) -> None:
    """429 twice, and nothing is charged for them; one that must not be repeated is refused for ever."""
    user = caller(plan, "segmind", scenario="rate_limited")
    assert [user.submit().status for _ in range(4)] == [429, 429, 200, 200]
    assert len(user.state.ledger) == 2
    locked = caller(plan, "fal", scenario="account_locked")
    assert [locked.submit().status for _ in range(4)] == [403] * 4
    assert locked.state == State()


def test_a_submission_with_an_unknown_outcome_was_accepted(plan: Plan) -> None:
    """502 on the submission while the job runs and is charged: the case that a client must not repeat."""
    user = caller(plan, "segmind", scenario="bad_gateway@submit")
    assert user.submit().status == 502
    assert len(user.state.ledger) == len(user.state.jobs) == 1


def test_a_request_may_choose_for_itself(plan: Plan) -> None:
    """The header goes over the option, and the job keeps what it was submitted under."""
    user = caller(plan, "fal")
    chosen, plain = user.job(**under("generation_timeout")), user.job()
    failed = user.ask("GET", chosen["response_url"], LATE)
    assert (failed.status, header(failed, "X-Fal-Error-Type")) == (504, "generation_timeout")
    assert header(failed, "x-fal-request-id") == chosen["request_id"]
    assert user.ask("GET", plain["response_url"], LATE).status == 200
    assert user.ask("GET", plain["response_url"], LATE, **under("bad_gateway@result")).status == 502


def test_an_unknown_scenario_is_named_with_those_there_are(plan: Plan) -> None:
    """ValueError where it is an option, 400 where it is a header; one that a single provider has is enough."""
    for text in ("no_such_row", "success@nowhere", "a b", ""):
        with pytest.raises(UnknownScenarioError):
            Emulator(plan, Options(scenario=text))
    with pytest.raises(ValueError, match="rate_limited"):
        Emulator(plan, Options(scenario="no_such_row"))
    reply = caller(plan, "fal").submit(**under("no_such_row"))
    assert reply.status == 400
    assert b"generation_timeout" in reply.body
    lone = caller(plan, "segmind", scenario="generation_timeout").submit()
    assert (lone.status, b"segmind has no scenario `generation_timeout`" in lone.body) == (400, True)
    assert "generation_timeout" in names(plan.provider("fal").spec)


def test_an_error_of_one_protocol_is_not_played_under_another(plan: Plan) -> None:
    """400 where it is asked for by a header, and as an option: it is never taken for success."""
    refused = caller(plan, "fal").submit(**under("concurrent_requests_limit"))
    assert refused.status == 400
    assert b"is no answer of the protocol queue; it is one of direct" in refused.body
    assert ask_all(caller(plan, "fal", scenario="concurrent_requests_limit")) == [400]


def test_an_error_that_nothing_shows_is_refused(plan: Plan) -> None:
    """Never the first failed state in its place: neither states nor answers tell what such a failure looks like."""
    provider = plan.provider("segmind").spec
    named = next(row for row in provider.errors if row.name == "inference_failed")
    other = replace(named, name="other", answer=None)
    for row in (other, replace(other, answer={"error": "{message}"}), replace(other, code="x")):
        changed = replace(provider, errors=(*provider.errors, row), calls=())
        if row.answer is None:
            with pytest.raises(
                UnknownScenarioError, match="does not show what `other` looks like: give it an `answer`"
            ):
                read("other", changed)
            assert "other" not in names(changed)
        else:
            assert read("other@result", changed).parts[0].error is row
    answered = replace(other, answer={"error": "{message}"}, on=("status",))
    assert read("other", replace(provider, errors=(answered,))).parts[0].error is answered


def test_a_wrong_key_is_answered_as_the_credential_says(plan: Plan) -> None:
    """By the error that it names; the client of a provider with 403 meets 403."""
    fal = plan.provider("fal")
    locked = replace(fal.spec.credential, refuses_with="account_locked")
    named = Plan((replace(fal, spec=replace(fal.spec, credential=locked)),))
    assert [replace(caller(each, "fal"), key="wrong").submit().status for each in (plan, named)] == [401, 403]

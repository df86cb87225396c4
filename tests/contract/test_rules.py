"""Rules between parameters: every judge there is says the same of every payload, and of the same parameters."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from callsheet.contract.inputs.broken import Broken, breakable, broken_by
from callsheet.contract.inputs.rules import names_of
from callsheet.contract.inputs.schemas import completed, refusals, required_defaults
from callsheet.contract.inputs.strategies import payloads, valid_payloads
from callsheet.contract.strength.mutants import model_mutants
from callsheet.emit import PACKAGE, emit
from callsheet.emulator.options import Options
from callsheet.emulator.requests.judging import judge
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
from callsheet.facts import facts_of
from callsheet.findings import Span
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan
from callsheet.source.nodes import Plain
from callsheet.spec.load import load
from callsheet.spec.model import JudgesSpec
from callsheet.spec.ruling import breaking, effective
from callsheet.validate import validate
from callsheet.write import write

KEY = "test-key"
CASES = Path(__file__).parents[1] / "cases_emit"
LOADED = load(
    {
        "specs/reel/provider.yaml": (CASES / "provider.yaml").read_bytes(),
        "specs/reel/clip.yaml": (CASES / "rules_between_parameters" / "spec.yaml").read_bytes(),
    }
)
PLAN = build(LOADED.specs).plan
MODEL: ModelPlan = PLAN.providers[0].models[0]
JUDGES: JudgesSpec = PLAN.providers[0].spec.protocols[0].judges
DRAWN = settings(phases=[Phase.generate], max_examples=2_000, derandomize=True)  # one will do, however large it is
RULE_FACTS = [fact for fact in breakable(MODEL) if fact.word.startswith("rule_")]

# Every value is right in itself; whether they go together is open.
LOOSE = payloads({key: value for key, value in MODEL.wire_schema.items() if key != "allOf"}, required_defaults(MODEL))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated client's endpoint."""
    folder = tmp_path_factory.mktemp("rules")
    write(folder, emit(PLAN))
    (folder / PACKAGE).rename(folder / "rules_clients")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module("rules_clients.reel").Reel(api_key="k").clip


def broken_here(payload: dict[str, Plain]) -> set[str]:
    """The parameters that break rules, by the spec itself."""
    values = effective(MODEL.spec.input, payload)
    return {name for rule in MODEL.spec.rules for name in breaking(rule, values)}


@settings(max_examples=400)
@given(payload=LOOSE)
def test_all_judges_agree(endpoint: Any, payload: dict[str, Plain]) -> None:
    """Client, `validate`, emulator and jsonschema refuse a payload at the same parameters, or all take it."""
    whole = completed(MODEL, payload)
    asked = broken_here(whole)
    client = endpoint.validate(payload)

    assert {violation.field for violation in client} == asked
    assert {violation.fact for violation in client} <= {"rule"}
    assert {str(path[0]) for path in refusals(MODEL.wire_schema, whole)} == asked
    assert {violation.field for violation in judge(MODEL.wire_schema, whole, JUDGES)} == asked
    offline = validate(MODEL, payload, lambda path: Span(".".join(map(str, path))))
    assert {finding.span.path for finding in offline} == asked
    assert {finding.rule for finding in offline} <= {"payload-rule"}
    # The same words, too: which rule it is, and why.
    told = {finding.what.partition(": ")[2] for finding in offline}
    assert told == {violation.message for violation in client}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(payload=valid_payloads(MODEL))
def test_valid_payloads_keep_all_rules(endpoint: Any, payload: dict[str, Plain]) -> None:
    """What is drawn as valid is valid to all."""
    assert broken_here(completed(MODEL, payload)) == set()
    assert endpoint.validate(payload) == ()


def test_valid_payloads_reach_into_the_rules() -> None:
    """What rules are about is drawn, and not only what none of them is about."""
    missing = [{"resolution": "1080p"}, {"resolution": "4k", "audio": True}, {"mode": "fast"}]

    def all_seen(payload: dict[str, Plain]) -> bool:
        missing[:] = [corner for corner in missing if not corner.items() <= payload.items()]
        return not missing

    find(valid_payloads(MODEL), all_seen, settings=DRAWN)


@pytest.mark.parametrize("fact", RULE_FACTS, ids=str)
def test_each_rule_is_broken_alone(endpoint: Any, fact: Any) -> None:
    """For each rule and each parameter that it asks something of, a payload that is wrong in that alone."""

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(broken_by(fact))
    def holds(broken: Broken) -> None:
        found = endpoint.validate(broken.payload)
        rule = next(rule for rule in MODEL.rules if rule.id == fact.word.removeprefix("rule_"))

        assert {(violation.field, violation.fact) for violation in found} == {(broken.field, "rule")}
        assert rule.messages[broken.field] in {violation.message for violation in found}

    holds()


def test_every_rule_has_its_broken_payload() -> None:
    """No rule drops out, nor any parameter that a rule asks something of."""
    asked = {(rule.id, name) for rule in MODEL.spec.rules for name in rule.then.criteria}
    counted = {
        ("something_to_start_from", "prompt"),
        ("picture_or_clip", "video"),
        ("either", "image"),
        ("either", "last_frame"),
    }
    found = {(fact.word.removeprefix("rule_"), fact.field) for fact in RULE_FACTS}

    assert found == asked | counted


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(broken=st.sampled_from(breakable(MODEL)).flatmap(broken_by))
def test_other_facts_are_broken_alone_in_spite_of_rules(endpoint: Any, broken: Broken) -> None:
    """A value that is wrong in itself is named by the client, and nothing else is."""
    assert {violation.field for violation in endpoint.validate(broken.payload)} == {broken.fact.place}


def test_names_of_a_rule() -> None:
    """A rule's schema tells which parameters it is about."""
    rules = {rule["title"]: rule for rule in MODEL.wire_schema["allOf"]}  # type: ignore[union-attr, index, call-overload]

    assert names_of(rules["picture_or_clip"]) == ["image", "video", "last_frame"]
    assert names_of(rules["long_needs_hd"]) == ["resolution", "duration"]
    assert names_of(rules["text_needs_frames"]) == ["payload", "prompt"]


def test_rules_are_facts() -> None:
    """A rule is a fact like any other: evidence says it in the words of the spec, as short as they can be."""
    facts = facts_of(PLAN.providers[0], MODEL)

    assert facts["rule", "long_needs_hd"] == {"when": {"resolution": "1080p"}, "then": {"duration": 8}}
    assert facts["rule", "picture_or_clip"] == {"at_most_one": ["image", "video", "last_frame"]}
    assert facts["rule", "payload_needs_style"] == {
        "when": {"payload": {"present": True}},
        "then": {"same": {"not": "a"}},
    }
    assert facts["rule", "large_is_slow"] == {
        "when": {"resolution": "4k", "audio": True},
        "then": {
            "duration": {"not": 7, "minimum": 6},
            "frame-rate": {"maximum": 24},
            "mode": {"not": "fast"},
            "image": {"present": False},
        },
    }


def test_every_changed_rule_is_another_fact() -> None:
    """No change of a rule goes unnoticed: each makes other facts, or is refused."""
    before = facts_of(PLAN.providers[0], MODEL)
    changed = [one for one in model_mutants(LOADED.specs, "reel", "clip") if one.what.startswith("model.rules")]
    survivors: list[str] = []
    for one in changed:
        try:
            plan = build(one.specs).plan
        except (KeyError, ValueError):
            continue  # a parameter that there is not, a rule that asks for nothing
        if facts_of(plan.providers[0], plan.providers[0].models[0]) == before:
            survivors.append(one.what)

    assert len(changed) > 40
    assert survivors == []


def test_the_emulator_refuses_as_the_provider_does() -> None:
    """Judged after it has queued: the submission is taken, the job fails, and its error tells the rule and why."""
    clock = VirtualClock()
    transport = MemoryTransport(PLAN, Options(keys=frozenset({KEY})), clock=clock)
    provider = PLAN.providers[0]
    credential = provider.table.credential
    headers = {str(credential.header): credential.value.replace("{key}", KEY)}
    with httpx.Client(transport=transport, base_url=provider.table.hosts["api"], headers=headers) as http:
        taken = http.post("/models/clip", json={"prompt": "a cat", "resolution": "1080p"})
        clock.sleep(60)
        told = http.get(f"/jobs/{taken.json()['id']}").json()

    assert taken.status_code == 200
    assert told["state"] == "broken"
    assert MODEL.rules[2].message in told["error"]
    assert told["error"].startswith("duration: Value error, ")

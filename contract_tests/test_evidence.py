"""What people read on the providers' pages, against what the specs come to."""

from __future__ import annotations

from pathlib import Path

from callsheet.contract import answers, evidence
from callsheet.contract.calls import Caller
from callsheet.contract.evidence import Answer
from callsheet.contract.facts import facts_of
from callsheet.contract.mutants import mutants
from callsheet.contract.plans import Planned
from callsheet.plan.build import build
from callsheet.plan.model import ProviderPlan


def test_the_spec_says_what_the_page_says(endpoint: Caller, evidence_root: Path) -> None:
    """No fact of the evidence disagrees with the spec."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)

    assert [str(d) for d in evidence.compare(known, facts_of(endpoint.provider, endpoint.model))] == []


def test_an_answer_is_read_as_it_is_known_to_be(answered: tuple[ProviderPlan, Answer]) -> None:
    """The error table takes each known answer for what it is: who accepted, whether to repeat, whose words."""
    provider, answer = answered

    assert answers.disagreements(provider, answer) == ()


# Facts that a spec states and that no evidence can prove or refute, with the reason.
UNPROVEN: dict[str, str] = {}


def test_evidence_notices_every_changed_fact(endpoint: Caller, everything: Planned, evidence_root: Path) -> None:
    """A spec with any one fact changed is convicted, but for those that nobody could know."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)
    survivors = [
        mutant.what
        for mutant in mutants(everything.specs, endpoint.provider.id, endpoint.model.id)
        if not _noticed(mutant.specs, endpoint, known)
    ]

    assert survivors == []


def _noticed(specs: object, endpoint: Caller, known: evidence.Evidence) -> bool:
    plan = build(specs).plan
    provider = plan.provider(endpoint.provider.id)
    try:
        model = provider.model(endpoint.model.id)
    except KeyError:
        return True
    return bool(evidence.compare(known, facts_of(provider, model))) or any(
        answers.disagreements(provider, answer) for answer in known.answers
    )

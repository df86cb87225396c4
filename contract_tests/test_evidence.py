"""What people read on the providers' pages, against what the specs come to."""

from __future__ import annotations

from pathlib import Path

from callsheet.contract.clients.calls import Caller
from callsheet.contract.evidence import answers, unproven
from callsheet.contract.evidence import files as evidence
from callsheet.contract.evidence.files import Answer
from callsheet.contract.plans import Planned
from callsheet.contract.strength import measure as strength
from callsheet.facts import facts_of
from callsheet.plan.model import ProviderPlan


def test_the_spec_says_what_the_page_says(endpoint: Caller, evidence_root: Path) -> None:
    """No fact of the evidence disagrees with the spec."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)

    assert [str(d) for d in evidence.compare(known, facts_of(endpoint.provider, endpoint.model))] == []


def test_an_answer_is_read_as_it_is_known_to_be(answered: tuple[ProviderPlan, Answer]) -> None:
    """The error table takes each known answer for what it is: who accepted, whether to repeat, whose words."""
    provider, answer = answered

    assert answers.disagreements(provider, answer) == ()


def test_every_fact_of_the_spec_is_known_from_elsewhere(endpoint: Caller, evidence_root: Path) -> None:
    """A spec states nothing that no source was read for, but for a few facts with a reason."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)
    unknown = [" ".join(path) for path in evidence.undefended(known, facts_of(endpoint.provider, endpoint.model))]

    excused = {debt.what for debt in unproven.read(evidence_root).facts if debt.of == endpoint.provider.id}
    assert [fact for fact in unknown if fact not in excused] == []


def test_evidence_notices_changed_facts(everything: Planned, evidence_root: Path) -> None:
    """Of a sample of one-fact changes to each file, the evidence convicts all that anybody could notice.

    `make strength` tries every change.
    """
    found = list(strength.verdicts(everything, evidence_root, sample=100))

    assert [f"{one.mutant.span}: {one.mutant.what}" for one in found if one.outcome == "survived"] == []
    assert sum(one.outcome == "killed" for one in found) > 600

"""What people read on the providers' pages, against what the specs come to."""

from __future__ import annotations

import re
from pathlib import Path

from callsheet.contract import answers, evidence
from callsheet.contract.calls import Caller
from callsheet.contract.evidence import Answer, Evidence
from callsheet.contract.facts import facts_of
from callsheet.contract.mutants import mutants
from callsheet.contract.plans import Planned
from callsheet.plan.build import build
from callsheet.plan.model import ProviderPlan
from callsheet.spec.model import Specs


def test_the_spec_says_what_the_page_says(endpoint: Caller, evidence_root: Path) -> None:
    """No fact of the evidence disagrees with the spec."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)

    assert [str(d) for d in evidence.compare(known, facts_of(endpoint.provider, endpoint.model))] == []


def test_an_answer_is_read_as_it_is_known_to_be(answered: tuple[ProviderPlan, Answer]) -> None:
    """The error table takes each known answer for what it is: who accepted, whether to repeat, whose words."""
    provider, answer = answered

    assert answers.disagreements(provider, answer) == ()


# What a spec states and no source proves or refutes, by the facts' paths and by the changes that nobody could notice.
UNPROVEN_FACTS = {
    "error_message /error": "fal documents `detail` only; the others are looked at in case",
    "error_message /status": "proven by the answer 404 NOT_FOUND, whose words stand nowhere else",
    "error_message /message": "Segmind documents `error` only; the other is looked at in case",
    "queue result answer_keys": "Segmind's sources show status, error, metrics, output, and leave others out",
}
UNPROVEN_CHANGES = {
    r"provider\.errors\.unknown_request\.billed=": "whether a job that is forgotten was billed is not stated",
    r"provider\.errors\.client_cancelled\.billed=": "whether a cancelled job is billed is not stated",
    r"provider\.error_body\.message\./(error|message)-dropped": "looked at in case; see above",
    r"provider\.errors\.rate_limited\.answer\.": "fal documents the code and the header of a 429, not its body",
    r"provider\..*\.(answer_without_key|answer_when_failed|violation|violation_types|log_entry)\.": (
        "bodies that only the emulator makes; tests/emulator holds them to the captured ones"
    ),
    r"provider\.protocols\.queue\.result\.answer\.": "see `queue result answer_keys` above",
    r"provider\.protocols\.queue\.path_variables\.": "a declaration; `callsheet check` holds it to the paths",
    r"provider\.protocols\.queue\.judges\.(unknown_fields|nulls)=": "nobody has seen what the providers do with these",
}


def test_every_fact_of_the_spec_is_known_from_elsewhere(endpoint: Caller, evidence_root: Path) -> None:
    """A spec states nothing that no source was read for, but for a few facts with a reason."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)
    unknown = [" ".join(path) for path in evidence.undefended(known, facts_of(endpoint.provider, endpoint.model))]

    assert [fact for fact in unknown if fact not in UNPROVEN_FACTS] == []


def test_evidence_notices_every_changed_fact(endpoint: Caller, everything: Planned, evidence_root: Path) -> None:
    """A spec with any one fact changed is convicted, but for changes that nobody could notice."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)
    changed = list(mutants(everything.specs, endpoint.provider.id, endpoint.model.id))
    survivors = [mutant.what for mutant in changed if not _noticed(mutant.specs, endpoint, known)]

    assert len(changed) > 200
    assert [what for what in survivors if not any(re.match(known, what) for known in UNPROVEN_CHANGES)] == []


def _noticed(specs: Specs, endpoint: Caller, known: Evidence) -> bool:
    try:
        provider = build(specs).plan.provider(endpoint.provider.id)
        model = provider.model(endpoint.model.id)
        facts = facts_of(provider, model)
    except KeyError:
        return True  # a name that leads nowhere: not even a plan can be made of it
    before = evidence.undefended(known, facts_of(endpoint.provider, endpoint.model))
    return (
        bool(evidence.compare(known, facts))
        or not set(evidence.undefended(known, facts)) <= set(before)
        or any(answers.disagreements(provider, answer) for answer in known.answers)
    )

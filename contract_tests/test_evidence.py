"""What people read on the providers' pages, against what the specs come to."""

from __future__ import annotations

import re
from pathlib import Path

from callsheet.contract import answers, evidence
from callsheet.contract.calls import Caller
from callsheet.contract.evidence import Answer, Evidence
from callsheet.contract.mutants import Mutant, model_mutants, provider_mutants
from callsheet.contract.plans import Planned
from callsheet.facts import facts_of
from callsheet.facts.flat import FactPath
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


# What a spec states and no source proves or refutes, by the facts' paths and by the changes that nobody could notice.
UNPROVEN_FACTS = {
    "error_message /error": "fal documents `detail` only; the others are looked at in case",
    "error_message /status": "proven by the answer 404 NOT_FOUND, whose words stand nowhere else",
    "error_message /message": "Segmind documents `error` only; the other is looked at in case",
    "queue result answer_keys": "Segmind's sources show status, error, metrics, output, and leave others out",
}
UNPROVEN_CHANGES = {
    r"provider\.errors\.(unknown_request|malformed_request_id)\.billed=": (
        "whether a job that is forgotten was billed is not stated"
    ),
    r"provider\.errors\.client_(cancelled|disconnected)\.billed=": (
        "whether a job that was left was billed is not stated"
    ),
    r"provider\.errors\.workflow_failed\.billed=": "whether the steps before the failing one are billed is not stated",
    r"provider\.error_body\.message\./(error|message)-dropped": "looked at in case; see above",
    r"provider\.errors\.(rate_limited|bad_gateway|no_runner|timed_out)\.answer\.": (
        "fal documents the codes of these answers; their bodies, which do not come from it, are not shown"
    ),
    r"provider\.errors\.malformed_request_id\.answer\.": "integrators tell the code of such an answer, not its body",
    r"provider\..*\.(answer_without_key|answer_when_failed|violation|violation_types|log_entry)\.": (
        "bodies that only the emulator makes; tests/emulator holds them to the captured ones"
    ),
    r"provider\.protocols\.queue\.urls\.\w+\.also\.": "addresses of an endpoint whose id has two parts coincide",
    r"provider\.protocols\.queue\.result\.answer\.": "see `queue result answer_keys` above",
    r"provider\.(protocols|calls)\.\w+\.path_variables\.": "a declaration; `callsheet check` holds it to the paths",
    r"provider\.(protocols|calls)\.\w+\.judges\.(unknown_fields|nulls)=": (
        "nobody has seen what the providers do with these"
    ),
}


def test_every_fact_of_the_spec_is_known_from_elsewhere(endpoint: Caller, evidence_root: Path) -> None:
    """A spec states nothing that no source was read for, but for a few facts with a reason."""
    known = evidence.of_endpoint(evidence_root, endpoint.provider.id, endpoint.model.id)
    unknown = [" ".join(path) for path in evidence.undefended(known, facts_of(endpoint.provider, endpoint.model))]

    assert [fact for fact in unknown if fact not in UNPROVEN_FACTS] == []


def test_evidence_notices_every_changed_fact_of_an_endpoint(
    endpoint: Caller, everything: Planned, evidence_root: Path
) -> None:
    """A model file with any one fact changed is convicted, but for changes that nobody could notice."""
    jury = Jury(endpoint.provider, [endpoint.model.id], evidence_root)
    changed = list(model_mutants(everything.specs, endpoint.provider.id, endpoint.model.id))

    assert len(changed) > 50
    assert jury.acquits(changed) == []


def test_evidence_notices_every_changed_fact_of_a_provider(
    provider: ProviderPlan, everything: Planned, evidence_root: Path
) -> None:
    """The same of a provider file: what one endpoint does not notice, another has to."""
    jury = Jury(provider, [model.id for model in provider.models], evidence_root)
    changed = list(provider_mutants(everything.specs, provider.id))

    assert len(changed) > 200
    assert jury.acquits(changed) == []


class Jury:
    """The evidence on some endpoints of a provider, and what it leaves open of the specs as they are."""

    def __init__(self, provider: ProviderPlan, models: list[str], root: Path) -> None:
        self.provider = provider.id
        self.answers = evidence.read(root / provider.id / "provider.yaml").answers
        self.known: dict[str, Evidence] = {name: evidence.of_endpoint(root, provider.id, name) for name in models}
        self.open: dict[str, set[FactPath]] = {
            name: set(evidence.undefended(known, facts_of(provider, provider.model(name))))
            for name, known in self.known.items()
        }

    def acquits(self, mutants: list[Mutant]) -> list[str]:
        """The changes that go unnoticed, without those that nobody could notice."""
        survivors = (mutant.what for mutant in mutants if not self._notices(mutant))
        return [what for what in survivors if not any(re.match(known, what) for known in UNPROVEN_CHANGES)]

    def _notices(self, mutant: Mutant) -> bool:
        try:
            provider = build(mutant.specs).plan.provider(self.provider)
            facts = {name: facts_of(provider, provider.model(name)) for name in self.known}
        except KeyError:
            return True  # a name that leads nowhere: not even a plan can be made of it
        return (
            any(evidence.compare(known, facts[name]) for name, known in self.known.items())
            or any(
                not set(evidence.undefended(known, facts[name])) <= self.open[name]
                for name, known in self.known.items()
            )
            or any(answers.disagreements(provider, answer) for answer in self.answers)
        )

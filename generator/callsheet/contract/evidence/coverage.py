"""Which fact of a spec is defended by what: the evidence that has it, and the checks that hold clients to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callsheet.contract.evidence import answers, unproven
from callsheet.contract.evidence import files as evidence
from callsheet.contract.evidence.files import NOT_STATED, Evidence, Known
from callsheet.contract.evidence.places import place_of
from callsheet.contract.plans import Planned
from callsheet.facts import FactPath, facts_of
from callsheet.findings import Finding, Span
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.rules import proof
from callsheet.source.nodes import Plain

_CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "parameters": ("input", "requests"),
    "parameter_names": ("input", "requests"),
    "rule": ("input",),
    "sample": ("input",),
    "output": ("requests",),
    "output_media": ("requests",),
    "output_base64": ("requests",),
    "credential": ("requests", "money"),
    "files": ("offers",),
    "webhook": ("offers",),
    "error_marks": ("answers", "money"),
    "error_message": ("answers",),
    "error_code": ("answers",),
    "submit": ("requests", "recordings"),
    "status": ("requests", "recordings"),
    "result": ("requests", "recordings"),
    "states": ("requests", "recordings"),
    "cancel": ("requests", "recordings"),
    "options": ("requests",),
    "stream": ("recordings",),
    "retention": ("requests",),
}
"""By the word of a fact that says what it is about: the checks of contract_tests/ that run on clients besides."""


@dataclass(frozen=True, slots=True)
class Defence:
    """One fact, and what would notice that it is wrong."""

    provider: str
    model: str
    path: FactPath
    value: Plain
    place: Span
    evidence: tuple[Known, ...]
    checks: tuple[str, ...]
    unproven: str
    """Why there is no evidence, where that is known."""

    @property
    def defended(self) -> bool:
        """Whether there is evidence, or a reason for having none."""
        return bool(self.evidence) or bool(self.unproven)


def defences(provider: ProviderPlan, model: ModelPlan, known: Evidence, debts: unproven.Debts) -> Iterator[Defence]:
    """Every fact of an endpoint, in the order of its spec."""
    by_path: dict[FactPath, list[Known]] = {}
    for one in known.facts:
        if one.value != NOT_STATED:
            by_path.setdefault(one.path, []).append(one)
    for path, value in facts_of(provider, model).items():
        found = tuple(by_path.get(path, ()))
        debt = None if found else debts.of_fact(provider.id, path)
        checks = ("evidence", *_checks(model, path)) if found else _checks(model, path)
        at = place_of(provider, model, path)
        yield Defence(provider.id, model.id, path, value, at, found, checks, debt.why if debt else "")


def findings(everything: Planned, root: Path) -> Iterator[Finding]:
    """Every disagreement between the specs and the evidence."""
    for provider in everything.plan.providers:
        shared = root / provider.id / "provider.yaml"
        if not shared.is_file():
            yield proof.NO_EVIDENCE.at(provider.spec.node.span, f"{provider.id}: there is no {shared.as_posix()}")
            continue
        for answer in evidence.read(shared).answers:
            for words in answers.disagreements(provider, answer):
                yield proof.EVIDENCE_DISAGREES.at(provider.spec.node.span, words)
        for model in provider.models:
            if (gap := missing(model, root)) is not None:
                yield gap
                continue
            known = evidence.of_endpoint(root, provider.id, model.id)
            for wrong in evidence.compare(known, facts_of(provider, model)):
                at = place_of(provider, model, wrong.known.path)
                yield proof.EVIDENCE_DISAGREES.at(at, f"{provider.id}/{model.id}: {wrong}")


def missing(model: ModelPlan, root: Path) -> Finding | None:
    """The finding on an endpoint of which nothing is known but its spec."""
    path = root / model.provider / f"{model.id}.yaml"
    if path.is_file() and (path.parent / "provider.yaml").is_file():
        return None
    return proof.NO_EVIDENCE.at(model.spec.node.span, f"{model.provider}/{model.id}: there is no {path.as_posix()}")


def undefended(defence: Defence) -> Finding:
    """The finding on a fact that nothing defends."""
    said = " ".join(defence.path)
    return proof.FACT_UNDEFENDED.at(defence.place, f"{defence.provider}/{defence.model}: `{said}` has no evidence")


def _checks(model: ModelPlan, path: FactPath) -> tuple[str, ...]:
    words = path[1:] if path[0] in model.tables else path
    return _CHECKS.get(words[0], ()) if words else ()

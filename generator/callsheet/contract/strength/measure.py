"""How strong the evidence is: which one-fact changes of the specs it notices, together with all that follows from them.

A changed spec is planned anew, and its facts are compared with the evidence. `killed` names the evidence that
disagrees; `equivalent` gives the reason why nobody could notice; `refused` is what `callsheet check` does not let
through, so that nobody can come to rely on it. What is left `survived`, and is a hole in the evidence.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from callsheet.contract.evidence import answers, unproven
from callsheet.contract.evidence import files as evidence
from callsheet.contract.evidence.files import Answer, Evidence
from callsheet.contract.plans import Planned
from callsheet.contract.strength.mutants import Mutant, model_mutants, provider_mutants
from callsheet.facts import FactPath, facts_of
from callsheet.findings import errors
from callsheet.plan.build import build
from callsheet.plan.model import ProviderPlan
from callsheet.spec.load import faults

Outcome = Literal["killed", "equivalent", "refused", "survived"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("killed", "equivalent", "refused", "survived")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one change."""

    of: str
    """`provider`, or `provider/model`: the file that was changed."""
    mutant: Mutant
    outcome: Outcome
    by: str
    """The evidence, the reason, or the fault that `callsheet check` finds; empty for a survivor."""


class Jury:
    """The evidence on some endpoints of a provider, and what it leaves open of the specs as they are."""

    def __init__(self, provider: ProviderPlan, models: Iterable[str], root: Path) -> None:
        self.provider = provider.id
        self.debts = unproven.read(root)
        self.answers: tuple[Answer, ...] = evidence.read(root / provider.id / "provider.yaml").answers
        self.known: Mapping[str, Evidence] = {name: evidence.of_endpoint(root, provider.id, name) for name in models}
        self.open: Mapping[str, frozenset[FactPath]] = {
            name: frozenset(evidence.undefended(known, facts_of(provider, provider.model(name))))
            for name, known in self.known.items()
        }

    def verdict(self, of: str, mutant: Mutant) -> Verdict:
        """What becomes of a change."""
        try:
            by = self._noticed(build(mutant.specs).plan.provider(self.provider))
        except (KeyError, AttributeError, TypeError, ValueError) as fault:
            # What the language cannot say has no plan either: a rule that asks for nothing, a name that leads nowhere.
            return Verdict(of, mutant, "refused", f"no plan can be made of it: {fault!r}")
        if by is not None:
            return Verdict(of, mutant, "killed", by)
        if (debt := self.debts.of_change(self.provider, mutant.what)) is not None:
            return Verdict(of, mutant, "equivalent", f"{debt.why} ({debt.span})")
        wrong = errors(faults(mutant.specs))
        return Verdict(of, mutant, "refused", wrong[0].what) if wrong else Verdict(of, mutant, "survived", "")

    def _noticed(self, provider: ProviderPlan) -> str | None:
        """What disagrees with a plan, or None."""
        facts = {name: facts_of(provider, provider.model(name)) for name in self.known}
        for name, known in self.known.items():
            if differing := evidence.compare(known, facts[name]):
                return f"{differing[0].known.span}"
        for answer in self.answers:
            if answers.disagreements(provider, answer):
                return f"{answer.span}"
        for name, known in self.known.items():
            if new := [path for path in evidence.undefended(known, facts[name]) if path not in self.open[name]]:
                return f"no evidence for `{' '.join(new[0])}`"
        return None


def verdicts(everything: Planned, root: Path, *, sample: int | None = None, seed: int = 0) -> Iterator[Verdict]:
    """The verdicts on all changes of all specs, or on a random sample of them."""
    for of, jury, mutants in _cases(everything, root):
        chosen = mutants if sample is None else _sampled(mutants, sample, f"{seed} {of}")
        yield from (jury.verdict(of, mutant) for mutant in chosen)


def _cases(everything: Planned, root: Path) -> Iterator[tuple[str, Jury, list[Mutant]]]:
    for provider in everything.plan.providers:
        models = [model.id for model in provider.models]
        # What one endpoint does not notice of a provider's file, another has to.
        yield provider.id, Jury(provider, models, root), [*provider_mutants(everything.specs, provider.id)]
        for model in models:
            mutants = [*model_mutants(everything.specs, provider.id, model)]
            yield f"{provider.id}/{model}", Jury(provider, [model], root), mutants


def _sampled(mutants: list[Mutant], number: int, seed: str) -> list[Mutant]:
    return random.Random(seed).sample(mutants, min(number, len(mutants)))  # noqa: S311 - nothing secret


@dataclass(frozen=True, slots=True)
class Count:
    """How many changes had which outcome."""

    by: Counter[Outcome]

    @property
    def share(self) -> float:
        """Those that were killed, of those that could be: 0 to 1."""
        could = self.by["killed"] + self.by["survived"]
        return self.by["killed"] / could if could else 1.0


def counts(found: Iterable[Verdict], *, by_kind: bool) -> dict[tuple[str, str], Count]:
    """The outcomes by file, and by what was changed: `Field.default altered`, or empty for all together."""
    made: dict[tuple[str, str], Counter[Outcome]] = {}
    for verdict in found:
        key = (verdict.of, verdict.mutant.kind if by_kind else "")
        made.setdefault(key, Counter())[verdict.outcome] += 1
    return {key: Count(number) for key, number in made.items()}


def needless(everything: Planned, root: Path, found: Iterable[Verdict]) -> Iterator[unproven.Unproven]:
    """What is called unproven and is not: facts that have evidence or are gone, patterns that excuse nothing."""
    debts = unproven.read(root)
    used = {verdict.by for verdict in found if verdict.outcome == "equivalent"}
    open_facts = {
        (provider.id, " ".join(path))
        for provider, model in everything.endpoints()
        for path in evidence.undefended(evidence.of_endpoint(root, provider.id, model.id), facts_of(provider, model))
    }
    yield from (debt for debt in debts.facts if (debt.of, debt.what) not in open_facts)
    yield from (debt for debt in debts.changes if f"{debt.why} ({debt.span})" not in used)

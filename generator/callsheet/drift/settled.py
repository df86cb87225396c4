"""What decisions settle, and whether what a page says is among it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callsheet.contract.evidence.files import same
from callsheet.facts import FactPath
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import Settled


@dataclass(frozen=True, slots=True)
class Decisions:
    """Settled facts of an endpoint: those of its own file, and those of its provider's."""

    own: tuple[Settled, ...]
    shared: tuple[Settled, ...]

    @classmethod
    def of(cls, provider: ProviderPlan, model: ModelPlan) -> Decisions:
        """All that the two files settle."""
        return cls(
            tuple(one for decision in model.spec.decisions for one in decision.settles),
            tuple(one for decision in provider.spec.decisions for one in decision.settles),
        )

    def at(self, path: FactPath) -> Iterator[Settled]:
        """What is settled of a fact."""
        return (one for one in (*self.own, *self.shared) if one.path == path)

    def covers(self, path: FactPath, value: Plain) -> bool:
        """Whether a page may say this of a fact."""
        return any(covers(one.value, value) for one in self.at(path))

    def silent(self, path: FactPath) -> bool:
        """Whether a page may say nothing of a fact."""
        return any(one.value is None for one in self.at(path))

    def said_as(self, names: Mapping[str, str]) -> Decisions:
        """With the page's names of ways in the place of the spec's, or the other way round."""
        return Decisions(_renamed(self.own, names), _renamed(self.shared, names))


def covers(settled: Plain, value: Plain) -> bool:
    """Whether a value is the one that was settled, or one of several."""
    return same(settled, value) or (isinstance(settled, list) and any(same(one, value) for one in settled))


def _renamed(settled: tuple[Settled, ...], names: Mapping[str, str]) -> tuple[Settled, ...]:
    return tuple(Settled((names.get(one.path[0], one.path[0]), *one.path[1:]), one.value, one.node) for one in settled)

"""The specs that the tests run on, read and planned once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from callsheet.findings import Finding, errors
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan
from callsheet.source.files import read_folder
from callsheet.spec.load import load
from callsheet.spec.model import Specs
from callsheet.spec.switches import with_switches


@dataclass(frozen=True, slots=True)
class Planned:
    """A folder of specs and what it comes to."""

    specs: Specs
    plan: Plan

    def endpoints(self) -> tuple[tuple[ProviderPlan, ModelPlan], ...]:
        """Every endpoint with its provider, in order."""
        return tuple((provider, model) for provider in self.plan.providers for model in provider.models)


def planned(root: Path, switches: Iterable[str] = ()) -> Planned:
    """Read and plan a folder, with switches (`provider.switch`) on.

    ValueError lists what stands in the way, an unknown switch among it: a contract test needs specs without errors.
    """
    files, unread = read_folder(root)
    loaded = load(files)
    specs = with_switches(loaded.specs, switches)
    built = build(specs)
    wrong: tuple[Finding, ...] = errors((*unread, *loaded.findings, *built.findings))
    if wrong:
        raise ValueError("\n".join(f"{finding.span}: {finding.what}" for finding in wrong))
    return Planned(specs, built.plan)

"""The cases: a folder each, with the specs of a made-up provider and what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from callsheet import report
from callsheet.contract.calls import Caller
from callsheet.findings import Finding
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan
from callsheet.source.files import read_folder
from callsheet.spec.load import load
from callsheet.spec.model import Specs

HERE = Path(__file__).parent
CLIENTS = "construct_clients"
"""Name of the package that the clients of all cases are in."""


@dataclass(frozen=True)
class Case:
    """One provider."""

    name: str
    specs: Specs
    findings: tuple[Finding, ...]
    provider: ProviderPlan
    expected: dict[str, Any]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Plan:
        """This provider alone."""
        return Plan((self.provider,))

    @property
    def model(self) -> ModelPlan:
        """Its first endpoint, which the case is about."""
        return self.provider.models[0]

    def caller(self, *, asynchronous: bool = False) -> Caller:
        """Who calls it, through the client that was generated for it."""
        return Caller(self.provider, self.model, asynchronous=asynchronous, package=CLIENTS)


@cache
def case(name: str) -> Case:
    """The case of that name."""
    files, unread = read_folder(HERE / name / "specs")
    loaded = load(files)
    built = build(loaded.specs)
    expected = yaml.safe_load((HERE / name / "case.yaml").read_text("utf-8"))
    findings = (*unread, *loaded.findings, *built.findings)
    assert built.plan.providers, report.text(findings)
    return Case(name, loaded.specs, findings, built.plan.providers[0], expected)


def cases() -> list[Case]:
    """All of them."""
    return [case(path.parent.name) for path in sorted(HERE.glob("*/specs"))]

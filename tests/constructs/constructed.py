"""The cases: a folder each, with the specs of a made-up provider and what is expected of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from callsheet import report
from callsheet.contract.clients.calls import Caller, Step
from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator import Options
from callsheet.emulator.serving.memory import MemoryTransport
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
        """The plan of its provider alone."""
        return Plan((self.provider,))

    @property
    def model(self) -> ModelPlan:
        """Its first endpoint, which the case is about."""
        return self.provider.models[0]

    def caller(self, *, world: str = "sync") -> Caller:
        """Who calls it, through the client that was generated for it; `world` is sync or async."""
        return Caller(self.provider, self.model, asynchronous=world == "async", package=CLIENTS)


class Bench:
    """A case with its emulator in memory, and all that its client sends."""

    def __init__(self, case: Case, *, world: str = "sync", **options: Any) -> None:
        self.case = case
        self.caller = case.caller(world=world)
        self.emulated = MemoryTransport(case.plan, Options(**{"keys": frozenset({KEY}), **options}))
        self.clock = self.emulated.clock
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as the provider does."""
        self.sent.append(request)
        return self.emulated.handle_request(request)

    def perform(self, *steps: Step, **options: Any) -> Any:
        """Call methods of the client, from the endpoint on."""
        return self.caller.perform(list(steps), transport=self, clock=self.clock, **options)

    def run(self, *after: Step, **options: Any) -> Any:
        """The case's own call, and what comes after it."""
        return self.perform(("run", self.case.expected["input"]), *after, **options)

    def submit(self, *after: Step) -> Any:
        """Send the case's own job, and what comes after it."""
        return self.perform(("submit", self.case.expected["input"]), *after)

    def error(self, name: str) -> type[Exception]:
        """A class of the client's errors."""
        return self.caller.error(name)

    def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        """A request past the client."""
        with httpx.Client(transport=self.emulated, timeout=None) as http:  # noqa: S113 - time is virtual
            return http.request(method, url, **more)

    def submission(self, **changed: Any) -> httpx.Response:
        """The case's submission past the client, with another body or other headers; a header of None is left out."""
        if not self.sent:
            self.run()
        first = self.sent[0]
        headers = {**first.headers, **changed.get("headers", {})}
        left_out = {"content-length", *(name for name, value in headers.items() if value is None)}
        kept = {name: value for name, value in headers.items() if name.lower() not in left_out}
        body = json.dumps(changed["body"]).encode() if "body" in changed else first.content
        return self.ask(first.method, str(first.url), headers=kept, content=body)


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

"""What may befall a call: each protocol of a plan, each phase of it, each fault that makes sense there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from callsheet.contract.clients.calls import HTTPX2, Caller
from callsheet.emulator.faults import fitting, scenarios
from callsheet.emulator.faults.scenarios import UnknownScenarioError
from callsheet.emulator.faults.table import FAULTS, Fault
from callsheet.plan.model import Plan
from callsheet.spec.model import CallSpec, ProtocolSpec

_PASSING: Final = 2
"""How often a fault happens that passes."""

_SCRIPTED: Final = "row"
"""In an id, in the place of a phase: an error or a final state of the spec, wherever it shows itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One endpoint under one protocol, and what befalls one phase of a call of it."""

    caller: Caller
    phase: str
    name: str
    """Of the fault, of a row of errors, or of a final state."""
    passes: bool = False
    """Whether it is over after the second time."""
    streams: bool = False
    """Whether the client lets the provider send its looks."""

    def __str__(self) -> str:
        """As it stands in a test's id: `segmind-wan-animate-queue-status-reset_body-twice-async`."""
        caller = str(replace(self.caller, asynchronous=False))
        parts = [caller, "stream" if self.streams else self.phase, self.name, "twice" if self.passes else ""]
        library = "httpx2" if self.caller.package == HTTPX2 else ""
        world = "async" if self.caller.asynchronous else "sync"
        return "-".join(filter(None, [*parts, world, library]))

    @property
    def fault(self) -> Fault | None:
        """The row of the table of faults; None where it is of the spec."""
        return FAULTS.get(self.name) if self.phase != _SCRIPTED else None

    @property
    def scenario(self) -> str:
        """As the emulator is told, which cannot count connections that nobody takes."""
        counted = self.passes and self.phase != "connect"
        at = f"@{self.phase}" if self.phase != _SCRIPTED else ""
        return f"{self.name}{at}{f'*{_PASSING}' if counted else ''}"

    @property
    def way(self) -> ProtocolSpec | CallSpec:
        """The protocol as the spec has it."""
        return next(way for way in self.caller.provider.spec.ways if way.name == self.caller.way.protocol)

    @property
    def fits(self) -> bool:
        """Whether it can happen at all."""
        spec = self.caller.provider.spec
        try:
            scenario = scenarios.read(self.scenario, spec)
        except UnknownScenarioError:
            return False
        if self.phase == "upload" and not (self.caller.table.files and self.caller.provider.table.files):
            return False
        if self.phase in {"status", "result"} and self.caller.blocking:
            return False  # a blocking call is these in one: submit stands for all
        asked_for = self.phase in {_SCRIPTED, *fitting.phases_of(self.way)}
        return asked_for and not fitting.misfits(scenario, self.way, spec)


def callers(plan: Plan, package: str | None = None) -> Iterator[Caller]:
    """One endpoint for each protocol of each provider, blocking and not."""
    seen: set[tuple[str, str]] = set()
    for provider in plan.providers:
        for model in provider.models:
            for way in model.ways:
                if (provider.id, way.protocol) in seen:
                    continue
                seen.add((provider.id, way.protocol))
                for world in (False, True):
                    caller = Caller(provider, model, asynchronous=world, protocol=way.protocol)
                    yield caller if package is None else replace(caller, package=package)


def cells(known: Iterable[Caller]) -> Iterator[Cell]:
    """All cells of some callers."""
    for caller in known:
        for cell in _cells(caller):
            if cell.fits:
                yield cell


def _cells(caller: Caller) -> Iterator[Cell]:
    for fault in FAULTS.values():
        for phase in fault.phases:
            if phase == "webhook":
                continue
            for passes in (True, False):
                yield Cell(caller, phase, fault.name, passes)
                if phase == "status" and not caller.blocking and caller.table.queue.stream is not None:
                    yield Cell(caller, phase, fault.name, passes, streams=True)
    for name in scenarios.names(caller.provider.spec):
        if name.partition("@")[0] not in FAULTS:
            yield Cell(caller, _SCRIPTED, name)

"""Generated clients under every fault of the emulator's table, in memory: they recover, or say what is known."""

from __future__ import annotations

from typing import Any

import pytest
from constructed import Bench, Case, case

from callsheet.emulator import UnknownScenarioError
from callsheet.emulator.faults import fitting
from callsheet.emulator.faults.scenarios import read
from callsheet.emulator.faults.table import FAULTS, FaultPhase
from callsheet.spec.model import CallSpec, ProtocolSpec

CASES = ["json_from_a_blocking_call", "status_stream", "file_of_its_own"]
HOURS = 24 * 3600.0


def scenarios(of: Case, times: str) -> list[tuple[str, FaultPhase]]:
    """Each fault at each phase that a call through the case's protocol has."""
    way = protocol(of)
    found: list[tuple[str, FaultPhase]] = []
    for fault in FAULTS.values():
        for phase in fault.phases if fault.hook is None and fault.body != "giant" else ():
            text = f"{fault.name}@{phase}{times}"
            try:
                scenario = read(text, of.provider.spec)
            except UnknownScenarioError:
                continue
            if not fitting.misfits(scenario, way, of.provider.spec):
                found.append((text, phase))
    return found


@pytest.mark.filterwarnings("ignore")  # a client warns of what it keeps as it came; here it is made to
@pytest.mark.parametrize("times", ["*1", ""], ids=["once", "always"])
@pytest.mark.parametrize("name", CASES)
def test_a_client_recovers_or_says_what_is_known(name: str, times: str, world: str) -> None:
    """At most one charge, an end within a day, and never an error that is not the client's own."""
    of = case(name)
    tried = scenarios(of, times)
    # The id of a blocking call comes with its end.
    before = {"submit", "connect", "upload", *(() if isinstance(protocol(of), ProtocolSpec) else fitting.OF_CALL)}
    assert len(tried) > 60
    for text, phase in tried:
        bench = Bench(of, world=world, scenario=text, seconds=60)
        began = bench.clock.monotonic()
        problem: Any = None
        try:
            bench.run()
        except bench.error("CallsheetError") as caught:
            problem = caught
        assert len(bench.emulated.ledger) <= 1, text
        assert bench.clock.monotonic() - began < HOURS, text
        if problem is None:
            assert bench.emulated.ledger, text
        elif phase not in before and bench.emulated.ledger:
            assert problem.handle is not None, f"{text}: {problem!r}"


def protocol(of: Case) -> ProtocolSpec | CallSpec:
    """What the case's endpoint is called through."""
    return of.provider.spec.way(of.model.spec.protocols[0])

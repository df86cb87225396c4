"""The laws, over real sockets: each protocol, each phase, each fault, with the clients, blocking and not.

Each combination of the three runs every time, in one of its four forms (in both worlds, passing and lasting): in which,
follows from its name and from `CALLSHEET_MATRIX`, a number. `CALLSHEET_MATRIX=full`, or `make matrix`, runs all forms.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from callsheet.contract.clients.calls import HTTPX2
from callsheet.contract.flows.expectations import faults_of
from callsheet.contract.flows.matrix import Cell, callers, cells
from callsheet.contract.flows.trials import Stage, staged
from callsheet.contract.plans import Planned, planned

_CHOICE = os.environ.get("CALLSHEET_MATRIX", "0")
_HEAVY = frozenset({"giant_body"})
"""What takes seconds where it lasts."""


def _chosen() -> Iterator[Cell]:
    plan = planned(Path(__file__).parents[1] / "specs").plan
    forms: dict[tuple[str, str, str, bool], list[Cell]] = {}
    for cell in cells(callers(plan)):
        if _CHOICE == "full":
            yield cell
        elif cell.passes or cell.name not in _HEAVY:
            key = str(replace(cell.caller, asynchronous=False)), cell.phase, cell.name, cell.streams
            forms.setdefault(key, []).append(cell)
    for n, known in enumerate(forms.values()):
        cell = known[(crc32(str(known[0]).encode()) + int(_CHOICE)) % len(known)]
        yield cell
        if n % 8 == 0:  # the other library, sampled
            yield replace(cell, caller=replace(cell.caller, package=HTTPX2))


@pytest.fixture(scope="module")
def stage(everything: Planned) -> Iterator[Stage]:
    """One emulator behind sockets for all cells."""
    with staged(everything.plan) as found:
        yield found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every cell that was chosen."""
    if "cell" in metafunc.fixturenames:
        chosen = list(_chosen())
        metafunc.parametrize("cell", chosen, ids=str)


def test_no_law_is_broken(cell: Cell, stage: Stage) -> None:
    """At most one charge, no lost job, no overrun, no look too many, no key abroad; the file, or a typed error."""
    trial = stage.play(cell)

    found = faults_of(cell, trial)
    assert not found, "\n".join([*found, "what was sent:", *(f"  {one}, {one.came}" for one in trial.story.sent)])

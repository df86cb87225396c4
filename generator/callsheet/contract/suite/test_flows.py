"""Whatever callers do with a job, in whatever order, and whatever befalls them: the laws hold, sync as async."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import engine
from hypothesis.stateful import run_state_machine_as_test

from callsheet.contract.clients.calls import Caller
from callsheet.contract.flows.machine import machine

EXAMPLES = 15
STEPS = 30

PATIENCE = 20
"""Seconds for which a failure is made smaller. Each try is a whole run, and the library itself would take minutes."""


def test_flows_keep_the_laws(way: Caller, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Submit, run, bring files, look, wait, cancel, save, be told, crash and resume, in any order, under any fault."""
    more: int | None = pytestconfig.getoption("callsheet_examples", None)
    monkeypatch.setattr(os, "fsync", _unsynced)
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", PATIENCE, raising=False)
    run_state_machine_as_test(
        machine(way),
        settings=settings(
            max_examples=more or EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=more is None,  # so that every run of `make test` is the same
            database=None,
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
            suppress_health_check=tuple(HealthCheck),  # pyright: ignore[reportArgumentType] - a class that lists its members
        ),
    )


def _unsynced(_file: int) -> None:
    """Nobody pulls the plug here, and disks take their time."""

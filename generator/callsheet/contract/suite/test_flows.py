"""Whatever callers do with a job, in whatever order, and whatever befalls them: the laws hold, sync as async."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from callsheet.contract.calls import Caller
from callsheet.contract.machine import machine

EXAMPLES = 15
STEPS = 30


def test_flows_keep_the_laws(way: Caller, pytestconfig: pytest.Config) -> None:
    """Submit, run, look, wait, cancel, fetch, crash and resume, in any order and under any fault."""
    more: int | None = pytestconfig.getoption("callsheet_examples", None)
    run_state_machine_as_test(
        machine(way),
        settings=settings(
            max_examples=more or EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=more is None,  # so that every run of `make test` is the same
            database=None,
            suppress_health_check=tuple(HealthCheck),  # pyright: ignore[reportArgumentType] - a class that lists its members
        ),
    )

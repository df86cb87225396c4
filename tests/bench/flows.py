"""The state machine of the contract tests: hours of a provider's time that a second of testing goes through.

Each run counts twice, since every step is carried out blocking and with asyncio.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from pathlib import Path

import measure
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from callsheet.contract.clients.leftovers import swept
from callsheet.contract.flows.machine import machine
from callsheet.contract.flows.matrix import callers

RUNS = 10
STEPS = 20


def main() -> None:
    """One line for each protocol."""
    print(f"\nthe state machine, {RUNS} runs of {STEPS} steps: hours of virtual time per second")
    chosen = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=tuple(HealthCheck),  # pyright: ignore[reportArgumentType] - a class that lists its members
    )
    with swept(Path(tempfile.mkdtemp())), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for caller in callers(measure.plan_of()):
            if caller.asynchronous:
                continue
            flows = machine(caller)
            began = time.perf_counter()
            run_state_machine_as_test(flows, settings=chosen)
            took = time.perf_counter() - began
            hours = 2 * sum(flows.seconds) / 3600
            print(f"  {flows.__name__:<52}{hours:>8,.0f} h in {took:>4.1f} s{hours / took:>10,.0f} h/s")


if __name__ == "__main__":
    main()

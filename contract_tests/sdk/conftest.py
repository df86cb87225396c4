"""The providers' own clients, each in a process of its own, against emulators of this process behind real sockets."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from callsheet.contract.plans import Planned, planned
from callsheet.emulator import Options
from callsheet.emulator.serving.server import Served, serving

sys.path.insert(0, str(Path(__file__).parent))

from processes import HERE, KEY, LOOKS, process

Emulate = Callable[..., Served]
Run = Callable[..., Any]


@pytest.fixture(scope="session")
def emulate(everything: Planned) -> Iterator[Emulate]:
    """Start an emulator with TLS and a proxy, as the options say. It lasts to the end."""
    with ExitStack() as stack:
        started: dict[str, Served] = {}

        def start(*switches: str, **options: Any) -> Served:
            known = json.dumps([switches, options], sort_keys=True)
            if known not in started:
                plan = planned(HERE.parents[1] / "specs", switches).plan if switches else everything.plan
                chosen = Options(keys=frozenset({KEY}), **(options or LOOKS))
                started[known] = stack.enter_context(serving(plan, chosen, tls=True))
            return started[known]

        yield start


@pytest.fixture(scope="session")
def told() -> Run:
    """Run a program of `programs/` against an emulator, and give what it prints: JSON, by case."""

    def run(program: str, served: Served, **more: str) -> Any:
        script = HERE / "programs" / program
        return json.loads(process([sys.executable, str(script)], served, **more))

    return run

"""Timing in turns, and a table of medians and ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.source.files import read_folder
from callsheet.spec.load import load

ROOT = Path(__file__).parents[2]


def compare(
    title: str,
    ways: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    per_round: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Time each way `rounds` times in turns; the first is what the others are compared with."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            begun = clock()
            for _ in range(per_round):
                way()
            taken[name].append((clock() - begun) / per_round)
    report(title, taken)


def report(title: str, taken: Mapping[str, list[float]]) -> None:
    """A table of what was timed, in seconds."""
    medians = {name: statistics.median(times) for name, times in taken.items()}
    base = next(iter(medians.values()))
    print(f"\n{title}")
    for name, median in medians.items():
        spread = statistics.quantiles(taken[name], n=4)
        print(
            f"  {name:<44} {median * 1000:>10.3f} ms  x{median / base:<7.2f}"
            f" (middle half {spread[0] * 1000:.3f} to {spread[2] * 1000:.3f})"
        )


def plan_of(folder: Path = ROOT / "specs") -> Plan:
    """The plan of a folder of specs."""
    files, _ = read_folder(folder)
    return build(load(files).specs).plan

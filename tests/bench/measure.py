"""Timing in turns, so that all meet the same noise, and a table of medians and ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.source.files import read_folder
from callsheet.spec.load import load

ROOT = Path(__file__).parents[2]


def compare(title: str, ways: Mapping[str, Callable[[], object]], *, rounds: int, per_round: int = 1) -> None:
    """Time each way `rounds` times in turns; the first is what the others are compared with."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            for _ in range(per_round):
                way()
            taken[name].append((time.perf_counter() - begun) / per_round)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    base = next(iter(medians.values()))
    print(f"\n{title}")
    for name, median in medians.items():
        spread = statistics.quantiles(taken[name], n=4)
        print(
            f"  {name:<44} {median * 1000:>10.3f} ms  x{median / base:<7.2f}"
            f" (middle half {spread[0] * 1000:.3f} to {spread[2] * 1000:.3f})"
        )


@dataclass(frozen=True, slots=True)
class Process:
    """A process to measure from its start to its end, and what has to be done before each, which is not measured."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    """What it has beside, or in the place of, our own."""
    before: Callable[[], object] = lambda: None


def python(code: str, path: Path | None = None) -> Process:
    """A fresh interpreter, with a folder to import from. It keeps its bytecode, as for anybody who imports twice."""
    return Process((sys.executable, "-c", code), {"PYTHONPATH": str(path)} if path else {})


def processes(title: str, ways: Mapping[str, Process], *, rounds: int) -> dict[str, float]:
    """Median seconds of whole processes, run in turns after one turn that does not count.

    Printed beside: the ratio to the first, the processor time of all that a process started, and the most memory that
    it or one that it started had at a time.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    peak = dict.fromkeys(ways, 0)
    for turn in range(rounds + 1):
        for name, way in ways.items():
            wall, processor, memory = _run(name, way)
            if turn:
                taken[name].append(wall)
                worked[name].append(processor)
                peak[name] = max(peak[name], memory)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    base = next(iter(medians.values()))
    print(f"\n{title}")
    for name, median in medians.items():
        processor = statistics.median(worked[name])
        print(f"  {name:<48} {median:>7.3f} s  x{median / base:<5.2f} CPU {processor:>6.2f} s  {peak[name]:>4} MB")
    return medians


def _run(name: str, way: Process) -> tuple[float, float, int]:
    way.before()
    environment = {**os.environ, **way.environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    child = subprocess.Popen(way.command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{name}: exit status {child.returncode}: {' '.join(way.command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def plan_of(folder: Path = ROOT / "specs") -> Plan:
    """The plan of a folder of specs."""
    files, _ = read_folder(folder)
    return build(load(files).specs).plan

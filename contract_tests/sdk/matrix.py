"""The providers' own clients in the same matrix, beside ours: measured, and written into docs/robustness.md.

Not a test: what others do is told, not judged. `make sdk-matrix` runs it, in ten to twenty minutes.
"""

from __future__ import annotations

import json
import math
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.flows.laws import Story, Told, breaches
from callsheet.contract.flows.matrix import Cell, callers, cells
from callsheet.contract.flows.stories import Chronicle
from callsheet.contract.flows.trap import Trap, trapping
from callsheet.contract.flows.trials import Stage, staged
from callsheet.contract.plans import planned
from callsheet.emulator import Options
from callsheet.emulator.messages import Request
from callsheet.emulator.serving.server import Served, serving
from callsheet.plan.model import Plan

HERE: Final = Path(__file__).parent
PAGE: Final = HERE.parents[1] / "docs/robustness.md"
BEGIN: Final = "<!-- measured by `make sdk-matrix`: from here -->"
END: Final = "<!-- to here -->"
PHASES: Final = ("connect", "submit", "status", "result")
"""Those that all clients have; the SDKs download nothing."""
WAIT: Final = 3.0
"""Seconds that a caller waits for a job."""
JOB: Final = 0.3
HANG: Final = 12.0
"""Seconds after which nothing more is expected of a call, and its process is ended."""

_ENDLESS: Final = frozenset({"fal_queue", "fal_queue_async"})
"""Calls to which nobody gives a deadline."""

PROGRAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "fal-scail-2-queue": ("fal_queue", "fal_queue_async", "fal_queue_deadline"),
    "fal-scail-2-direct": ("fal_direct", "fal_direct_async"),
    "segmind-wan-animate-queue": ("segmind_queue",),
    "segmind-scail-sync": ("segmind_sync",),
}
"""The calls of the SDKs that do what a protocol of ours does."""


@dataclass(slots=True)
class Child:
    """A process with the SDKs in it. One that hangs is ended, and another takes its place."""

    environment: Mapping[str, str]
    process: subprocess.Popen[str] | None = field(default=None)

    def play(self, case: str) -> dict[str, Any]:
        """What came of a call."""
        if self.process is None:
            command = [sys.executable, "-W", "ignore", str(HERE / "programs/matrix.py")]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self.process = subprocess.Popen(command, env=dict(self.environment), text=True, **pipes)  # noqa: S603
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(case, file=self.process.stdin, flush=True)
        ready, _, _ = select.select([self.process.stdout], [], [], HANG)
        line = self.process.stdout.readline() if ready else ""
        if line:
            found: dict[str, Any] = json.loads(line)
            return found
        self.end()
        return {"took": HANG, "job": None, "error": "hang", "words": f"nothing after {HANG:g} s"}

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass(frozen=True, slots=True)
class Theirs:
    """An emulator for the SDKs: it runs in real time, since their clocks cannot be told."""

    served: Served
    trap: Trap
    child: Child

    def play(self, cell: Cell, case: str) -> str:
        """What an SDK makes of a cell, in few words."""
        session = self.served.session
        host = next(iter(self.served.hosts))
        session.exchange(Request(host, self.served.hosts[host], "POST", "/__callsheet__/reset"), session.clock.time())
        for known in self.served.hosts:
            session.choose(None, known[0])
        session.choose(cell.scenario, cell.caller.provider.id)
        chronicle = Chronicle(session, cell.caller.provider, cell.caller.table, KEY)
        self.trap.told = chronicle.elsewhere
        with chronicle.kept():
            found = self.child.play(case)
        kind = found.get("error")
        told = Told(
            began=0.0,
            ended=found["took"],
            deadline=math.inf if case in _ENDLESS else WAIT,
            job=found["job"] if not cell.caller.blocking else None,
            error=None if kind is None else Exception(f"{kind}: {found['words']}"),
            typed=kind is None or kind.startswith(("fal_client.", "segmind.")),
            written=found.get("written", ""),
        )
        story = Story(tuple(chronicle.sent), told, frozenset({KEY}), grace=WAIT)
        hangs = "waits on" if case in _ENDLESS else "**hang**"
        return _words(story, hangs if kind == "hang" else None)


@contextmanager
def theirs(plan: Plan) -> Iterator[Theirs]:
    """The SDKs' side."""
    options = Options(keys=frozenset({KEY}), seconds=JOB, cutoff=False)
    with trapping() as trap, serving(plan, options) as served:
        hosts = {name: address for (_, name), address in served.hosts.items()}
        keys = {"FAL_KEY": KEY, "SEGMIND_API_KEY": KEY}
        quiet = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        child = Child({**quiet, **keys, "HOSTS": json.dumps(hosts), "WAIT": str(WAIT)})
        try:
            yield Theirs(served, trap, child)
        finally:
            child.end()


def _words(story: Story, instead: str | None = None) -> str:
    """A cell of the table: what went wrong, worst first; else how it ended."""
    laws = {breach.law for breach in breaches(story)}
    charged = sum(one.accepted is not None for one in story.sent)
    found = [f"**{charged} charges**"] if "charges" in laws else []
    found += ["**key abroad**"] if "secrets" in laws else []
    found += [instead] if instead else ["**late**"] if "deadlines" in laws else []
    found += ["job lost"] if "handles" in laws and not found else []
    found += ["looks on"] if "polls" in laws else []
    found += ["untyped"] if "typed errors" in laws and not instead else []
    return ", ".join(found) or ("result" if story.told.error is None else "error")


def measure(plan: Plan) -> Iterator[tuple[Cell, dict[str, str]]]:
    """Every cell that all can be asked for, and what each client makes of it."""
    sound = [cell for cell in cells(callers(plan)) if cell.phase in PHASES and not cell.streams]
    with staged(plan) as stage:
        mine = {(_base(cell), cell.caller.asynchronous): _ours(stage, cell) for cell in sound}
    with theirs(plan) as other:
        for cell in sound:
            if cell.caller.asynchronous or str(cell.caller) not in PROGRAMS:
                continue
            found = {"ours": mine[_base(cell), False], "ours, async": mine[_base(cell), True]}
            for case in PROGRAMS[str(cell.caller)]:
                found[case] = other.play(cell, case)
            sys.stderr.write(f"{cell} {found}\n")
            yield cell, found


def _ours(stage: Stage, cell: Cell) -> str:
    return _words(stage.play(cell).story)


def _base(cell: Cell) -> str:
    return str(replace(cell, caller=replace(cell.caller, asynchronous=False)))


HEADS: Final = {
    "ours": "Callsheet",
    "ours, async": "Callsheet, async",
    "fal_queue": "`subscribe`",
    "fal_queue_async": "`subscribe`, async",
    "fal_queue_deadline": "`subscribe`, `client_timeout`",
    "fal_direct": "`run`",
    "fal_direct_async": "`run`, async",
    "segmind_queue": "`submit_async`, `wait`",
    "segmind_sync": "`run_sync`",
}


def table(found: list[tuple[Cell, dict[str, str]]]) -> Iterator[str]:
    """One table for each protocol; faults of a phase with the same outcomes share a line."""
    for name in dict.fromkeys(str(cell.caller) for cell, _ in found):
        of = [(cell, outcomes) for cell, outcomes in found if str(cell.caller) == name]
        heads = list(of[0][1])
        yield from (f"### {name}", "", f"| phase | what befalls it | {' | '.join(HEADS[head] for head in heads)} |")
        yield f"|---|---|{'---|' * len(heads)}"
        rows: dict[tuple[str, ...], list[str]] = {}
        for cell, outcomes in of:
            rows.setdefault((cell.phase, *outcomes.values()), []).append(cell.name + (", twice" if cell.passes else ""))
        for (phase, *outcomes), names in sorted(rows.items(), key=lambda row: PHASES.index(row[0][0])):
            yield f"| {phase} | {', '.join(_together(names))} | {' | '.join(outcomes)} |"
        yield ""


def _together(names: list[str]) -> Iterator[str]:
    """Faults that end alike however often they happen are told once."""
    plain = {name for name in names if not name.endswith(", twice")}
    for name in names:
        once = name.removesuffix(", twice")
        if once == name or once not in plain:
            yield f"`{once}`, twice" if once != name else f"`{name}`{'' if f'{name}, twice' in names else ' always'}"


def totals(found: list[tuple[Cell, dict[str, str]]]) -> Iterator[str]:
    """How often each client did what, over all cells."""
    kinds = ("result", "error", "charges", "key abroad", "job lost", "hang", "waits on", "late", "looks on", "untyped")
    yield f"| | calls | {' | '.join(kinds)} |"
    yield f"|---|---|{'---|' * len(kinds)}"
    for name in dict.fromkeys(str(cell.caller) for cell, _ in found):
        of = [outcomes for cell, outcomes in found if str(cell.caller) == name]
        for head in of[0]:
            counts = [sum(kind in outcomes[head] for outcomes in of) for kind in kinds]
            yield f"| {name}: {HEADS[head]} | {len(of)} | {' | '.join(str(count or '') for count in counts)} |"
    yield ""


def main() -> None:
    """Measure, and write the page's tables."""
    began = time.monotonic()
    found = list(measure(planned(HERE.parents[1] / "specs").plan))
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    with_what = ", ".join(f"{name} {version(name)}" for name in ("fal-client", "segmind", "httpx"))
    python = ".".join(map(str, sys.version_info[:2]))
    head = f"Measured on {when}: {with_what}, Python {python}; {len(found)} cells."
    text = "\n".join([BEGIN, head, "", *totals(found), *table(found), END])
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + text + rest.partition(END)[2], encoding="utf-8")
    sys.stderr.write(f"{len(found)} cells in {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()

"""How strong the tests are: clients and runtime with one slip each, and the tests that have to notice.

    python tests/strength/run.py --sample 200 --seed 1 [--only flows.py] [--jobs 2] [--again OUTPUT]

Works on a copy of the repository. First every test runs once, traced, so that a slip is tried with the tests that run
its line, the quickest first. What holds generated files to the specs is left out: it would notice everything, and says
nothing of behaviour.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Queue
from typing import IO, Final

import pytest
from coverage import Coverage
from equivalent import EQUIVALENT
from mutate import Slip, slips
from select_tests import PACKAGES, Chosen, Known, Lines
from warm import Warm

ROOT: Final = Path(__file__).parents[2]
PARTS: Final = ("generator", "generated", "specs", "contract_tests", "tests", "docs", "pyproject.toml")
SUITES: Final = ("contract_tests", "tests/runtime", "tests/constructs")
LEFT_OUT: Final = (
    "contract_tests/sdk",  # processes of others' clients
    "contract_tests/test_command_line.py",  # processes
    "contract_tests/test_matrix.py",  # real sockets, real waiting
    "contract_tests/test_evidence.py",  # of specs, not of clients
    "tests/runtime/test_kill.py",  # processes that are killed
    "tests/runtime/test_media_sockets.py",  # real sockets
    "tests/constructs/test_sockets.py",  # the same
)
HEAVY: Final = ("httpx", "httpx2", "hypothesis", "jsonschema", "pydantic", "respx", "datamodel_code_generator", "yaml")
"""Imported before the first fork, so that a slip does not pay for it."""

BUDGET: Final = 25.0
"""Seconds that the tests of one slip took when none was there."""

TABLES: Final = "contract_tests/test_tables.py"
"""What notices most of what is wrong in a table."""

PATIENCE: Final = 300.0
"""Seconds after which a slip is taken for one that hangs."""


@dataclass(frozen=True, slots=True)
class Case:
    """One slip, and where it is."""

    name: str
    paths: tuple[str, ...]
    slip: Slip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: `killed` by a test, `hangs`, `survived`, `not run` by any test, or `equivalent`."""

    case: Case
    what: str
    by: str = ""
    seconds: float = 0.0


def main() -> int:
    """Read the options, try the slips, print the table."""
    wanted = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    wanted.add_argument("--sample", type=int, default=200, help="how many slips; 0 is all")
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--only", default="", help="part of a file's name: _runtime/flows.py")
    wanted.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    wanted.add_argument("--again", type=Path, help="what an earlier run printed: try what survived there")
    wanted.add_argument("--known", type=Path, help="what an earlier state was known to run; new tests try every slip")
    options = wanted.parse_args()
    for name in HEAVY:
        importlib.import_module(name)
    cases = [case for case in every_case() if options.only in case.name]
    total = len(cases)
    if options.sample and options.sample < total:
        cases = random.Random(options.seed).sample(cases, options.sample)  # noqa: S311 - nothing secret
    if options.again is not None:
        left = [line for line in options.again.read_text("utf-8").splitlines() if line.startswith("survived")]
        cases = [case for case in cases if told(case) in {line[10:].partition("  ")[0] for line in left}]
    print(f"{len(cases)} of {total} slips", flush=True)
    with tempfile.TemporaryDirectory(prefix="callsheet-strength-") as folder:
        known = baseline(Path(folder), options.known)
        outcomes = list(tried(cases, known, Path(folder), options.jobs))
    table(outcomes)
    return int(any(one.what in {"survived", "not run"} for one in outcomes))


def told(case: Case) -> str:
    """A slip, as it is printed."""
    return f"{case.name}:{case.slip.line} {case.slip.kind}: {case.slip.what[:90]}".rstrip()


def every_case() -> Iterator[Case]:
    """Every slip of every file, of the runtime once for both of its copies."""
    runtime, made = ROOT / "generator/callsheet/runtime", ROOT / "generated/callsheet_clients"
    for path in sorted(runtime.glob("*.py")):
        copies = (f"generator/callsheet/runtime/{path.name}", f"generated/callsheet_clients/_runtime/{path.name}")
        yield from (Case(f"_runtime/{path.name}", copies, slip) for slip in slips(path.read_text("utf-8")))
    for path in sorted(path for name in ("fal", "segmind") for path in (made / name).rglob("*.py")):
        name = path.relative_to(made).as_posix()
        yield from (
            Case(name, (f"generated/callsheet_clients/{name}",), slip) for slip in slips(path.read_text("utf-8"))
        )


def copied(to: Path) -> Path:
    """A copy of the repository, as far as tests need it."""
    to.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(ROOT / part, to / part)
    return to


def baseline(folder: Path, earlier: Path | None) -> Known:
    """Every test once: what it runs, and how long it takes. Kept in build/ while nothing has changed."""
    kept = earlier or ROOT / "build/strength" / f"{digest()}.pickle"
    if kept.is_file():
        return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 - our own file
    print("every test once, traced", flush=True)
    begun = time.monotonic()
    found = folder / "lines.pickle"
    child = forked(copied(folder / "baseline"), lambda: _trace(found), folder / "baseline.log")
    os.waitpid(child, 0)
    lines: Known | None = pickle.loads(found.read_bytes()) if found.is_file() else None  # noqa: S301 - our own file
    if lines is None or not lines.seconds:
        sys.exit((folder / "baseline.log").read_text("utf-8", "replace")[-4000:])
    if lines.failed:
        print(f"these fail without any slip, and are left out: {lines.failed}", flush=True)
    print(f"{len(lines.seconds)} tests in {time.monotonic() - begun:.0f} s", flush=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(found.read_bytes())
    return lines


def _trace(found: Path) -> None:
    watched = [f"*/{name}/*" for name in ("callsheet/runtime", *PACKAGES)]
    coverage = Coverage(data_file=None, config_file=False, include=watched)
    lines = Lines(coverage)
    coverage.start()
    pytest.main([*_arguments(SUITES), *(f"--ignore={path}" for path in LEFT_OUT)], plugins=[lines])
    coverage.stop()
    found.write_bytes(pickle.dumps(lines.known()))


def digest() -> str:
    """Of everything that the baseline depends on."""
    made = hashlib.sha256()
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*") if (ROOT / part).is_dir() else [ROOT / part]):
            if path.is_file() and not {"__pycache__", "node_modules", "strength"} & {*path.parts[len(ROOT.parts) :]}:
                made.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return made.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the repository, and the process that tries slips in it with everything loaded."""

    folder: Path
    asked: IO[str]
    answered: IO[str]
    sound: dict[str, bool] = field(default_factory=dict[str, bool])
    """Tests that noticed a slip, and whether they pass, so chosen, where there is none."""

    @classmethod
    def opened(cls, folder: Path, known: Known) -> Copy:
        """One that is warm."""
        copied(folder)
        (asked, to), (back, answered) = os.pipe(), os.pipe()
        for end in (to, back):
            os.set_inheritable(end, False)
        forked(folder, lambda: _serve(known, asked, answered, folder), folder.with_suffix(".log"))
        os.close(asked)
        os.close(answered)
        copy = cls(folder, os.fdopen(to, "w"), os.fdopen(back, "r"))
        if not copy.answered.readline():
            sys.exit(folder.with_suffix(".log").read_text("utf-8", "replace")[-4000:])
        return copy

    def ask(self, case: Case, chosen: list[str], *, slip: bool = True) -> dict[str, str]:
        """What became of a slip, or of the same tests without it."""
        asked = {"name": case.name, "paths": case.paths, "tests": chosen, "slip": asdict(case.slip) if slip else None}
        print(json.dumps(asked), file=self.asked, flush=True)
        found: dict[str, str] = json.loads(self.answered.readline())
        return found

    def blamed(self, case: Case, chosen: list[str], by: str) -> bool:
        """Whether a test fails by the slip alone: it passes, after the same tests, where there is none."""
        if by in chosen and by not in self.sound:
            self.sound[by] = self.ask(case, chosen[: chosen.index(by) + 1], slip=False)["what"] == "survived"
        return self.sound.get(by, True)


def _serve(known: Known, asked: int, answered: int, folder: Path) -> None:
    temporary = folder.with_suffix(".tmp")
    pytest.main(
        [*_arguments(SUITES), f"--basetemp={temporary}", *(f"--ignore={path}" for path in LEFT_OUT)],
        plugins=[Warm(known, asked, answered, temporary)],
    )


def tried(cases: list[Case], known: Known, folder: Path, jobs: int) -> Iterator[Outcome]:
    """Each slip in a copy of the repository; as many at once as there are copies."""
    copies: Queue[Copy] = Queue()
    for number in range(jobs):
        copies.put(Copy.opened(folder / f"copy{number}", known))
    print("warm", flush=True)

    def one(case: Case) -> Outcome:
        copy = copies.get()
        try:
            return attempt(case, known, copy)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        for outcome in pool.map(one, cases):
            print(f"{outcome.what:9} {told(outcome.case)}  {outcome.seconds:.1f} s  {outcome.by}", flush=True)
            yield outcome


def attempt(case: Case, known: Known, copy: Copy) -> Outcome:
    """Try a slip where everything is loaded; where it survives, with everything loaded anew."""
    if (case.name, case.slip.source(), case.slip.what) in EQUIVALENT:
        return Outcome(case, "equivalent")
    begun = time.monotonic()
    while chosen := tests_of(case, known):
        found = copy.ask(case, chosen)
        if found["what"] == "killed" and not copy.blamed(case, chosen, found["by"]):
            known.failed.append(found["by"])
            continue
        if found["what"] == "survived":
            return anew(case, chosen, copy.folder, begun)
        return Outcome(case, found["what"], found["by"], time.monotonic() - begun)
    return Outcome(case, "not run")


def anew(case: Case, chosen: list[str], copy: Path, begun: float) -> Outcome:
    """Apply a slip to the files, run the tests of its line, and take it back."""
    before = {path: (copy / path).read_text("utf-8") for path in case.paths}
    report, log = copy / "outcome.txt", copy / "log.txt"
    report.unlink(missing_ok=True)
    for path in case.paths:
        (copy / path).write_text(case.slip.text(), "utf-8")
    try:
        child = forked(copy, lambda: _judge(chosen, report), log)
        ended = waited(child)
    finally:
        for path, text in before.items():
            (copy / path).write_text(text, "utf-8")
    if not ended:
        return Outcome(case, "hangs")
    by = report.read_text("utf-8") if report.is_file() else "the tests cannot even start"
    return Outcome(case, "killed" if by else "survived", by, time.monotonic() - begun)


def tests_of(case: Case, known: Known) -> list[str]:
    """The tests that run the line, the quickest first, as far as the budget goes; then those of the function around it.

    What a generator does after something was thrown into it is seen by no tracer. What runs on import belongs to
    whoever runs anything of the file; of a table, to whoever runs the provider's tests, and those of tables come first.
    """
    of_line = known.lines.get((case.name, case.slip.line), set[str]())
    around = of_line.union(*(known.lines.get((case.name, line), ()) for line in case.slip.around()))
    runtime = case.name.startswith("_runtime")
    tables = {name for name in known.seconds if name.startswith(TABLES)}
    groups = [of_line, around] if runtime else [tables, of_line]
    if len(around) < 2:
        of_file = set[str]().union(*(tests for (file, _), tests in known.lines.items() if file == case.name))
        groups.append(of_file | tables if runtime else of_file)
        if not runtime:
            stem = Path(case.name).stem.replace("_", "-").replace("2-1", "2.1")
            of_model = {name for name in known.seconds if stem in name}
            groups.append(of_model or {name for name in known.seconds if f"{case.name.split('/')[0]}-" in name})
        if len(set[str]().union(*groups)) < 2:
            groups.append({*known.seconds})
    failing = {*known.failed}
    ordered: list[str] = []
    for group in groups:
        names = sorted(group - failing, key=lambda name: (known.seconds.get(name, 0.0), name))
        # Of a function, many tests do alike. What is made on import is a table: each row may have a test of its own.
        ordered += _one_of_each(names) if len(around) > 1 else names
    chosen: list[str] = []
    spent = 0.0
    for name in dict.fromkeys(ordered):
        spent += known.seconds.get(name, 0.0)
        if spent > BUDGET:
            break
        chosen.append(name)
    return chosen


def _one_of_each(names: list[str]) -> list[str]:
    """The quickest of each test's cases first, then the second of each."""
    counts = Counter[str]()
    ranks: dict[str, int] = {}
    for name in names:
        ranks[name] = counts[name.partition("[")[0]]
        counts[name.partition("[")[0]] += 1
    return sorted(names, key=lambda name: ranks[name])


def _judge(chosen: list[str], report: Path) -> None:
    judge = Chosen(chosen)
    files = dict.fromkeys(name.split("::")[0] for name in chosen)
    status = pytest.main(["-x", *_arguments(tuple(files))], plugins=[judge])
    # A slip that breaks the collection is noticed as surely as one that fails a test.
    report.write_text(judge.failed or ("" if status == pytest.ExitCode.OK else f"{status.name}"), "utf-8")


def _arguments(paths: tuple[str, ...]) -> list[str]:
    return ["-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", *paths]


def forked(folder: Path, work: Callable[[], None], log: Path) -> int:
    """A process that works in a copy of the repository; what it prints goes to a file."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        os.chdir(folder)
        sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        sys.dont_write_bytecode = True
        sys.path[:0] = [str(folder / "generator"), str(folder / "generated")]
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - nothing may come back from a fork
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def waited(child: int) -> bool:
    """Whether a process came to its end in time; one that does not is ended with all that it started."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def table(outcomes: list[Outcome]) -> None:
    """The outcomes by file and by kind, and the share that was noticed."""
    for title, key in (("by file", lambda one: one.case.name), ("by kind", lambda one: one.case.slip.kind)):
        print(f"\n{title:32} killed  hangs  survived  not run  equivalent")
        for name in sorted({key(one) for one in outcomes}):
            by = Counter(one.what for one in outcomes if key(one) == name)
            print(
                f"{name:32} {by['killed']:6} {by['hangs']:6} {by['survived']:9} {by['not run']:8} {by['equivalent']:11}"
            )
    noticed = sum(one.what in {"killed", "hangs"} for one in outcomes)
    counted = sum(one.what != "equivalent" for one in outcomes)
    print(f"\n{noticed} of {counted} noticed: {noticed / max(1, counted):.1%}; {len(outcomes) - counted} equivalent")


if __name__ == "__main__":
    sys.exit(main())

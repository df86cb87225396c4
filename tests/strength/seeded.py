"""Bugs put into a vendored client, one at a time, and what the contract tests say of each.

    python tests/strength/seeded.py FOLDER [NAME …]

FOLDER holds the package `shop.video`. Each bug is a process that was forked from this one, in which everything but the
client is loaded already; the last line that it prints is what was found, as JSON.
"""

from __future__ import annotations

import compileall
import importlib
import json
import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Never

import pytest
from bugs import BUGS, Bug

PACKAGE: Final = "shop.video"
PATIENCE: Final = 60
"""Seconds of a processor after which a process ends: a bug that hangs is noticed, too."""

ORDER: Final = ("tables", "webhooks", "sending", "errors", "money", "waiting", "files", "input", "flows")
"""Modules of the suite, by how quick they are."""

HEAVY: Final = (
    "callsheet.contract.clients.bench",
    "callsheet.contract.flows.machine",
    "callsheet.contract.plans",
    "callsheet.contract.clients.tables",
    "callsheet.emulator.serving.memory",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "hypothesis.stateful",
)
"""Loaded before the first fork."""


class First:
    """Runs the quick modules first, and keeps the words of the first failure."""

    def __init__(self, first: str) -> None:
        self._order = (first, *ORDER)
        self.words = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort."""
        items.sort(key=lambda item: self._order.index(item.path.stem.removeprefix("test_")))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what is printed of a failure."""
        if report.failed and not self.words:
            said = [f"{title}: {text}" for title, text in report.sections if "promise" in title]
            self.words = "\n".join([report.nodeid, *said, report.longreprtext])


def tried(bugs: Sequence[Bug], source: Path, folder: Path, jobs: int) -> Iterator[tuple[Bug, dict[str, Any]]]:
    """The first failure of the whole suite on a copy of the client with each bug, as they end; `jobs` at once."""
    waiting = [*bugs]
    running: dict[int, tuple[Bug, Path, float]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            bug = waiting.pop(0)
            copy = folder / bug.name.replace(" ", "_")
            child = os.fork()
            if not child:
                _run(bug, source, copy)
            running[child] = bug, copy, time.monotonic()
        bug, copy, begun = running.pop(os.wait()[0])
        found = copy.with_suffix(".json")
        words = json.loads(found.read_text("utf-8")) if found.is_file() else copy.with_suffix(".log").read_text("utf-8")
        yield bug, {"words": words, "seconds": time.monotonic() - begun}


def _run(bug: Bug, source: Path, copy: Path) -> Never:
    status = 1
    try:
        os.setsid()
        sink = os.open(copy.with_suffix(".log"), os.O_WRONLY | os.O_CREAT)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        package = copy / "shop"
        _linked(source / "shop", package, bug)
        os.chdir(copy)
        sys.path.insert(0, str(copy))
        first = First(bug.first)
        words = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", "-c", os.devnull]
        part = bug.file.partition("/")[0]
        subject = f"{PACKAGE}.{bug.of if part == '_runtime' else part}"
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        pytest.main([*words, "--rootdir", str(copy), "--callsheet-clients", subject], plugins=[first])
        copy.with_suffix(".json").write_text(json.dumps(first.words), "utf-8")
        status = 0
    except BaseException:  # noqa: BLE001 - nothing may come back from a fork
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _linked(source: Path, package: Path, bug: Bug) -> None:
    """The client, with one file changed. The others, and what they were compiled to, are those of the source."""
    for path in source.rglob("*"):
        to = package / path.relative_to(source)
        if path.is_dir():
            to.mkdir(parents=True, exist_ok=True)
        else:
            to.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, to)
    place = package / "video" / bug.file
    text = bug.applied(place.read_text("utf-8"))
    place.unlink()
    place.write_text(text, "utf-8")
    later = place.stat().st_mtime + 10  # what was compiled is told from the source by its size, and by the second
    os.utime(place, (later, later))


def main() -> int:
    """Try each bug, two at a time."""
    source, names = Path(sys.argv[1]), sys.argv[2:]
    for name in HEAVY:
        importlib.import_module(name)
    compileall.compile_dir(source, quiet=1)
    bugs = [bug for bug in BUGS if not names or any(name in bug.name for name in names)]
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=source) as folder:
        for bug, told in tried(bugs, source, Path(folder), 2):
            found[bug.name] = told
            print(f"{told['seconds']:6.1f} s  {bug.name}: {told['words'].partition(chr(10))[0]}", flush=True)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""For pytest: which lines of the clients and the runtime each test runs, and running chosen tests alone."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from coverage import Coverage

PACKAGES: Final = ("callsheet_clients", "clients_on_httpx2", "sending_with_httpx2", "construct_clients")
"""Copies of the runtime that tests run, beside the one in the tool."""

HEADER: Final = 2
"""Lines that a copy of the runtime has above those of the tool."""

_FILE: Final = re.compile(
    r"/(?:callsheet/runtime|(?:callsheet_clients|clients_on_httpx2|sending_with_httpx2)/(_runtime|fal|segmind)"
    r"|construct_clients/(_runtime))/((?:_models/)?\w+\.py)$"
)


def shown(path: str) -> str | None:
    """The name of a file of the clients, one for all copies of it: `_runtime/flows.py`, `segmind/scail.py`."""
    found = _FILE.search(path)
    return f"{found[1] or '_runtime'}/{found[3]}" if found else None


class Lines:
    """Notes for each test how long it takes, and which lines it runs."""

    def __init__(self, coverage: Coverage) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self._coverage = coverage

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """What runs now is run by this test, with its fixtures."""
        self._coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the time of a test, and note its failure."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def known(self) -> Known:
        """What was noted, once all tests have run."""
        data = self._coverage.get_data()
        lines: dict[tuple[str, int], set[str]] = {}
        for path in data.measured_files():
            if name := shown(path):
                above = HEADER if name.startswith("_runtime/") and "/callsheet/runtime/" not in path else 0
                for line, tests in data.contexts_by_lineno(path).items():
                    lines.setdefault((name, line - above), set()).update(test for test in tests if test)
        return Known(self.seconds, lines, self.failed)


@dataclass(frozen=True, slots=True)
class Known:
    """How long each test takes, which tests run a line of a file, and which fail without any slip."""

    seconds: dict[str, float]
    lines: dict[tuple[str, int], set[str]]
    failed: list[str]


class Chosen:
    """Runs the given tests alone, in the order in which they are given."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._places = {name: place for place, name in enumerate(ids)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Drop the others, and sort."""
        items[:] = sorted(
            (one for one in items if one.nodeid in self._places), key=lambda one: self._places[one.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of the first failure."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

"""For pytest: which lines of the clients and the runtime each test runs, and running chosen tests alone."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Generator, Iterable
from types import FrameType
from typing import Any, Final

import pytest

_FILE: Final = re.compile(
    r"/(?:callsheet/runtime|(?:callsheet_clients|clients_on_httpx2)/(_runtime|fal|segmind))/((?:_models/)?\w+\.py)$"
)


def shown(path: str) -> str | None:
    """The name of a file of the clients, one for all copies of it: `_runtime/flows.py`, `segmind/scail.py`."""
    found = _FILE.search(path)
    return f"{found[1] or '_runtime'}/{found[2]}" if found else None


class Lines:
    """Notes for each test how long it takes, and which lines it runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, set[tuple[str, int]]] = {}
        self.failed: list[str] = []
        self._names: dict[str, str | None] = {}
        self._own: set[tuple[str, int]] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Trace one test, with its fixtures."""
        self._own = self.lines.setdefault(item.nodeid, set())
        threading.settrace(self._call)
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the time of a test, and note its failure."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    def _call(self, frame: FrameType, event: str, _: object) -> Any:  # noqa: ARG002 - as a tracer is called
        path = frame.f_code.co_filename
        if path not in self._names:
            self._names[path] = shown(path)
        name = self._names[path]
        if name is None:
            return None
        own = self._own
        own.add((name, frame.f_lineno))

        def line(frame: FrameType, event: str, _: object) -> Any:
            if event == "line":
                own.add((name, frame.f_lineno))
            return line

        return line


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

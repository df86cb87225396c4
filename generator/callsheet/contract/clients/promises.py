"""What a failed contract test says beside its traceback: the broken promise, as the test's docstring states it."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the promise to the report of a test that failed. A `conftest.py` takes the hook in by its name."""
    report = yield
    promise = inspect.getdoc(getattr(item, "function", None))
    if call.when == "call" and report.failed and promise:
        report.sections.append(("the promise that is broken", promise))
    return report

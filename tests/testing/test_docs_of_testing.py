"""docs/testing.md shows each way in, and each runs as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
SAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_each_sample_runs_as_it_is_printed(pytester: pytest.Pytester) -> None:
    """In a project of its own, in under ten lines beside what it imports."""
    for number, text in enumerate(SAMPLES):
        lines = [line for line in text.splitlines() if line and not line.startswith(("import ", "from "))]
        assert len(lines) < 10, text
        rest = "" if "def test_" in text else "\ndef test_it(): ...\n"
        pytester.makepyfile(**{f"test_sample_{number}": text + rest})
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers")
    result.assert_outcomes(passed=len(SAMPLES))


def test_every_way_in_is_shown() -> None:
    """Both fixtures, both libraries, an ASGI app, an intent, a marker."""
    shown = "\n".join(SAMPLES)
    for name in (
        "callsheet_emulator",
        "callsheet_served",
        "transport(",
        '"httpx2"',
        "asgi_app(",
        ".intent(",
        "mark.callsheet",
    ):
        assert name in shown

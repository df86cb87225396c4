"""What the tests of the command line share: running it, and places to run it in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from callsheet.cli.app import app

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test generates is remembered for this test only."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in the repository, in this process; an exception that escapes fails the test."""
    monkeypatch.chdir(ROOT)
    for name in ("SEGMIND_API_KEY", "FAL_KEY", "FORCE_COLOR", "CALLSHEET_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def command(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, args, input=stdin, catch_exceptions=False)

    return command


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command, or Python code, as a process of its own."""

    def start(
        *args: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None, code: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        begin = [sys.executable, "-c", code] if code else [sys.executable, "-m", "callsheet"]
        return subprocess.run(  # noqa: S603 - our own command line
            [*begin, *args],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return start


@pytest.fixture
def broken_specs(tmp_path: Path) -> Path:
    """A folder of specs with one fault: a default that is not among the allowed values."""
    folder = tmp_path / "specs"
    for file in (ROOT / "specs").rglob("*.yaml"):
        copy = folder / file.relative_to(ROOT / "specs")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text("utf-8").replace("default: replace", "default: replac"), "utf-8")
    return folder

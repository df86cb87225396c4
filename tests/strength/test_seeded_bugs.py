"""Bugs as people make them: the contract tests notice each in a vendored client, and name the fact or the law."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from callsheet.cli.app import app

HERE = Path(__file__).parent
ALL: list[dict[str, str]] = yaml.safe_load((HERE / "bugs.yaml").read_text("utf-8"))
BUGS = ALL if os.environ.get("CALLSHEET_SEEDED") == "all" else ALL[::6]
"""All of them take a minute or two: `make seeded`, which CI runs beside `make test`."""


def test_each_bug_is_noticed_and_named(tmp_path: Path) -> None:
    """`pytest --callsheet-clients` fails on a copy with the bug, and the first failure says what is not so.

    One test for all: loading what the checks need costs more than a check.
    """
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    args = [
        "vendor",
        "segmind",
        "fal",
        "--into",
        str(tmp_path / "shop" / "video"),
        "--specs",
        str(HERE.parents[1] / "specs"),
    ]
    vendored = CliRunner().invoke(app, args, catch_exceptions=False)
    assert vendored.exit_code == 0, vendored.output

    words = [sys.executable, str(HERE / "seeded.py"), str(tmp_path), *(bug["name"] for bug in BUGS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=3000)  # noqa: S603 - our own

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    assert sorted(found) == sorted(bug["name"] for bug in BUGS)
    unnamed = [
        f"{bug['name']}: {bug['said']!r} is not in\n{found[bug['name']]['words'][:1500] or '(nothing failed)'}"
        for bug in BUGS
        if not re.search(bug["said"], found[bug["name"]]["words"])
    ]
    assert not unnamed, "\n\n".join(unnamed)

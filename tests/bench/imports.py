"""What it costs to import a client, and to ask the command line for help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import measure


def main() -> None:
    """Fresh interpreters, one after another."""
    measure.compare(
        "import time",
        {
            "python -c pass": _python("-c", "pass"),
            "import httpx; from pydantic import BaseModel": _python(
                "-c", "import httpx; from pydantic import BaseModel"
            ),
            "import callsheet_clients.segmind": _python("-c", "import callsheet_clients.segmind"),
            "callsheet --help": _python("-m", "callsheet", "--help"),
            "callsheet list": _python("-m", "callsheet", "list"),
        },
        rounds=7,
    )


def _python(*args: str) -> Callable[[], object]:
    def run() -> None:
        subprocess.run([sys.executable, *args], check=True, stdout=subprocess.DEVNULL, cwd=measure.ROOT)  # noqa: S603 - our own

    return run


if __name__ == "__main__":
    main()

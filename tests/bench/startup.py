"""How soon the command line answers, and that `--help` loads nothing that only some commands need."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from measure import Process, processes, python

_HEAVY: Final = ("pydantic", "jinja2", "httpx", "jsonschema", "yaml", "datamodel_code_generator", "uvicorn", "asyncio")

_HELP: Final = f"""
import sys
from callsheet.cli import main
sys.argv = ["callsheet", "--help"]
try:
    main()
except SystemExit:
    print(*sorted({set(_HEAVY)} & sys.modules.keys()), file=sys.stderr)
"""


def main() -> None:
    """Fresh interpreters, in turns."""
    processes(
        "start-up of the command line",
        {
            "python -c pass": python("pass"),
            "import typer, and what prints its help": python("import typer.rich_utils"),
            "callsheet --help": Process((sys.executable, "-m", "callsheet", "--help"), {}),
            "callsheet list": Process((sys.executable, "-m", "callsheet", "list"), {}),
        },
        rounds=7,
    )
    done = subprocess.run([sys.executable, "-c", _HELP], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    print(f"  of {', '.join(_HEAVY)}, --help loads: {done.stderr.strip() or 'none'}")


if __name__ == "__main__":
    main()

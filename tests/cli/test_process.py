"""What only a process of its own can show: imports, the last net, pipes, colours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import callsheet

Process = Callable[..., subprocess.CompletedProcess[str]]

HEAVY = (
    *("pydantic", "jinja2", "httpx", "datamodel_code_generator", "jsonschema", "uvicorn", "hypothesis", "yaml"),
    *("asyncio", "callsheet.plan.model", "callsheet.spec.model"),
)


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["generate", "--help"], ["run", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(process: Process, args: list[str]) -> None:
    """Asking for help costs none of the libraries that the commands need.

    Typer itself converts the options of a command with pydantic, so a command's own help has that.
    """
    allowed = {"pydantic"} if len(args) > 1 else set[str]()
    code = (
        "import sys\n"
        "from callsheet.cli import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        f"print('loaded:', *(name for name in {HEAVY!r} if name in sys.modules))"
    )

    result = process(*args, code=code)

    assert result.returncode == 0, result.stderr
    assert set(result.stdout.rpartition("loaded:")[2].split()) <= allowed


def test_version(process: Process) -> None:
    """`--version` tells the package's version."""
    assert process("--version").stdout == f"callsheet {callsheet.__version__}\n"


def test_our_own_fault_is_two_lines(process: Process) -> None:
    """An exception that nobody foresaw: 3, what and how to report; the traceback only on request."""
    code = (
        "import callsheet.cli.specs as specs\n"
        "def broken(given, form): raise KeyError('x')\n"
        "specs.planned = broken\n"
        "from callsheet.cli import main\n"
        "main()"
    )

    plain = process("list", code=code)
    asked = process("list", code=code, env={"CALLSHEET_DEBUG": "1"})

    assert plain.returncode == 3
    assert len(plain.stderr.splitlines()) == 2
    assert "KeyError: 'x'" in plain.stderr
    assert "Traceback" in asked.stderr


def test_no_colour_when_piped_or_unwanted(process: Process) -> None:
    """No escape sequence reaches a pipe, not even for findings."""
    result = process("check", "--specs", "no/such/folder", env={"NO_COLOR": "1"})

    assert result.returncode == 1
    assert "\x1b" not in result.stdout + result.stderr


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    """`callsheet plan | head -1` ends quietly."""
    result = subprocess.run(  # noqa: S603 - our own command line
        ["bash", "-c", f"'{sys.executable}' -m callsheet plan | head -1"],  # noqa: S607 - wherever the shell is
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.stdout.startswith("{")
    assert "Traceback" not in result.stderr

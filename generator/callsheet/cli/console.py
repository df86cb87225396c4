"""Where output goes, and in which form. Consoles are made at each use, since tests and pipes swap the streams."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal, Never

import typer
from rich.console import Console, RenderableType

from callsheet.findings import Finding, errors

Format = Literal["text", "json", "github"]

# Wide enough that no table is cut in a pipe or a log; a terminal has its own width.
_PIPED_WIDTH = 200


def out() -> Console:
    """What was asked for."""
    return _console(sys.stdout)


def err() -> Console:
    """Progress, remarks and refusals."""
    return _console(sys.stderr)


def put(*parts: RenderableType) -> None:
    """Print tables and texts, in a pipe without the spaces that fill a table's lines."""
    console = out()
    with console.capture() as caught:
        for part in parts:
            console.print(part)
    text = caught.get()
    raw(text if console.is_terminal else "\n".join(line.rstrip() for line in text.splitlines()))


def raw(text: str) -> None:
    """Print text as it is: for machines, and for text that was laid out already."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def report(findings: Sequence[Finding], form: Format, *, to_stderr: bool = False) -> None:
    """Print findings; with none, text has nothing to say."""
    from callsheet import report as reports

    stream = sys.stderr if to_stderr else sys.stdout
    match form:
        case "text":
            text = reports.text(findings, color=_colour(stream)) if findings else ""
        case "json":
            text = reports.as_json(findings)
        case "github":
            text = reports.github(findings)
    if text:
        stream.write(text if text.endswith("\n") else f"{text}\n")
        stream.flush()


def stop_on_errors(findings: Sequence[Finding]) -> None:
    """Exit with 1 if anything must be mended first."""
    if found := errors(findings):
        report(found, "text", to_stderr=True)
        raise typer.Exit(1)


def program() -> list[str]:
    """The words that start this command line in the shell at hand, for commands that a person is told to run."""
    if shutil.which("callsheet"):
        return ["callsheet"]
    python = Path(sys.executable)
    here = Path.cwd()
    return [str(python.relative_to(here) if python.is_relative_to(here) else python), "-m", "callsheet"]


def refuse(message: str) -> Never:
    """Wrong usage: say so and exit with 2."""
    err().print(f"callsheet: {message}")
    raise typer.Exit(2)


def fail(message: str) -> Never:
    """What was asked for could not be done: say so and exit with 1."""
    err().print(f"callsheet: {message}")
    raise typer.Exit(1)


def _colour(stream: IO[str]) -> bool:
    console = _console(stream)
    return console.is_terminal and not console.no_color


def _console(stream: IO[str]) -> Console:
    return Console(
        file=stream,
        width=None if stream.isatty() else _PIPED_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
    )

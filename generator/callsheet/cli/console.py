"""Where output goes. Consoles are made at each use, since tests and pipes swap the streams."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal, Never

import typer
from rich.console import Console
from rich.text import Text

from callsheet.findings import Finding, errors, in_order
from callsheet.report import printable

Format = Literal["text", "json", "github"]

# Far wider than any line that is printed: in a pipe nothing is wrapped and nothing is cut.
_PIPED_WIDTH = 100_000


def out() -> Console:
    """What was asked for."""
    return _console(sys.stdout)


def err() -> Console:
    """Progress, remarks and refusals."""
    return _console(sys.stderr)


def say(words: str, style: str = "") -> None:
    """Tell a person something on the error stream. Words from outside cannot act on the terminal."""
    err().print(Text(shown(words), style=style))


def shown(words: str) -> str:
    """Words of several lines with everything written out that a terminal would act on."""
    return "\n".join(printable(line) for line in words.split("\n"))


def raw(text: str) -> None:
    """Print text as it is: for machines, and for text that was laid out already."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def report(findings: Sequence[Finding], form: Format, *, to_stderr: bool = False) -> None:
    """Print findings by place; with none, text has nothing to say."""
    from callsheet.cli.reporting import Report
    from callsheet.report import count

    stream = sys.stderr if to_stderr else sys.stdout
    made = Report(form, stream, color=colour(stream))
    made.add(in_order(findings))
    made.close(count(findings) if findings else "")


def stop_on_errors(findings: Sequence[Finding], form: Format = "text") -> None:
    """Exit with 1 if anything must be mended first. It stands in the way of what was asked for: the error stream."""
    if found := errors(findings):
        report(found, form, to_stderr=True)
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
    say(f"callsheet: {message}")
    raise typer.Exit(2)


def fail(message: str) -> Never:
    """What was asked for could not be done: say so and exit with 1."""
    say(f"callsheet: {message}")
    raise typer.Exit(1)


def colour(stream: IO[str]) -> bool:
    """Whether a stream takes colours: a terminal does, unless NO_COLOR is set; FORCE_COLOR makes any."""
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

"""All commands, and the last net under them.

A command's module is light: what is heavy to import (pydantic, jinja2, httpx, datamodel-code-generator) is imported by
the command that needs it, when it runs.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import Annotated

import typer

from callsheet import __version__
from callsheet.cli import (
    calling,
    catalogue,
    changing,
    checking,
    demo,
    drafting,
    drifting,
    emulating,
    jobs,
    living,
    making,
    seeing,
    testing,
    validating,
    vendoring,
)
from callsheet.cli.console import say

EXIT_STATUS = (
    "Exit status: 0 fine; 1 findings, or a call that failed; 2 wrong usage, or a file, key or port that is not to be "
    "had: nothing was tried; 3 a fault of Callsheet itself; 130 and 143 stopped by Ctrl-C or SIGTERM."
)

_FEW_COLLECTIONS = 20_000
"""Objects between two looks for garbage. Most of what a command loads and reads lives until its end."""

app = typer.Typer(
    name="callsheet",
    help="Typed clients, an emulator and contract tests for hosted video models, from reviewed YAML specs.",
    epilog=EXIT_STATUS,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    catalogue.list_,
    catalogue.show,
    checking.check,
    checking.explain,
    drafting.draft,
    making.plan,
    making.generate,
    vendoring.vendor,
    validating.validate,
    changing.diff,
    emulating.emulate,
    calling.run,
    seeing.seen,
    drifting.drift,
    living.live,
    demo.demo,
):
    app.command(name=command.__name__.rstrip("_"))(command)
app.command(name="test")(testing.proof)  # a function of that name would be taken for a test
app.add_typer(jobs.app)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"callsheet {__version__}")
        raise typer.Exit


@app.callback()
def common(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Typed clients, an emulator and contract tests for hosted video models, from reviewed YAML specs."""


def main() -> None:
    """Run the command line and exit with its status."""
    gc.set_threshold(_FEW_COLLECTIONS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an encoding that lacks a sign is no reason to fail
    try:
        app()
    except OSError as fault:
        if fault.filename is None:
            _own_fault(fault)
        say(f"callsheet: {fault.filename}: {(fault.strerror or str(fault)).lower()}")
        sys.exit(2)
    except Exception as fault:  # noqa: BLE001 - the last net: every other layer lets its own mistakes through
        _own_fault(fault)


def _own_fault(fault: Exception) -> None:
    if os.environ.get("CALLSHEET_DEBUG"):
        raise fault
    what = " ".join(str(fault).split())[:500]
    say(f"callsheet: internal fault: {type(fault).__name__}: {what}")
    say(
        "This is a mistake in Callsheet, not in your files. Please report it with the command that you ran "
        "and the traceback that CALLSHEET_DEBUG=1 prints."
    )
    sys.exit(3)

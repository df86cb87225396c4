"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from callsheet.cli.completing import endpoints
from callsheet.cli.console import Format
from callsheet.cli.settings import Http

JOURNAL_VARIABLE: Final = "CALLSHEET_JOURNAL"
"""Names the journal for commands that take one. A client takes it from its own code alone."""

SpecsOption = Annotated[
    Path | None,
    typer.Option(
        "--specs",
        metavar="FOLDER",
        help="Folder of specs. Otherwise: \\[tool.callsheet] specs, ./specs, the specs in the package.",
    ),
]

FormatOption = Annotated[
    Format,
    typer.Option("--format", help="For people, as JSON, or as text with findings as annotations of GitHub."),
]

HttpOption = Annotated[
    Http | None,
    typer.Option(
        "--http", help="The library that the clients send with. Otherwise \\[tool.callsheet] http, then httpx."
    ),
]

ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="Endpoint, as in segmind/wan-animate; wan-animate alone where unique.",
        autocompletion=endpoints,
    ),
]

"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from callsheet.cli.console import Format
from callsheet.plan.model import HttpLibrary

SpecsOption = Annotated[
    Path | None,
    typer.Option(
        "--specs",
        metavar="FOLDER",
        help="Folder of specs. Otherwise: \\[tool.callsheet] in ./pyproject.toml, ./specs, the specs in the package.",
    ),
]

FormatOption = Annotated[
    Format, typer.Option("--format", help="How findings are printed: for people, as JSON, as GitHub annotations.")
]

HttpOption = Annotated[
    HttpLibrary | None, typer.Option("--http", help="The library that the clients send with. Otherwise httpx.")
]

ModelArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="Endpoint, as in segmind/wan-animate; wan-animate alone where unique.")
]

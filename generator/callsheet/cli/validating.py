"""`validate`: payloads, judged offline."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from callsheet.cli import payloads, specs
from callsheet.cli.choose import endpoint
from callsheet.cli.console import colour
from callsheet.cli.options import FormatOption, ModelArgument, SpecsOption
from callsheet.findings import errors, in_order

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="JSON, YAML or JSONL; patterns and folders, too. - is standard input."),
]
As = Annotated[
    payloads.As | None,
    typer.Option("--as", help="How to read them. Otherwise by the ending of the name, else by how the text begins."),
]


def validate(
    model: ModelArgument, files: Files, as_: As = None, specs_: SpecsOption = None, form: FormatOption = "text"
) -> None:
    """Judge payloads without sending anything: every violation of every file, with its place."""
    from callsheet.cli.reporting import Report
    from callsheet.report import counted, number

    chosen = endpoint(specs.planned(specs_, form), model)
    found = payloads.named(files)
    report = Report(form, sys.stdout, color=colour(sys.stdout))
    total = bad = 0
    for file in found:
        for one in payloads.judged(chosen, file, as_):
            total += 1
            bad += bool(errors(one.findings))
            report.add(in_order(one.findings))
    whole = f"{number(total, 'payload')} for {chosen.provider}/{chosen.id}"
    if not bad:
        report.close(f"{whole}: fine")
        return
    report.close(f"{counted(report.errors, report.warnings)} in {bad} of {whole}")
    raise typer.Exit(1)

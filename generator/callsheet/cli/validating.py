"""`validate`: payloads, judged offline."""

from __future__ import annotations

from typing import Annotated

import typer

from callsheet.cli import payload, specs
from callsheet.cli.choose import endpoint
from callsheet.cli.console import out, refuse, report
from callsheet.cli.options import FormatOption, ModelArgument, SpecsOption
from callsheet.findings import Finding, errors, in_order

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Payloads as JSON or YAML; - is standard input.")]


def validate(model: ModelArgument, files: Files, specs_: SpecsOption = None, form: FormatOption = "text") -> None:
    """Judge payloads without sending anything: every violation of every file, with its place."""
    if files.count("-") > 1:
        refuse("standard input can be read once only")
    chosen = endpoint(specs.planned(specs_), model)
    findings: list[Finding] = []
    for file in files:
        findings += payload.judge(chosen, file).findings
    report(in_order(findings), form)
    if errors(findings):
        raise typer.Exit(1)
    if form == "text":
        out().print(f"{len(files)} {'payload' if len(files) == 1 else 'payloads'} for {model}: fine")

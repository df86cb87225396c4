"""`check` and `explain`: what is wrong with the specs, and why it matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from callsheet.cli import specs
from callsheet.cli.choose import did_you_mean
from callsheet.cli.completing import rules
from callsheet.cli.console import out, raw, refuse, report, shown
from callsheet.cli.options import FormatOption, SpecsOption
from callsheet.findings import Finding, errors

Strict = Annotated[bool, typer.Option("--strict", help="Fail for warnings, too, such as a TODO that is left.")]


def check(*, strict: Strict = False, specs_: SpecsOption = None, form: FormatOption = "text") -> None:
    """Check the specs and report every fault in one run."""
    material = specs.read(specs_, form)
    findings = (*material.findings, *_remembered(material.place.specs))
    report(findings, form)
    if findings if strict else errors(findings):
        raise typer.Exit(1)
    if form == "text":
        from callsheet.report import number

        read = f"{number(material.files, 'file')}, {number(len(material.specs.models), 'endpoint')}"
        faults = "no faults" if not findings else "nothing that stands in the way of generating"
        out().print(f"{material.place.specs}: {read}, {faults}")


def _remembered(root: Path) -> Iterator[Finding]:
    """What is wrong with the files of what pages said when last read."""
    from callsheet.source.files import read_pages

    for path, data in read_pages(root).items():
        from callsheet.drift.memory import read

        yield from read(path, data)[1]


def explain(
    rule: Annotated[
        str | None, typer.Argument(help="Id of a rule; without it, all are listed.", autocompletion=rules)
    ] = None,
    form: FormatOption = "text",
) -> None:
    """Say what a rule is about: the fault, why it matters, a wrong and a right example."""
    from callsheet.cli.jsonable import as_text
    from callsheet.rules import RULES

    if rule is not None and rule not in RULES:
        refuse(f"there is no rule `{rule}`{did_you_mean(rule, {known: known for known in RULES})}")
    console = out()
    if form == "json":
        raw(as_text(RULES[rule] if rule else sorted(RULES.values(), key=lambda each: each.id)))
    elif rule is None:
        width = max(map(len, RULES))
        for known in sorted(RULES.values(), key=lambda each: each.id):
            console.print(f"{known.id:<{width}}  {known.summary}")
    else:
        chosen = RULES[rule]
        console.print(f"{chosen.id} ({chosen.severity})\n\n{chosen.summary}\n\nwhy:  {chosen.why}")
        if chosen.mend:
            console.print(f"mend: {chosen.mend}")
        for label, example in (("wrong", chosen.wrong), ("right", chosen.right)):
            if example:
                console.print(f"\n{label}:")
                console.print(shown("\n".join(f"    {line}".rstrip() for line in example.strip("\n").split("\n"))))

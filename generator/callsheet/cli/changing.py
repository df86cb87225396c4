"""`diff`: what changed between two versions of specs, and what that means for callers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from callsheet.cli import versions
from callsheet.cli.console import raw, refuse

Form = Literal["text", "json", "github", "changelog"]

Old = Annotated[str, typer.Argument(metavar="OLD", help="Folder or file of specs; of a commit of git: HEAD~1:specs.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The same, as it is now.")]
PayloadsOption = Annotated[
    Path | None,
    typer.Option("--payloads", metavar="DIR", help="Say which of these payloads and recordings NEW would refuse."),
]
FormOption = Annotated[
    Form, typer.Option("--format", help="For people, as JSON, as annotations of GitHub, or an entry of a changelog.")
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against-version", metavar="X.Y.Z", help="Propose what follows this version, not the client_version of OLD."
    ),
]


def diff(
    old: Old, new: New, payloads: PayloadsOption = None, form: FormOption = "text", against: AgainstOption = None
) -> None:
    """Say what changed between two versions of specs, what it means for callers, and which version comes next.

    Exit status 1 when something breaks, or a payload that OLD accepts is refused by NEW.
    """
    from callsheet.changes.specs import compare_plans
    from callsheet.changes.versions import version
    from callsheet.cli import change_report
    from callsheet.cli.refused import tried

    if against is not None and version(against) is None:
        refuse(f"--against-version: {against} is no version such as 1.4.0")
    before, after = versions.planned(old, new, "text" if form == "changelog" else form)
    found = compare_plans(before, after)
    judged = tuple(tried(payloads, before, after)) if payloads is not None else None
    told = change_report.Told(found, after, judged, against)
    match form:
        case "text":
            raw(change_report.as_text(told))
        case "json":
            raw(change_report.as_json(told))
        case "github":
            if words := change_report.as_commands(told):
                raw(words)
        case "changelog":
            raw(change_report.as_changelog(told))
    if told.breaks:
        raise typer.Exit(1)

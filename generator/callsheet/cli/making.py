"""`plan` and `generate`: from specs to what is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from callsheet.cli import specs
from callsheet.cli.choose import endpoint
from callsheet.cli.console import err, fail, out, raw, refuse, stop_on_errors
from callsheet.cli.jsonable import as_text
from callsheet.cli.options import HttpOption, SpecsOption
from callsheet.cli.remembered import Remembered
from callsheet.plan.model import HttpLibrary, Plan

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Where to write. Otherwise \\[tool.callsheet] out, then ./generated."),
]

# A longer diff is for `git diff` after `callsheet generate`.
_DIFF_LINES = 40


def plan(
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", help="One endpoint; without it, all.")] = None,
    specs_: SpecsOption = None,
) -> None:
    """Print what the specs come to, as JSON: names, types, defaults, schemas, protocol tables."""
    whole = specs.planned(specs_)
    raw(as_text(whole if model is None else endpoint(whole, model)))


def generate(
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file would change.")] = False,
    out_: Out = None,
    specs_: SpecsOption = None,
    http_: HttpOption = None,
) -> None:
    """Write the clients. Repeating it changes nothing; only files that differ are touched."""
    texts = specs.gather(specs_)
    folder = out_ or texts.place.out
    http = http_ or "httpx"
    if folder is None:
        refuse("these are the specs of the package, with no folder beside them; say where to write with --out FOLDER")
    from callsheet.write import WriteError

    last = None if check or texts.findings else Remembered(folder, texts.files, http)
    earlier = last.earlier() if last else {}
    if last and last.settled(earlier):
        out().print(f"{folder}: {len(earlier)} files as they were, 0 written or removed")
        return
    material = specs.judge(texts)
    stop_on_errors(material.findings)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    try:
        if check:
            compare(material.plan, folder, http)
            return
        _write(material.plan, folder, http, earlier)
        if last and not material.findings:
            last.remember()
    except WriteError as fault:
        fail(str(fault))


def compare(plan: Plan, folder: Path, http: HttpLibrary = "httpx") -> int:
    """Say that a folder is as the plan has it, and of how many files. A difference ends the command with 1."""
    from callsheet import write
    from callsheet.emit import emit

    files = emit(plan, http=http)
    difference = write.compare(folder, files)
    if not difference:
        out().print(f"{folder}: {len(files)} files, as the specs have it")
        return len(files)
    console = err()
    stray = "not made from these specs; if it stays after `callsheet generate`, delete it by hand"
    for word, paths in (("missing", difference.added), (stray, difference.removed)):
        for path in paths:
            console.print(f"{folder / path}: {word}")
    for path, diff in difference.changed.items():
        console.print(f"{folder / path}: differs")
        lines = diff.splitlines()
        console.print("\n".join(lines[:_DIFF_LINES]))
        if len(lines) > _DIFF_LINES:
            console.print(f"… {len(lines) - _DIFF_LINES} more lines")
    fail(f"{folder} is not what the specs give; run: callsheet generate")


def _write(plan: Plan, folder: Path, http: HttpLibrary, earlier: Mapping[str, str]) -> None:
    from callsheet import write
    from callsheet.emit import emit

    done = write.write(folder, emit(plan, http=http, earlier=earlier))
    console = out()
    for word, paths in (("new", done.added), ("changed", done.changed), ("removed", done.removed)):
        for path in paths:
            console.print(f"{word:<8} {folder / path}")
    changes = len(done.added) + len(done.changed) + len(done.removed)
    console.print(f"{folder}: {done.unchanged} files as they were, {changes} written or removed")

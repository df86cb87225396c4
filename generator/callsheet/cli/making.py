"""`plan` and `generate`: from specs to what is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli import specs
from callsheet.cli.choose import endpoint, selection
from callsheet.cli.completing import endpoints, parts
from callsheet.cli.console import Format, fail, out, raw, refuse, report, say, stop_on_errors
from callsheet.cli.options import FormatOption, HttpOption, SpecsOption

if TYPE_CHECKING:
    from callsheet.cli.differences import Change
    from callsheet.emit.dcg import Run
    from callsheet.emit.part import Chosen
    from callsheet.plan.model import HttpLibrary, Plan

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Where to write. Otherwise \\[tool.callsheet] out, then ./generated."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="PROVIDER[/MODEL]",
        help="Only these, and what they stand on; the rest of the folder stays as it is. May be repeated.",
        autocompletion=parts,
    ),
]

# A longer diff is for `generate --diff`.
_DIFF_LINES = 40


def plan(
    model: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help="One endpoint; without it, all.", autocompletion=endpoints),
    ] = None,
    specs_: SpecsOption = None,
    form: FormatOption = "text",
) -> None:
    """Print what the specs come to, as JSON: names, types, defaults, schemas, protocol tables."""
    from callsheet.cli.jsonable import as_text

    whole = specs.planned(specs_, form)
    raw(as_text(whole if model is None else endpoint(whole, model)))


def generate(  # noqa: PLR0913 - each is an option of the command line
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a file would change.")] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Write nothing; print what would change as a patch, and fail if anything would."),
    ] = False,
    only: Only = None,
    out_: Out = None,
    specs_: SpecsOption = None,
    http_: HttpOption = None,
    form: FormatOption = "text",
) -> None:
    """Write the clients. Repeating it changes nothing; only files that differ are touched."""
    texts = specs.gather(specs_, form)
    folder = out_ or texts.place.out
    http = http_ or texts.place.settings.http or "httpx"
    if folder is None:
        refuse("these are the specs of the package, with no folder beside them; say where to write with --out FOLDER")
    from callsheet.cli.remembered import Remembered
    from callsheet.write import WriteError

    last = None if check or diff or texts.findings else Remembered(folder, texts.files, http)
    earlier = last.earlier() if last else {}
    if last and last.settled(earlier):
        _tell(Outcome(folder, written=True, unchanged=len(earlier)), form)
        return
    from callsheet.emit import dcg

    try:
        with dcg.started() as runs:
            everything = not only and not texts.place.settings.only
            if last and not earlier and everything and _write_all(texts, folder, http, form, runs):
                last.remember()
                return
            material = specs.judge(texts)
            stop_on_errors(material.findings, form)
            assert material.plan is not None  # noqa: S101 - there is one where there are no errors
            chosen = _chosen(material.plan, only, texts.place.settings.only)
            if check or diff:
                compare(material.plan, folder, chosen, http=http, form=form, check=check, diff=diff, run=runs[0])
                return
            made = _made(material.plan, folder, http, chosen, earlier, run=runs[0])
        _write(folder, *made, form, more=_others(chosen))
        if last and not material.findings and chosen is None:
            last.remember()
    except WriteError as fault:
        fail(str(fault))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `generate` did, or would have to do."""

    folder: Path
    written: bool
    unchanged: int
    changes: tuple[Change, ...] = ()


def compare(  # noqa: PLR0913 - the ways of telling it
    plan: Plan,
    folder: Path,
    chosen: Chosen | None = None,
    *,
    http: HttpLibrary = "httpx",
    form: Format = "text",
    check: bool = True,
    diff: bool = False,
    run: Run | None = None,
) -> int:
    """Say that a folder is as the plan has it, and of how many files. A difference ends the command with 1."""
    from callsheet.cli.differences import changes, show

    files, covers = _made(plan, folder, http, chosen, {}, run=run)
    found = changes(folder, files, covers)
    touched = sum(change.new is not None for change in found)
    outcome = Outcome(folder, written=False, unchanged=len(files) - touched, changes=tuple(found))
    failed = any(check or change.kind != "stray" for change in found)
    if form == "json":
        _tell(outcome, form, diff=diff)
    elif form == "github":
        report([change.finding() for change in found], form)
    elif diff:
        show(found)
    else:
        _name(found)
    if form == "text" and not failed and not diff:
        out().print(f"{folder}: {len(files)} files, as the specs have it{_others(chosen)}")
    if failed and form == "text" and check:
        fail(f"{folder} is not what the specs give; run: callsheet generate")
    if failed:
        raise typer.Exit(1)
    return len(files)


def _name(found: list[Change]) -> None:
    """The files that differ, and the beginning of how."""
    for change in found:
        say(f"{change.path}: {change.words}")
        if change.kind == "changed":
            lines = change.patch().split("\n")[1:-1]
            say("\n".join(lines[:_DIFF_LINES]))
            if len(lines) > _DIFF_LINES:
                say(f"… {len(lines) - _DIFF_LINES} more lines; see: callsheet generate --diff")


def _write_all(texts: specs.Texts, folder: Path, http: HttpLibrary, form: Format, runs: Sequence[Run]) -> bool:
    """Make everything, as many processes at a time as there are; False where there is something to say first."""
    from callsheet.emit.shares import generated

    files = generated(texts.files, http, runs)
    if files is not None:
        _write(folder, files, None, form)
    return files is not None


def _write(
    folder: Path, files: Mapping[str, str], covers: Callable[[str], bool] | None, form: Format, *, more: str = ""
) -> None:
    from callsheet import write
    from callsheet.cli.differences import Change, Kind

    done = write.write(folder, files, covers)
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("added", done.added),
        ("changed", done.changed),
        ("removed", done.removed),
    )
    changed = [Change((folder / path).as_posix(), kind, None, None) for kind, paths in kinds for path in paths]
    _tell(Outcome(folder, written=True, unchanged=done.unchanged, changes=tuple(changed)), form, more=more)


def _made(  # noqa: PLR0913 - what a generation depends on
    plan: Plan,
    folder: Path,
    http: HttpLibrary,
    chosen: Chosen | None,
    earlier: Mapping[str, str],
    *,
    run: Run | None,
) -> tuple[Mapping[str, str], Callable[[str], bool] | None]:
    """What generation gives, and which paths it is about; None is all."""
    from callsheet.emit import MANIFEST, dcg, emit
    from callsheet.emit.part import part

    run = run or dcg.run
    if chosen is None:
        return emit(plan, http=http, earlier=earlier, run=run), None
    manifest = folder / MANIFEST
    made = part(plan, chosen, manifest.read_bytes() if manifest.is_file() else None, earlier, http, run=run)
    return made.files, made.covers


def _chosen(plan: Plan, only: list[str] | None, usual: tuple[str, ...]) -> Chosen | None:
    if names := only or usual:
        return selection(plan, names, "" if only else "[tool.callsheet] only: ")
    return None


def _others(chosen: Chosen | None) -> str:
    return "" if chosen is None else "; the others were not looked at"


def _tell(outcome: Outcome, form: Format, *, diff: bool = False, more: str = "") -> None:
    if form == "json":
        from callsheet.cli.jsonable import as_text

        told = {
            "out": outcome.folder.as_posix(),
            "written": outcome.written,
            "unchanged": outcome.unchanged,
            "changes": [change.as_json(diff=diff) for change in outcome.changes],
        }
        raw(as_text(told))
        return
    lines = [f"{_DONE[change.kind]:<8} {change.path}" for change in outcome.changes]
    count = len(outcome.changes)
    lines.append(f"{outcome.folder}: {outcome.unchanged} files as they were, {count} written or removed{more}")
    out().print("\n".join(lines))  # at once: a large catalogue has thousands


_DONE = {"added": "new", "changed": "changed", "removed": "removed", "stray": "stray"}

"""`vendor`: a copy of the clients for another project, and whether one is still what was made."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli import specs
from callsheet.cli.choose import did_you_mean
from callsheet.cli.completing import parts
from callsheet.cli.console import Format, fail, out, raw, refuse, report, say, stop_on_errors
from callsheet.cli.options import FormatOption, HttpOption, SpecsOption
from callsheet.findings import Span

if TYPE_CHECKING:  # heavy: templates
    from callsheet.plan.model import HttpLibrary
    from callsheet.vendor.lying import Lying
    from callsheet.vendor.manifest import Manifest
    from callsheet.vendor.renewal import Renewal, Wish
    from callsheet.write import Written

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PROVIDER[/MODEL]",
        help="segmind for all endpoints of a provider, fal/scail-2 for one. Without any: what the folder has already.",
        autocompletion=parts,
    ),
]
Into = Annotated[
    Path | None,
    typer.Option("--into", metavar="FOLDER", help="The package that gets the copy: a package for each provider."),
]
Check = Annotated[
    Path | None,
    typer.Option("--check", metavar="FOLDER", help="Write nothing; fail if a copy was edited or is not current."),
]
Force = Annotated[bool, typer.Option("--force", help="Lose what was edited in the copy, or lies in its way.")]

_DIFF_LINES = 40


def vendor(  # noqa: PLR0913 - each is a word of the command line
    names: Names = None,
    *,
    into: Into = None,
    check: Check = None,
    http_: HttpOption = None,
    force: Force = False,
    specs_: SpecsOption = None,
    form: FormatOption = "text",
) -> None:
    """Copy clients into another project: self-contained, with their specs, under any package name."""
    folder = check or into
    if folder is None or (check and into):
        refuse("say where to copy with --into FOLDER, or what to look at with --check FOLDER")
    if folder.exists() and not folder.is_dir():
        refuse(f"{folder} is a file, and a copy is a folder")
    if check and (names or http_ or force):
        refuse("--check looks at the whole of a folder and takes no names, no --http and no --force")
    from callsheet.write import WriteError

    try:
        manifest = _manifest(folder, form, needed=bool(check), force=force)
        if check:
            _check(folder, manifest, specs.gather(specs_, form), form)
        else:
            made = _made(folder, manifest, names or [], specs.gather(specs_, form), http_, form)
            if made.losses and not force:
                _say_losses(made, form)
            _write(folder, made, form)
    except WriteError as fault:
        fail(str(fault))


def _made(  # noqa: PLR0913, PLR0917 - all that the command settled
    folder: Path,
    manifest: Manifest | None,
    names: Sequence[str],
    texts: specs.Texts,
    http_: HttpLibrary | None,
    form: Format,
) -> Renewal:
    """What is to be written, and what would be lost. Whatever stands in its way ends the command."""
    from callsheet.vendor import renewal
    from callsheet.vendor.lying import tops

    if not _importable(folder):
        refuse(f"{folder} is to be a package, and Python cannot import one of that name; use letters, digits and _")
    if not names and manifest is None:
        refuse("name what to copy: PROVIDER or PROVIDER/MODEL, as `callsheet list` has them")
    wanted = renewal.wish(manifest, names)
    _refuse_unknown(wanted, texts, names)
    stop_on_errors(texts.findings, form)
    http = http_ or (manifest.http if manifest else texts.place.settings.http or "httpx")
    kept = _lying(folder, tops(manifest.files if manifest else ()))
    copy, findings = renewal.prepare(kept, manifest, texts.files, wanted, http)
    stop_on_errors(findings, form)
    assert copy is not None  # noqa: S101 - there is one where there are no errors
    there = _lying(folder, tops(manifest.files if manifest else (), copy.files))
    return renewal.renewal(there, manifest, copy, wanted)


def _manifest(folder: Path, form: Format, *, needed: bool, force: bool) -> Manifest | None:
    """The folder's manifest. What is none ends the command with 1, and so does none at all where one is needed."""
    from callsheet import write
    from callsheet.rules import vendored as rules
    from callsheet.vendor.manifest import NAME, NoManifestError, read

    data = write.lying(folder, [NAME]).get(NAME)
    try:
        if data is not None:
            return read(data)
        if not needed:
            return None
        words = f"there is no {NAME}"
    except NoManifestError as fault:
        if force:
            return None
        words = f"{NAME} is not that of a copy: {fault}"
    report([rules.NO_COPY.at(Span((folder / NAME).as_posix()), words)], form)
    raise typer.Exit(1)


def _lying(folder: Path, tops: Sequence[str]) -> Lying:
    from callsheet import write
    from callsheet.vendor.lying import Lying

    return Lying(folder.as_posix(), write.lying(folder, tops))


def _check(folder: Path, manifest: Manifest | None, texts: specs.Texts, form: Format) -> None:
    from callsheet.vendor.checking import check
    from callsheet.vendor.lying import tops

    assert manifest is not None  # noqa: S101 - without one the command has ended
    findings = (*texts.findings, *check(_lying(folder, tops(manifest.files)), manifest, texts.files))
    report(findings, form)
    if findings:
        raise typer.Exit(1)
    if form == "text":
        out().print(f"{folder}: {len(manifest.files)} files, as they were made, and what {texts.place.specs} give now")


def _refuse_unknown(wanted: Wish, texts: specs.Texts, names: Sequence[str]) -> None:
    from callsheet.vendor.choice import filed, models, provider_of

    missing = wanted.missing(texts.files)
    if not missing:
        return
    for name in missing:
        if name in names:
            there = filed(texts.files)
            providers = {provider_of(path) for path in there}
            known = [*providers, *(f"{each}/{model}" for each in providers for model in models(there, each))]
            refuse(f"{texts.place.specs} has no `{name}`{did_you_mean(name, {word: word for word in sorted(known)})}")
    refuse(
        f"the copy has {', '.join(missing)}, and {texts.place.specs} does not; name the specs that have it with "
        "--specs, name its provider as a whole to have what there is now, or start a new folder"
    )


def _say_losses(made: Renewal, form: Format) -> None:
    report(made.losses, form, to_stderr=form == "text")
    if form == "text":
        say("\nThis would be lost (- as it will be, + as it is):")
        say("\n".join(made.lost[:_DIFF_LINES]))
        if len(made.lost) > _DIFF_LINES:
            say(f"… {len(made.lost) - _DIFF_LINES} more lines")
        say("Nothing was written. To lose it, repeat the command with --force.")
    raise typer.Exit(1)


def _write(folder: Path, made: Renewal, form: Format) -> None:
    from callsheet import write

    done = write.place(folder, made.copy.whole(), list(made.stale))
    package = ".".join(_dotted(folder))
    imports = [
        f"from {package}.{provider.package} import {provider.client_name}" for provider in made.copy.plan.providers
    ]
    if form == "json":
        raw(_as_json(folder, made, done, imports))
        return
    console = out()
    for word, paths in (("new", done.added), ("changed", done.changed), ("removed", done.removed)):
        for path in paths:
            console.print(f"{word:<8} {folder / path}")
    changes = len(done.added) + len(done.changed) + len(done.removed)
    console.print(f"{folder}: {done.unchanged} files as they were, {changes} written or removed")
    for name in made.remade:
        console.print(f"{name}: made anew from the specs that it had in {folder}, to fit what it runs on")
    for path in sorted(made.yours):
        console.print(f"{folder / path}: yours, left alone")
    for line in imports:
        console.print(line)
    console.print("needs " + ", ".join(f"{name} {version}" for name, version in made.copy.manifest.needs.items()))


def _as_json(folder: Path, made: Renewal, done: Written, imports: list[str]) -> str:
    """What was done, in the form in which `generate` tells it, and how the copy is used."""
    from callsheet.cli.jsonable import as_text

    kinds = (("added", done.added), ("changed", done.changed), ("removed", done.removed))
    changes = [{"path": (folder / path).as_posix(), "kind": kind} for kind, paths in kinds for path in paths]
    told = {"out": folder.as_posix(), "written": True, "unchanged": done.unchanged, "changes": changes}
    kept = {"remade": made.remade, "yours": sorted(made.yours)}
    return as_text({**told, **kept, "imports": imports, "needs": made.copy.manifest.needs})


def _importable(folder: Path) -> bool:
    """Whether a folder's own name can be that of a package."""
    return _is_name(folder.resolve().name)


def _dotted(folder: Path) -> list[str]:
    """The names by which a project probably imports a folder: from the working directory, or from ./src."""
    whole = folder.resolve()
    parts = list(whole.relative_to(Path.cwd().resolve()).parts) if whole.is_relative_to(Path.cwd().resolve()) else []
    parts = parts[1:] if parts[:1] == ["src"] else parts
    return parts if parts and all(map(_is_name, parts)) else [whole.name]


def _is_name(word: str) -> bool:
    return word.isidentifier() and not keyword.iskeyword(word)

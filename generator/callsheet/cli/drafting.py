"""`draft`: a spec made from a page, with all that is left to a person marked as TODO."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from callsheet.cli import specs
from callsheet.cli.console import Format, raw, refuse, report, say, stop_on_errors
from callsheet.cli.options import FormatOption, SpecsOption
from callsheet.findings import Finding, errors

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.draft.draft import Draft
    from callsheet.pages import Reading
    from callsheet.spec.model import ProviderSpec

Pages = Annotated[
    list[str],
    typer.Argument(
        metavar="PAGE...",
        help="The provider's page of one endpoint, saved as text, HTML or JSON. - is standard input. Further pages of "
        "the same endpoint fill the gaps of the first.",
    ),
]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Where to write: a file, or a folder of specs. Otherwise it is printed."
    ),
]
Provider = Annotated[
    str | None,
    typer.Option("--provider", metavar="ID", help="Whose page it is, where the page does not tell; may be a new one."),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_MOST: Final = 64 * 1024 * 1024
"""Bytes that are taken from a file at all. The readers refuse far smaller pages, with a finding."""


def draft(  # noqa: PLR0913 - each is an option of the command line
    *,
    pages: Pages,
    out: OutFile = None,
    provider: Provider = None,
    force: Force = False,
    specs_: SpecsOption = None,
    form: FormatOption = "text",
) -> None:
    """Write a spec from the page of an endpoint: all that was read, and TODO where a person has to decide or word."""
    from callsheet.draft.draft import draft as made_of
    from callsheet.spec.load import is_provider

    texts = specs.gather(specs_, form)
    known = specs.judge(texts)
    readings = _read(pages, form)
    whose = _provider(provider, readings, known.specs.providers)
    today = datetime.now(tz=UTC).astimezone().date().isoformat()
    files: dict[str, bytes] = {}
    if whose is None:
        stop_on_errors([found for found in known.findings if is_provider(found.span.path)], form)
        whose, files = _new_provider(provider, readings, today, out)
    name = out.name.removesuffix(out.suffix) if out is not None and not _is_folder(out) else None
    made = made_of(readings, whose, known.specs, read=today, id_=name if name and _ID.fullmatch(name) else None)
    path = Path(made.provider, f"{made.id}.yaml")
    at = path if out is None else out / path if _is_folder(out) else out
    written = {at: made.text.encode(), **{at.parent / name: text for name, text in files.items()}}
    if out is None:
        raw(made.text)
    else:
        _write(written, force=force)
    beside = files or _file_of(whose, texts.files)
    _tell(
        made,
        at,
        {**{str(at.parent / name): text for name, text in beside.items()}, str(at): made.text.encode()},
        readings,
    )


def _read(pages: list[str], form: Format) -> list[Reading]:
    """The pages, read. One that cannot be read ends the command, after all were tried."""
    from callsheet.pages import Reading, read_page

    if pages.count("-") > 1:
        refuse("standard input can be one page only")
    read = [(name, read_page(_bytes(name), "standard input" if name == "-" else name)) for name in pages]
    unread = [found for _, found in read if isinstance(found, Finding)]
    known = [found for _, found in read if isinstance(found, Reading)]
    # A page that says nothing because it could not be read is no beginning of a spec.
    stop_on_errors([*unread, *(one for found in known if not found.facts for one in found.problems)], form)
    return known


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(_MOST)
    with Path(name).open("rb") as file:
        return file.read(_MOST)


def _provider(given: str | None, readings: list[Reading], known: tuple[ProviderSpec, ...]) -> ProviderSpec | None:
    """The provider that is named, or that the page names, or that has the page's hosts."""
    by_id = {one.id: one for one in known}
    if given is not None:
        return by_id.get(given)
    named = [reading.provider for reading in readings if reading.provider]
    if named:
        return by_id.get(named[0])
    urls = [said.value for reading in readings for said in reading.facts if said.path[1:] == ("submit", "url")]
    hosts = [one for one in known for host in one.hosts for url in urls if str(url).startswith(f"{host.url}/")]
    return hosts[0] if hosts else None


def _new_provider(
    given: str | None, readings: list[Reading], today: str, out: Path | None
) -> tuple[ProviderSpec, dict[str, bytes]]:
    """A file for a provider that has none yet."""
    from callsheet.draft.provider import skeleton
    from callsheet.spec.load import load

    if out is None or not _is_folder(out):
        refuse("no file describes this provider yet; say where to write both files, with --out FOLDER")
    if given is not None and not re.fullmatch(r"[a-z][a-z0-9_-]*", given):
        refuse(f"--provider {given}: an id is lower-case letters, digits, - and _")
    ident, text = skeleton(readings, read=today, id_=given)
    loaded = load({f"{ident}/provider.yaml": text.encode()})
    stop_on_errors(loaded.findings)
    return loaded.specs.providers[0], {"provider.yaml": text.encode()}


def _is_folder(path: Path) -> bool:
    return path.is_dir() or path.suffix not in {".yaml", ".yml"}


def _write(files: dict[Path, bytes], *, force: bool) -> None:
    there = [path for path in files if path.exists()]
    if there and not force:
        refuse(f"{there[0]} is there already; nothing was written (--force writes over it)")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def _file_of(provider: ProviderSpec, files: dict[str, bytes]) -> dict[str, bytes]:
    return {Path(provider.file).name: files[provider.file]}


def _tell(made: Draft, at: Path, files: dict[str, bytes], readings: list[Reading]) -> None:
    """What is open, and what is wrong beside it, as `check` has it."""
    from callsheet.plan.build import build
    from callsheet.report import number
    from callsheet.spec.load import load

    problems = [problem for reading in readings for problem in reading.problems]
    loaded = load(files)
    planned = () if errors(loaded.findings) else build(loaded.specs).findings
    found = [
        one for one in (*loaded.findings, *planned) if not one.span.path.endswith("provider.yaml") or len(files) > 1
    ]
    left = [one for one in found if one.rule == "todo-left"]
    others = [one for one in found if one.rule != "todo-left"]
    if problems or others:
        report([*problems, *others], "text", to_stderr=True)
    unread = f"; {number(made.unread, 'part')} of the page not read, listed at its end" if made.unread else ""
    say(f"{at}: {number(len(left), 'place')} left to a person{unread}. `callsheet check` lists them, with their lines")
    if errors([*problems, *others]):
        raise typer.Exit(1)

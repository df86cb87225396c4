"""`drift`: documentation pages held against the specs, and against what they said when they were last read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from callsheet.cli import choose, specs
from callsheet.cli.completing import endpoints
from callsheet.cli.console import colour, raw, refuse, report, say
from callsheet.cli.options import SpecsOption
from callsheet.findings import Finding, Span, errors

if TYPE_CHECKING:  # the readers of pages, and templates
    from callsheet.drift.baseline import Baseline
    from callsheet.drift.memory import Memory
    from callsheet.drift.outcome import Outcome, Page
    from callsheet.drift.whose import Endpoint
    from callsheet.plan.model import Plan

DriftForm = Literal["text", "json", "github", "html"]

_SUFFIXES: Final = frozenset({".txt", ".html", ".htm", ".md", ".json", ".mhtml"})
"""What the name of a page ends with, in a folder that may hold other files, too."""

Pages = Annotated[list[Path] | None, typer.Argument(metavar="PAGE", help="Saved pages: text, HTML, llms.txt, OpenAPI.")]
Folder = Annotated[Path | None, typer.Option("--pages", metavar="FOLDER", help="All pages in a folder.")]
Fetch = Annotated[bool, typer.Option("--fetch", help="Fetch the pages that the specs name as their sources.")]
Accept = Annotated[
    bool, typer.Option("--accept", help="Remember what the pages say now, in <model>.page.yaml beside each spec.")
]
Model = Annotated[
    str | None,
    typer.Option("--model", metavar="MODEL", help="The endpoint that the pages are of.", autocompletion=endpoints),
]
Form = Annotated[
    DriftForm,
    typer.Option("--format", help="For people, as JSON, as annotations of GitHub, or as a page with both sides."),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the report there.")]
BaselineFile = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="Findings that are accepted, each with its reason.")
]
Update = Annotated[
    bool, typer.Option("--update-baseline", help="Let the baseline accept what is found; reasons are kept.")
]


def drift(  # noqa: PLR0913 - each is a word of the command line
    pages: Pages = None,
    *,
    folder: Folder = None,
    fetch: Fetch = False,
    accept: Accept = False,
    model: Model = None,
    form: Form = "text",
    out: Out = None,
    baseline: BaselineFile = None,
    update_baseline: Update = False,
    specs_: SpecsOption = None,
) -> None:
    """Compare documentation pages with the specs: what was changed, where, and what that means for callers.

    Exit status: 1 if something breaks callers, else 2 if a page could not be read, else 0.
    """
    from callsheet.drift.outcome import outcome

    if not (pages or folder or fetch):
        refuse("name pages, a folder of them with --pages, or --fetch to ask the providers")
    if update_baseline and baseline is None:
        refuse("--update-baseline needs --baseline FILE")
    texts = specs.gather(specs_)
    if accept and texts.place.out is None:
        refuse("--accept writes beside the specs, and these came with the package; name a folder with --specs")
    material = specs.judge(texts)
    if errors(material.findings) or material.plan is None:
        report(material.findings, "github" if form == "github" else "text", to_stderr=True)
        raise typer.Exit(2)
    known = _baseline(baseline, update=update_baseline)
    chosen = _chosen(material.plan, model)
    memories, broken = _memories(texts.place.specs, material.plan)
    if accept and broken:
        report(broken, "text", to_stderr=True)
        refuse("nothing was accepted: these files would be written over")
    given, missing = _given(pages or [], folder, chosen, asked=material.plan if fetch else None)
    made = outcome(material.plan, given, memories, known, _today())
    made = type(made)(made.done, (*broken, *missing, *made.findings), made.memories)
    _tell(made, form, out, texts.files)
    if accept:
        _remember(made, material.plan)
    if baseline is not None and update_baseline:
        from callsheet.drift.baseline import text

        baseline.write_text(text(known, (one.compared for one in made.done)), "utf-8")
    if made.breaks and not update_baseline:
        raise typer.Exit(1)
    if made.incomplete:
        raise typer.Exit(2)


def _today() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


def _chosen(plan: Plan, name: str | None) -> Endpoint | None:
    if name is None:
        return None
    found = choose.endpoint(plan, name)
    provider = next(provider for provider in plan.providers if found in provider.models)
    return provider, found


def _baseline(file: Path | None, *, update: bool) -> Baseline:
    """What is accepted. A file that is none ends the command with 2, since nothing may be silent by mistake."""
    from callsheet.drift.baseline import Baseline, read

    if file is None or (update and not file.exists()):
        return Baseline({})
    try:
        found, findings = read(file.as_posix(), file.read_bytes())
    except OSError as fault:
        refuse(f"{file}: {(fault.strerror or str(fault)).lower()}")
    if findings:
        report(findings, "text", to_stderr=True)
        raise typer.Exit(2)
    return found


def _memories(root: Path, plan: Plan) -> tuple[dict[str, Memory], tuple[Finding, ...]]:
    from callsheet.drift.memory import read
    from callsheet.drift.whose import endpoints as all_of
    from callsheet.drift.whose import name_of
    from callsheet.source.files import read_pages

    files = read_pages(root)
    found: dict[str, Memory] = {}
    findings: list[Finding] = []
    for endpoint in all_of(plan):
        path = _beside(endpoint)
        if path in files:
            found[name_of(endpoint)], faults = read(path, files[path])
            findings += faults
    return found, tuple(findings)


def _beside(endpoint: Endpoint) -> str:
    """Where the memory of an endpoint lies."""
    from callsheet.drift.memory import SUFFIX

    path = Path(endpoint[1].spec.file)
    return path.with_name(f"{path.stem}{SUFFIX}").as_posix()


def _given(
    pages: Sequence[Path], folder: Path | None, chosen: Endpoint | None, *, asked: Plan | None
) -> tuple[list[Page], list[Finding]]:
    """The pages, and what of them is not to be had."""
    from callsheet.drift.outcome import Page
    from callsheet.rules.drift import PAGE_UNREADABLE

    if sum(str(page) == "-" for page in pages) > 1:
        refuse("standard input can be one page only")
    found: list[Page] = []
    missing: list[Finding] = []
    listed = [(path, True) for path in pages]
    if folder is not None:
        if not folder.is_dir():
            refuse(f"{folder} is no folder")
        listed += [(path, False) for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES and path.is_file()]
    for path, named in listed:
        try:
            data = _bytes(path)
        except OSError as fault:
            words = (fault.strerror or str(fault)).lower()
            missing.append(PAGE_UNREADABLE.at(Span(path.as_posix()), f"the system says: {words}"))
        else:
            name = "<stdin>" if str(path) == "-" else path.as_posix()
            found.append(Page(name, data, endpoint=chosen, named=named))
    if asked is not None:
        _fetch(asked, chosen, found, missing)
    return found, missing


def _bytes(path: Path) -> bytes:
    """What a page has, at most one byte more than it may have."""
    from callsheet.pages.limits import LARGEST

    if str(path) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _fetch(plan: Plan, chosen: Endpoint | None, found: list[Page], missing: list[Finding]) -> None:
    from callsheet.cli.fetching import Fetcher
    from callsheet.drift.outcome import Page
    from callsheet.drift.whose import endpoints as all_of
    from callsheet.pages.limits import LARGEST

    fetcher = Fetcher(LARGEST)
    for endpoint in [chosen] if chosen is not None else all_of(plan):
        for kind, url in _sources(endpoint):
            data = fetcher.fetch(url)
            if isinstance(data, Finding):
                missing.append(data)
            else:
                found.append(Page(url, data, url, endpoint, kind))


def _sources(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """The pages that a spec was read from, each address once: those of which it has the digest."""
    seen: set[str] = set()
    for source in endpoint[1].spec.sources:
        if source.url is not None and source.sha256 is not None and source.url not in seen:
            seen.add(source.url)
            yield source.id, source.url


def _tell(made: Outcome, form: DriftForm, out: Path | None, files: dict[str, bytes]) -> None:
    text = _text(made, form, files, color=out is None and colour(sys.stdout))
    if out is None:
        raw(text)
        return
    out.write_text(text, "utf-8")
    if form != "text":
        from callsheet.drift.outcome import summary

        for done in made.done:
            say("\n".join(summary(done)))
    say(f"{out}: written")


def _text(made: Outcome, form: DriftForm, files: dict[str, bytes], *, color: bool) -> str:
    from callsheet import report as words
    from callsheet.drift.outcome import as_json, found, summary

    match form:
        case "json":
            return json.dumps(as_json(made), indent=2, ensure_ascii=False) + "\n"
        case "html":
            from callsheet.drift.sidebyside import html

            return html(made, files)
        case "github":
            return "".join(f"{words.command(finding)}\n" for finding in found(made))
        case "text":
            blocks = [words.block(finding, color=color) for finding in found(made)]
            lines = [words.printable(line) for done in made.done for line in summary(done)]
            return "\n".join([*blocks, *lines]) + "\n"


def _remember(made: Outcome, plan: Plan) -> None:
    """Write what was read, of the endpoints whose pages were read. A page that is cut is not remembered."""
    from callsheet.drift.memory import text
    from callsheet.drift.whose import endpoints as all_of
    from callsheet.drift.whose import name_of

    read = {done.endpoint for done in made.done}
    for endpoint in all_of(plan):
        name = name_of(endpoint)
        if name in read and name in made.memories:
            path = Path(_beside(endpoint))
            new = text(endpoint[0].id, endpoint[1].id, made.memories[name])
            if not path.exists() or path.read_text("utf-8") != new:
                path.write_text(new, "utf-8", newline="\n")
                say(f"{path}: written")

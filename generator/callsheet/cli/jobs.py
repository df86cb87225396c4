"""`jobs`: what a journal knows of submissions, and taking up those that are not over."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from callsheet.cli.console import fail, raw, refuse, say
from callsheet.cli.jsonable import as_text
from callsheet.cli.options import JOURNAL_VARIABLE, SpecsOption

if TYPE_CHECKING:
    from callsheet.runtime.journal import Contents, Journal
    from callsheet.runtime.journal_jobs import Submitted

app = typer.Typer(
    name="jobs",
    help="What a journal knows of submissions: list and show them, take up those that are not over.",
    no_args_is_help=True,
)

JournalOption = Annotated[
    Path,
    typer.Option("--journal", metavar="FILE", envvar=JOURNAL_VARIABLE, help="The journal that a client writes."),
]
Form = Annotated[Literal["text", "json"], typer.Option("--format", help="For people, or as JSON.")]

USUAL: Final = Path("jobs.journal")


@app.command(name="list")
def list_(journal: JournalOption = USUAL, form: Form = "text") -> None:
    """List all submissions, the oldest first: open, ended, refused, under way, or of unknown outcome."""
    opened, contents = read(journal)
    jobs = contents.jobs()
    if form == "json":
        raw(as_text({"journal": opened.path, "unreadable": contents.unreadable, "jobs": list(map(as_object, jobs))}))
        return
    if jobs:
        from callsheet.cli.jobs_text import table
        from callsheet.cli.layout import put

        put(table(jobs))
    else:
        say(f"{journal}: no submissions")
    tell_trouble(contents, jobs, journal)


@app.command()
def show(
    job: Annotated[
        str, typer.Argument(metavar="ID", help="Id of the job, or of the submission; its beginning will do.")
    ],
    journal: JournalOption = USUAL,
    form: Form = "text",
) -> None:
    """Show all that the journal knows of a submission, line by line."""
    _, contents = read(journal)
    found = chosen(contents.jobs(), job)
    if form == "json":
        raw(as_text(as_object(found)))
        return
    from callsheet.cli.jobs_text import everything
    from callsheet.cli.layout import put

    put(*everything(found, contents))


@app.command()
def resume(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    jobs: Annotated[list[str] | None, typer.Argument(metavar="ID", help="As `jobs list` shows them.")] = None,
    all_: Annotated[  # noqa: FBT002 - typer makes it a flag
        bool, typer.Option("--all", help="All that are open; with --save also those whose file was saved nowhere.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FOLDER", help="Where files go, under the ids of their jobs.")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", help="How long to wait. Otherwise by the typical time."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="PROVIDER.NAME=URL", help="Instead of a declared host; may be repeated."),
    ] = None,
    journal: JournalOption = USUAL,
    specs_: SpecsOption = None,
    form: Form = "text",
) -> None:
    """Take up jobs, wait until they end, save what they made. Costs nothing: no job is submitted."""
    if bool(jobs) == all_:
        refuse("name the jobs, or say --all; `callsheet jobs list` shows them")
    if timeout is not None and not 0 < timeout < float("inf"):
        refuse(f"--timeout: give seconds above 0, not {timeout:g}")
    if save is not None and not save.is_dir():
        refuse(f"--save: there is no folder {save}")
    _, contents = read(journal)
    known = contents.jobs()
    wanted = (
        [chosen(known, job) for job in dict.fromkeys(jobs or ())] if jobs else unfinished(known, files=save is not None)
    )
    for job in wanted:
        if job.token is None:
            fail(f"{job.intent}: {job.state}, and there is no id that could be asked for; see: callsheet jobs show")
    from callsheet.cli.jobs_resume import take_up

    fine = take_up(wanted, journal, save, timeout, host or [], specs_, form)
    unknown = tell_trouble(contents, known, journal) if all_ else 0
    if not fine or unknown:
        raise typer.Exit(1)


@app.command()
def prune(
    jobs: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="To drop these, too, however they stand.")
    ] = None,
    journal: JournalOption = USUAL,
) -> None:
    """Drop from the journal what is over: ended and refused submissions. Nothing is cancelled at the provider."""
    opened, contents = read(journal)
    known = contents.jobs()
    named = [chosen(known, job).intent for job in jobs or ()]
    with telling():
        dropped = opened.prune(named)
        left = opened.jobs()
    say(f"{journal}: {dropped} dropped, {len(left)} left")


def read(path: Path) -> tuple[Journal, Contents]:
    """A journal that is there. Anything else ends the command."""
    from callsheet.runtime.journal import Journal

    if not path.exists():
        refuse(f"there is no journal {path}; name one with --journal FILE")
    journal = Journal(path)
    with telling():
        contents = journal.read()
    if contents.unreadable and not contents.entries:
        refuse(f"{path} is no journal")
    return journal, contents


@contextmanager
def telling() -> Generator[None]:
    """Where a journal cannot be read or written, that is said, and the command ends with 1."""
    from callsheet.runtime.errors import JournalFailed

    try:
        yield
    except JournalFailed as fault:
        fail(str(fault))


def chosen(jobs: Sequence[Submitted], given: str) -> Submitted:
    """The submission that a person means: by the id of its job, by its own, or by the beginning of either."""
    whole = [job for job in jobs if given in {job.request_id, job.intent}]
    begun = [
        job for job in jobs if given and any(name.startswith(given) for name in (job.request_id or "", job.intent))
    ]
    found = whole or begun
    if len(found) == 1:
        return found[0]
    if found:
        refuse(f"{len(found)} submissions are called so: {given}; give the whole id")
    refuse(f"the journal knows no submission {given}; `callsheet jobs list` shows them")


def unfinished(jobs: Sequence[Submitted], *, files: bool) -> list[Submitted]:
    """What is left to do: open jobs, and, where files are wanted, those that ended well and were saved nowhere."""
    return [
        job
        for job in jobs
        if job.state == "open" or (files and job.end == "succeeded" and not job.files and job.token is not None)
    ]


def as_object(job: Submitted) -> dict[str, object]:
    """A submission as `--format json` shows it."""
    return {
        "endpoint": f"{job.provider}/{job.model}",
        **{field.name: getattr(job, field.name) for field in fields(job)},
    }


def tell_trouble(contents: Contents, jobs: Sequence[Submitted], path: Path) -> int:
    """Say what a person has to look at. The number of submissions of unknown outcome."""
    from callsheet.cli.jobs_text import unknown

    if contents.unreadable:
        say(f"{path}: {contents.unreadable} line(s) cannot be read: torn by a crash, or of a later version")
    found = [job for job in jobs if job.state == "unknown"]
    if found:
        say(unknown(found, path), "yellow")
    return len(found)

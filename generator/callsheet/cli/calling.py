"""`run`: one call, from a payload file to a saved result."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callsheet.cli import payload, specs
from callsheet.cli.choose import endpoint
from callsheet.cli.client import Endpoint, endpoint_of, hosts_given, open_client, prefer
from callsheet.cli.console import err, out, program, refuse, report, stop_on_errors
from callsheet.cli.jsonable import as_text
from callsheet.cli.options import JOURNAL_VARIABLE, ModelArgument, SpecsOption
from callsheet.cli.progress import Progress
from callsheet.findings import errors, in_order
from callsheet.plan.model import ModelPlan

if TYPE_CHECKING:  # generated, and heavy: httpx and pydantic
    from callsheet_clients._runtime.job import Job

_INTERRUPTED = 130


def run(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    model: ModelArgument,
    save: Annotated[Path, typer.Option("--save", metavar="FILE", help="Where the result is saved.")],
    input_: Annotated[
        str | None, typer.Option("--input", metavar="FILE", help="Payload as JSON or YAML; - is standard input.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Send the documentation's own sample payload.")] = False,  # noqa: FBT002 - typer makes it a flag
    job: Annotated[
        str | None, typer.Option("--job", metavar="ID|TOKEN", help="Take up a job that was submitted before.")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Instead of the provider's host, where it has one only."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="NAME=URL", help="Instead of a declared host; may be repeated."),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", help="How long to wait. Otherwise by the typical time."),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(
            "--journal", metavar="FILE", envvar=JOURNAL_VARIABLE, help="Where the call is written down; see `jobs`."
        ),
    ] = None,
    specs_: SpecsOption = None,
) -> None:
    """Submit a job, wait for it, save the result. Costs money, unless a host is replaced by an emulator's."""
    if sum((input_ is not None, sample, job is not None)) != 1:
        refuse("give one of --input FILE, --sample, --job ID")
    if timeout is not None and not 0 < timeout < float("inf"):
        refuse(f"--timeout: give seconds above 0, not {timeout:g}")
    if save.is_dir() or not save.absolute().parent.is_dir():
        refuse(f"{save} cannot be written: {'it is a folder' if save.is_dir() else 'there is no such folder'}")
    material = specs.read(specs_)
    stop_on_errors(material.findings)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    chosen = endpoint(material.plan, model)
    provider = material.plan.provider(chosen.provider)
    given = None if job is not None else _payload(chosen, input_)
    hosts = hosts_given(provider, base_url, host or [])

    prefer(material.place.out)
    with open_client(provider, hosts=hosts, journal=journal) as client:
        from callsheet_clients._runtime.errors import CallsheetError, MissingKey

        again = [*program(), "run", f"{chosen.provider}/{chosen.id}", "--save", str(save)]
        again += [word for name, url in hosts.items() for word in ("--host", f"{name}={url}")]
        again += ["--journal", str(journal)] if journal else []
        again += ["--specs", str(specs_)] if specs_ else []
        try:
            _call(endpoint_of(client, chosen), given, job, save, timeout, again, is_file=chosen.media is not None)
        except MissingKey as fault:
            refuse(str(fault))
        except CallsheetError as fault:
            err().print(f"{type(fault).__name__}: {fault}")
            if fault.handle is not None and not _ended(fault):
                _tell_resume(again, fault.handle.token)
            raise typer.Exit(1) from None


def _call(  # noqa: PLR0913, PLR0917 - what one call is made of
    target: Endpoint,
    given: dict[str, Any] | None,
    known: str | None,
    save: Path,
    timeout: float | None,
    again: list[str],
    *,
    is_file: bool,
) -> None:
    job: Job[Any] | None = None
    try:
        job = _known(target, known) if known is not None else target.submit(**(given or {}))
        err().print(f"request id: {job.request_id}")
        with Progress(f"{job.request_id}") as progress:
            result = job.wait(timeout=timeout, on_update=progress)
        if not is_file:
            save.write_text(as_text(result.body) + "\n", encoding="utf-8")
            out().print(f"{save}  {save.stat().st_size} bytes  the whole answer: this endpoint makes no file")
            return
        result.save(save)
    except KeyboardInterrupt as interruption:
        if job is None:
            # The client has noted what an interrupted submission means.
            err().print("\n".join(["interrupted", *getattr(interruption, "__notes__", [])]))
        else:
            err().print("interrupted; the job goes on at the provider.")
            _tell_resume(again, job.token)
        raise typer.Exit(_INTERRUPTED) from None
    out().print(f"{save}  {save.stat().st_size} bytes  from {result.url}")


def _known(target: Endpoint, known: str) -> Job[Any]:
    try:
        return target.job(known)
    except ValueError as fault:
        refuse(f"--job: {fault}")


def _payload(model: ModelPlan, file: str | None) -> dict[str, Any]:
    """The payload to send, judged before anything else happens. Findings end the command."""
    if file is None:
        sample = next(iter(model.samples.values()), None)
        if sample is None:
            refuse(f"{model.provider}/{model.id} has no sample")
        return dict(sample)
    judged = payload.judge(model, file)
    if errors(judged.findings):
        report(in_order(judged.findings), "text", to_stderr=True)
        err().print("nothing was sent")
        raise typer.Exit(1)
    return judged.value


def _ended(fault: Exception) -> bool:
    from callsheet_clients._runtime.errors import JobFailed, UnknownJob

    return isinstance(fault, JobFailed | UnknownJob)


def _tell_resume(again: list[str], token: str) -> None:
    err().print(f"take it up again with:\n  {shlex.join([*again, '--job', token])}")

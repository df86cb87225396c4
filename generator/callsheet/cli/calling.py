"""`run`: one call, from a payload file to a saved result."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callsheet.cli import keeping, payloads, specs
from callsheet.cli.choose import did_you_mean, endpoint
from callsheet.cli.client import Endpoint, endpoint_of, hosts_given, open_client, prefer
from callsheet.cli.completing import hosts
from callsheet.cli.console import Format, err, out, program, refuse, report, say, shown, stop_on_errors
from callsheet.cli.jsonable import as_text
from callsheet.cli.options import JOURNAL_VARIABLE, FormatOption, ModelArgument, SpecsOption
from callsheet.cli.progress import Progress
from callsheet.cli.stopping import Stopped, stoppable
from callsheet.findings import errors, in_order

if TYPE_CHECKING:  # generated, and heavy: httpx and pydantic
    from callsheet.plan.model import ModelPlan, WayPlan
    from callsheet_clients._runtime.job import Job
    from callsheet_clients._runtime.result import Result


def run(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    model: ModelArgument,
    save: Annotated[Path, typer.Option("--save", "--out", metavar="FILE", help="Where the result is saved.")],
    input_: Annotated[
        str | None, typer.Option("--input", metavar="FILE", help="Payload as JSON or YAML; - is standard input.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Send the documentation's own sample payload.")] = False,  # noqa: FBT002 - typer makes it a flag
    job: Annotated[
        str | None, typer.Option("--job", metavar="ID|TOKEN", help="Take up a job that was submitted before.")
    ] = None,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", metavar="FILE", help="Where the raw answer is kept. Otherwise beside the result."),
    ] = None,
    protocol: Annotated[
        str | None, typer.Option("--protocol", metavar="NAME", help="Otherwise the endpoint's first.")
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Instead of the provider's host, where it has one only."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            "--host", metavar="NAME=URL", help="Instead of a declared host; may be repeated.", autocompletion=hosts
        ),
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
    form: FormatOption = "text",
) -> None:
    """Submit a job, wait for it, save the result. Costs money, unless a host is replaced by an emulator's."""
    if sum((input_ is not None, sample, job is not None)) != 1:
        refuse("give one of --input FILE, --sample, --job ID")
    if timeout is not None and not 0 < timeout < float("inf"):
        refuse(f"--timeout: give seconds above 0, not {timeout:g}")
    answer = raw or keeping.beside(save)
    keeping.refuse_unwritable((save, answer), [Path(input_)] if input_ and input_ != "-" else [])
    material = specs.read(specs_, form)
    stop_on_errors(material.findings, form)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    chosen = endpoint(material.plan, model)
    provider = material.plan.provider(chosen.provider)
    way = _way(chosen, protocol)
    if job is not None and way.kind == "call":
        refuse(f"--job: {chosen.provider}/{chosen.id} by {way.protocol} is one call, which leaves no job to take up")
    given = None if job is not None else _payload(chosen, input_, form)
    there = hosts_given(provider, base_url, host or [])

    prefer(material.place.out)
    with open_client(provider, hosts=there, journal=journal) as client, _warnings_told():
        from callsheet_clients._runtime.errors import MissingKey

        again = [*program(), "run", f"{chosen.provider}/{chosen.id}", "--save", str(save)]
        again += ["--raw", str(raw)] if raw else []
        again += [word for name, url in there.items() for word in ("--host", f"{name}={url}")]
        again += ["--protocol", protocol] if protocol else []
        again += ["--journal", str(journal)] if journal else []
        again += ["--specs", str(specs_)] if specs_ else []
        target = endpoint_of(client, chosen, way)
        call = _Call(target, save, answer, again, keeps_failures=raw is not None, is_file=chosen.media is not None)
        try:
            with stoppable():
                if way.kind == "call":
                    call.run(lambda: call.blocking(given or {}, timeout))
                else:
                    call.run(lambda: call.queued(given, job, timeout))
        except MissingKey as fault:
            credential = chosen.tables[way.protocol].protocol.credential or provider.table.credential
            refuse(_without_api_key(str(fault), credential.env))


class _Call:
    """One call. However it ends, its job can be taken up again by the command that is then printed."""

    def __init__(  # noqa: PLR0913 - what one call is made of
        self, target: Endpoint, save: Path, answer: Path, again: list[str], *, keeps_failures: bool, is_file: bool
    ) -> None:
        self.target = target
        self.save = save
        self.answer = answer
        self.again = again
        self.keeps_failures = keeps_failures
        self.is_file = is_file
        self.job: Job[Any] | None = None

    def queued(self, given: dict[str, Any] | None, known: str | None, timeout: float | None) -> Result[Any]:
        """Submit or take up a job, and wait for it."""
        self.job = self._known(known) if known is not None else self.target.submit(**(given or {}))
        say(f"request id: {self.job.request_id}")
        with Progress(self.job.request_id) as progress:
            return self.job.wait(timeout=timeout, on_update=progress)

    def blocking(self, given: dict[str, Any], timeout: float | None) -> Result[Any]:
        """Call, and wait for the answer. Bytes that come lie beside the file from the first on."""
        with Progress("called"):
            return self.target.with_options(timeout=timeout, spool=self.save.absolute().parent).run(**given)

    def run(self, how: Callable[[], Result[Any]]) -> None:
        """Have it made, keep the answer, save the result; whatever happens, say what is left to do."""
        from callsheet_clients._runtime.errors import CallsheetError, MissingKey

        try:
            result = how()
            # No body: the answer is the file itself.
            kept = result.body is None or keeping.keep(self.answer, result.body)
            if self.is_file:
                result.save(self.save)
            else:
                self.save.write_text(as_text(result.body) + "\n", encoding="utf-8")
        except KeyboardInterrupt as interruption:
            self._stopped(interruption)
        except MissingKey:
            raise
        except CallsheetError as fault:
            self._failed(fault)
        except Exception as fault:
            # Our own mistake, which is told elsewhere, must not cost a job that is paid for.
            if (token := self._token(fault)) is not None:
                self._tell_resume(token)
            raise
        else:
            where = f"  from {result.urls[0]}" if result.urls else ""
            where = where if self.is_file else "  the whole answer: this endpoint makes no file"
            out().print(shown(f"{self.save}  {self.save.stat().st_size} bytes{where}"))
            if not kept:
                raise typer.Exit(1)

    def _known(self, known: str) -> Job[Any]:
        try:
            return self.target.job(known)
        except ValueError as fault:
            refuse(f"--job: {fault}")

    def _stopped(self, interruption: KeyboardInterrupt) -> None:
        token = self._token(interruption)
        if token is None:
            # The client has noted what an interrupted submission means.
            say("\n".join(["interrupted", *getattr(interruption, "__notes__", [])]))
        else:
            say("interrupted; the job goes on at the provider.")
            self._tell_resume(token)
        raise typer.Exit(interruption.exit_status if isinstance(interruption, Stopped) else 130) from None

    def _failed(self, fault: Exception) -> None:
        from callsheet_clients._runtime.errors import JobFailed, UnknownJob, UnusableHandle

        say(f"{type(fault).__name__}: {fault}")
        ended = isinstance(fault, JobFailed | UnknownJob | UnusableHandle)
        body = keeping.body_of(getattr(fault, "answer", None))
        # What a provider says of a failure is in the message. What could not be understood may be a result.
        if body is not None and (self.keeps_failures or not _is_said(fault)) and keeping.keep(self.answer, body):
            say(f"the raw answer is in {self.answer}")
        if (token := self._token(fault)) is not None and not ended:
            self._tell_resume(token)
        raise typer.Exit(1) from None

    def _token(self, fault: BaseException) -> str | None:
        """The job's token: an exception may know of a job that `submit` could not give back any more."""
        handle = getattr(fault, "handle", None) or (self.job.handle if self.job else None)
        return None if handle is None else str(handle.token)

    def _tell_resume(self, token: str) -> None:
        say(f"take it up again with:\n  {shlex.join([*self.again, '--job', token])}")


def _way(model: ModelPlan, name: str | None) -> WayPlan:
    """The protocol that is called by. One that the endpoint does not have ends the command with 2."""
    ways = {way.protocol: way for way in model.ways}
    if name is None:
        return model.ways[0]
    if name not in ways:
        known = {each: each for each in ways}
        refuse(f"{model.provider}/{model.id} has no protocol `{name}`{did_you_mean(name, known)}")
    return ways[name]


def _payload(model: ModelPlan, file: str | None, form: Format) -> dict[str, Any]:
    """The payload to send, judged before anything else happens. Findings end the command."""
    if file is None:
        sample = next(iter(model.samples.values()), None)
        if sample is None:
            refuse(f"{model.provider}/{model.id} has no sample")
        return dict(sample)
    found = [one for path in payloads.named([file]) for one in payloads.judged(model, path)]
    if len(found) != 1:
        refuse(f"--input: one payload is sent; {file} holds {len(found)}")
    if errors(found[0].findings):
        report(in_order(found[0].findings), form, to_stderr=True)
        say("nothing was sent")
        raise typer.Exit(1)
    return found[0].value


def _is_said(fault: Exception) -> bool:
    from callsheet_clients._runtime.errors import ProviderError

    return isinstance(fault, ProviderError)


def _without_api_key(words: str, variable: str) -> str:
    """What a missing key means for who has no Python at hand, but a shell."""
    if "api_key=" not in words:
        return f"${variable}: {words}"
    return f"there is no key in ${variable}, and nothing was sent. Set it, then repeat: export {variable}=…"


@contextmanager
def _warnings_told() -> Generator[None]:
    """What the client warns of, as a line and without the place in its code."""

    def tell(message: Warning | str, *_: object, **__: object) -> None:
        say(f"warning: {message}", style="yellow" if err().is_terminal else "")

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = tell
        yield

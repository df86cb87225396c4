"""Taking up jobs of a journal: all at the same time, through the generated clients, which write down how each ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import typer

from callsheet.cli import specs
from callsheet.cli.client import open_async_client, prefer
from callsheet.cli.console import Format, err, raw, refuse, say, stop_on_errors
from callsheet.cli.jsonable import as_text
from callsheet.cli.keeping import SUFFIXES
from callsheet.cli.stopping import Stopped, stoppable
from callsheet.plan.model import ModelPlan, Plan
from callsheet.runtime.journal_jobs import Submitted

if TYPE_CHECKING:  # generated, and heavy: httpx and pydantic
    from callsheet_clients._runtime.client import AsyncClient
    from callsheet_clients._runtime.handle import Update
    from callsheet_clients._runtime.job import AsyncJob
    from callsheet_clients._runtime.result import AsyncResult

_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that was taken up, and what came of it."""

    job: Submitted
    outcome: str
    """`succeeded`, or the name of what was raised."""
    words: str = ""
    file: Path | None = None


@dataclass(slots=True)
class _Round:
    """All that one job needs to be taken up."""

    plan: Plan
    clients: Mapping[str, AsyncClient]
    save: Path | None
    timeout: float | None
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def take(self, job: Submitted) -> Taken:
        """Wait for one job, and save what it made."""
        from callsheet_clients._runtime.errors import CallsheetError

        async with self.turn:
            try:
                model = _model(self.plan, job)
                held = _held(self.clients[job.provider], model, job)
                result = await held.wait(timeout=self.timeout, on_update=_Told(held.request_id))
                file = await self.keep(result, model, held.request_id)
            except (CallsheetError, LookupError) as fault:
                words = str(fault.args[0]) if isinstance(fault, KeyError) else str(fault)
                say(f"{job.request_id}: {type(fault).__name__}: {words}")
                return Taken(job, type(fault).__name__, words)
        return Taken(job, "succeeded", file=file)

    async def keep(self, result: AsyncResult[Any], model: ModelPlan, request_id: str) -> Path | None:
        """Save what a job made, under its id: the name in its address may be that of all others, too."""
        if self.save is None:
            return None
        suffix = PurePosixPath(urlsplit(result.url).path).suffix if result.urls else ""
        safe = re.sub(r"[^\w\-]+", "_", request_id)[:150]
        shown = suffix if re.fullmatch(r"\.\w{1,8}", suffix) else SUFFIXES.get(model.media_kind, "")
        return await result.save(self.save / f"{safe}{shown}")


@dataclass(slots=True)
class _Told:
    """Says each change of a job's state."""

    name: str
    state: str = ""

    def __call__(self, look: Update) -> None:
        """Hear of one look."""
        if look.state != self.state and err().is_terminal:  # nothing in a pipe, as in `run`
            say(f"{self.name}: {look}")
        self.state = look.state


def take_up(  # noqa: PLR0913, PLR0917 - what the command was given
    jobs: Sequence[Submitted],
    journal: Path,
    save: Path | None,
    timeout: float | None,
    host: Sequence[str],
    specs_: Path | None,
    form: Format,
) -> bool:
    """Take up jobs and print what came of them. Whether all went well."""
    material = specs.read(specs_)
    stop_on_errors(material.findings)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    hosts = _hosts(material.plan, {job.provider for job in jobs}, host)
    prefer(material.place.out)
    try:
        with stoppable():
            taken = asyncio.run(_all(jobs, material.plan, hosts, journal, save, timeout))
    except KeyboardInterrupt as interruption:
        say("interrupted; the jobs go on at the provider, and the journal knows them: the same command goes on.")
        status = interruption.exit_status if isinstance(interruption, Stopped) else 130
        raise typer.Exit(status) from None
    _print(taken, form)
    return all(each.outcome == "succeeded" for each in taken)


async def _all(  # noqa: PLR0913, PLR0917 - what the command was given
    jobs: Sequence[Submitted],
    plan: Plan,
    hosts: Mapping[str, Mapping[str, str]],
    journal: Path,
    save: Path | None,
    timeout: float | None,  # noqa: ASYNC109 - seconds that jobs are watched; they go on
) -> list[Taken]:
    known = {provider.id: provider for provider in plan.providers}
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(open_async_client(known[name], hosts=hosts[name], journal=journal))
            for name in dict.fromkeys(job.provider for job in jobs)
            if name in known
        }
        turns = _Round(plan, clients, save, timeout)
        return await asyncio.gather(*(turns.take(job) for job in jobs))


def _model(plan: Plan, job: Submitted) -> ModelPlan:
    found = [m for m in plan.endpoints() if (m.provider, m.id) == (job.provider, job.model)]
    if not found:
        raise LookupError(f"there is no spec of {job.provider}/{job.model}; name their folder with --specs")
    return found[0]


def _held(client: AsyncClient, model: ModelPlan, job: Submitted) -> AsyncJob[Any]:
    """A job by its token, at the endpoint and the protocol that it was submitted with."""
    endpoint: Any = getattr(client, str(model.module))
    way = next((way for way in model.ways if way.protocol == job.protocol), None)
    if way is None:
        raise LookupError(f"{job.provider}/{job.model} has no protocol {job.protocol} any more")
    held: AsyncJob[Any] = (endpoint if way is model.ways[0] else getattr(endpoint, str(way.attribute))).job(job.token)
    return held


def _hosts(plan: Plan, wanted: set[str], pairs: Sequence[str]) -> dict[str, dict[str, str]]:
    """`--host provider.name=url` by provider; the name alone will do where only one has it."""
    hosts: dict[str, dict[str, str]] = {name: {} for name in wanted}
    known = {f"{p.id}.{name}": (p.id, name) for p in plan.providers for name in p.table.hosts}
    for pair in pairs:
        given, is_pair, url = pair.partition("=")
        found = [at for full, at in known.items() if given == full or (given == at[1] and at[0] in wanted)]
        if not is_pair or len(found) != 1:
            refuse(f"--host takes PROVIDER.NAME=URL, and there are {', '.join(known)}; found {pair}")
        if not url.startswith(("http://", "https://")):
            refuse(f"{url} is no address of a host; write http://… or https://…")
        provider, name = found[0]
        hosts.setdefault(provider, {})[name] = url
    return hosts


def _print(taken: Sequence[Taken], form: Format) -> None:
    if form == "json":
        rows = [
            {
                "request_id": each.job.request_id,
                "intent": each.job.intent,
                "endpoint": f"{each.job.provider}/{each.job.model}",
                "outcome": each.outcome,
                "words": each.words,
                "file": each.file,
            }
            for each in taken
        ]
        raw(as_text(rows))
        return
    if not taken:
        say("nothing is open")
        return
    from callsheet.cli.layout import Rows, put

    cells = [
        (each.job.request_id or "", f"{each.job.provider}/{each.job.model}", each.outcome, str(each.file or ""))
        for each in taken
    ]
    put(Rows(("id", "endpoint", "outcome", "file"), cells, fixed=2))

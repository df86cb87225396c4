"""`demo`: the whole way once, on loopback: check, generate, emulate, call, save."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callsheet.cli import client, making, specs
from callsheet.cli.console import err, fail, out, program, stop_on_errors
from callsheet.cli.keeping import SUFFIXES, ending
from callsheet.cli.layout import Rows, put
from callsheet.cli.progress import Progress

if TYPE_CHECKING:  # generated, and heavy: httpx and pydantic
    from callsheet.plan.model import ModelPlan, Plan, ProviderPlan, WayPlan
    from callsheet_clients._runtime.client import AsyncClient, Client

_KEY = "demo-key"
_CALLS = 2  # one through each client
REAL_SECONDS = 1.0
"""What a job of the typical duration takes here."""
_PATIENCE = 60.0
"""Seconds of this machine that one exchange may take here."""
_USUAL = 120.0
"""Seconds of a job whose page does not say, as the client and the emulator are told in the demo."""


@dataclass(frozen=True, slots=True)
class Row:
    """One finished call."""

    endpoint: str
    client: str
    protocol: str
    request_id: str
    states: tuple[str, ...]
    polls: int
    seconds: float
    """As the client counts them: those of the real provider."""
    file: Path
    size: int


class FastClock:
    """A clock that runs faster than the machine's: a poll every four seconds is one every twenty milliseconds here."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._monotonic = time.monotonic()
        self._time = time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return self._monotonic + (time.monotonic() - self._monotonic) * self.speed

    def time(self) -> float:
        """Seconds since 1970."""
        return self._time + (time.monotonic() - self._monotonic) * self.speed

    def sleep(self, seconds: float, /) -> None:
        """Wait, blocking."""
        time.sleep(seconds / self.speed)

    async def asleep(self, seconds: float, /) -> None:
        """Wait, letting others run."""
        import asyncio

        await asyncio.sleep(seconds / self.speed)


def demo(
    save: Annotated[Path, typer.Option("--save", metavar="FOLDER", help="Where the files go.")] = Path("demo-output"),
) -> None:
    """Check specs and clients, emulate all providers, call each endpoint twice in every way, save what comes."""
    console = out()
    material = specs.read(None)
    stop_on_errors(material.findings)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    plan = material.plan
    console.print(f"1. {material.place.specs}: {material.files} files, {len(plan.endpoints())} endpoints, no faults")
    console.print("2. ", end="")
    if material.place.out is None:
        console.print("the clients that came with the package are used")
    else:
        making.compare(plan, material.place.out)

    save.mkdir(parents=True, exist_ok=True)
    client.prefer(material.place.out)
    rows: list[Row] = []
    for endpoint in plan.endpoints():
        for way in endpoint.ways:
            rows += _both(plan, endpoint, way, save)
    _show(rows)
    for row in rows:
        if row.size == 0 or (row.file.suffix == ".mp4" and row.file.read_bytes()[4:8] != b"ftyp"):
            fail(f"{row.file} is no video")
    console.print(f"{len(rows)} jobs, {len(rows)} files in {save}; open one in any player.\n")
    _what_next(plan)


def _both(plan: Plan, model: ModelPlan, way: WayPlan, save: Path) -> Iterator[Row]:
    """One endpoint through both clients, against an emulator that is as much faster as its jobs are long."""
    import asyncio

    from callsheet.emulator import Options
    from callsheet.emulator.serving.server import serving

    provider = plan.provider(model.provider)
    sample = next(iter(model.samples.values()), None)
    if sample is None:
        fail(f"{model.provider}/{model.id} has no sample to send")
    name = f"{model.provider}/{model.id} {way.protocol}"
    seconds = _duration(provider, model, way)
    speed = seconds / REAL_SECONDS
    options = Options(keys=frozenset({_KEY}), seconds=seconds, speed=speed, seed=name)
    with serving(plan, options) as served:
        hosts = {host: served.hosts[provider.id, host] for host in provider.table.hosts}
        err().print(
            f"\n{name} on {hosts[model.tables[way.protocol].protocol.submit.host]}: "
            f"a job of {seconds:g} s, {speed:.0f} times faster"
        )
        clock = FastClock(speed)
        settings: dict[str, Any] = {"api_key": _KEY, "hosts": hosts, "clock": clock}
        call = _Call(model, way, sample, save, clock)
        with _failing():
            yield call.blocking(str(provider.client_name), client.open_client(provider, **settings))
            made = client.open_async_client(provider, **settings)
            yield asyncio.run(call.awaiting(str(provider.async_client_name), made))
        if (charges := len(served.session.ledger)) != _CALLS:
            fail(f"{_CALLS} jobs were meant, {charges} were charged")


def _duration(provider: ProviderPlan, model: ModelPlan, way: WayPlan) -> float:
    """Seconds of a job: as the page says, or less where the gateway would break a call off before."""
    from callsheet.spec.model import CallSpec

    seconds = model.spec.typical_seconds or _USUAL
    spec = provider.spec.way(way.protocol)
    return min(seconds, 0.8 * spec.cutoff) if isinstance(spec, CallSpec) and spec.cutoff is not None else seconds


@contextlib.contextmanager
def _failing() -> Generator[None]:
    from callsheet_clients._runtime.errors import CallsheetError

    try:
        yield
    except CallsheetError as fault:
        fail(f"{type(fault).__name__}: {fault}")


@dataclass(frozen=True, slots=True)
class _Call:
    """One endpoint under one protocol, and what is sent to it."""

    model: ModelPlan
    way: WayPlan
    sample: Mapping[str, object]
    save: Path
    clock: FastClock

    def blocking(self, name: str, opened: Client) -> Row:
        """Through the client that blocks."""
        with opened, Progress(f"  {name}") as progress:
            endpoint = self._under_protocol(client.endpoint_of(opened, self.model))
            began = self.clock.monotonic()
            if self.way.kind == "call":
                result = endpoint.run(**self.sample)
                progress.elapsed = self.clock.monotonic() - began
            else:
                job = endpoint.submit(**self.sample)
                err().print(f"  {name}: request id {job.request_id}")
                result = job.wait(on_update=progress)
            return self._row(name, progress, result.request_id, result.save(self._file("blocking")))

    async def awaiting(self, name: str, opened: AsyncClient) -> Row:
        """Through the client for asyncio."""
        async with opened:
            endpoint = self._under_protocol(client.async_endpoint_of(opened, self.model))
            began = self.clock.monotonic()
            with Progress(f"  {name}") as progress:
                if self.way.kind == "call":
                    result = await endpoint.run(**self.sample)
                    progress.elapsed = self.clock.monotonic() - began
                else:
                    job = await endpoint.submit(**self.sample)
                    err().print(f"  {name}: request id {job.request_id}")
                    result = await job.wait(on_update=progress)
            return self._row(name, progress, result.request_id, await result.save(self._file("asyncio")))

    def _under_protocol(self, endpoint: object) -> Any:
        """The endpoint as it is called here. A second of this machine is many of the clock's: time-outs are longer."""
        found: Any = endpoint if self.way is self.model.ways[0] else getattr(endpoint, str(self.way.attribute))
        patience = _PATIENCE * self.clock.speed
        if self.way.kind == "call":
            return found.with_options(timeout=patience)
        return found.with_options(submit_timeout=patience, request_timeout=patience)

    def _file(self, world: str) -> Path:
        suffix = SUFFIXES[self.model.media_kind]
        return self.save / f"{self.model.provider}-{self.model.id}-{self.way.protocol}-{world}{suffix}"

    def _row(self, name: str, progress: Progress, request_id: str, file: Path) -> Row:
        return Row(
            endpoint=f"{self.model.provider}/{self.model.id}",
            client=name,
            protocol=self.way.protocol,
            request_id=request_id,
            states=tuple(progress.states),
            polls=progress.looks,
            seconds=progress.elapsed,
            file=file,
            size=file.stat().st_size,
        )


def _show(rows: list[Row]) -> None:
    headings = ("endpoint", "client", "protocol", "request id", "states seen", "polls", "seconds", "file", "bytes")
    cells = [
        (
            row.endpoint,
            row.client,
            row.protocol,
            row.request_id,
            " > ".join(row.states) or "-",
            str(row.polls),
            f"{row.seconds:.0f}",
            str(row.file),
            str(row.size),
        )
        for row in rows
    ]
    put(Rows(headings, cells, fixed=4, right=frozenset({"polls", "seconds", "bytes"})))


def _what_next(plan: Plan) -> None:
    console = out()
    console.print(
        "Nothing left this machine and nothing was charged. The same calls to the real providers cost money:\n"
    )
    for provider in plan.providers:
        for model in provider.models[:1]:
            console.print(f"  export {provider.spec.credential.env}=...")
            file = f"out{ending(model)}"
            console.print(f"  {shlex.join(program())} run {provider.id}/{model.id} --sample --save {file}\n")
    console.print(
        "In Python: no `hosts`, no `clock`, no key in the code; everything else is as in the demo (README.md)."
    )

"""A cell of the matrix, carried out with a generated client over real sockets; what happened is a `Story`.

One clock serves the emulator and the client. It is the machine's, and leaps wherever somebody would only wait: for a
job, between two looks, before another try. So hours cost nothing, while an answer that never comes costs what the
client's time-outs say.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
import random
import ssl
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.flows.laws import Story, Told
from callsheet.contract.flows.matrix import Cell
from callsheet.contract.flows.stories import Chronicle
from callsheet.contract.flows.trap import Trap, trapping
from callsheet.emulator import Options, media
from callsheet.emulator.clock import Clock
from callsheet.emulator.messages import Request
from callsheet.emulator.serving.server import Served, serving
from callsheet.plan.model import Plan
from callsheet.source.nodes import Plain

JOB: Final = 20.0
"""Seconds that a job takes."""

WAIT: Final = 120.0
"""Seconds that the client waits for one."""

PATIENCE: Final = 0.25
"""Seconds of the machine that the client gives an answer that never comes, or does not go on."""

_PASSES: Final = 2
_DOWNLOAD: Final = 100.0
_LAST_FETCH: Final = 60.0
_HELD_BACK: Final = 60.0
_READ: Final = 30.0
_UPLOAD: Final = 2 * 2**20
"""Bytes of a file that does not go along with the request."""


class Leaping:
    """A clock that passes by itself, and leaps over each sleep."""

    def __init__(self, clock: Clock, slept: Callable[[], None]) -> None:
        """`slept` is told of each leap."""
        self._clock: Final = clock
        self._start: Final = clock.time()
        self._slept: Final = slept

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return self._clock.time() - self._start

    def time(self) -> float:
        """Seconds of the epoch."""
        return self._clock.time()

    def sleep(self, seconds: float, /) -> None:
        """Leap."""
        self._clock.advance(seconds)
        self._slept()

    async def asleep(self, seconds: float, /) -> None:
        """Leap, and let others run."""
        self.sleep(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a cell."""

    story: Story
    whole: bool
    """The file is there, byte for byte."""
    took: float
    """Seconds of the machine."""

    @property
    def outcome(self) -> str:
        """`recovered`, or the name of the exception."""
        error = self.story.told.error
        return "recovered" if error is None else type(error).__name__


@dataclass(frozen=True, slots=True)
class Stage:
    """A served emulator and a trap, for one cell after another."""

    served: Served
    trap: Trap

    def play(self, cell: Cell) -> Trial:
        """Carry out a cell, from a clean sheet."""
        session = self.served.session
        _reset(self.served)
        session.choose(cell.scenario, cell.caller.provider.id)
        random.seed(str(cell))
        chronicle = Chronicle(session, cell.caller.provider, cell.caller.table, KEY)
        self.trap.told = chronicle.elsewhere
        began, clock = time.monotonic(), session.clock.time()
        with tempfile.TemporaryDirectory() as folder, chronicle.kept(), _impatient(cell):
            call = _Call(cell, self.served, Path(folder))
            with _listening(call.written):
                call.run()
            ended = session.clock.time()
            whole = call.whole(session.ledger[0].request_id) if session.ledger else False
        told = call.told(clock, ended)
        floor = 0.0 if cell.caller.blocking else cell.caller.table.queue.poll_floor
        story = Story(tuple(chronicle.sent), told, frozenset({KEY}), least_pause=floor, grace=5.0)
        return Trial(story, whole, time.monotonic() - began)


@contextmanager
def staged(plan: Plan) -> Generator[Stage]:
    """A stage for all cells of a plan."""
    options = Options(keys=frozenset({KEY}), seconds=JOB, per_poll=1e-6, cutoff=False)
    with trapping() as trap, serving(plan, options) as served:
        yield Stage(served, trap)


@dataclass(slots=True)
class _Call:
    cell: Cell
    served: Served
    folder: Path
    written: list[str] = field(default_factory=list[str])
    job: str | None = None
    done: bool = False
    error: BaseException | None = None
    slept: int = 0

    def run(self) -> None:
        """From the call to its end, whatever that is."""
        try:
            if self.cell.caller.asynchronous:
                asyncio.run(self._run())
            else:
                _at_once(self._run())
        except BaseException as problem:  # noqa: BLE001 - whatever comes is what is asked about
            self.error = problem

    async def _run(self) -> None:
        caller = self.cell.caller
        library = caller.library
        made = library.AsyncClient if caller.asynchronous else library.Client
        http = made(verify=_tls(), trust_env=False)
        provider = caller.provider.id
        hosts = {name: self.served.hosts[provider, name] for name in caller.provider.table.hosts}
        client = caller.client(http=http, hosts=hosts, clock=Leaping(self.served.session.clock, self._slept))
        try:
            endpoint = caller.endpoint(client).with_options(**self._options())
            # Blocking endpoints have no option for reads, though their files are read and uploaded like any other.
            settings = endpoint._settings  # noqa: SLF001 - see above
            options = replace(settings.options, request_timeout=PATIENCE if self._silent else _READ)
            endpoint._settings = replace(settings, options=options)  # noqa: SLF001 - see above
            await self._steps(endpoint)
        finally:
            await _of(http.aclose() if caller.asynchronous else http.close())

    def _slept(self) -> None:
        """What befalls connections passes when the client has held off twice."""
        self.slept += 1
        if self.cell.phase == "connect" and self.cell.passes and self.slept == _PASSES:
            self.served.session.choose(None, self.cell.caller.provider.id)

    async def _steps(self, endpoint: Any) -> None:
        if self.cell.phase == "cancel":
            job = await _of(endpoint.submit(**self._input()))
            self.job = job.request_id
            await _of(job.cancel())
            self.done = True
            return
        result = await _of(endpoint.run(**self._input()))
        self.job = result.request_id
        self.done = True
        await _of(result.save(self.folder / "file"))

    @property
    def _silent(self) -> bool:
        """Whether time has to pass on the machine itself."""
        fault = self.cell.fault
        return fault is not None and fault.wire is not None and fault.wire.ends == "silence"

    def _options(self) -> dict[str, Any]:
        found: dict[str, Any] = {"timeout": WAIT, "download_timeout": _DOWNLOAD}
        if self.cell.caller.blocking:
            return found | ({"timeout": PATIENCE} if self._silent and self.cell.phase == "submit" else {})
        found |= {"submit_timeout": PATIENCE} if self._silent else {}
        if self.cell.streams:
            found["stream"] = True
        return found

    def _input(self) -> dict[str, Any]:
        model = self.cell.caller.model
        given: dict[str, Any] = dict(next(iter(model.samples.values())))
        if self.cell.phase == "upload":
            name, kind = next(iter(self.cell.caller.table.files.items()))
            given[name] = _file(kind)
        return given

    def whole(self, job: str) -> bool:
        """Whether the file that was saved is the one that the job made."""
        path = self.folder / "file"
        kind = self.cell.caller.model.media_kind or "video"
        return path.exists() and path.read_bytes() == media.content(kind, job)

    def told(self, began: float, ended: float) -> Told:
        """What the caller was left with."""
        error = self.error
        handle = getattr(error, "handle", None)
        job = self.job if handle is None else handle.request_id
        blocking = self.cell.caller.blocking
        if blocking and (self.done or job is not None):
            # An id that a client makes up for a call names the one job that the call was.
            ledger = self.served.session.ledger
            job = ledger[0].request_id if ledger else None
        base = self.cell.caller.error("CallsheetError")
        written = [*self.written, *(() if error is None else (repr(error), *traceback.format_exception(error)))]
        return Told(
            began=began,
            ended=ended,
            deadline=_HELD_BACK + _READ + WAIT + _LAST_FETCH + _READ + _DOWNLOAD,
            job=job,
            error=error,
            typed=isinstance(error, base),
            admits=isinstance(error, self.cell.caller.error("SubmissionUnknown")),
            written="\n".join(written),
        )


def _reset(served: Served) -> None:
    host = next(iter(served.hosts))
    request = Request(host, served.hosts[host], "POST", "/__callsheet__/reset")
    served.session.exchange(request, served.session.clock.time())
    for known in served.hosts:
        served.session.choose(None, known[0])


@contextmanager
def _listening(written: list[str]) -> Generator[None]:
    """Keep all that is logged, at any level, and all that is warned of."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(record.getMessage())

    root, handler = logging.getLogger(), Keep()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield
        written += [str(one.message) for one in warned]
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@contextmanager
def _impatient(cell: Cell) -> Generator[None]:
    """Let a client wait for a sign of life in a stream no longer than for anything else. No option of its says that."""
    listening: Any = importlib.import_module(f"{cell.caller.package}._runtime.listening")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listening, "_SILENCE", PATIENCE)
        yield


async def _of(found: Any) -> Any:
    return await found if inspect.isawaitable(found) else found


def _at_once(steps: Coroutine[Any, Any, None]) -> None:
    """Run steps that wait for nothing but blocking calls."""
    try:
        steps.send(None)
    except StopIteration:
        return
    steps.close()
    raise RuntimeError("a blocking client waits for an event loop")


@cache
def _tls() -> ssl.SSLContext:
    """Made once: it takes longer than a cell."""
    return ssl.create_default_context()


def _file(kind: Plain) -> bytes:
    return media.content("image" if kind == "image" else "audio" if kind == "audio" else "video", "x" * _UPLOAD)

"""Any interleaving of what callers do with jobs and what may befall them, as a state machine of Hypothesis.

Each step is carried out twice, blocking and with asyncio, each against an emulator of its own on a clock that does not
wait. The two have to send the same at the same times and end alike, under the laws, and what the caller is told has to
be what the provider knows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, multiple, rule

from callsheet.contract.clients.calls import Caller
from callsheet.contract.flows.matrix import cells
from callsheet.contract.flows.truth import Expected, needless, untrue
from callsheet.contract.flows.worlds import Ended, Interruption, KilledError, Operation, World, then
from callsheet.emulator import media
from callsheet.emulator.faults import scenarios
from callsheet.emulator.faults.table import PHASES
from callsheet.emulator.options import Options

Saving = Callable[[Any, Path], Any]
"""What is done with a result and a folder."""

Jobs = str | MultipleResults[str]

_NOT_HERE: Final = frozenset({"giant_body", "crawl"})
"""Faults that need real sockets: tens of megabytes take too long for hundreds of steps, and with asyncio the time of an
answer that comes a byte a second is the event loop's, which no virtual clock moves."""

_SECONDS: Final = (0.0, 0.5, 5.0, 60.0, 900.0, 2000.0)
_PASSING: Final = (1.0, 40.0, 600.0, 7200.0, 90000.0)


def machine(caller: Caller, options: Options | None = None) -> type[Interleaved]:
    """The machine of an endpoint under a protocol. `run_state_machine_as_test` runs it."""

    class Flows(Interleaved):
        pass

    Flows.caller = caller
    Flows.seconds = []
    Flows.options = options or Options(cutoff=False, spread=0.5)
    Flows.befalls = ("success", *dict.fromkeys(_scenarios(caller)))
    provider = caller.provider.spec
    Flows.endings = tuple(one for one in Flows.befalls if not scenarios.read(one, provider).at(*PHASES))
    Flows.__name__ = Flows.__qualname__ = f"Flows[{caller}]"
    return Flows


class Interleaved(RuleBasedStateMachine):
    """Callers that share jobs. `machine` says of which endpoint."""

    caller: ClassVar[Caller]
    options: ClassVar[Options]
    befalls: ClassVar[tuple[str, ...]]
    """The scenarios that fit the endpoint."""
    endings: ClassVar[tuple[str, ...]]
    """Those that say how a job ends."""
    seconds: ClassVar[list[float]]
    """How long each run lasted for its callers."""

    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self._worlds: Final = [World(replace(self.caller, asynchronous=world), self.options) for world in (False, True)]
        self._step = 0
        self._scenario = "success"
        self._payload: Final = dict(next(iter(self.caller.model.samples.values())))

    def teardown(self) -> None:
        """Close both worlds."""
        self.seconds.append(self._worlds[0].clock.monotonic())
        for world in self._worlds:
            world.close()

    @rule(target=jobs, wait=st.sampled_from(_SECONDS), run=st.booleans())
    def call(self, wait: float, run: bool) -> Jobs:  # noqa: FBT001 - Hypothesis gives it by name
        """Submit, and wait at times."""
        run = run or self.caller.blocking
        payload = self._payload
        if self.caller.blocking:
            wait = 600.0
        ended = self._perform(
            lambda endpoint: endpoint.with_options(timeout=wait).run(**payload) if run else endpoint.submit(**payload),
            wait=wait,
            job=None,
            expected="result" if run else "handle",
        )
        if self.caller.blocking:
            return multiple()  # nothing can be asked of it again
        started = {one.accepted for one in ended.story.sent}
        token = _token(ended)
        return multiple() if token is None or _id(token) not in started else multiple(token)

    @rule(job=jobs, wait=st.sampled_from(_SECONDS), stream=st.booleans())
    def wait(self, job: str, wait: float, stream: bool) -> None:  # noqa: FBT001 - the same
        """Wait for a job, in a process that has nothing but its token."""
        listens = stream and self.caller.table.queue.stream is not None
        self._perform(
            lambda endpoint: endpoint.with_options(stream=listens).job(job).wait(timeout=wait),
            wait=wait,
            job=job,
            expected="result",
        )

    @rule(job=jobs)
    def status(self, job: str) -> None:
        """Look at a job once."""
        self._perform(lambda endpoint: endpoint.job(job).status(), job=job, expected="state")

    @rule(job=jobs)
    def result(self, job: str) -> None:
        """Ask for the result, whether it is there or not."""
        self._perform(lambda endpoint: endpoint.job(job).result(), job=job, expected="result")

    @rule(job=jobs, everything=st.booleans())
    def save(self, job: str, everything: bool) -> None:  # noqa: FBT001 - the same
        """Save what a job made. The file is there when it is whole, byte for byte, and not before."""
        ended = self._perform(
            lambda endpoint: endpoint.job(job).result(),
            job=job,
            expected="result",
            after=lambda made, folder: made.save_all(folder) if everything else made.save(folder / "file"),
        )
        files, others = (_taken(world.target) for world in self._worlds)
        self._agree("the files", files, others)
        if ended.error is None and not self._misleads():
            kind = self.caller.model.media_kind or "video"
            if media.content(kind, _id(job)) not in files.values():
                raise AssertionError(f"files: {_id(job)} was saved as {list(files)}, and none of them is what it made")
        elif ended.error is not None and not everything and files:
            raise AssertionError(f"files: {list(files)} are there, and it ended with {ended.words}")

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        """Ask for the end of a job."""
        self._perform(lambda endpoint: endpoint.job(job).cancel(), job=job, expected="cancelled")

    @rule(scenario=st.data())
    def befall(self, scenario: st.DataObject) -> None:
        """From now on, something else befalls requests, or jobs that are submitted."""
        self._scenario = scenario.draw(st.sampled_from(self.befalls) | st.sampled_from(self.endings))
        for world in self._worlds:
            world.session.choose(self._scenario, self.caller.provider.id)

    @rule()
    def calm(self) -> None:
        """Nothing befalls anybody any more."""
        self._scenario = "success"
        for world in self._worlds:
            world.session.choose("success", self.caller.provider.id)

    @rule(seconds=st.sampled_from(_PASSING))
    def time_passes(self, seconds: float) -> None:
        """Nobody does anything for a while."""
        for world in self._worlds:
            world.clock.advance(seconds)

    @rule(
        at=st.integers(1, 4),
        strikes=st.sampled_from(["before", "after"]),
        kind=st.sampled_from([KeyboardInterrupt, asyncio.CancelledError, KilledError]),
    )
    def interrupt(self, at: int, strikes: Any, kind: type[BaseException]) -> None:
        """Ctrl-C, a cancelled task or kill -9 at a request of the next step."""
        for world in self._worlds:
            world.interruption = Interruption(at, strikes, kind)

    @rule(wait=st.sampled_from(_SECONDS))
    def resume(self, wait: float) -> None:
        """What the journal says is open is waited for by somebody who knows nothing else."""
        tokens = [[one.token for one in world.submissions() if one.state == "open"] for world in self._worlds]
        self._agree("the open jobs of the journal", *tokens)
        for token in tokens[0][:2]:
            if token is not None:
                self.wait_for(token, wait)

    def wait_for(self, token: str, seconds: float) -> None:
        """Wait for a job by nothing but its token."""
        self._perform(
            lambda endpoint: endpoint.job(token).wait(timeout=seconds), wait=seconds, job=token, expected="result"
        )

    def _perform(
        self,
        operation: Operation,
        *,
        job: str | None,
        expected: Expected,
        wait: float | None = None,
        after: Saving | None = None,
    ) -> Ended:
        self._step += 1
        interrupted = self._worlds[0].interruption is not None
        first, other = (
            world.perform(
                _with(operation, after, world), seed=self._step, wait=wait, job=None if job is None else _id(job)
            )
            for world in self._worlds
        )
        self._agree("how it ended", first.words, other.words)
        self._agree("the requests", first.requests, other.requests)
        self._agree("the time", first.at, other.at)
        self._agree("the journal", *([_line(one) for one in world.submissions()] for world in self._worlds))
        wrong = [str(breach) for breach in first.breaches]
        wrong += self._unjournaled(first)
        if not interrupted and not self._misleads():
            wrong += untrue(self._worlds[0], first, expected)
            if self._scenario == "success":
                wrong += needless(self._worlds[0], first)
        if wrong:
            lines = (f"{one}, {one.came}" for one in first.story.sent)
            raise AssertionError("\n".join([*wrong, f"it ended with {first.words}", *lines]))
        return first

    def _unjournaled(self, ended: Ended) -> Iterator[str]:
        """No job is lost to the journal: it has its id, or that a submission is of unknown outcome."""
        known = self._worlds[0].submissions()
        for sent in ended.story.sent:
            if sent.accepted is None:
                continue
            told = sent.accepted in {one.request_id for one in known}
            if not told and not any(one.state in {"unknown", "ended"} for one in known[-1:]) and sent.misleads is None:
                yield f"journal: {sent} started {sent.accepted}, and the journal has {known[-1:] or 'nothing'}"

    def _misleads(self) -> bool:
        """Whether answers say of jobs what is not so."""
        parts = scenarios.read(self._scenario, self.caller.provider.spec).parts
        return any(part.phases and (part.fault is None or part.fault.wire is None) for part in parts)

    @staticmethod
    def _agree(what: str, blocking: object, asynchronous: object) -> None:
        if blocking != asynchronous:
            raise AssertionError(f"async unlike sync: {what}\n  blocking: {blocking}\n  async:    {asynchronous}")


def _with(operation: Operation, after: Saving | None, world: World) -> Operation:
    """The operation, and what is done with its value, which stays the value."""
    if after is None:
        return operation
    return lambda endpoint: then(operation(endpoint), lambda made: then(after(made, world.target), lambda _saved: made))


def _taken(folder: Path) -> dict[str, bytes]:
    """The files of a folder, which is empty then."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    for name in found:
        (folder / name).unlink()
    return found


def _scenarios(caller: Caller) -> Iterator[str]:
    for cell in cells([caller]):
        if cell.name not in _NOT_HERE and cell.phase != "upload":
            yield cell.scenario


def _token(ended: Ended) -> str | None:
    """For another process, by whatever the caller got."""
    for found in (ended.value, getattr(ended.error, "handle", None)):
        if (token := getattr(found, "token", None)) is not None:
            return str(token)
    found = getattr(ended.value, "request_id", None)
    return None if found is None else str(found)


def _id(token: str) -> str:
    return str(json.loads(token)["request_id"]) if token.startswith("{") else token


def _line(one: Any) -> tuple[object, ...]:
    """What of a journal's submission does not follow from the moment and the machine."""
    return one.state, one.provider, one.model, one.protocol, one.request_id, one.token, one.end, one.submitted_at

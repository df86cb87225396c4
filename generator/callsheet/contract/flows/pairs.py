"""Two worlds that do the same, blocking and with asyncio: they agree in all, and what callers are told is true."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from callsheet.contract.clients.calls import Caller
from callsheet.contract.flows.brought import Given, unbrought
from callsheet.contract.flows.letters import Letter, Reader
from callsheet.contract.flows.shared import Company, Interruption, Shared, Strikes
from callsheet.contract.flows.truth import Expected, needless, untrue
from callsheet.contract.flows.worlds import Ended, Operation, World, then
from callsheet.emulator.faults import scenarios
from callsheet.emulator.faults.table import FaultPhase
from callsheet.emulator.options import Options
from callsheet.emulator.webhooks.deliveries import secrets

Saving = Callable[[Any, Path], Any]
"""What is done with a result and a folder."""

ACTS: Final[dict[str, Expected]] = {"cancel": "cancelled", "wait": "result", "result": "result", "save": "result"}
"""What another client may do with a job in the middle of an operation, and what it gives."""

_PATIENCE: Final = 60.0
"""Seconds that the other client waits for a job."""

_OF_HOOKS: Final = frozenset[FaultPhase]({"webhook"})
_BESIDE: Final = frozenset[FaultPhase]({"webhook", "upload"})
"""Phases whose answers say nothing of jobs."""


class Pair:
    """Both worlds of an endpoint. Close it."""

    def __init__(self, caller: Caller, options: Options) -> None:
        self.caller: Final = caller
        callers = [replace(caller, asynchronous=world) for world in (False, True)]
        self.worlds: Final = [World(one, Shared(one, options)) for one in callers]
        self._readers: Final[list[Reader]] = []
        self._secrets: Final = secrets(caller.plan, options)
        self._step = 0
        self._scenario = scenarios.read("success", caller.provider.spec)
        self._meanwhile: list[str] = []
        self._company: tuple[int, Strikes, str] | None = None

    def close(self) -> None:
        """Let go of what they hold."""
        for reader in self._readers:
            reader.close()
        for world in self.worlds:
            world.close()
            world.shared.close()

    @property
    def folder(self) -> Path:
        """A folder that both can read from."""
        return self.worlds[0].shared.folder

    def choose(self, scenario: str) -> None:
        """From now on this befalls requests, or jobs that are submitted."""
        self._scenario = scenarios.read(scenario, self.caller.provider.spec)
        for world in self.worlds:
            world.session.choose(scenario, self.caller.provider.id)

    def pass_time(self, seconds: float) -> None:
        """Nobody does anything for a while."""
        for world in self.worlds:
            world.clock.advance(seconds)

    def interrupt(self, at: int, strikes: Strikes, kind: type[BaseException]) -> None:
        """Have an interruption strike at a request of the next operation."""
        for world in self.worlds:
            world.interruption = Interruption(at, strikes, kind)

    def accompany(self, at: int, strikes: Strikes, act: str) -> None:
        """Have another client act on the same job at a request of the next operation; `act` is one of `ACTS`."""
        self._company = at, strikes, act

    def perform(  # noqa: PLR0913 - all that there is to an operation
        self,
        operation: Operation,
        *,
        job: str | None,
        expected: Expected,
        wait: float | None = None,
        after: Saving | None = None,
        files: Given = Given(),  # noqa: B008 - frozen
    ) -> Ended:
        """Carry out an operation in both worlds. AssertionError where they disagree, or where something is not right.

        `after` is done with the value, which stays the value; `wait` and `job` are as in `World.perform`.
        """
        self._step += 1
        interrupted = self.worlds[0].interruption is not None
        others = self._invited(job)
        first, second = (
            world.perform(_with(operation, after, world), seed=self._step, wait=wait, job=job, uploads=files.uploads)
            for world in self.worlds
        )
        self.agree("how it ended", first.words, second.words)
        self.agree("the requests", first.requests, second.requests)
        self.agree("the time", first.at, second.at)
        self.agree("the journal", *([_line(one) for one in world.submissions()] for world in self.worlds))
        wrong = [*self._wrong(first), *unbrought(self.worlds[0], first, files, calm=self.calm and not interrupted)]
        # What came after the last answer nobody could tell the caller.
        alone = others is None or others[0].ended is None or others[0].at < len(first.requests)
        if not interrupted and alone:
            wrong += self._untrue(self.worlds[0], first, expected)
        if others is not None:
            wrong += self._of_company(*others)
        if wrong:
            beside = [] if others is None or others[0].ended is None else _told("the other client", others[0].ended)
            raise AssertionError("\n".join([*wrong, *_told("it", first), *beside]))
        return first

    def _wrong(self, ended: Ended) -> Iterator[str]:
        yield from map(str, ended.breaches)
        yield from self._unjournaled(ended)

    def _untrue(self, world: World, ended: Ended, expected: Expected) -> Iterator[str]:
        if not self.misleads:
            yield from untrue(world, ended, expected)
        if self.calm:
            yield from needless(world, ended)

    def _invited(self, job: str | None) -> list[Company] | None:
        """The other clients, who wait for their moment."""
        if self._company is None:
            return None
        (at, strikes, act), self._company = self._company, None
        for world in self.worlds:
            acts = _acting(act, job, len(world.session.ledger), self._step)
            world.company = Company(at, strikes, act, partial(self._judged, acts, act))
        return [world.company for world in self.worlds if world.company is not None]

    def _judged(self, acts: Callable[[World], Ended | None], act: str, world: World) -> Ended | None:
        """How the other client fared. What it was told is judged at once: later the job may stand otherwise."""
        ended = acts(world)
        self._meanwhile = [] if ended is None else [*self._untrue(world, ended, ACTS[act])]
        return ended

    def _of_company(self, company: Company, same: Company) -> Iterator[str]:
        """What is wrong with what the other client was told, and did."""
        ended, second = company.ended, same.ended
        if ended is None or second is None:
            self.agree("whether the other client acted", ended, second)
            return
        self.agree("how it ended for the other client", ended.words, second.words)
        self.agree("the requests of the other client", ended.requests, second.requests)
        wrong = [*self._wrong(ended), *self._meanwhile]
        yield from (f"the other client, {company.name}: {words}" for words in wrong)

    def _unjournaled(self, ended: Ended) -> Iterator[str]:
        """No job is lost to the journal: it has its id, or that a submission is of unknown outcome."""
        known = self.worlds[0].submissions()
        for sent in ended.story.sent:
            if sent.accepted is None:
                continue
            told = sent.accepted in {one.request_id for one in known}
            if not told and not any(one.state in {"unknown", "ended"} for one in known[-1:]) and sent.misleads is None:
                yield f"journal: {sent} started {sent.accepted}, and the journal has {known[-1:] or 'nothing'}"

    def receive(self, pick: Callable[[list[Letter]], list[Letter]]) -> None:
        """Give some of the webhooks that came so far to clients that remember. AssertionError as in `perform`."""
        if not self._readers:
            self._readers.extend(Reader(world.caller, world.shared.emulated, self._secrets) for world in self.worlds)
        came = [pick(world.shared.post.came) for world in self.worlds]
        self.agree("the webhooks", *([letter.delivery for letter in letters] for letters in came))
        wrong: list[str] = []
        for letter, same in zip(*came, strict=True):
            verdict, second = self._readers[0].verdict(letter), self._readers[1].verdict(same)
            self.agree("what is said of a webhook", verdict, second)
            wrong += self._readers[0].untrue(letter, verdict, calm=self.calm)
        if wrong:
            raise AssertionError("\n".join(wrong))

    @property
    def calm(self) -> bool:
        """Whether nothing befalls anybody, but webhooks."""
        return all(part.phases == _OF_HOOKS for part in self._scenario.parts)

    @property
    def misleads(self) -> bool:
        """Whether answers say of jobs what is not so."""
        return any(
            part.phases - _BESIDE and (part.fault is None or part.fault.wire is None) for part in self._scenario.parts
        )

    @staticmethod
    def agree(what: str, blocking: object, asynchronous: object) -> None:
        """AssertionError where the worlds differ."""
        if blocking != asynchronous:
            raise AssertionError(f"async unlike sync: {what}\n  blocking: {blocking}\n  async:    {asynchronous}")


def _with(operation: Operation, after: Saving | None, world: World) -> Operation:
    """The operation, and what is done with its value, which stays the value."""
    if after is None:
        return operation
    target = world.shared.target
    return lambda endpoint: then(operation(endpoint), lambda made: then(after(made, target), lambda _saved: made))


def _acting(act: str, job: str | None, charged: int, seed: int) -> Callable[[World], Ended | None]:
    """What the other client does: with the job that the first one is about, or has just submitted."""

    def acts(world: World) -> Ended | None:
        new = world.session.ledger[charged:]
        known = job if job is not None or not new else new[0].request_id
        if known is None:
            return None
        wait = _PATIENCE if act == "wait" else None
        return world.perform(_with(_ACTIONS[act](known), _SAVES.get(act), world), seed=seed, wait=wait, job=known)

    return acts


_ACTIONS: Final[dict[str, Callable[[str], Operation]]] = {
    "cancel": lambda job: lambda endpoint: endpoint.job(job).cancel(),
    "wait": lambda job: lambda endpoint: endpoint.job(job).wait(timeout=_PATIENCE),
    "result": lambda job: lambda endpoint: endpoint.job(job).result(),
    "save": lambda job: lambda endpoint: endpoint.job(job).result(),
}

_SAVES: Final[dict[str, Saving]] = {"save": lambda made, folder: made.save(folder / "file")}


def _told(who: str, ended: Ended) -> list[str]:
    """How an operation ended, and each of its requests."""
    told, place = ended.story.told, ""
    if told.error is not None and not told.typed:
        frame = traceback.extract_tb(told.error.__traceback__)[-1]
        place = f", raised in {frame.filename}:{frame.lineno}"
    return [f"{who} ended with {ended.words}{place}", *(f"  {one}, {one.came}" for one in ended.story.sent)]


def _line(one: Any) -> tuple[object, ...]:
    """What of a journal's submission does not follow from the moment and the machine."""
    return one.state, one.provider, one.model, one.protocol, one.request_id, one.token, one.end, one.submitted_at

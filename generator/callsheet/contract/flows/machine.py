"""Any interleaving of what callers do with jobs and what may befall them, as a state machine of Hypothesis.

Each step is carried out twice, blocking and with asyncio, each against an emulator of its own on a clock that does not
wait. The two have to send the same at the same times and end alike, under the laws, and what the caller is told has to
be what the provider knows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, precondition, rule

from callsheet.contract.clients.calls import Caller
from callsheet.contract.flows.brought import NOTHING, forms, given
from callsheet.contract.flows.letters import HOOK, Letter, proof
from callsheet.contract.flows.matrix import cells
from callsheet.contract.flows.pairs import ACTS, Pair, Saving
from callsheet.contract.flows.shared import KilledError
from callsheet.contract.flows.worlds import Ended
from callsheet.emulator import media
from callsheet.emulator.faults import scenarios
from callsheet.emulator.faults.table import PHASES
from callsheet.emulator.options import Options

Jobs = str | MultipleResults[str]

_NOT_HERE: Final = frozenset({"giant_body", "crawl"})
"""Faults that need real sockets: tens of megabytes take too long for hundreds of steps, and with asyncio the time of an
answer that comes a byte a second is the event loop's, which no virtual clock moves."""

_SECONDS: Final = (0.0, 0.5, 5.0, 60.0, 900.0, 2000.0)
_PASSING: Final = (1.0, 40.0, 200.0, 600.0, 90000.0)
_UNTIL_TOLD: Final = 240.0
_OF_A_CALL: Final = 600.0

_LETTERS: Final[dict[str, Callable[[list[Letter]], list[Letter]]]] = {
    "last": lambda came: came[-1:],
    "last, twice": lambda came: came[-1:] * 2,
    "all": lambda came: came[-3:],
    "backwards": lambda came: came[:-4:-1],
}
"""Which webhooks a client is given; three at most, since each has to be verified."""


def machine(caller: Caller, options: Options | None = None) -> type[Interleaved]:
    """The machine of an endpoint under a protocol. `run_state_machine_as_test` runs it."""

    class Flows(Interleaved):
        pass

    Flows.caller = caller
    Flows.seconds = []
    Flows.options = options or Options(cutoff=False, spread=0.5)
    befalls = ("success", *dict.fromkeys(_scenarios(caller)))
    provider = caller.provider.spec
    endings = tuple(one for one in befalls if not scenarios.read(one, provider).at(*PHASES))
    Flows.hook = _hook(caller)
    hooks = tuple(one for one in scenarios.names(provider) if one.endswith("@webhook") and Flows.hook)
    uploads = tuple(one for one in befalls if "@upload" in one)
    Flows.befalls = st.one_of([st.sampled_from(some) for some in (befalls, endings, uploads, hooks) if some])
    Flows.files = st.sampled_from([NOTHING, *forms(caller)])
    Flows.__name__ = Flows.__qualname__ = f"Flows[{caller}]"
    return Flows


def _of(name: str) -> st.SearchStrategy[Any]:
    """What the machine's class has under a name: it differs from endpoint to endpoint."""
    return st.runner().flatmap(lambda running: getattr(running, name))


class Interleaved(RuleBasedStateMachine):
    """Callers that share jobs. `machine` says of which endpoint."""

    caller: ClassVar[Caller]
    options: ClassVar[Options]
    befalls: ClassVar[st.SearchStrategy[str]]
    """The scenarios that fit the endpoint."""
    files: ClassVar[st.SearchStrategy[str]]
    """The forms in which it takes files."""
    hook: ClassVar[str | None]
    """The option that asks for a webhook, where one can be asked for and proven."""
    seconds: ClassVar[list[float]]
    """How long each run lasted for its callers."""

    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self._pair: Final = Pair(self.caller, self.options)
        self._payload: Final = dict(next(iter(self.caller.model.samples.values())))

    def teardown(self) -> None:
        """Close both worlds."""
        self.seconds.append(self._pair.worlds[0].clock.monotonic())
        self._pair.close()

    @initialize(
        target=jobs, scenario=_of("befalls"), wait=st.sampled_from(_SECONDS), run=st.booleans(), files=_of("files")
    )
    def begin(self, scenario: str, wait: float, run: bool, files: str) -> Jobs:  # noqa: FBT001 - Hypothesis gives it by name
        """Every run begins with a job, whatever befalls it: most of what callers do is done with one."""
        self._pair.choose(scenario)
        return self._submitted(wait, files, run=run)

    @rule(target=jobs, wait=st.sampled_from(_SECONDS), run=st.booleans(), files=_of("files"))
    def submit(self, wait: float, run: bool, files: str) -> Jobs:  # noqa: FBT001 - the same
        """Submit with files or without, ask for a webhook where there are some, and wait at times."""
        return self._submitted(wait, files, run=run)

    def _submitted(self, wait: float, files: str, *, run: bool) -> Jobs:
        found = given(self.caller, files, self._pair.folder)
        payload = {**self._payload, **found.values}
        run = run or self.caller.blocking
        options: dict[str, Any] = {"timeout": _OF_A_CALL if self.caller.blocking else wait}
        if self.hook is not None:
            options["call"] = {self.hook: HOOK}
        ended = self._pair.perform(
            lambda endpoint: getattr(endpoint.with_options(**options), "run" if run else "submit")(**payload),
            wait=options["timeout"],
            job=None,
            expected="result" if run else "handle",
            files=found,
        )
        if self.caller.blocking:
            return multiple()  # nothing can be asked of it again
        started = {one.accepted for one in ended.story.sent}
        token = _token(ended)
        return multiple() if token is None or _id(token) not in started else multiple(token)

    @precondition(lambda self: self.caller.blocking)
    @rule(everything=st.booleans())
    def call(self, everything: bool) -> None:  # noqa: FBT001 - the same
        """Call, and save what comes back."""
        ended = self._pair.perform(
            lambda endpoint: endpoint.with_options(timeout=_OF_A_CALL).run(**self._payload),
            wait=_OF_A_CALL,
            job=None,
            expected="result",
            after=_saving(everything),
        )
        self._saved(ended, ended.story.told.job, everything=everything)

    @rule(job=jobs, wait=st.sampled_from(_SECONDS), stream=st.booleans())
    def wait(self, job: str, wait: float, stream: bool) -> None:  # noqa: FBT001 - the same
        """Wait for a job, in a process that has nothing but its token."""
        listens = stream and self.caller.table.queue.stream is not None
        self._pair.perform(
            lambda endpoint: endpoint.with_options(stream=listens).job(job).wait(timeout=wait),
            wait=wait,
            job=_id(job),
            expected="result",
        )

    @rule(job=jobs)
    def status(self, job: str) -> None:
        """Look at a job once."""
        self._pair.perform(lambda endpoint: endpoint.job(job).status(), job=_id(job), expected="state")

    @rule(job=jobs)
    def result(self, job: str) -> None:
        """Ask for the result, whether it is there or not."""
        self._pair.perform(lambda endpoint: endpoint.job(job).result(), job=_id(job), expected="result")

    @rule(job=jobs, everything=st.booleans())
    def save(self, job: str, everything: bool) -> None:  # noqa: FBT001 - the same
        """Save what a job made. The file is there when it is whole, byte for byte, and not before."""
        ended = self._pair.perform(
            lambda endpoint: endpoint.job(job).result(),
            job=_id(job),
            expected="result",
            after=_saving(everything),
        )
        self._saved(ended, _id(job), everything=everything)

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        """Ask for the end of a job."""
        self._pair.perform(lambda endpoint: endpoint.job(job).cancel(), job=_id(job), expected="cancelled")

    @precondition(lambda self: not self.caller.blocking)
    @rule(at=st.sampled_from([1, 2, 1, 3]), strikes=st.sampled_from(["before", "after"]), act=st.sampled_from([*ACTS]))
    def meanwhile(self, at: int, strikes: Any, act: str) -> None:
        """Another client acts on the same job in the middle of the next step."""
        self._pair.accompany(at, strikes, act)

    @precondition(lambda self: self.hook is not None)
    @rule(letters=st.sampled_from([*_LETTERS]))
    def receive(self, letters: str) -> None:
        """Give a client that remembers some of the webhooks that came. It believes once what is genuine and in time."""
        if not self._pair.worlds[0].shared.post.came:
            self._pair.pass_time(_UNTIL_TOLD)
        self._pair.receive(_LETTERS[letters])

    @precondition(lambda self: self.hook is not None)
    @rule(status=st.sampled_from([200, 503]))
    def answer(self, status: int) -> None:
        """From now on webhooks are answered so; the provider sends again what was not taken."""
        for world in self._pair.worlds:
            world.shared.post.status = status

    @rule(scenario=_of("befalls"))
    def befall(self, scenario: str) -> None:
        """From now on, something else befalls requests, or jobs that are submitted."""
        self._pair.choose(scenario)

    @rule()
    def calm(self) -> None:
        """Nothing befalls anybody any more."""
        self._pair.choose("success")

    @rule(seconds=st.sampled_from(_PASSING))
    def time_passes(self, seconds: float) -> None:
        """Nobody does anything for a while."""
        self._pair.pass_time(seconds)

    @rule(
        at=st.integers(1, 4),
        strikes=st.sampled_from(["before", "after"]),
        kind=st.sampled_from([KeyboardInterrupt, asyncio.CancelledError, KilledError]),
    )
    def interrupt(self, at: int, strikes: Any, kind: type[BaseException]) -> None:
        """Ctrl-C, a cancelled task or kill -9 at a request of the next step."""
        self._pair.interrupt(at, strikes, kind)

    @rule(wait=st.sampled_from(_SECONDS))
    def resume(self, wait: float) -> None:
        """What the journal says is open is waited for by somebody who knows nothing else."""
        worlds = self._pair.worlds
        tokens = [[one.token for one in world.submissions() if one.state == "open"] for world in worlds]
        self._pair.agree("the open jobs of the journal", *tokens)
        for token in filter(None, tokens[0][:2]):
            self._pair.perform(
                partial(_waited, token, wait),
                wait=wait,
                job=_id(token),
                expected="result",
            )

    def _saved(self, ended: Ended, job: str | None, *, everything: bool) -> None:
        """Each file that is there is what the job made, and it is there where nothing went wrong."""
        files, others = (_taken(world.shared.target) for world in self._pair.worlds)
        self._pair.agree("the files", files, others)
        if self._pair.misleads or job is None:
            return
        kind = self.caller.model.media_kind or "video"
        if ended.error is None and media.content(kind, job) not in files.values():
            raise AssertionError(f"files: {job} was saved as {[*files]}, and none of them is what it made")
        whole = {media.content(kind, one) for one in self._pair.worlds[0].session.state.jobs}
        if not everything and (broken := [name for name, content in files.items() if content not in whole]):
            raise AssertionError(f"files: {broken} are there, not whole, and it ended with {ended.words}")


def _hook(caller: Caller) -> str | None:
    webhook = caller.provider.table.webhook
    offered = webhook is not None and webhook.option in caller.table.protocol.submit.options
    return webhook.option if webhook is not None and offered and proof(caller) is not None else None


def _waited(job: str, seconds: float, endpoint: Any) -> Any:
    return endpoint.job(job).wait(timeout=seconds)


def _saving(everything: bool) -> Saving:  # noqa: FBT001 - one of two ways to save
    return lambda made, folder: made.save_all(folder) if everything else made.save(folder / "file")


def _taken(folder: Path) -> dict[str, bytes]:
    """The files of a folder, which is empty then."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    for name in found:
        (folder / name).unlink()
    return found


def _scenarios(caller: Caller) -> Iterator[str]:
    for cell in cells([caller]):
        if cell.name not in _NOT_HERE:
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

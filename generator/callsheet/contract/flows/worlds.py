"""A generated client against an emulator in memory, one operation after another, each with all that it led to.

A world is blocking or asynchronous. Two that do the same have the same requests at the same times, and end alike.
"""

from __future__ import annotations

import asyncio
import inspect
import random
import re
import traceback
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.libraries import as_of
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.flows.laws import Breach, Story, Told, breaches
from callsheet.contract.flows.shared import Company, Interruption, KilledError, Shared
from callsheet.contract.flows.stories import Chronicle
from callsheet.emulator.jobs.job import Job
from callsheet.runtime.journal_jobs import Submitted

_BESIDE_A_WAIT: Final = 60.0 + 30.0 + 60.0 + 30.0
"""Seconds that a call may last beside its wait: held back, submitting, fetching late, one answer that hangs."""

_SPOOLED: Final = re.compile(r"\S*\bcallsheet-\w+\.part")
"""What came of a file is kept under a name that is drawn, so no two are the same."""

_READS: Final = 6 * 30.0 + 60.0
"""Seconds that a read may last that is no wait: a few tries, each with its time-out, and the pauses between them."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request in a form that can be compared."""

    at: float
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an operation ended, and what it took."""

    words: str
    """The value, or the exception with its words; what two worlds have to agree on."""
    at: float
    requests: tuple[Request, ...] = field(repr=False)
    value: Any = field(default=None, compare=False, repr=False)
    error: BaseException | None = field(default=None, compare=False, repr=False)
    story: Story = field(default=Story((), Told(0.0, 0.0, 0.0)), compare=False, repr=False)

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """The laws that it broke."""
        return breaches(self.story)


Operation = Callable[[Any], Any]
"""What is done with an endpoint; may give an awaitable."""


class World:
    """One kind of client, with what it shares with others. Close it."""

    def __init__(self, caller: Caller, shared: Shared) -> None:
        self.caller: Final = caller
        self.shared: Final = shared
        self.clock: Final = shared.emulated.clock
        self.session: Final = shared.emulated.session
        self.notebook = shared.opened(caller)
        self.interruption: Interruption | None = None
        self.company: Company | None = None
        self._other: World | None = None
        self._lost = 0.0
        self._runner: Final = asyncio.Runner()
        self._requests: Final[list[Request]] = []
        self._chronicle = self._new_chronicle()
        self._unheard = False
        library = caller.library
        made = library.AsyncClient if caller.asynchronous else library.Client
        self._http: Final = made(transport=library.MockTransport(as_of(library, self._answer)), trust_env=False)

    def close(self) -> None:
        """Let go of what it holds."""
        if self._other is not None:
            self._other.close()
        if self.caller.asynchronous:
            self._runner.run(self._http.aclose())
        else:
            self._http.close()
        self._runner.close()

    @property
    def other(self) -> World:
        """A second client of the same, as in another process."""
        if self._other is None:
            self._other = World(self.caller, self.shared)
        return self._other

    def job(self, request_id: str) -> Job | None:
        """A job, as the provider knows it."""
        return self.session.state.jobs.get(request_id)

    def submissions(self) -> tuple[Submitted, ...]:
        """What the journal knows."""
        found: tuple[Submitted, ...] = self.notebook.file.read().jobs(self.clock.time())
        return found

    def perform(
        self, operation: Operation, *, seed: int, wait: float | None, job: str | None, uploads: int = 0
    ) -> Ended:
        """Carry out an operation with a client of its own, as another process would, and judge it by the laws.

        `wait` are the seconds that it may wait for a job, None where it does not wait; `job` is the one that it is
        about, where there is one. `uploads` are the requests that bring files before it.
        """
        random.seed(seed)
        self._requests.clear()
        self._lost = 0.0
        self._chronicle = self._new_chronicle()
        self._unheard = False
        began, charged, noted = self.clock.time(), len(self.session.ledger), len(self.submissions())
        value: Any = None
        error: BaseException | None = None
        with self._chronicle.kept(), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                value = self._run(operation)
            except BaseException as problem:  # noqa: BLE001 - whatever comes is what is asked about
                error = problem
        self.interruption = self.company = None
        self.notebook = self.shared.opened(self.caller)
        told = self._told(value, error, began, job, noted, [str(one.message) for one in warned])
        if job is None and self.caller.blocking and (error is None or told.job is not None):
            # An id that a client makes up for a call names the one job that the call was.
            new = self.session.ledger[charged:]
            told = replace(told, job=new[0].request_id if new else None)
        limit = (_READS if wait is None else _BESIDE_A_WAIT + wait) + _READS * uploads + self._lost
        floor = 0.0 if self.caller.blocking or wait is None else self.caller.table.queue.poll_floor
        story = Story(self._sent(), replace(told, deadline=limit), frozenset({KEY}), least_pause=floor, grace=5.0)
        words = _SPOOLED.sub("….part", _words(value, error).replace(str(self.shared.folder), "…"))
        return Ended(words, self.clock.time(), tuple(self._requests), value, error, story)

    def _run(self, operation: Operation) -> Any:
        client = self.caller.client(http=self._http, clock=self.clock, journal=self.notebook)
        endpoint = self.caller.endpoint(client)
        if not self.caller.asynchronous:
            return operation(endpoint)
        return self._runner.run(_awaited(operation, endpoint))

    def _told(  # noqa: PLR0913, PLR0917 - all that is known of an end
        self,
        value: Any,
        error: BaseException | None,
        began: float,
        job: str | None,
        noted: int,
        warned: list[str],
    ) -> Told:
        known = getattr(value, "request_id", None) if error is None else _job_of(error)
        admits = isinstance(error, self.caller.error("SubmissionUnknown"))
        if isinstance(error, KeyboardInterrupt | asyncio.CancelledError):
            admits = any("may be charged" in note for note in getattr(error, "__notes__", []))
        if isinstance(error, KilledError):
            # Nobody was told anything: what is known is what the journal has.
            new = self.submissions()[noted:]
            known = next((one.request_id for one in new if one.request_id is not None), job)
            admits = any(one.state == "unknown" for one in new)
        if not self._chronicle.sent:
            known = None  # of a job of which nothing reached the provider there is nothing to say
        own = (self.caller.error("CallsheetError"), KeyboardInterrupt, asyncio.CancelledError, KilledError)
        shown = () if error is None else (repr(error), *traceback.format_exception(error))
        return Told(
            began=began,
            ended=self.clock.time(),
            deadline=0.0,
            job=known if isinstance(known, str) or known is None else str(known),
            error=error,
            typed=isinstance(error, own),
            admits=admits,
            written="\n".join([*warned, *shown]),
        )

    def _sent(self) -> tuple[Any, ...]:
        sent = list(self._chronicle.sent)
        if self._unheard and sent:
            sent[-1] = replace(sent[-1], came="nothing")
        return tuple(sent)

    def _new_chronicle(self) -> Chronicle:
        return Chronicle(self.session, self.caller.provider, self.caller.table, KEY)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        strike, met = self.interruption, self.company
        self._requests.append(
            Request(
                self.clock.time(),
                request.method,
                str(request.url),
                tuple(sorted(request.headers.multi_items())),
                request.content,
            )
        )
        hit = strike is not None and len(self._requests) == strike.at
        if strike is not None and hit and strike.strikes == "before":
            self._strike(strike)
        if met is not None and (len(self._requests), "before") == (met.at, met.strikes):
            self._meet(met)
        if not self._is_declared(request.url):
            self._chronicle.elsewhere(request.method, str(request.url), str(request.headers.multi_items()))
        answer = self.shared.emulated.handle_request(request)
        if met is not None and (len(self._requests), "after") == (met.at, met.strikes):
            self._meet(met)
        if strike is not None and hit:
            self._unheard = True
            self._strike(strike)
        return answer

    def _meet(self, met: Company) -> None:
        """Let the other client act. What time that takes is none that this one was granted."""
        began = self.clock.time()
        if self.caller.asynchronous:
            # An event loop is running here, and it cannot run another one.
            with ThreadPoolExecutor(1, "callsheet-company") as thread:
                met.ended = thread.submit(met.act, self.other).result()
        else:
            met.ended = met.act(self.other)
        self._lost += self.clock.time() - began

    def _strike(self, strike: Interruption) -> None:
        if strike.kind is KilledError:
            self.notebook.dead = True
            self.shared.end_process()
        raise strike.kind

    def _is_declared(self, url: httpx.URL) -> bool:
        hosts = self.caller.provider.table.hosts.values()
        return any((url.scheme, url.netloc) == (one.scheme, one.netloc) for one in map(httpx.URL, hosts))


async def _awaited(operation: Operation, endpoint: Any) -> Any:
    found = operation(endpoint)
    while inspect.isawaitable(found):
        found = await found
    return found


def then(first: Any, following: Callable[[Any], Any]) -> Any:
    """What follows from a value, or from the value that an awaitable will have."""
    if not inspect.isawaitable(first):
        return following(first)
    return _following(first, following)


def _following(first: Awaitable[Any], following: Callable[[Any], Any]) -> Coroutine[Any, Any, Any]:
    async def both() -> Any:
        found = following(await first)
        return await found if inspect.isawaitable(found) else found

    return both()


def _job_of(error: BaseException) -> object:
    return getattr(getattr(error, "handle", None), "request_id", None)


def _words(value: Any, error: BaseException | None) -> str:
    if error is not None:
        return f"{type(error).__name__}: {error}"
    state = getattr(value, "state", None)
    found = getattr(value, "request_id", value)
    return f"{found}" if state is None else f"{found} {state}"

"""The webhooks that came to a caller, and whether each is to be believed: by what the provider knows, not by proof."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.libraries import as_of
from callsheet.emulator.jobs.job import Stands, State, outcome
from callsheet.emulator.messages import Delivery
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.runtime.offers import Signature

HOOK: Final = "https://shop.example/hook"
"""Where webhooks are asked for."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A webhook as it came, and the truth about it."""

    delivery: Delivery
    forged: bool
    bare: bool
    """It may tell of a success without what was made."""
    stands: Stands | None
    """How the job stood when it came."""


@dataclass(slots=True)
class Letters:
    """What came so far, in order; `status` is what the sender is answered."""

    came: list[Letter] = field(default_factory=list[Letter])
    status: int = 200

    def take(self, delivery: Delivery, state: State, now: float) -> int:
        """Keep one."""
        hook, job = state.hooks.get(delivery.request_id), state.jobs.get(delivery.request_id)
        faults = [
            one.fault
            for one in (() if hook is None else hook.faults)
            if one.times is None or delivery.attempt <= one.times
        ]
        forged, bare = any(one.forges for one in faults), any(one.bare for one in faults)
        self.came.append(Letter(delivery, forged, bare, None if job is None else outcome(job, now)))
        return self.status


def proof(caller: Caller) -> Signature | None:
    """What proves the webhooks of a provider; None where there are none, or nothing that proves them."""
    webhook = caller.provider.table.webhook
    return None if webhook is None else webhook.signature


class Reader:
    """A client that receives webhooks, has no key, and stays open: it remembers those that it has seen. Close it."""

    def __init__(self, caller: Caller, emulated: MemoryTransport, secrets: Mapping[str, str]) -> None:
        """`secrets` are what providers share with their callers, by environment variable. ValueError without proof."""
        signature = proof(caller)
        if signature is None:
            raise ValueError(f"{caller.provider.id} has no webhooks that can be proven")
        self._rule: Final = signature
        self._secret: Final = None if signature.secret is None else secrets[signature.secret]
        self._caller: Final = caller
        self._emulated: Final = emulated
        self._runner: Final = asyncio.Runner()
        library = caller.library
        made = library.AsyncClient if caller.asynchronous else library.Client
        self._http: Final = made(
            transport=library.MockTransport(as_of(library, emulated.handle_request)), trust_env=False
        )
        self._client: Final = caller.client(http=self._http, clock=emulated.clock, api_key=None)
        self._believed: Final[set[tuple[object, ...]]] = set()

    def close(self) -> None:
        """Let go of the connections."""
        self._ended(self._http.aclose() if self._caller.asynchronous else self._http.close())
        self._runner.close()

    def verdict(self, letter: Letter) -> str:
        """What the client says of one: what it tells, or the fault, or the error."""
        sent = letter.delivery
        try:
            event = self._ended(self._client.verify_webhook(sent.headers, sent.body, secret=self._secret))
        except self._caller.error("WebhookRefused") as problem:
            return f"refused: {getattr(problem, 'fault', None)}"
        except self._caller.error("CallsheetError") as problem:
            return f"{type(problem).__name__}: {problem}"
        made = "" if event.output is None else ", with its output"
        return f"{event.request_id} {'succeeded' if event.succeeded else 'did not succeed'}{made}"

    def untrue(self, letter: Letter, verdict: str, *, calm: bool) -> Iterator[str]:
        """Where a verdict is not what it has to be. Keys may be out of reach unless all is `calm`."""
        sent = letter.delivery
        mark = (sent.body, *(sent.header(name) for name in self._rule.headers.values()))
        due = self._due(letter, mark)
        if verdict == due or (due == _REFUSED and verdict.startswith(_REFUSED)):
            if not due.startswith(_REFUSED):
                self._believed.add(mark)
            return
        if not calm and not verdict.startswith(_REFUSED) and sent.request_id not in verdict:
            return
        yield f"webhooks: attempt {sent.attempt} for {sent.request_id} should give “{due}”, it gave “{verdict}”"

    def _due(self, letter: Letter, mark: tuple[object, ...]) -> str:
        sent = letter.delivery
        if letter.forged:
            return _REFUSED
        stamp = float(sent.header(self._rule.headers["timestamp"]) or 0)
        if abs(self._emulated.clock.time() - stamp) > self._rule.tolerance:
            return f"{_REFUSED} time"
        if mark in self._believed:
            return f"{_REFUSED} replay"
        if letter.stands != "succeeded":
            return f"{sent.request_id} did not succeed"
        return f"{sent.request_id} succeeded{'' if letter.bare else ', with its output'}"

    def _ended(self, found: Any) -> Any:
        return self._runner.run(_awaited(found)) if inspect.isawaitable(found) else found


async def _awaited(found: Any) -> Any:
    return await found


_REFUSED: Final = "refused:"

"""Webhooks: what is to be sent, when, and what follows from how it went. Nothing here sends anything.

The outside asks `due`, makes the deliveries, and tells `delivered` how each went.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from callsheet.emulator.jobs.hooks import Hook
from callsheet.emulator.jobs.job import Job, State, expired, outcome
from callsheet.emulator.messages import Attempt, Delivery, HostKey, Outcome, Request
from callsheet.emulator.options import Options
from callsheet.emulator.webhook_faults import LATE, Befalls, WebhookFault
from callsheet.emulator.webhooks.deliveries import Sender, webhook_of
from callsheet.emulator.webhooks.signing import NoSigningError
from callsheet.plan.model import ProviderPlan
from callsheet.spec.model import DeliverySpec, ProtocolSpec

_ONCE_MORE: Final = 5.0
"""Seconds until a webhook that was received is repeated all the same."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done now, and the state that knows that it is under way."""

    state: State
    deliveries: tuple[Delivery, ...] = ()
    """In order. Those of one job are made one after another; others may pass them."""
    again: float | None = None
    """When to ask again; None: once something has changed."""


def owed(state: State, provider: ProviderPlan, job: Job, asked: Request, faults: tuple[Befalls, ...]) -> Hook | None:
    """The webhook that a submission asks for; None where it asks for none."""
    webhook = provider.spec.webhook
    address = job.options.get(webhook.option) if webhook is not None and webhook.option is not None else None
    if not isinstance(address, str):
        return None
    return Hook(job.request_id, state.hooked, address, replace(asked, headers=(), body=b"", query={}), faults)


@dataclass(frozen=True, slots=True)
class Hooking:
    """The webhooks of an emulator."""

    providers: Mapping[str, ProviderPlan]
    options: Options
    origins: Mapping[HostKey, str]

    def due(self, state: State, now: float, stamp: float) -> Due:
        """What is to be sent now. `stamp` is the time of the receivers, in seconds of the epoch."""
        ready: list[tuple[float, int, Hook]] = []
        later: list[float] = []
        for hook in state.hooks.values():
            job = state.jobs.get(hook.request_id)
            if job is None or hook.in_flight:
                continue
            when = self._when(hook, job)
            if when > now:
                later.append(when)
            elif outcome(job, now) not in {"queued", "running"}:
                ready.append((when, hook.number, hook))
        deliveries: list[Delivery] = []
        for _, _, hook in sorted(ready, key=lambda each: each[:2]):
            state, made = self._begun(state, hook, state.jobs[hook.request_id], now, stamp)
            deliveries += made
        return Due(state, tuple(deliveries), min((time for time in later if time < math.inf), default=None))

    def delivered(self, state: State, delivery: Delivery, went: Outcome, now: float) -> State:
        """The state that knows how a delivery went."""
        hook, job = state.hooks.get(delivery.request_id), state.jobs.get(delivery.request_id)
        if hook is None or job is None or not hook.in_flight or hook.attempts != delivery.attempt:
            return state  # told of a time before a reset
        left = hook.in_flight - 1
        again = self._again(hook, job, delivery, went, now) if not left else None
        attempt = Attempt(
            provider=delivery.provider,
            model=delivery.model,
            request_id=delivery.request_id,
            number=0 if went.final else delivery.attempt,
            url=delivery.url,
            at=now,
            outcome=went,
            next=again,
        )
        received = hook.received or went.received
        hook = replace(hook, in_flight=left, again=again, received=received, repeated=received and again is not None)
        return _noted(_released(state, hook, now), hook, attempt, over=not left and again is None)

    def _when(self, hook: Hook, job: Job) -> float:
        """When the next attempt is."""
        if hook.again is not None:
            return max(hook.again, job.ends)
        waits = _waits(hook) or any(fault.late for fault in _befalling(hook))
        return job.ends + (LATE if waits else 0.0)

    def _begun(
        self, state: State, hook: Hook, job: Job, now: float, stamp: float
    ) -> tuple[State, tuple[Delivery, ...]]:
        """The deliveries of one attempt, and the state in which they are under way."""
        faults = tuple(_befalling(hook))
        # Where the clock runs fast, two attempts may share a second: they would be one to whoever looks for copies.
        told = max(int(stamp), hook.stamped + 1)
        if not all(fault.sends for fault in faults):
            return _unsent(state, hook, job, now, "not sent: the scenario says so"), ()
        try:
            made = Sender(self.providers[job.provider], self.options, self.origins).delivery(
                hook, job, now, told, faults
            )
        except NoSigningError as missing:
            return _unsent(state, hook, job, now, f"not sent: {missing}"), ()
        copies = max([1, *(fault.copies for fault in faults)])
        first = now if hook.first is None else hook.first
        begun = replace(hook, attempts=hook.attempts + 1, first=first, stamped=told, in_flight=copies, again=None)
        return replace(state, hooks={**state.hooks, hook.request_id: begun}), (made,) * copies

    def _again(self, hook: Hook, job: Job, delivery: Delivery, went: Outcome, now: float) -> float | None:
        """When the next attempt is; None where there is none."""
        if hook.received or went.received:
            once_more = not hook.repeated and any(befalls.fault.repeats for befalls in hook.faults)
            return now + _ONCE_MORE if once_more else None
        provider = self.providers[job.provider]
        rule = webhook_of(provider).deliveries
        if went.final or rule is None or rule.within is None or hook.attempts > rule.retries:
            return None
        begun = now if hook.first is None else hook.first
        time = max(now, begun + _after(rule, rule.within, hook.attempts))
        way = provider.spec.way(job.protocol)
        kept = way.retention if isinstance(way, ProtocolSpec) and rule.until_expiry else None
        return None if kept is not None and expired(job, kept, len(delivery.body), time) else time


def _befalling(hook: Hook) -> Iterator[WebhookFault]:
    """The faults of the next attempt."""
    for befalls in hook.faults:
        if befalls.times is None or hook.attempts < befalls.times:
            yield befalls.fault


def _waits(hook: Hook) -> bool:
    """Whether it changes places with the next: the first of each two does."""
    return hook.number % 2 == 0 and any(fault.held for fault in _befalling(hook))


def _after(rule: DeliverySpec, within: float, attempts: int) -> float:
    """Seconds from the first attempt to the one after so many. The pauses grow evenly; the last ends with `within`."""
    return within * attempts * (attempts + 1) / (rule.retries * (rule.retries + 1))


def _released(state: State, partner: Hook, now: float) -> State:
    """The state in which the webhook that waited for this one is free."""
    held = next((hook for hook in state.hooks.values() if hook.number == partner.number - 1 and _waits(hook)), None)
    if held is None or held.attempts or held.again is not None:
        return state
    return replace(state, hooks={**state.hooks, held.request_id: replace(held, again=now)})


def _unsent(state: State, hook: Hook, job: Job, now: float, why: str) -> State:
    attempt = Attempt(job.provider, job.model, job.request_id, 0, hook.address, now, Outcome(None, why, final=True))
    return _noted(state, hook, attempt, over=True)


def _noted(state: State, hook: Hook, attempt: Attempt, *, over: bool) -> State:
    hooks = {**state.hooks, hook.request_id: hook}
    if over:
        del hooks[hook.request_id]
    return replace(state, hooks=hooks, attempts=(*state.attempts, attempt))

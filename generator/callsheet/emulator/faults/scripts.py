"""Which scenario holds: what a request asks for, else what its job was submitted under, else what holds for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal

from callsheet.emulator.faults import scenarios, turns
from callsheet.emulator.faults.scenarios import Scenario, UnknownScenarioError
from callsheet.emulator.jobs.job import State
from callsheet.emulator.messages import HostKey, Request, Wire
from callsheet.emulator.options import SCENARIO_HEADER
from callsheet.plan.model import Plan

Door = Literal["open", "tried", "shut"]
"""`shut`: nobody listens. `tried`: what becomes of a connection is settled when it is made."""

_KEPT: Final = 256
"""Scenarios that need not be read again."""


class Scripts:
    """The scenarios of a plan's providers. `text` is what holds from the beginning.

    Raises UnknownScenarioError, a ValueError, where no provider has it. One that lacks it while another has it refuses
    to play anything: what was asked for is never taken for success.
    """

    def __init__(self, plan: Plan, text: str, *, listens: bool = False) -> None:
        self._listens: Final = listens
        self._providers: Final = {provider.id: provider.spec for provider in plan.providers}
        self._read: Final = lru_cache(maxsize=_KEPT)(self._parsed)
        self._first: Final = self._for_each(text, tuple(self._providers))
        self._plain: Final = all(isinstance(one, Scenario) and not one.parts for one in self._first.values())

    def of(self, state: State, provider: str, request: Request, of_job: str = "") -> Scenario:
        """The scenario of a request. UnknownScenarioError where it, or the provider in general, lacks it."""
        asked_for = request.header(SCENARIO_HEADER)
        if asked_for is not None:
            found = self._read(asked_for, provider)
            if found.at("connect"):
                raise UnknownScenarioError(f"`{asked_for[:100]}`: a request comes too late to say how it is connected")
            return found
        return self._holding(state, provider, of_job)

    def connect(self, state: State, host: HostKey) -> tuple[State, Wire | None]:
        """What becomes of a connection to a host; None where requests may follow."""
        if self._plain and not state.scenarios:
            return state, None
        try:
            parts = self._holding(state, host[0]).at("connect")
        except UnknownScenarioError:
            return state, None
        state, part = turns.due(state, parts, "connect", "/".join(host))
        return state, part.fault.wire if part is not None and part.fault is not None else None

    def doors(self, state: State) -> Mapping[str, Door]:
        """How the hosts of each provider are entered, for as long as its scenario holds."""
        return {provider: self._door(state, provider) for provider in self._providers}

    def _door(self, state: State, provider: str) -> Door:
        try:
            parts = self._holding(state, provider).at("connect")
        except UnknownScenarioError:
            return "open"
        if any(part.fault.wire.refused for part in parts if part.fault and part.fault.wire):
            return "shut"
        return "tried" if parts else "open"

    def choose(self, state: State, text: str | None, provider: str | None = None) -> State:
        """Let a scenario hold from now on, for one provider, or for all that have it; None is the first one again.

        What was counted is counted anew. UnknownScenarioError where none has it, KeyError for an unknown provider.
        """
        of = tuple(self._providers) if provider is None else (provider,)
        if text is None:
            kept = {name: chosen for name, chosen in state.scenarios.items() if name not in of}
        else:
            found = self._for_each(text, of)
            having = [name for name, one in found.items() if isinstance(one, Scenario)]
            kept = {**state.scenarios, **dict.fromkeys(having, text)}
        return replace(state, scenarios=kept, answered={})

    def _holding(self, state: State, provider: str, of_job: str = "") -> Scenario:
        text = of_job or state.scenarios.get(provider)
        if text is not None:
            return self._read(text, provider)
        held = self._first[provider]
        if isinstance(held, UnknownScenarioError):
            raise held
        return held

    def _parsed(self, text: str, provider: str) -> Scenario:
        found = scenarios.read(text, self._providers[provider])
        for part in found.at("connect") if self._listens else ():
            if part.times is not None and part.fault and part.fault.wire and part.fault.wire.refused:
                raise UnknownScenarioError(
                    f"`{part.text}`: behind sockets nobody counts refused connections; leave `*{part.times}` out and "
                    "choose another scenario when it is enough, or take reset@connect, which can be counted"
                )
        return found

    def _for_each(self, text: str, providers: tuple[str, ...]) -> dict[str, Scenario | UnknownScenarioError]:
        """The scenario as each provider has it; in the place of one that it lacks, the words that say so."""
        found: dict[str, Scenario | UnknownScenarioError] = {}
        problems: list[str] = []
        for provider in providers:
            try:
                found[provider] = self._read(text, provider)
            except UnknownScenarioError as problem:
                found[provider] = problem
                problems.append(str(problem))
        if problems and len(problems) == len(found):
            raise UnknownScenarioError("; ".join(dict.fromkeys(problems)))
        return found

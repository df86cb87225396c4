"""Whose turn it is: which part of a scenario an answer is subject to, and how often it still is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from callsheet.emulator.faults.scenarios import Part
from callsheet.emulator.faults.table import FaultPhase
from callsheet.emulator.jobs.job import State

_AFTER_THE_TRUTH = frozenset({"back", "resumed"})
"""What contradicts an answer that has to be given first."""


def due(
    state: State,
    parts: Iterable[Part],
    phase: FaultPhase | str,
    about: str,
    fits: Callable[[Part], bool] = lambda _: True,
) -> tuple[State, Part | None]:
    """The first of some parts that still happens, and the state that remembers that it did.

    `about` is the job's id, or what is counted in its place. Nothing is remembered where a part always happens.
    """
    for part in parts:
        if not fits(part):
            continue
        state, happens = _count(state, part, phase, about)
        if happens:
            return state, part
    return state, None


def _count(state: State, part: Part, phase: str, about: str) -> tuple[State, bool]:
    first = 1 if part.fault is not None and part.fault.view in _AFTER_THE_TRUTH else 0
    if part.times is None and not first:
        return state, True
    # What was told of a job at one address is contradicted at another, too.
    key = (part.text, "read" if first else phase, about)
    so_far = state.answered.get(key, 0)
    if part.times is not None and so_far >= part.times + first:
        return state, False
    return replace(state, answered={**state.answered, key: so_far + 1}), so_far >= first

"""What a caller was told of a job, against what the provider knows: the emulator's memory, not its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from callsheet.contract.flows.worlds import Ended, World
from callsheet.emulator.jobs.job import Stands, outcome
from callsheet.runtime.words import FINAL

Expected = Literal["handle", "result", "state", "cancelled"]
"""What an operation gives where nothing goes wrong."""

_OVER: Final[frozenset[Stands]] = frozenset({"succeeded", "failed", "cancelled"})

_BY_ERROR: Final[dict[str, frozenset[Stands]]] = {
    "JobCancelled": frozenset({"cancelled"}),
    "JobFailed": frozenset({"failed"}),
    "WaitTimeout": frozenset({"queued", "running"}),
    "NotFinished": frozenset({"queued", "running"}),
}
"""How a job can stand of which an exception says so; the first that fits is the most specific."""

_BY_CANCEL: Final[dict[str, frozenset[Stands]]] = {"cancelled": frozenset({"cancelled"}), "too_late": _OVER}


def untrue(world: World, ended: Ended, expected: Expected) -> Iterator[str]:
    """What the caller was told that is not so, where the answers themselves are true. Not all of them have to come."""
    told = ended.story.told
    job = None if told.job is None else world.job(told.job)
    if job is None:
        return
    if ended.error is None:
        stands = outcome(job, ended.at)
        if not _fits(ended, expected, stands):
            value = getattr(ended.value, "state", ended.value)
            yield f"truth: {job.request_id} stands at {stands}, and what the caller asked for ({expected}) gave {value}"
    elif ended.story.sent and ended.story.sent[-1].came == "whole":  # else what is known is of an earlier moment
        stands = outcome(job, ended.story.sent[-1].at)
        named = (fitting for name, fitting in _BY_ERROR.items() if isinstance(ended.error, world.caller.error(name)))
        if stands not in next(named, {stands}):
            yield f"truth: {job.request_id} stands at {stands}, and the caller was told {ended.words}"


def needless(world: World, ended: Ended) -> Iterator[str]:
    """Trouble that the caller had with a job that the provider knows, although nothing befell anybody."""
    job = None if ended.story.told.job is None else world.job(ended.story.told.job)
    if ended.error is None or job is None or world.caller.blocking:
        return
    # What is over may be forgotten.
    due = (*_BY_ERROR, "NotSupported", *(("UnknownJob",) if outcome(job, ended.at) in _OVER else ()))
    if not any(isinstance(ended.error, world.caller.error(name)) for name in due):
        yield f"truth: nothing went wrong, and the caller was told {ended.words}"


def _fits(ended: Ended, expected: Expected, stands: Stands) -> bool:
    match expected:
        case "result":
            return stands == "succeeded"
        case "state":
            means = ended.value.means
            return (means in FINAL) == (stands in _OVER) and (means not in _OVER or means == stands)
        case "cancelled":
            return stands in _BY_CANCEL.get(ended.value, {stands})
        case "handle":
            return True

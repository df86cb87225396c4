"""What a caller was told of a job, against what the provider knows: the emulator's memory, not its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from callsheet.contract.worlds import Ended, World
from callsheet.emulator.jobs import Stands, outcome
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
    """What the caller was told that is not so. Answers themselves must be true; that some do not come is no matter."""
    told = ended.story.told
    job = None if told.job is None else world.job(told.job)
    if job is None:
        return
    stands = outcome(job, ended.at)
    error = ended.error
    if error is not None:
        if not ended.story.sent or ended.story.sent[-1].came != "whole":
            return  # what is known is of an earlier moment
        stands = outcome(job, ended.story.sent[-1].at)
        for name, fitting in _BY_ERROR.items():
            if isinstance(error, world.caller.error(name)):
                if stands not in fitting:
                    yield f"truth: {job.request_id} has {stands}, and the caller was told {type(error).__name__}: {error}"
                return
        return
    match expected:
        case "result":
            if stands != "succeeded":
                yield f"truth: {job.request_id} stands at {stands}, and the caller was given a result"
        case "state":
            means = ended.value.means
            if (means in FINAL) != (stands in _OVER) or (means in _OVER and means != stands):
                yield f"truth: {job.request_id} stands at {stands}, and a look gave {ended.value.state} ({means})"
        case "cancelled":
            if stands not in _BY_CANCEL.get(ended.value, frozenset({stands})):
                yield f"truth: {job.request_id} stands at {stands}, and the wish to cancel gave {ended.value}"
        case "handle":
            return

"""The switches of an emulator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, get_args

from callsheet.emulator.jobs import progress

SCENARIO_HEADER: Final = "x-callsheet-scenario"
"""Chooses the scenario of one request, over `Options.scenario`."""

PROGRESS_HEADER: Final = "x-callsheet-progress"
"""Chooses how the job of one submission gets on, over `Options.progress`."""

FALLBACK_SECONDS: Final = 60.0
"""How long a job takes where neither the spec nor the options say."""

ClockMode = Literal["real", "virtual"]

_WIDEST: Final = 3.0
"""With this spread a job in a thousand takes ten thousand times as long as another."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator behaves. Nothing here changes what a provider's answers look like.

    Raises ValueError for what makes no sense.
    """

    keys: frozenset[str] = frozenset({"test-key"})
    """The keys that are accepted."""
    seconds: float | None = None
    """How long a job takes; None takes the model's typical seconds."""
    spread: float = 0.0
    """How far jobs differ in that: the standard deviation of the logarithm, 0 to 3; 0.25 is usual. The seed decides."""
    progress: str = ""
    """How a job gets on, instead of by `seconds`: `3 polls`, `queued 2 polls, running 30s`; `emulator.progress`."""
    clock: ClockMode = "real"
    """Behind sockets: whether time passes by itself, or only when it is told to. In memory it is virtual."""
    speed: float = 1.0
    """How many times faster than the machine's clock the real one runs, for jobs, retention and all else."""
    per_poll: float = 0.0
    """Seconds that pass with each look at a status, beside those that pass anyhow."""
    scenario: str = "success"
    """What happens to each job; see `callsheet.emulator.faults.scenarios`."""
    cutoff: bool = True
    """Whether a gateway gives up on blocking calls that last longer than the spec's `cutoff`."""
    seed: str = "callsheet"
    """Request ids, drawn durations and the keys of webhooks follow from this and the number of submissions so far; ids
    that hold a time, from that, too."""
    credits: float | None = None
    """What the account has with each provider, at one credit for one unit of the price; None never runs out."""
    webhook_secret: str | None = None
    """What webhooks are signed with by providers that share a secret; None lets it follow from the seed."""

    def __post_init__(self) -> None:
        self._check_keys()
        if not (math.isfinite(self.speed) and self.speed > 0):
            raise ValueError(f"speed is {self.speed}; it must be a number above 0")
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise ValueError(f"seconds is {self.seconds}; it must be a number from 0 up")
        if self.credits is not None and not (math.isfinite(self.credits) and self.credits >= 0):
            raise ValueError(f"credits is {self.credits}; it must be a number from 0 up")
        if not 0 <= self.spread <= _WIDEST:
            raise ValueError(f"spread is {self.spread}; it must be a number from 0 to {_WIDEST:g}")
        if not (math.isfinite(self.per_poll) and self.per_poll >= 0):
            raise ValueError(f"per_poll is {self.per_poll}; it must be a number from 0 up")
        if self.clock not in get_args(ClockMode):
            raise ValueError(f"clock is {self.clock!r}; it must be one of {', '.join(get_args(ClockMode))}")
        if self.clock == "virtual" and self.speed != 1.0:
            raise ValueError("a virtual clock has no speed: it moves when it is told to")
        if self.progress:
            progress.parse(self.progress)
            if self.seconds is not None:
                raise ValueError("seconds and progress both say how long a job takes; give one of them")

    def _check_keys(self) -> None:
        for key in self.keys:
            if not (key and key.isprintable() and key == key.strip()):
                raise ValueError(f"{key!r} is no key: no header could carry it")

    def duration(self, typical: float | None, number: int = 0) -> float:
        """Seconds from the submission to the end of a job that does not fail early; `number` is which job it is."""
        seconds = self.seconds if self.seconds is not None else typical or FALLBACK_SECONDS
        if not self.spread:
            return seconds
        return seconds * Random(f"{self.seed}:{number}").lognormvariate(0.0, self.spread)  # noqa: S311  # no secret

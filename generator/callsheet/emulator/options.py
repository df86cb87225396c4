"""The switches of an emulator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

SCENARIO_HEADER: Final = "x-callsheet-scenario"
"""Chooses the scenario of one request, over `Options.scenario`."""

FALLBACK_SECONDS: Final = 60.0
"""How long a job takes where neither the spec nor the options say."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator behaves. Nothing here changes what a provider's answers look like."""

    keys: frozenset[str] = frozenset({"test-key"})
    """The keys that are accepted."""
    seconds: float | None = None
    """How long a job takes; None takes the model's typical seconds."""
    speed: float = 1.0
    """Divides every duration of a job: 100 makes seven minutes four seconds. Retention is not changed."""
    scenario: str = "success"
    """What happens to each job; see `callsheet.emulator.scenarios`."""
    cutoff: bool = True
    """Whether a gateway gives up on blocking calls that last longer than the spec's `cutoff`."""
    seed: str = "callsheet"
    """Request ids follow from this and the number of submissions so far; so do the keys of webhooks."""
    webhook_secret: str | None = None
    """What webhooks are signed with by providers that share a secret; None lets it follow from the seed."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.speed) and self.speed > 0):
            raise ValueError(f"speed is {self.speed}; it must be a number above 0")
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise ValueError(f"seconds is {self.seconds}; it must be a number from 0 up")

    def duration(self, typical: float | None) -> float:
        """Seconds from the submission to the end of a job that does not fail early."""
        return (self.seconds if self.seconds is not None else typical or FALLBACK_SECONDS) / self.speed

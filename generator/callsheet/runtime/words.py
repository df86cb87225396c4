"""The words that tables are written in: what states, errors and answers mean, and conditions. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Phase = Literal["submit", "status", "result", "file", "cancel", "upload", "download"]

StateMeans = Literal["queued", "running", "succeeded", "failed", "cancelled", "ended"]
"""`ended` is a final state that does not say how it ended: the answer at the result's address does."""

ErrorMeans = Literal["refused", "failed", "cancelled", "unknown_job", "not_finished", "unavailable"]

Accepted = Literal["never", "maybe", "always"]
"""Whether a job runs for the caller when a submission is answered so. Only `never` allows sending it again."""

Billed = Literal["never", "maybe", "always"]

CancelMeans = Literal["requested", "cancelled", "too_late", "unknown_job"]
"""`requested`: the job may still end otherwise. `too_late`: it had ended."""

Retry = Literal["never", "reads_only", "after_delay"]
"""`after_delay`: any request may be repeated later; `reads_only`: all but a submission; `never`: none."""

Mend = Literal["caller", "account", "provider"]
"""Who can do something about it."""

FINAL: frozenset[StateMeans] = frozenset({"succeeded", "failed", "cancelled", "ended"})

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition on one value. What is not there, or is null, fails every test but `present=False`."""

    one_of: tuple[Scalar, ...] | None = None
    none_of: tuple[Scalar, ...] | None = None
    minimum: float | int | None = None
    maximum: float | int | None = None
    present: bool = True


When = Mapping[str, Criterion]
"""Criteria by the name of a parameter, or by a pointer into an answer. All must hold; an empty one always does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that is used when a condition on the input holds. Of several, the first that does."""

    when: When
    value: object

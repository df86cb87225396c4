# Copied by callsheet from generator/callsheet/runtime/retry.py.
# Do not edit: change that file, then `make generate`.
"""How long to hold off before a request is repeated."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from .steps import Reply

BASE: Final = 0.5
LONGEST: Final = 30.0


def backoff(attempt: int, draw: Callable[[], float] = random.random) -> float:
    """Seconds before attempt `attempt + 1`: 0.5, 1, 2 … 30, each between half and the whole of it (jitter)."""
    whole = min(LONGEST, BASE * 2.0 ** min(attempt - 1, 16))
    return whole * (0.5 + draw() / 2)


def asked_for(reply: Reply) -> float | None:
    """Seconds that the provider asks to wait (`Retry-After`, in seconds or as a date), None where it does not say."""
    value = reply.headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    when = _date(value)
    if when is None:
        return None
    # Against the provider's own clock where it tells its time: ours may be off.
    reference = _date(reply.headers.get("date", ""))
    return max(0.0, when - (reply.at.unix if reference is None else reference))


def _date(value: str) -> float | None:
    try:
        when = parsedate_to_datetime(value)
        # A date without a zone, or with -0000, is in UTC; Python would take it for local time.
        return (when.replace(tzinfo=UTC) if when.tzinfo is None else when).timestamp()
    except (ValueError, OverflowError):
        return None

"""When to look at a job: early, then rarely, then in proportion to how long such a job takes.

A job that fails at once is seen within seconds. After that, with a typical duration `typ` and a time `t` since the
submission, the pause is `typ/100 · max(1, (0.35·typ/t)², t/(1.5·typ))`, at least half a second and never less than a
documented interval. On durations that spread around `typ` this comes to about 84 looks with a mean lag of half a
percent, for a job of any length.
"""

from __future__ import annotations

from typing import Final

TYPICAL_UNKNOWN: Final = 120.0
"""Seconds, for an endpoint whose page does not say how long a job takes."""

WAIT_AT_LEAST: Final = 600.0
WAIT_TIMES_TYPICAL: Final = 4.0

_EARLY_UNTIL: Final = 0.2
_SHARE: Final = 1 / 100
_RISING: Final = 0.35
_LATE: Final = 1.5
_LEAST: Final = 0.5
_LONGEST: Final = 60.0


def pause(elapsed: float, typical: float | None, floor: float) -> float:
    """Seconds until the next look, `elapsed` seconds after the submission.

    `typical` is the documented duration, None where there is none; `floor` the interval that the provider asks for.
    """
    usual = typical or TYPICAL_UNKNOWN
    if elapsed < _EARLY_UNTIL * usual:
        # Looks at 2, 4, 8, … seconds: each pause is what has passed so far.
        return max(floor, min(max(2.0, elapsed), max(_LEAST, _EARLY_UNTIL * usual - elapsed)))
    rising = (_RISING * usual / elapsed) ** 2
    late = elapsed / (_LATE * usual)
    # A job that is days late, or a clock that jumped, is still looked at once a minute.
    longest = max(_LONGEST, _SHARE * usual)
    return max(floor, _LEAST, min(longest, _SHARE * usual * max(1.0, rising, late)))


def until(deadline: float, pause: float, floor: float) -> float:
    """Seconds until the next look where `deadline` are left: the last one is at the deadline, `floor` after another."""
    return deadline if deadline - pause < floor else pause


def wait_limit(typical: float | None) -> float:
    """Seconds that a wait lasts when the caller does not say."""
    return max(WAIT_AT_LEAST, WAIT_TIMES_TYPICAL * (typical or TYPICAL_UNKNOWN))

"""The patterns of specs: read as the clients read them, in bounded time."""

from __future__ import annotations

import time

import pytest

from callsheet.spec.judge import JUDGE
from callsheet.spec.patterns import fault, matches

CATASTROPHIC = ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^([a-z]+)*[a-z]$", "(.*)*b", "(?i)^(a+)+$", "^a*a*a*a*a*a*b$"]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_time_is_bounded(pattern: str) -> None:
    """A pattern of which an engine that goes back would never come to an end is judged at once."""
    before = time.monotonic()

    assert fault(pattern) is None
    matches(pattern, "a" * 50_000 + "!")
    assert list(JUDGE({"pattern": pattern}).iter_errors("a" * 30 + "!")) or "b" not in pattern
    assert time.monotonic() - before < 5


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("^(?!none$)[a-z]+$", "look-around"),
        ("(?<=a)b", "look-around"),
        (r"(a)\1", "backreferences"),
        ("(a{0,300}){0,300}$", "too large"),
        ("(a{1000}){1000}", "size limit"),
        ("(" * 500 + ")" * 500, "nest"),
        ("[[a]", "nested set"),
        ("[a&&b]", "intersection"),
        (r"\<a", "edges of words"),
        ("(", "unterminated"),
        ("*", "nothing to repeat"),
        ("a{99999999999}", "too large"),
    ],
)
def test_refused(pattern: str, why: str) -> None:
    """What an engine of bounded time cannot do, or two engines read in two ways, is said in a line."""
    said = fault(pattern)

    assert said is not None
    assert why in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("pattern", "text", "holds"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        (r"^\d$", "\u0663", True),
        (r"^\w+$", "é_1", True),
        ("^a$", "a\n", False),
        ("a", "a\ud800", False),
        (r"\\<", "\\<", True),
    ],
)
def test_read_as_clients_do(pattern: str, text: str, holds: bool) -> None:  # noqa: FBT001 - a column of the table
    """A pattern is found, not matched in full; digits and letters are those of Unicode; `$` is the very end."""
    assert fault(pattern) is None
    assert matches(pattern, text) is holds

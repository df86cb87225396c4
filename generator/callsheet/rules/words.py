"""Turns of phrase that findings share. What a user wrote is quoted, and cut where it is long."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable

_LONGEST = 60


def quoted(value: object) -> str:
    """A value as it is named in a sentence: text as it stands, everything else as JSON, in backticks."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"`{shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + '…'}`"


def listed(names: Iterable[object], *, most: int = 12) -> str:
    """Names in one line, the first few of many."""
    shown = [str(name) for name in names]
    rest = len(shown) - most
    cut = [name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…" for name in shown[:most]]
    return ", ".join(cut) + (f" and {rest} more" if rest > 0 else "")


def closest(word: str, options: Iterable[object]) -> str | None:
    """The option that was probably meant. Case does not count; very long words are not looked at."""
    known = {option.lower(): option for option in options if isinstance(option, str)}
    if len(word) > _LONGEST:
        return None
    found = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def one_of(word: object, options: Iterable[object], *, noun: str = "allowed") -> str:
    """A remedy that names the likely word, then all of them: "did you mean `x`? allowed: x, y"."""
    known = list(options)
    if not known:
        return f"{noun}: none"
    guess = closest(word, known) if isinstance(word, str) else None
    names = f"{noun}: {listed(known)}"
    return f"did you mean {quoted(guess)}? {names}" if guess else names


def kind(value: object) -> str:
    """What a JSON value is, in words: "the number 1.1", "a list"."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {quoted(value)}" if value else "empty text"
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def join(names: Iterable[str], word: str = "or") -> str:
    """Alternatives in a sentence: "a, b or c"."""
    *rest, last = names
    return f"{', '.join(rest)} {word} {last}" if rest else last

# Copied by callsheet from generator/callsheet/runtime/processes.py.
# Do not edit: change that file, then `make generate`.
"""Which process this is, and whether another one still lives."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

_DEAD: Final = frozenset({"Z", "X", "x"})
"""States of a process that has ended and that nobody has asked about."""


def identity() -> dict[str, object]:
    """Of this process: its number, its machine, and when it began in the machine's own count (Linux only)."""
    pid = os.getpid()
    state = _look(pid)
    return {"pid": pid, "host": platform.node(), "born": state[1] if state else None}


def is_gone(pid: int, host: str, born: str | None) -> bool:
    """Whether a process certainly has ended. One of another machine may live, and so may one that cannot be seen."""
    if os.name != "posix" or host != platform.node() or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it belongs to somebody else
        pass
    state = _look(pid)
    # Numbers are given out again: one that was born at another time is another process.
    return state is not None and (state[0] in _DEAD or (born is not None and born != state[1]))


def _look(pid: int) -> tuple[str, str] | None:
    """State and time of birth, where the system tells them as Linux does."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        words = text[text.rindex(")") + 2 :].split()  # the name before it may hold anything
        return words[0], words[19]
    except (OSError, ValueError, IndexError):
        return None

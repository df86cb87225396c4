"""Work that falls into independent parts, done by as many processes as there are processors.

What comes out does not depend on how many there are: parts share nothing, and their results come back in order.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

_Part = TypeVar("_Part")
_Made = TypeVar("_Made")

_taken: list[tuple[Callable[[Any], Any], Sequence[Any]]] = []
"""In a worker: what it was forked with. So only results have to be pickled."""


def spread(work: Callable[[_Part], _Made], parts: Sequence[_Part]) -> list[_Made]:
    """`work` of each part. What it raises for one is raised here."""
    workers = min(len(parts), _processors())
    if workers < 2:  # noqa: PLR2004 - alone there is nothing to spread
        return [work(part) for part in parts]
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - most runs are too small to need it
    from multiprocessing import get_context  # noqa: PLC0415 - the same

    gc.freeze()  # what is there now is shared with the workers as long as nobody touches it
    with ProcessPoolExecutor(workers, get_context("fork"), _take, (work, parts)) as pool:
        return cast("list[_Made]", list(pool.map(_do, range(len(parts)))))


def _processors() -> int:
    # Elsewhere a worker would begin with an empty interpreter, and be slower than the work itself.
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _take(work: Callable[[Any], Any], parts: Sequence[Any]) -> None:
    _taken.append((work, parts))


def _do(number: int) -> Any:
    work, parts = _taken[-1]
    return work(parts[number])

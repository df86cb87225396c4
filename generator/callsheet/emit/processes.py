"""Work in independent parts, done side by side where there are processors for it.

What comes out does not depend on how many there are: parts share nothing, and their results come back in order.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

_taken: list[Sequence[Callable[[], Any]]] = []
"""In a worker: what it was forked with. So only results have to be pickled."""


def spread(parts: Sequence[Callable[[], Any]], *, alone: bool = False) -> list[Any]:
    """What each part gives. What it raises for one is raised here. The first is done by this process itself.

    `alone` is for parts that are too small to be worth the start of another process.
    """
    workers = min(len(parts), processors()) - 1
    if alone or workers < 1:
        return [part() for part in parts]
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - most runs are too small to need it
    from multiprocessing import get_context  # noqa: PLC0415 - the same

    gc.freeze()  # what is there now is shared with the workers as long as nobody touches it
    with ProcessPoolExecutor(workers, get_context("fork"), _taken.append, (parts,)) as pool:
        others = [pool.submit(_do, number) for number in range(1, len(parts))]
        return [parts[0](), *(other.result() for other in others)]


def processors() -> int:
    """How many there are for us."""
    # Elsewhere a worker would begin with an empty interpreter, and be slower than the work itself.
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _do(number: int) -> Any:
    return _taken[-1][number]()

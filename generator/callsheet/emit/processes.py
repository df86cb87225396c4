"""Work in independent parts, done side by side where there are processors for it.

What comes out does not depend on how many there are: parts share nothing, and their results come back in order. What
fails in another process, or is lost with it, is done again by the one that waits for it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

P = ParamSpec("P")
T = TypeVar("T")

MOST: Final = 4
"""Shares of one work. With more, too much would be done in each of them that others do, too."""

_FORKED: Final = "fork"  # what a process is to do need not be pickled, and what is loaded is there


def spread(parts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each part gives. What it raises for one is raised here. The last is done by this process itself."""
    if _alone() or len(parts) == 1:
        return [part() for part in parts]
    from multiprocessing import Pipe, get_context  # noqa: PLC0415 - most runs are too small to need them

    gc.freeze()  # what is there now is shared with the others as long as nobody touches it
    started: list[tuple[BaseProcess, Any]] = []
    try:
        for part in parts[:-1]:
            ours, theirs = Pipe(duplex=False)
            process = get_context(_FORKED).Process(target=_tell, args=(part, ours, theirs), daemon=True)
            process.start()
            theirs.close()
            started.append((process, ours))
        last = parts[-1]()
        return [*(_told(part, line) for part, (_, line) in zip(parts, started, strict=False)), last]
    finally:
        for other, line in started:
            other.kill()
            line.close()


@contextmanager
def beside(prepare: Callable[[], object], work: Callable[P, T], lines: int) -> Generator[Sequence[Callable[P, T]]]:
    """`work`, done by a process that begins with `prepare` now and then waits for calls.

    As many may call at a time as there are `lines`, each on its own. `work` must come to the same wherever it is done:
    whoever calls does it where there is no such process, or no longer, or where it failed in there.
    """
    if _alone():
        yield (work,) * lines
        return
    from multiprocessing import Pipe, get_context  # noqa: PLC0415 - not every command needs them

    pairs: list[tuple[Any, Any]] = [Pipe() for _ in range(lines)]
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    process = get_context(_FORKED).Process(target=_answer, args=(prepare, work, ours, theirs), daemon=True)
    process.start()
    for line in theirs:
        line.close()
    try:
        yield [_caller(work, line) for line in ours]
    finally:
        process.kill()  # there is nothing that it could leave half done
        for line in ours:
            line.close()


def processors() -> int:
    """How many there are for us."""
    # Elsewhere a worker would begin with an empty interpreter, and be slower than the work itself.
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _alone() -> bool:
    """Whether another process would be of no use, or not safe: what a thread holds would be held for ever in a copy."""
    return processors() == 1 or _threads() > 1


def _threads() -> int:
    """Threads of this process, also those that `threading` does not know: a worker of a test runner has one."""
    with suppress(OSError):
        return sum(1 for _ in os.scandir("/proc/self/task"))
    return threading.active_count()


def _tell(part: Callable[[], object], listener: Connection[Any, Any], line: Connection[Any, Any]) -> None:
    """In another process: do it, and end."""
    listener.close()  # or it would never be seen that nobody listens any more
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    with suppress(Exception):  # nobody is there any more, or it failed and will fail where it can be told
        line.send(part())


def _told(part: Callable[[], T], line: Connection[Any, Any]) -> T:
    with suppress(EOFError, OSError):
        return cast("T", line.recv())
    return part()


def _caller(work: Callable[P, T], line: Connection[Any, Any]) -> Callable[P, T]:
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        with suppress(EOFError, OSError):
            line.send((args, kwargs))
            return cast("T", line.recv())
        return work(*args, **kwargs)

    return call


def _answer(
    prepare: Callable[[], object],
    work: Callable[..., object],
    callers: Sequence[Connection[Any, Any]],
    lines: list[Connection[Any, Any]],
) -> None:
    """In the process beside: until nobody is left who could call."""
    from multiprocessing.connection import wait  # noqa: PLC0415 - as above

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    gc.disable()  # it does not live long enough for garbage to matter
    for line in callers:
        line.close()  # or it would never be seen that all have hung up
    try:
        prepare()
    except Exception:  # noqa: BLE001 - `work` will say what is wrong, where it can be heard
        return
    while lines:
        for line in [line for line in lines if line in wait(lines)]:
            try:
                args, kwargs = line.recv()
                line.send(work(*args, **kwargs))
            except Exception:  # noqa: BLE001 - hung up, or a fault: the caller comes upon it by doing it again
                line.close()
                lines.remove(line)

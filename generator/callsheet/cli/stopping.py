"""Ctrl-C and SIGTERM, once each: a command says what is left to do, and ends as a shell expects it."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class Stopped(KeyboardInterrupt):
    """The process was asked to end. It goes through everything that a Ctrl-C goes through."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_status: Final = 128 + number
        """130 after Ctrl-C, 143 after SIGTERM."""


@contextmanager
def stoppable() -> Generator[None]:
    """Within the block, each of these signals raises `Stopped`.

    After the first one none is heard any more: the process is ending, and a second Ctrl-C would garble its last words.
    """
    signals = [signal.Signals[name] for name in _NAMES if hasattr(signal, name)]
    heard: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    before = {each: signal.getsignal(each) for each in signals}
    for each, handler in before.items():
        # One that is ignored from outside stays so: nohup, and jobs that a script puts in the background.
        if handler is not signal.SIG_IGN:
            signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            if not heard and handler is not None:
                signal.signal(each, handler)

"""How a running job is shown: a live line on a terminal, nothing in a pipe."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol, Self

from rich.live import Live
from rich.text import Text

from callsheet.cli.console import err
from callsheet.cli.layout import line

_TURNS: Final = "|/-\\"


class Look(Protocol):
    """What a client tells after each look at a job; `callsheet.runtime.handle.Update` is one."""

    @property
    def state(self) -> str:
        """The provider's own word."""
        ...

    @property
    def elapsed(self) -> float:
        """Seconds since the submission."""
        ...

    @property
    def position(self) -> int | None:
        """Jobs ahead in the queue."""
        ...

    @property
    def percent(self) -> float | None:
        """How much is done, of 100."""
        ...

    @property
    def logs(self) -> tuple[str, ...]:
        """Messages of the log."""
        ...


class Progress:
    """Give it to a client as `on_update`. Nothing is shown before `__enter__`."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.looks = 0
        self.elapsed = 0.0
        """Seconds from the submission to the last look."""
        self.states: list[str] = []
        """Every state that was seen, in order, each change once."""
        self._last: Look | None = None
        self._at = time.monotonic()
        console = err()
        live = Live(self, console=console, transient=True, refresh_per_second=4) if console.is_terminal else None
        self._shown: AbstractContextManager[object] = live or nullcontext()

    def __enter__(self) -> Self:
        """Begin to show."""
        self._at = time.monotonic()
        self._shown.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the live line away."""
        self._shown.__exit__(None, None, None)

    def __call__(self, look: Look) -> None:
        """Take note of one look at the job."""
        self.looks += 1
        self.elapsed = look.elapsed
        self._last = look
        self._at = time.monotonic()
        if not self.states or self.states[-1] != look.state:
            self.states.append(look.state)

    def __rich__(self) -> Text:
        """One line, drawn several times a second: the seconds go on between two looks."""
        turn = _TURNS[int(time.monotonic() * 4) % len(_TURNS)]
        return Text(f"{turn} {self.words()}", no_wrap=True, overflow="ellipsis")

    def words(self) -> str:
        """State, place in the queue, seconds so far, and what the provider logged last."""
        waited = time.monotonic() - self._at
        if self._last is None:
            return f"{line(self.label)}  {waited:.0f} s"
        look = self._last
        ahead = f", {look.position} ahead" if look.position is not None else ""
        ahead += f", {look.percent:.0f} %" if look.percent is not None else ""
        log = f"  {line(look.logs[-1])}" if look.logs else ""
        return f"{line(self.label)}  {line(look.state)}{ahead}  {look.elapsed + waited:.0f} s{log}"

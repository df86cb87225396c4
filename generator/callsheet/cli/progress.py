"""How a running job is shown: a live line on a terminal, a line for each new state anywhere else."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, Self

from rich.status import Status

from callsheet.cli.console import err


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


class Progress:
    """Give it to a client as `on_update`. Nothing is shown before `__enter__`."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.looks = 0
        self.elapsed = 0.0
        """Seconds from the submission to the last look."""
        self.states: list[str] = []
        """Every state that was seen, in order, each change once."""
        self._console = err()
        self._status: Status | None = self._console.status(label) if self._console.is_terminal else None
        self._shown: AbstractContextManager[object] = self._status or nullcontext()

    def __enter__(self) -> Self:
        """Begin to show."""
        self._shown.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the live line away."""
        self._shown.__exit__(None, None, None)

    def __call__(self, look: Look) -> None:
        """Show one look at the job."""
        self.looks += 1
        self.elapsed = look.elapsed
        changed = not self.states or self.states[-1] != look.state
        if changed:
            self.states.append(look.state)
        if self._status is not None:
            self._status.update(f"{self.label}: {look}")
        elif changed:
            self._console.print(f"{self.label}: {look}")

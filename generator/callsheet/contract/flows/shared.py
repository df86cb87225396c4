"""What several clients of one provider share: the provider with its clock, a journal, a folder, what is sent to them.

And what may come between a client and its next request: an interruption, or another client.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from callsheet.contract.clients.calls import Caller
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.flows.letters import Letters
from callsheet.emulator.messages import Delivery
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport

if TYPE_CHECKING:  # a world has company, and company is a world's
    from callsheet.contract.flows.worlds import Ended, World

Strikes = Literal["before", "after"]
"""Whether a request that something comes upon has reached the provider."""

_NO_PROCESS: Final = 2**31 - 1
"""A number that no process has."""


class KilledError(BaseException):
    """The process is gone: nothing that it would still have written down is there."""


@dataclass(slots=True)
class Interruption:
    """What strikes at a request of the next operation."""

    at: int
    """Which request, from 1 on."""
    strikes: Strikes
    kind: type[BaseException]
    """KeyboardInterrupt, `asyncio.CancelledError`, `KilledError`."""


@dataclass(slots=True)
class Company:
    """What another client does in the middle of the next operation: before or after one of its requests."""

    at: int
    """Which request, from 1 on."""
    strikes: Strikes
    name: str
    """What it does, in a word."""
    act: Callable[[World], Ended | None]
    """Given the other client; None where there is nothing that it could act on."""
    ended: Ended | None = None
    """How that went, once it was done."""


@dataclass(slots=True)
class Notebook:
    """The client's own journal, in its file. A process that was killed writes no more."""

    file: Any
    dead: bool = False

    def append(self, entry: Mapping[str, object], /) -> str | None:
        """Write one line."""
        return None if self.dead else self.file.append(entry)


class Shared:
    """One provider, and one machine of its callers'. Close it once they are closed."""

    def __init__(self, caller: Caller, options: Options) -> None:
        self.post: Final = Letters()
        receiver = None if caller.provider.table.webhook is None else self._take
        self.emulated: Final = MemoryTransport(caller.plan, replace(options, keys=frozenset({KEY})), receiver=receiver)
        self._folder: Final = tempfile.TemporaryDirectory(prefix="callsheet-world-", ignore_cleanup_errors=True)
        self.folder: Final = Path(self._folder.name)
        self.target: Final = self.folder / "saved"
        """Where results are saved."""
        self.target.mkdir()
        self._journal: Final = self.folder / "jobs.journal"

    def close(self) -> None:
        """Remove what is left of it."""
        self._folder.cleanup()

    def opened(self, caller: Caller) -> Notebook:
        """The journal as a new process opens it: nothing but the file is left of what was before."""
        journal: Any = importlib.import_module(f"{caller.package}._runtime.journal")
        return Notebook(journal.Journal(self._journal))

    def end_process(self) -> None:
        """Have the journal say what it would say after a crash: the process that wrote it is no more."""
        if self._journal.exists():
            text = self._journal.read_bytes()
            self._journal.write_bytes(text.replace(b'"pid":%d,' % os.getpid(), b'"pid":%d,' % _NO_PROCESS))

    def _take(self, delivery: Delivery) -> int:
        """Keep a webhook, with what the provider knows of it."""
        return self.post.take(delivery, self.emulated.state, self.emulated.clock.time())

"""One generated client, an emulator in memory, and a wire on which everything is seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import httpx

from callsheet.contract.clients.calls import Caller, Recorder, Step
from callsheet.contract.clients.faults import Fault, phase_of, with_faults
from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.emulator.serving.receiving import Receiver
from callsheet.runtime.words import Phase
from callsheet.source.nodes import Plain

OPTIONS: Final = Options(keys=frozenset({KEY}), cutoff=False)


class Bench:
    """Calls of one endpoint. `payload` is what `submit` and `run` send: the page's sample."""

    def __init__(
        self, caller: Caller, *faults: Fault, options: Options = OPTIONS, receiver: Receiver | None = None
    ) -> None:
        self.caller: Final = caller
        self.emulated: Final = MemoryTransport(caller.plan, options, receiver=receiver)
        self.clock: Final = self.emulated.clock
        self.wire: Final = Recorder(with_faults(caller.table, self.emulated.handle_request, *faults))
        self.payload: dict[str, Plain] = dict(next(iter(caller.model.samples.values())))

    def perform(self, *steps: tuple[str, dict[str, Any]], **options: Any) -> Any:
        """Call the client: each step is a method of what the one before it gave."""
        filled: list[Step] = [
            (name, {**self.payload, **given} if name in {"submit", "run"} else given) for name, given in steps
        ]
        return self.caller.perform(filled, transport=self.wire, clock=self.clock, **options)

    def sent(self, phase: Phase) -> list[httpx.Request]:
        """The requests of a phase."""
        return [request for request in self.wire.requests if phase_of(self.caller.table, request) == phase]


def has_key(request: httpx.Request) -> bool:
    """Whether the caller's key goes along, in a header or in the address."""
    return any(KEY in value for value in (*request.headers.values(), str(request.url)))


def with_key(requests: Iterable[httpx.Request]) -> list[str]:
    """The addresses of the requests that carry the key."""
    return [f"{request.method} {request.url.copy_with(query=None)}" for request in requests if has_key(request)]

"""The providers of a plan, emulated from their specs alone.

`Emulator(plan, options).handle(state, request, now)` is the whole of it, and pure. What brings requests to it is in
`serving`: `memory` puts it behind an httpx transport on a virtual clock (`memory_httpx2`: its successor's), `asgi`
behind any ASGI server, `server` behind sockets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from callsheet.runtime.lazy import lazily

if TYPE_CHECKING:  # a shell that completes the name of a scenario should not wait for all of it
    from callsheet.emulator.core import Emulator
    from callsheet.emulator.faults.scenarios import UnknownScenarioError, names
    from callsheet.emulator.intents import ChargedTwiceError, Intent, UnclearIntentError
    from callsheet.emulator.jobs.job import Job, State
    from callsheet.emulator.jobs.progress import ProgressError
    from callsheet.emulator.messages import Attempt, Charge, Delivery, Effect, HostKey, Outcome, Reply, Request
    from callsheet.emulator.options import PROGRESS_HEADER, SCENARIO_HEADER, Options
    from callsheet.emulator.session import Session

__all__ = [
    "PROGRESS_HEADER",
    "SCENARIO_HEADER",
    "Attempt",
    "Charge",
    "ChargedTwiceError",
    "Delivery",
    "Effect",
    "Emulator",
    "HostKey",
    "Intent",
    "Job",
    "Options",
    "Outcome",
    "ProgressError",
    "Reply",
    "Request",
    "Session",
    "State",
    "UnclearIntentError",
    "UnknownScenarioError",
    "names",
]

_PLACES: Final = {
    "Attempt": ".messages",
    "Charge": ".messages",
    "ChargedTwiceError": ".intents",
    "Delivery": ".messages",
    "Effect": ".messages",
    "Emulator": ".core",
    "HostKey": ".messages",
    "Intent": ".intents",
    "Job": ".jobs.job",
    "Options": ".options",
    "Outcome": ".messages",
    "PROGRESS_HEADER": ".options",
    "ProgressError": ".jobs.progress",
    "Reply": ".messages",
    "Request": ".messages",
    "SCENARIO_HEADER": ".options",
    "Session": ".session",
    "State": ".jobs.job",
    "UnclearIntentError": ".intents",
    "UnknownScenarioError": ".faults.scenarios",
    "names": ".faults.scenarios",
}

__getattr__, __dir__ = lazily(__name__, _PLACES)

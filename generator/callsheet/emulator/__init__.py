"""The providers of a plan, emulated from their specs alone.

`Emulator(plan, options).handle(state, request, now)` is the whole of it, and pure. `callsheet.emulator.memory` puts it
behind an httpx transport on a virtual clock (`memory_httpx2`: its successor's), `callsheet.emulator.server` behind
sockets.
"""

from callsheet.emulator.core import Emulator
from callsheet.emulator.intents import ChargedTwiceError, Intent, UnclearIntentError
from callsheet.emulator.jobs import Job, State
from callsheet.emulator.messages import Attempt, Charge, Delivery, Effect, HostKey, Outcome, Reply, Request
from callsheet.emulator.options import PROGRESS_HEADER, SCENARIO_HEADER, Options
from callsheet.emulator.progress import ProgressError
from callsheet.emulator.scenarios import UnknownScenarioError, names
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

"""For other projects' tests: the emulator in memory, as an ASGI app, behind sockets. docs/testing.md shows each.

The pytest fixtures `callsheet_emulator` and `callsheet_served` need no import.
"""

from callsheet.emulator import ChargedTwiceError, Intent, Options, UnclearIntentError
from callsheet.testing.emulated import Emulated, Emulation, asgi_app, serving, transport

__all__ = [
    "ChargedTwiceError",
    "Emulated",
    "Emulation",
    "Intent",
    "Options",
    "UnclearIntentError",
    "asgi_app",
    "serving",
    "transport",
]

"""Slips that nobody could notice, each with the reason. By file, and by what the slip is told to be."""

from __future__ import annotations

from typing import Final

EQUIVALENT: Final[dict[tuple[str, str], str]] = {
    ("_runtime/blocking.py", "12 as 13"): "how much of an id of our own names a call that has none of the provider's",
    ("_runtime/bodies.py", "'{input}' as '{input}x'"): "a short cut: the long way makes the same body",
    (
        "_runtime/media.py",
        "'https://' as 'https://x'",
    ): "a short cut: what is no plain address is looked at, and is none",
    ("_runtime/journal.py", "1 as 2"): "a line that broke off is none, read on from its first letter or its second",
    ("_runtime/output.py", "0 as 1"): "what came as a file always has its size",
    ("_runtime/flows.py", "(yield from now()).monotonic >= deadline with Gt"): "the very moment of a deadline",
}
"""Only what was looked at by a person stands here."""

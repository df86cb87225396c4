"""Rules on names that the generated client gets."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

COLLIDING_NAMES: Final = Rule(
    "colliding-names",
    "Two things of a spec come to the same name in Python.",
    "one of the two could not be reached",
    wrong=(
        "input:\n  frame-rate: {type: integer, about: Frames a second.}\n"
        "  frame_rate: {type: integer, about: The same.}\n"
    ),
    right="input:\n  frame_rate: {type: integer, about: Frames a second.}\n",
    mend="give one of the two another name, or leave it out",
)

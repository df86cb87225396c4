"""Rules on specs that were drafted from a page and not finished."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

TODO_LEFT: Final = Rule(
    "todo-left",
    "A text begins with TODO: a person has yet to word it, or to decide.",
    "it reaches docstrings, and a decision that nobody took looks like one",
    wrong="about: TODO\n",
    right="about: Makes a clip from words.\n",
    mend="write it; a decision says what this file says, and why where it is not plain",
    severity="warning",
)

"""A change as a value: a fact, what it was, what it is, and the rule that says what that means for callers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from callsheet.facts.flat import FactPath
from callsheet.source.nodes import Plain

Class = Literal["breaking", "additive", "editorial"]
"""From the caller's point of view. Breaking: a call that was right is refused, means something else, costs more, or
gives an answer that the client takes for something else. Additive: more is possible, nothing that was right is wrong.
Editorial: no call and no answer is touched."""


class Absent(Enum):
    """Where nothing is said, as opposed to null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that changed. `rule` is an id of `callsheet.rules`, and its `why` the reason for the class."""

    rule: str
    kind: Class
    path: FactPath
    old: Plain | Absent
    new: Plain | Absent

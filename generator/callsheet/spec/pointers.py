"""JSON pointers (RFC 6901) followed through templates, where a placeholder may turn out to be any value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from callsheet.source.nodes import Plain
from callsheet.spec.placeholders import is_placeholder


@dataclass(frozen=True, slots=True)
class Found:
    """What a pointer meets: a fixed value, `open` where a placeholder decides, or nothing."""

    kind: Literal["value", "open", "nothing"]
    value: Plain = None

    def __bool__(self) -> bool:
        """Whether something may be there."""
        return self.kind != "nothing"


NOTHING = Found("nothing")


def tokens(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def follow(template: Plain, pointer: str) -> Found:
    """What stands at a pointer once the template is filled in."""
    spot = template
    for step in tokens(pointer):
        if is_placeholder(spot):
            return Found("open")
        if isinstance(spot, dict) and step in spot:
            spot = spot[step]
        elif isinstance(spot, list) and step.isdecimal() and len(step) <= len(str(len(spot))) and int(step) < len(spot):
            spot = spot[int(step)]
        else:
            return NOTHING
    return Found("open") if is_placeholder(spot) else Found("value", spot)

"""Where a reader puts what it finds: one fact for each path; what else the page says about it is a conflict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.pages.reading import RANKS, Conflict, Place, Rank, Said, Unread, Wording
from callsheet.source.nodes import Plain

_LONGEST: Final = 160
"""Characters of a passage that was not read, as it is shown."""


@dataclass(slots=True)
class Gathered:
    """What was found so far. Mutable, and never leaves the reader that made it."""

    facts: dict[FactPath, Said] = field(default_factory=dict[FactPath, Said])
    wordings: dict[FactPath, Wording] = field(default_factory=dict[FactPath, Wording])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    unread: list[Unread] = field(default_factory=list[Unread])

    def say(self, path: FactPath, value: Plain, place: Place, rank: Rank = "table") -> None:
        """Note a fact. Of two that differ the one of the better rank is believed, then the first; both are kept."""
        said = Said(path, value, place, rank)
        known = self.facts.get(path)
        if known is None:
            self.facts[path] = said
            return
        if same(known.value, value):
            return
        better = RANKS.index(rank) < RANKS.index(known.rank)
        believed, other = (said, known) if better else (known, said)
        self.facts[path] = believed
        self.clash(path, f"{' '.join(path)} is given twice, differently", believed, other)

    def clash(self, path: FactPath, what: str, *says: Said) -> None:
        """Note things that cannot all hold, the one that is believed first."""
        self.conflicts.append(Conflict(path, what, says))

    def word(self, path: FactPath, text: str, place: Place) -> None:
        """Note a text for people. `path` without its last key, `about`. The first text of a path counts."""
        if text.strip():
            self.wordings.setdefault((*path, "about"), Wording((*path, "about"), text, place))

    def skip(self, place: Place, text: str, why: str) -> None:
        """Note a passage that was not understood."""
        short = " ".join(text[: 4 * _LONGEST].split())
        self.unread.append(Unread(place, short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1]}…", why))

    def value(self, *path: str) -> Plain:
        """The value that is believed, or None."""
        said = self.facts.get(path)
        return None if said is None else said.value


def same(one: Plain, other: Plain) -> bool:
    """Whether two values are the same in JSON: 5 and 5.0 are, true and 1 are not."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case int() | float(), int() | float():
            return one == other
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
        case dict(), dict():
            return one.keys() == other.keys() and all(same(part, other[key]) for key, part in one.items())
        case _:
            return type(one) is type(other) and one == other

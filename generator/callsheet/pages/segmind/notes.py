"""What is collected while a page is read: facts, wordings, contradictions, and which lines were understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from callsheet.facts.flat import FactPath
from callsheet.pages.lines import Line, shortened
from callsheet.pages.reading import RANKS, Conflict, Place, Rank, Said, Unread, Wording
from callsheet.source.nodes import Plain

_UNKNOWN = "no rule of this layout knows it"


@dataclass
class Notes:
    """Of one page. A line is known by itself, not by its words: a page may say the same twice."""

    facts: dict[FactPath, Said] = field(default_factory=dict[FactPath, Said])
    wordings: dict[FactPath, Wording] = field(default_factory=dict[FactPath, Wording])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    unread: list[Unread] = field(default_factory=list[Unread])
    taken: set[int] = field(default_factory=set[int])

    def take(self, lines: Iterable[Line]) -> None:
        """Count lines as understood."""
        self.taken.update(id(line) for line in lines)

    def say(self, path: FactPath, value: Plain, line: Line, rank: Rank = "table") -> None:
        """Note a fact. Of two that differ the better rank is believed, then the first, and both are a contradiction."""
        new = Said(path, value, Place(line.number), rank)
        old = self.facts.setdefault(path, new)
        if old is not new and (old.value != value or isinstance(old.value, bool) is not isinstance(value, bool)):
            first, second = sorted((old, new), key=lambda said: RANKS.index(said.rank))
            self.facts[path] = first
            self.conflicts.append(Conflict(path, "is said in two ways", (first, second)))

    def word(self, path: FactPath, lines: Sequence[Line]) -> None:
        """Note what a text says that has no facts in it, and count its lines as understood."""
        if lines:
            text = "\n".join(line.bare for line in lines)
            self.wordings.setdefault((*path, "about"), Wording((*path, "about"), text, Place(lines[0].number)))
            self.take(lines)

    def pass_over(self, lines: Sequence[Line], why: str) -> None:
        """Say that lines were seen and not understood."""
        if lines:
            self.unread.append(Unread(Place(lines[0].number), shortened(lines), why))
            self.take(lines)

    def rest(self, lines: Iterable[Line]) -> Iterator[Unread]:
        """What nobody took, neighbours together."""
        together: list[Line] = []
        for line in lines:
            if id(line) in self.taken:
                yield from self._stretch(together)
                together = []
            else:
                together.append(line)
        yield from self._stretch(together)

    @staticmethod
    def _stretch(lines: Sequence[Line]) -> Iterator[Unread]:
        if lines:
            yield Unread(Place(lines[0].number), shortened(lines), _UNKNOWN)

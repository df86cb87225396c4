"""What was read of a documentation page: facts with their places, wordings, what was left unread. Values only.

The paths are those of `callsheet.facts`, so that a page compares with a spec, and a page with itself a month ago.
What a page does not have, and a spec does, is no disagreement by itself: pages leave things out. `Reading.tells` names
the subjects of which silence does mean something.

A page knows nothing of the names that a spec gives to protocols. Facts of one stand under the page's own name for it
(`sync`, `queue`, `workflow`, `direct`), and whoever compares finds the spec's by `kind` and the URL of `submit`.
Beside the words of `callsheet.facts` there are, below such a name: `state_names`, where a page lists states and leaves
open what one means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from callsheet.facts.flat import FactPath, Facts
from callsheet.findings import Finding
from callsheet.source.nodes import Plain

Subject = Literal[
    "parameter_names",  # every parameter is listed: one that is not there does not exist
    "required",  # each says whether it is required: without a mark it is not
    "default",  # a default is given where there is one
    "allowed",  # allowed values are given where they are limited
    "bounds",  # and so are minimum, maximum, lengths and numbers of items
    "format",
    "nullable",
    "outputs",  # every field of the output is listed
    "output_required",
    "error_codes",
    "state_names",
    "price",
    "typical_seconds",
    "protocols",  # every way to call it is shown
]

Rank = Literal["table", "text", "sample"]
"""What a fact was read from: a table or panel made from the provider's schema, prose, a code sample. The first wins."""

RANKS: Final[tuple[Rank, ...]] = ("table", "text", "sample")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where on a page. Lines count from 1, 0 is the page as a whole; in a JSON document there is a pointer, too."""

    line: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        """The pointer where there is one, or else the line's number."""
        return self.pointer or (f"line {self.line}" if self.line else "the page")


@dataclass(frozen=True, slots=True)
class Said:
    """One fact, as the page has it."""

    path: FactPath
    value: Plain
    place: Place
    rank: Rank = "table"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text for people: what it is about, as a path that ends in `about`, and its digest. No text is kept on disk."""

    path: FactPath
    text: str
    place: Place

    @property
    def digest(self) -> str:
        """Of the text with white space evened out: 16 hexadecimal digits of its SHA-256."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Unread:
    """A part that a reader passed over without understanding it, in the page's own words, shortened."""

    place: Place
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more things that a page says and that cannot all hold. `says` begins with the one that was believed."""

    path: FactPath
    what: str
    says: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of one page.

    `facts` has one entry for each path, the one that was believed; what else the page says about it is in `conflicts`.
    `layout` is a reader's name for what it took the page for, such as `segmind/model` or `fal/llms`. `endpoint` is the
    provider's own name, such as `wan-animate` or `fal-ai/scail-2`; `url` the page's address where the page tells it.
    `problems` are findings on the page as a whole: cut off, of two pages. With an error among them nothing is concluded
    from what the page does not say.
    """

    layout: str
    provider: str | None
    endpoint: str | None
    title: str
    sha256: str
    facts: tuple[Said, ...]
    wordings: tuple[Wording, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    unread: tuple[Unread, ...] = ()
    tells: frozenset[Subject] = frozenset()
    problems: tuple[Finding, ...] = ()
    url: str | None = None

    def as_facts(self) -> Facts:
        """The facts alone."""
        return {said.path: said.value for said in self.facts}

    def at(self, path: FactPath) -> Place | None:
        """Where a fact stands."""
        return next((said.place for said in self.facts if said.path == path), None)

    def ways(self) -> Iterator[str]:
        """The page's own names for the ways to call the endpoint."""
        yield from dict.fromkeys(said.path[0] for said in self.facts if said.path[1:] == ("kind",))

"""Reading single values out of a mapping whose structure has been checked."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from typing import Final, cast

from callsheet.source.nodes import Mapping, Node, Plain, Scalar, Sequence, plain
from callsheet.spec.model import Certainty, Citation, Decision, Settled, Source

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZES: Final = {
    "B": 1,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
}

NOTHING: Final = Citation()


@dataclass(frozen=True, slots=True)
class At:
    """A mapping, seen as keys with values of known type. An absent key gives the default."""

    node: Mapping

    @classmethod
    def of(cls, node: Node) -> At:
        """A view of a node that the meta-schema knows to be a mapping."""
        return cls(cast("Mapping", node))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return self.node.get(key) is not None

    def part(self, key: str) -> At:
        """A mapping within; where there is none, an empty one at the same place."""
        found = self.node.get(key)
        return At(found if isinstance(found, Mapping) else Mapping((), self.node.span))

    def parts(self, key: str) -> tuple[tuple[str, At], ...]:
        """The entries of a mapping of mappings."""
        return tuple((name, At.of(node)) for name, node in self.part(key).node.items())

    def list(self, key: str) -> tuple[Node, ...]:
        """The items of a list."""
        found = self.node.get(key)
        return found.items if isinstance(found, Sequence) else ()

    def plain(self, key: str) -> Plain:
        """Any JSON value; None where there is no such key."""
        found = self.node.get(key)
        return None if found is None else plain(found)

    def maybe_text(self, key: str) -> str | None:
        """Text, or None."""
        found = self.node.get(key)
        return str(found.value) if isinstance(found, Scalar) else None

    def text(self, key: str, default: str = "") -> str:
        """Text."""
        found = self.maybe_text(key)
        return default if found is None else found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of text."""
        return tuple(str(plain(item)) for item in self.list(key))

    def text_map(self, key: str) -> AnyMapping[str, str]:
        """A mapping of text to text."""
        return {name: str(plain(node)) for name, node in self.part(key).node.items()}

    def whole(self, key: str, default: int) -> int:
        """A whole number."""
        found = self.maybe_whole(key)
        return default if found is None else found

    def maybe_whole(self, key: str) -> int | None:
        """A whole number, or None."""
        found = self.number(key)
        return None if found is None else int(found)

    def number(self, key: str) -> int | float | None:
        """A number as it is spelled, or None."""
        found = self.node.get(key)
        if not isinstance(found, Scalar) or isinstance(found.value, bool):
            return None
        return found.value if isinstance(found.value, int | float) else None

    def flag(self, key: str) -> bool:
        """True or false; false where it is not said."""
        return self.plain(key) is True

    def seconds(self, key: str) -> float | None:
        """A duration such as `90s` in seconds, or None."""
        found = self.maybe_text(key)
        if found is None:
            return None
        digits = found.rstrip("msdh")
        return float(digits) * _UNITS[found[len(digits) :]]

    def bytes(self, key: str) -> int | None:
        """A size such as `10MB` in bytes, or None."""
        found = self.maybe_text(key)
        if found is None:
            return None
        digits = found.rstrip("BGKMi")
        return int(digits) * _SIZES[found[len(digits) :]]

    def cited(self, inherited: Citation) -> Citation:
        """Source and certainty of what is said here.

        A fact with a source of its own is as sure as it says; one that inherits its source inherits the certainty, too.
        """
        found = self.plain("source")
        certainty = cast("Certainty | None", self.maybe_text("certainty"))
        match found:
            case str():
                return Citation({"": found}, certainty or "documented")
            case dict():
                return Citation(
                    {**inherited.sources, **cast("dict[str, str]", found)}, certainty or inherited.certainty
                )
            case _:
                return Citation(inherited.sources, certainty or inherited.certainty)


def read_sources(file: At) -> tuple[Source, ...]:
    """The sources of a file."""
    return tuple(
        Source(
            id=name,
            node=at.node,
            url=at.maybe_text("url"),
            package=at.maybe_text("package"),
            version=at.maybe_text("version"),
            read=at.text("read"),
            sha256=at.maybe_text("sha256"),
            about=at.text("about"),
        )
        for name, at in file.parts("sources")
    )


def read_decisions(file: At) -> tuple[Decision, ...]:
    """The decisions of a file."""
    return tuple(
        Decision(
            about=at.text("about"),
            found=at.text("found"),
            decided=at.text("decided"),
            source=at.maybe_text("source"),
            node=at.node,
            settles=tuple(_settled(at.part("settles").node, ())),
        )
        for at in map(At.of, file.list("decisions"))
    )


def _settled(node: Node, path: tuple[str, ...]) -> Iterator[Settled]:
    """The facts in a mapping of mappings. A sample and a default are values as a whole, whatever they are."""
    whole = path[:1] == ("sample",) and len(path) == len(("sample", "id"))
    default = path[-1:] == ("default",) and len(path) > len(("parameters", "name"))
    if whole or default or not isinstance(node, Mapping) or not node.entries:
        if path:
            yield Settled(path, plain(node), node)
        return
    for key, value in node.items():
        yield from _settled(value, (*path, key))

"""What a page says otherwise than when it was last read, as far as the spec is not touched by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from callsheet.changes import ABSENT
from callsheet.contract.evidence.files import same
from callsheet.drift.difference import Difference
from callsheet.drift.memory import Remembered
from callsheet.drift.overlay import Overlaid, matched
from callsheet.drift.places import place_of
from callsheet.drift.whose import Endpoint
from callsheet.facts import FactPath, Facts
from callsheet.findings import errors
from callsheet.pages import Place, Reading
from callsheet.rules import drift as rules
from callsheet.source.nodes import Plain

_PRICED = ("price", "stated")
_LISTS = {"parameter_names": "parameters", "state_names": "states", "final": "states"}
"""Lists of names that come and go with what they name."""


def since(
    endpoint: Endpoint, reading: Reading, before: Remembered, laid: Overlaid, told: Iterable[FactPath]
) -> Iterator[Difference]:
    """Facts and wordings that changed. `told` are the facts that differ from the spec, which is said already."""
    known = _Told(laid, set(told))
    earlier = _named(before.facts, matched(before.facts, laid.old))
    for one in _facts(endpoint, reading, earlier, laid):
        if not known.says(one.path, one.old, one.new):
            yield one
    if not errors(reading.problems):
        names = matched(before.facts, laid.old)
        wordings = {_under(path, names): digest for path, digest in before.wordings.items()}
        yield from (one for one in _wordings(endpoint, reading, wordings, laid.ways) if not known.of_text(one.path))


class _Told:
    """What is said already: as a difference from the spec, or within one."""

    def __init__(self, laid: Overlaid, told: set[FactPath]) -> None:
        self._laid = laid
        self._told = told

    def says(self, path: FactPath, *values: object) -> bool:
        # What differs from the spec was compared with it; that it follows from another change is no reason to tell it.
        old, new = self._laid.old.get(path, ABSENT), self._laid.new.get(path, ABSENT)
        judged = old is not new and (old is ABSENT or new is ABSENT or not same(old, new))
        whole = (("price", "stated") if path[0] == "price" else (*path[:-1], "answer_keys")) in self._told
        whole = whole or (path[1:2] == ("credential",) and path[1:] in self._told)  # the provider's own
        return judged or whole or self.of_text(path) or self._by_name(path, values) or self._unread(path, values)

    def of_text(self, path: FactPath) -> bool:
        """Whether the thing that a text is about is told of as a whole, or the list that it stands in."""
        begins = (path[:length] for length in range(1, len(path)))
        return (
            path in self._told
            or any(one in self._told for one in begins)
            or self._of_moved_way(path)
            or self._within(path)
        )

    def _unread(self, path: FactPath, values: tuple[object, ...]) -> bool:
        """Whether what seems to be gone stands there, and does not fit the type that the parameter has now."""
        return values[-1] is ABSENT and path[1] in self._laid.unsure and (*path[:2], "type") in self._told

    def _within(self, path: FactPath) -> bool:
        """Whether a fact is about a part of something that came, went or is of another type."""
        if path[0] not in {"parameters", "output"} or len(path) == 1:
            return False
        owners = [one[1] for one in self._told if one[0] == path[0] and len(one) > 1 and one[2:] in {(), ("type",)}]
        return any(path[1].startswith(f"{owner}/") for owner in owners)

    def _of_moved_way(self, path: FactPath) -> bool:
        return ("protocols",) in self._told and (path[0], "kind") not in self._laid.old

    def _by_name(self, path: FactPath, values: tuple[object, ...]) -> bool:
        """Whether the names by which two lists differ are all told of."""
        listed = [{str(name) for name in cast("list[object]", one)} for one in values if isinstance(one, list)]
        if path[-1] not in _LISTS or len(listed) != len(values):
            return False
        there = (*path[:-1], _LISTS[path[-1]])
        different = set[str]().union(*listed) - listed[0].intersection(*listed)
        return bool(different) and all((*there, name) in self._told for name in different)


def _facts(endpoint: Endpoint, reading: Reading, before: Facts, laid: Overlaid) -> Iterator[Difference]:
    now: set[FactPath] = set()
    for said in reading.facts:
        path = _under(said.path, laid.ways)
        now.add(path)
        old = before.get(path, ABSENT)
        if old is ABSENT or not same(old, said.value):
            spec = place_of(*endpoint, path)
            yield Difference(
                rules.PAGE_CHANGED.id, "editorial", path, old, said.value, said.place, spec, "last reading"
            )
    unpriced = _PRICED in before and _PRICED not in now
    for path, (value, note) in _gone(before, now).items():
        if not (unpriced and path[0] == "price" and path != _PRICED):
            at, spec = laid.place(path), place_of(*endpoint, path)
            yield Difference(
                rules.NO_LONGER_STATED.id, "editorial", path, value, ABSENT, at, spec, "last reading", note
            )


def _gone(before: Facts, now: set[FactPath]) -> dict[FactPath, tuple[Plain, str]]:
    """What is not stated any more. Marks that are on none of the parameters count once."""
    gone = {path: (value, "") for path, value in before.items() if path not in now}
    for first in ("parameters", "output"):
        marks = [path for path in gone if path[0] == first and path[-1] == "required"]
        if len(marks) > 1 and not any(path[0] == first and path[-1] == "required" for path in now):
            for path in marks[1:]:
                del gone[path]
            gone[marks[0]] = before[marks[0]], "what is required is not marked any more"
    return gone


def _wordings(
    endpoint: Endpoint, reading: Reading, before: Mapping[FactPath, str], ways: Mapping[str, str]
) -> Iterator[Difference]:
    """Texts by their digests: what they were is not kept."""
    now = {_under(wording.path, ways): wording for wording in reading.wordings}
    for path in dict.fromkeys((*now, *before)):
        old, wording = before.get(path, ABSENT), now.get(path)
        new = wording.digest if wording is not None else ABSENT
        if old != new:
            note = "new" if old is ABSENT else "gone" if wording is None else "another one"
            at = wording.place if wording is not None else Place()
            yield Difference(
                rules.PAGE_REWORDED.id,
                "editorial",
                path,
                old,
                new,
                at,
                place_of(*endpoint, path),
                "last reading",
                f"the text is {note}",
            )


def _named(facts: Mapping[FactPath, Plain], ways: Mapping[str, str]) -> Facts:
    return {_under(path, ways): value for path, value in facts.items()}


def _under(path: FactPath, ways: Mapping[str, str]) -> FactPath:
    """A path with the spec's name for a way of the page."""
    return (ways.get(path[0], path[0]), *path[1:])

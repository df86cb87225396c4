"""What a page says otherwise than when it was last read, as far as the spec is not touched by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callsheet.changes import ABSENT
from callsheet.contract.evidence import same
from callsheet.drift.difference import Difference
from callsheet.drift.memory import Remembered
from callsheet.drift.places import place_of
from callsheet.drift.whose import Endpoint
from callsheet.facts import FactPath
from callsheet.findings import errors
from callsheet.pages import Place, Reading
from callsheet.rules import drift as rules

_LISTS = ("parameter_names", "fields")


def since(
    endpoint: Endpoint, reading: Reading, before: Remembered, ways: Mapping[str, str], told: set[FactPath]
) -> Iterator[Difference]:
    """Facts and wordings that changed. `told` are the facts that differ from the spec, which is said already."""
    covered = {_thing(path) for path in told}
    for one in _facts(endpoint, reading, before, ways):
        if one.path not in told and _thing(one.path) not in covered:
            yield one
    if not errors(reading.problems):
        yield from (one for one in _wordings(endpoint, reading, before, ways) if _thing(one.path) not in covered)


def _thing(path: FactPath) -> FactPath:
    """What a fact is about, where it appears and goes as a whole: a parameter, a part of the output, a way."""
    return path


def _facts(endpoint: Endpoint, reading: Reading, before: Remembered, ways: Mapping[str, str]) -> Iterator[Difference]:
    now = reading.as_facts()
    for said in reading.facts:
        old = before.facts.get(said.path, ABSENT)
        if old is ABSENT or not same(old, said.value):
            path = _named(said.path, ways)
            yield Difference(
                rules.PAGE_CHANGED.id,
                "editorial",
                path,
                old,
                said.value,
                said.place,
                place_of(*endpoint, path),
                "last reading",
            )
    for gone, value in before.facts.items():
        if gone not in now:
            path = _named(gone, ways)
            yield Difference(
                rules.NO_LONGER_STATED.id,
                "editorial",
                path,
                value,
                ABSENT,
                Place(),
                place_of(*endpoint, path),
                "last reading",
            )


def _wordings(
    endpoint: Endpoint, reading: Reading, before: Remembered, ways: Mapping[str, str]
) -> Iterator[Difference]:
    """Texts by their digests: what they were is not kept."""
    now = {wording.path: wording for wording in reading.wordings}
    for path in dict.fromkeys((*now, *before.wordings)):
        old = before.wordings.get(path, ABSENT)
        wording = now.get(path)
        new = wording.digest if wording is not None else ABSENT
        if old == new:
            continue
        note = "the text is new" if old is ABSENT else "the text is gone" if wording is None else "the text was changed"
        named = _named(path, ways)
        at = wording.place if wording is not None else Place()
        yield Difference(
            rules.PAGE_REWORDED.id,
            "editorial",
            named,
            old,
            new,
            at,
            place_of(*endpoint, named),
            "last reading",
            note,
        )


def _named(path: FactPath, ways: Mapping[str, str]) -> FactPath:
    return (ways.get(path[0], path[0]), *path[1:])

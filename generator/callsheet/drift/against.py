"""A page held against the spec of its endpoint, against its own last reading, and against itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callsheet.changes import ABSENT, Absent, compare
from callsheet.contract.evidence.files import same
from callsheet.drift.difference import Difference
from callsheet.drift.memory import Remembered
from callsheet.drift.overlay import Overlaid, overlay
from callsheet.drift.places import place_of
from callsheet.drift.settled import Decisions, covers
from callsheet.drift.since import since
from callsheet.drift.whose import PAGE, Endpoint
from callsheet.facts import FactPath, facts_of
from callsheet.findings import errors
from callsheet.pages import Conflict, Reading
from callsheet.rules import drift as rules
from callsheet.source.nodes import Plain


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one page: differences from the spec first, then those that touch no fact of it."""

    endpoint: Endpoint
    kind: str
    reading: Reading
    differences: tuple[Difference, ...]


def held_against(
    endpoint: Endpoint, kind: str, reading: Reading, memory: Mapping[str, Remembered] | None = None
) -> Compared:
    """Compare a page with what the spec says and with what the page said before.

    `kind` is the id of the source that the page is, `memory` what each of the endpoint's pages said when last read.
    """
    provider, model = endpoint
    known = memory or {}
    spec = facts_of(provider, model)
    settled = Decisions.of(provider, model)
    laid = overlay(reading, spec, model, settled, kind)
    found = [
        Difference(
            one.rule, one.kind, one.path, one.old, one.new, laid.place(one.path), place_of(provider, model, one.path)
        )
        for one in compare(laid.old, laid.new)
    ]
    found += _unstated(endpoint, laid)
    touched = {one.path for one in found}
    found += _conflicts(endpoint, reading, laid, settled, touched)
    touched |= {one.path for one in found}
    read = {one.id for one in model.spec.sources if one.sha256 is not None}
    others = {name: known.get(name) for name in {*read, *known, kind}}
    outdated = () if errors(reading.problems) else _outdated(reading, laid, settled, kind, others)
    over = [one for one in outdated if one.path not in touched and one.path[:2] not in touched]
    found += over
    # Of a parameter that was left out on purpose and is not on the page any more, that is all there is to tell.
    touched |= {one.path[:2] if one.path[0] == "parameters" and laid.without(one.path[1]) else one.path for one in over}
    if kind in known:
        found += since(endpoint, reading, known[kind], laid, touched)
    return Compared(endpoint, kind, reading, tuple(found))


def _unstated(endpoint: Endpoint, laid: Overlaid) -> Iterator[Difference]:
    """A price that the page no longer gives: whether it costs more, nobody knows."""
    path = ("price", "stated")
    if laid.unpriced:
        spec = place_of(*endpoint, path)
        yield Difference(rules.NO_LONGER_STATED.id, "editorial", path, True, False, laid.place(path), spec)


def _conflicts(
    endpoint: Endpoint, reading: Reading, laid: Overlaid, settled: Decisions, changed: set[FactPath]
) -> Iterator[Difference]:
    for conflict in reading.conflicts:
        path = (laid.ways.get(conflict.path[0], conflict.path[0]), *conflict.path[1:])
        if path in changed or _decided(conflict, path, laid.old.get(path, ABSENT), settled):
            continue
        says: list[Plain] = [said.value for said in conflict.says]
        places = ", ".join(str(said.place) for said in conflict.says)
        at = conflict.says[0].place if conflict.says else laid.place(path)
        note = f"{conflict.what} ({places})"
        spec = place_of(*endpoint, path)
        yield Difference(
            rules.PAGE_CONFLICT.id, "editorial", path, laid.old.get(path, ABSENT), says, at, spec, "page itself", note
        )


def _decided(conflict: Conflict, path: FactPath, spec: Plain | Absent, settled: Decisions) -> bool:
    """Whether all that a page says beside what the spec says is settled.

    Where the spec agrees with each part and only both together are odd, one of them being settled is enough.
    """
    values = [one.value for one in settled.at(path)]
    odd = [
        said.value
        for said in conflict.says
        if said.path == conflict.path and (isinstance(spec, Absent) or not same(said.value, spec))
    ]
    if not odd:
        return any(covers(value, said.value) for value in values for said in conflict.says)
    return all(any(covers(value, one) for value in values) for one in odd)


def _outdated(
    reading: Reading,
    laid: Overlaid,
    settled: Decisions,
    kind: str,
    memory: Mapping[str, Remembered | None],
) -> Iterator[Difference]:
    """What is settled, was said by this page, and is not any more. `memory` has None for pages not yet remembered."""
    names = {way: page for page, way in laid.ways.items()}
    told: set[FactPath] = set()
    for one in settled.said_as(names).own:
        if one.value is None or _still_said(one.path, one.value, reading):
            continue
        if one.path[0] == "parameters" and laid.without(one.path[1]):
            whole = ("parameters", one.path[1].split("/")[0])
            if whole in told:
                continue  # of a parameter that was left out, and is not on the page any more: once is enough
            told.add(whole)
        others = [known for name, known in memory.items() if name != kind]
        last = memory.get(kind)
        before = last is not None and last.said(one.path, one.value)
        if before or (kind == PAGE and not any(known is None or known.said(one.path, one.value) for known in others)):
            path = (laid.ways.get(one.path[0], one.path[0]), *one.path[1:])
            now = reading.as_facts().get(one.path, ABSENT)
            yield Difference(
                rules.DECISION_OUTDATED.id,
                "editorial",
                path,
                one.value,
                now,
                laid.place(path),
                one.node.span,
                "decision",
                "a decision settles what the page does not say any more",
            )


def _still_said(path: FactPath, value: Plain, reading: Reading) -> bool:
    said = [one.value for one in reading.facts if one.path == path]
    said += [one.value for conflict in reading.conflicts if conflict.path == path for one in conflict.says]
    return any(covers(value, one) for one in said)

"""Findings that somebody has accepted, with the reason: a YAML file that `--baseline` names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from callsheet.changes import ABSENT
from callsheet.drift.against import Compared
from callsheet.drift.difference import Difference, as_json
from callsheet.drift.whose import name_of
from callsheet.findings import Finding, Span
from callsheet.rules.drift import BASELINE_BROKEN, BASELINE_STALE
from callsheet.rules.words import quoted
from callsheet.source.nodes import Mapping as Tree
from callsheet.source.nodes import Node, Sequence, plain
from callsheet.source.yamltree import read_yaml

_HEAD: Final = """\
# Findings of `callsheet drift` that are accepted, each with its reason. `--update-baseline` adds what is found, takes
# out what is not found any more, and keeps the reasons.
"""
_REASON: Final = "TODO"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted finding: the words of its entry. All but `fingerprint` and `reason` are there for people."""

    said: Mapping[str, str]
    span: Span

    @property
    def page(self) -> tuple[str, str]:
        """The endpoint, and which of its pages it is about."""
        return self.said.get("endpoint", ""), self.said.get("page", "")


@dataclass(frozen=True, slots=True)
class Baseline:
    """All of them, by fingerprint."""

    accepted: Mapping[str, Accepted]

    def has(self, compared: Compared, difference: Difference) -> bool:
        """Whether a finding is accepted."""
        return difference.fingerprint(name_of(compared.endpoint)) in self.accepted

    def stale(self, done: Iterable[Compared]) -> tuple[Finding, ...]:
        """What is accepted and not found any more, as far as its page was compared."""
        compared = list(done)
        pages = {(name_of(one.endpoint), one.kind) for one in compared}
        found = {each.fingerprint(name_of(one.endpoint)) for one in compared for each in one.differences}
        return tuple(
            BASELINE_STALE.at(one.span, f"{quoted(fingerprint)} of {one.page[0]} is not found any more")
            for fingerprint, one in self.accepted.items()
            if one.page in pages and fingerprint not in found
        )


def read(path: str, data: bytes) -> tuple[Baseline, tuple[Finding, ...]]:
    """What a file accepts, and what is wrong with it. With faults nothing is accepted."""
    tree, findings = read_yaml(path, data)
    if findings or tree is None:
        return Baseline({}), tuple(BASELINE_BROKEN.at(one.span, one.what) for one in findings)
    listed = tree.get("accepted") if isinstance(tree, Tree) else None
    if not isinstance(listed, Sequence):
        return Baseline({}), (BASELINE_BROKEN.at(tree.span, "`accepted` is no list"),)
    faults = [fault for item in listed.items if (fault := _fault(item)) is not None]
    if faults:
        return Baseline({}), tuple(faults)
    made = [_accepted(cast("Tree", item)) for item in listed.items]
    return Baseline({one.said["fingerprint"]: one for one in made}), ()


def _fault(item: Node) -> Finding | None:
    if not isinstance(item, Tree):
        return BASELINE_BROKEN.at(item.span, "an entry is no mapping")
    for key in ("fingerprint", "reason"):
        value = item.get(key)
        said = plain(value) if value is not None else None
        if not isinstance(said, str) or not said.strip():
            at = value.span if value is not None else item.span
            return BASELINE_BROKEN.at(at, f"an entry has no text as its `{key}`")
    return None


def _accepted(item: Tree) -> Accepted:
    return Accepted({key: str(plain(value)) for key, value in item.items()}, item.span)


def text(old: Baseline, done: Iterable[Compared]) -> str:
    """A baseline that accepts what was found. Entries of pages that were not compared stay, and so do all reasons."""
    compared = list(done)
    pages = {(name_of(one.endpoint), one.kind) for one in compared}
    entries = [dict(one.said) for one in old.accepted.values() if one.page not in pages]
    for one in compared:
        endpoint = name_of(one.endpoint)
        for each in one.differences:
            fingerprint = each.fingerprint(endpoint)
            known = old.accepted.get(fingerprint)
            entries.append(
                {
                    "endpoint": endpoint,
                    "page": one.kind,
                    "rule": each.rule,
                    "fact": each.fact,
                    **({"gone": as_json(each.old)} if each.new is ABSENT else {"new": as_json(each.new)}),
                    "fingerprint": fingerprint,
                    "reason": known.said["reason"] if known is not None else _REASON,
                }
            )
    listed = sorted("\n".join(_lines(entry)) for entry in entries)
    return _HEAD + ("accepted:\n" + "\n".join(listed) if listed else "accepted: []") + "\n"


def _lines(entry: Mapping[str, str]) -> Iterator[str]:
    for place, (key, value) in enumerate(entry.items()):
        yield f"{'   ' if place else '  -'} {key}: {json.dumps(value)}"

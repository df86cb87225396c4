"""Protocols that could be followed to the letter, and would come to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import flow as rules
from callsheet.rules.words import quoted
from callsheet.source.nodes import place
from callsheet.spec.model import CallSpec, ProtocolSpec, ProviderSpec

_WITHOUT_BODY: Final = frozenset({"GET", "DELETE"})


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """All protocols of a provider."""
    for way in provider.ways:
        yield from _way(way)
    for queue in provider.protocols:
        yield from _retention(queue)


def _way(way: ProtocolSpec | CallSpec) -> Iterator[Finding]:
    if way.submit.method in _WITHOUT_BODY:
        what = f"a {way.submit.method} takes no body, and the input travels in it"
        yield rules.SUBMIT_WITHOUT_BODY.at(place(way.submit.node, "method"), what)
    if way.judges.when == "never" and way.judges.refuses_with is not None:
        what = f"the input is never judged, and refused with {quoted(way.judges.refuses_with)}"
        yield rules.REFUSAL_NEVER_GIVEN.at(place(way.judges.node, "refuses_with"), what)


def _retention(queue: ProtocolSpec) -> Iterator[Finding]:
    kept = queue.retention
    if kept is None:
        return
    for key, seconds in (("for", kept.seconds), ("large_for", kept.large_seconds)):
        if seconds == 0:
            yield rules.NOTHING_KEPT.at(place(queue.node, "retention", key), f"{quoted(key)} is no time at all")

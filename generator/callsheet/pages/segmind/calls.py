"""What code samples say of the ways to call an endpoint."""

from __future__ import annotations

import re
from collections.abc import Sequence

from callsheet.pages.segmind.notes import Notes
from callsheet.pages.segmind.samples import Sample
from callsheet.pages.segmind.ways import say_submit, way_of
from callsheet.source.nodes import Plain


def say_samples(samples: Sequence[Sample], notes: Notes) -> None:
    """Note the payloads that differ, and where and how they are sent."""
    shown: list[Plain] = []
    for one in samples:
        for url, line in one.urls:
            say_submit(url, line, notes, "sample")
        way = next((way_of(url) for url, _ in one.urls), None) or ("queue" if one.slugs else None)
        _say_calls(one, way, notes)
        if one.payload is not None and one.payload_line is not None:
            if one.payload not in shown:
                shown.append(one.payload)
                name = "page" if len(shown) == 1 else f"page-{len(shown)}"
                notes.say(("sample", name), one.payload, one.payload_line, "sample")
            notes.take(one.lines)
        elif one.lines:
            notes.pass_over(one.lines, "the payload of this code is no plain value")


def _say_calls(one: Sample, way: str | None, notes: Notes) -> None:
    if way is None:
        return
    if one.header is not None:
        name, value, line = one.header
        notes.say((way, "credential", "header"), name, line, "sample")
        notes.say((way, "credential", "value"), value, line, "sample")
    accepted = re.search(r"status_code == (20\d)\b", one.text)
    if accepted is not None and (asked := one.line_of(r"status_code == 20\d")) is not None:
        notes.say((way, "submit", "http"), int(accepted[1]), asked, "sample")
    if way == "workflow" and (polled := one.line_of(r"get\(\s*poll_url")) is not None:
        notes.say((way, "status", "method"), "GET", polled, "sample")
    if way == "workflow":
        for state, meaning in (("COMPLETED", "succeeded"), ("FAILED", "failed")):
            if (tested := one.line_of(rf"==\s*['\"]{state}['\"]")) is not None:
                notes.say((way, "states", state), meaning, tested, "sample")

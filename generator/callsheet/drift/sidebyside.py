"""The report as one HTML file that needs nothing else: each difference with page and spec side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from callsheet.drift.difference import Difference
from callsheet.drift.outcome import Done, Outcome, not_told

_AROUND: Final = 3
"""Lines before and after the one that differs."""
_WIDEST: Final = 240
"""Characters of a line that are shown: a page may be one line of a megabyte."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference with what surrounds it on both sides."""

    difference: Difference
    accepted: bool
    fingerprint: str
    page: tuple[Line, ...]
    spec: tuple[Line, ...]


def html(outcome: Outcome, specs: Mapping[str, bytes]) -> str:
    """The report. `specs` are the texts of the spec files by path."""
    texts = {path: data.decode("utf-8", "replace").split("\n") for path, data in specs.items()}
    pages = [(done, list(_shown(done, texts)), not_told(done.compared.reading)) for done in outcome.done]
    return _environment().get_template("report.html.jinja").render(outcome=outcome, pages=pages)


def _shown(done: Done, specs: Mapping[str, list[str]]) -> Iterator[Shown]:
    page = done.page.data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in done.compared.differences:
        yield Shown(
            one,
            one not in done.open,
            one.fingerprint(done.endpoint),
            _lines(page, one.page.line, one.page.line),
            _lines(specs.get(one.spec.path, []), one.spec.line, one.spec.end_line),
        )


def _lines(text: list[str], first: int, last: int) -> tuple[Line, ...]:
    if not 0 < first <= len(text):
        return ()
    last = min(max(first, last), first + 2 * _AROUND)
    numbers = range(max(1, first - _AROUND), min(len(text), last + _AROUND) + 1)
    return tuple(Line(number, _cut(text[number - 1]), first <= number <= last) for number in numbers)


def _cut(line: str) -> str:
    shown = line.expandtabs(4) if len(line) <= _WIDEST else line[: _WIDEST - 1].expandtabs(4) + "…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("callsheet", "drift/templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )

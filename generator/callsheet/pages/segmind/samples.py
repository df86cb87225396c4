"""Code samples: the payload that they send, where to, and with which credential. Nothing of them is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.pages.lines import Line
from callsheet.pages.segmind.payloads import payload
from callsheet.source.nodes import Plain

BEGINS: Final = re.compile(
    r"\s*(?:1\s*)?(?:import\s+[\w{*]|from\s+\w+\s+import|#\s*pip install|#\s*export\s|//\s*npm|npm install"
    r"|const\s+\w|let\s+\w|var\s+\w"
    r"|curl\s+-|curl\s+[\"'h]|require\(|<\?php|package main|fetch\(|using\s+System)"
)
"""What code begins with, its line's number before it or not."""
_URL: Final = re.compile(
    r"[\"'`\s]((?:https?:)?//(?:[\w-]+\.)*segmind\.\w+/(?:v\d+|workflows)/[^\s\"'`\\$<>{}]+)(?=[\"'`])"
)
_BARE_URL: Final = re.compile(
    r"\s(https?://(?:[\w-]+\.)*segmind\.\w+/(?:v\d+|workflows)/[^\s\"'`\\$<>{}]+)\s*\\?$", re.MULTILINE
)
_SDK: Final = re.compile(r"(?:submit_?async|run|run_?v2|run_?async|submit)\(\s*[\"']([\w.-]+)[\"']", re.IGNORECASE)
_BEARER: Final = re.compile(r"[\"']?\bAuthorization[\"']?\s*[:,]\s*f?[\"'`]?\s*Bearer\s", re.IGNORECASE)
_KEY: Final = re.compile(r"[\"']?\bx-api-key[\"']?\s*[:,=\]]", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\s*(\d{1,4})")
_SKIPS: Final = 4
_LONGEST: Final = 200_000
"""Characters. A sample has some thousand."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one stretch of code says. `payload` is None where it is no plain value."""

    payload: dict[str, Plain] | None
    payload_line: Line | None
    urls: tuple[tuple[str, Line], ...]
    slugs: tuple[tuple[str, Line], ...]
    header: tuple[str, str, Line] | None
    text: str
    lines: tuple[Line, ...]
    known: frozenset[str] = frozenset()

    def line_of(self, pattern: str) -> Line | None:
        """The first line with something in it."""
        found = re.search(pattern, self.text)
        return None if found is None else self.lines[self.text.count("\n", 0, found.start())]


def sample(lines: Sequence[Line]) -> Sample:
    """A stretch of code, the numbers of its lines taken off."""
    text = "\n".join(_without_numbers(lines))[:_LONGEST]
    found, tried = payload(text)
    known = frozenset(found[0]) if found is not None else _keys(text, tried) if tried is not None else frozenset[str]()
    header = None
    for name, value, pattern in (("Authorization", "Bearer {key}", _BEARER), ("x-api-key", "{key}", _KEY)):
        if (shown := pattern.search(text)) is not None and header is None:
            header = (name, value, _line(lines, text, shown.start()))
    urls = tuple(
        (found[1], _line(lines, text, found.start(1))) for found in (*_URL.finditer(text), *_BARE_URL.finditer(text))
    )
    slugs = tuple((found[1], _line(lines, text, found.start(1))) for found in _SDK.finditer(text))
    sent, at = (None, None) if found is None else (found[0], _line(lines, text, found[1]))
    return Sample(sent, at, urls, slugs, header, text, tuple(lines), known)


def _line(lines: Sequence[Line], text: str, at: int) -> Line:
    return lines[text.count("\n", 0, at)]


def _keys(text: str, at: int) -> frozenset[str]:
    """Names that a payload has that is no plain value: each first thing in a line, in quotes, before a colon."""
    end = text.find("\n}", at)
    return frozenset(
        re.findall(r"^\s*[\"']?([A-Za-z_][\w.-]*)[\"']?\s*:", text[at : end if end > 0 else at], re.MULTILINE)
    )


def _without_numbers(lines: Sequence[Line]) -> Iterator[str]:
    """The texts. Where the first begins with a 1 that counts, the numbers that follow one another are taken off."""
    texts = [line.text for line in lines]
    alone = [int(text) for text in texts if text.strip().isdecimal() and len(text.strip()) < 5]  # noqa: PLR2004 - digits
    if len(alone) >= 3 and alone == list(range(alone[0], alone[0] + len(alone))):  # noqa: PLR2004 - no accident
        yield from ("" if text.strip().isdecimal() else text for text in texts)
        return
    first = next((text for text in texts if not text.strip().isdecimal()), "")
    if re.match(r"\s*1\s*(?=[^\d\s.,:=])", first) is None and not (texts and texts[0].strip() == "1"):
        yield from texts
        return
    expected = 1
    for text in texts:
        found = _NUMBERED.match(text)
        digits = found[1] if found is not None else ""
        number = next(
            (number for number in range(expected, expected + _SKIPS) if digits and digits.startswith(str(number))), None
        )
        if found is None or number is None:
            yield text
        else:
            yield text[found.start(1) + len(str(number)) :]
            expected = number + 1

"""The code samples of fal's pages: which endpoint they call, with what, at which address, with which header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from callsheet.pages.gather import Gathered, same
from callsheet.pages.literals import NoLiteralError, literal
from callsheet.pages.reading import Place
from callsheet.source.nodes import Plain

CALL: Final = re.compile(
    r"\b(?:fal|fal_client|client)(?:\.queue)?\.(?:subscribe|submit|run|stream|subscribe_async|submit_async|run_async)"
    r"\(\s*['\"`]([\w.-]+(?:/[\w.-]+)+)['\"`]"
)
_PAYLOAD: Final = re.compile(r"\binput\s*:\s*(?=\{)|\barguments\s*=\s*(?=\{)")
_DATA: Final = re.compile(r"(?:--data(?:-raw|-binary)?|\s-d)\s+'\s*(?P<text>\{[^']*+(?:'\\''[^']*+)*+)'")
"""In a shell, a single quote within single quotes ends them, stands escaped, and begins them anew."""
_URL: Final = re.compile(r"https://(queue\.)?fal\.run/([\w.-]+(?:/[\w.${}-]+)+)")
_REQUESTS: Final = re.compile(r"/requests/[^/\s]+(?:/(status/stream|status|cancel|response))?$")
_HEADER: Final = re.compile(r"\bAuthorization:\s*(Key|Bearer)\s+[\"']?\$?\{?\w+", re.IGNORECASE)
_ROLES: Final = {None: "result", "response": "result", "status/stream": "stream"}
_NEAR: Final = 400
_MOST: Final = 60
"""Samples and addresses that are looked at. No page has as many."""


def endpoints(text: str) -> list[str]:
    """The endpoints that samples call, in their order."""
    return list(dict.fromkeys(match[1] for match in CALL.finditer(text)))


def payloads(text: str) -> Iterator[tuple[dict[str, Plain], int]]:
    """The inputs that samples send, each with its offset."""
    calls = [match.end() for match in islice(CALL.finditer(text), _MOST)]
    for at in calls:
        match = _PAYLOAD.search(text, at, at + _NEAR)
        if match is not None:
            yield from _payload(text, match.end())
    for match in islice(_DATA.finditer(text), _MOST):
        for value, _ in _payload(match["text"].replace("'\\''", "'"), 0):
            yield value, match.start("text")


def _payload(text: str, at: int) -> Iterator[tuple[dict[str, Plain], int]]:
    try:
        value, _ = literal(text, at)
    except NoLiteralError:
        return
    if isinstance(value, dict):
        inner = value.get("input")
        yield (inner if set(value) <= {"input", "webhook_url"} and isinstance(inner, dict) else value), at


def samples(found: Gathered, given: Iterator[tuple[dict[str, Plain], Place]]) -> None:
    """Note the payloads that differ: `page` is the first."""
    known: list[Plain] = []
    for value, place in given:
        if any(same(value, one) for one in known):
            continue
        known.append(value)
        name = "page" if len(known) == 1 else f"page-{len(known)}"
        found.say(("sample", name), value, place, "sample")


def ways(found: Gathered, text: str, lines: list[int], endpoint: str | None) -> None:
    """The addresses in samples, and the header that brings the key. `lines` has each line's number on the page."""
    seen: set[str] = set()
    for match in islice(_URL.finditer(text), _MOST):
        way = "queue" if match[1] else "direct"
        path, place = match[2].rstrip("."), _at(text, lines, match.start())
        role = _REQUESTS.search(path)
        base = f"https://{match[1] or ''}fal.run/"
        if role is not None and way == "queue":
            word = _ROLES.get(role[1], role[1])
            tail = path[role.start(1) - 1 :] if role[1] else ""
            found.say((way, "kind"), "queue", place, "sample")
            found.say(
                (way, word, "url"), f"{base}{path[: role.start()]}/requests/{{request_id}}{tail}", place, "sample"
            )
        elif endpoint is None or path == endpoint:
            found.say((way, "kind"), "queue" if match[1] else "call", place, "sample")
            found.say((way, "submit", "url"), f"{base}{path}", place, "sample")
            if "POST" in text[max(0, match.start() - 60) : match.start()]:
                found.say((way, "submit", "method"), "POST", place, "sample")
        else:
            continue
        seen.add(way)
    header = _HEADER.search(text)
    for way in sorted(seen) if header is not None else ():
        place = _at(text, lines, header.start()) if header is not None else Place()
        found.say((way, "credential", "header"), "Authorization", place, "sample")
        found.say((way, "credential", "value"), f"{header[1].title() if header else ''} {{key}}", place, "sample")


def _at(text: str, lines: list[int], offset: int) -> Place:
    n = text.count("\n", 0, offset)
    return Place(lines[n] if n < len(lines) else 0)

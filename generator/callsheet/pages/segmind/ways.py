"""The ways to call an endpoint: addresses, states, and the sentences around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from callsheet.pages.lines import Line
from callsheet.pages.reading import Rank
from callsheet.pages.segmind.notes import Notes

HOST: Final = "https://api.segmind.com"
_SITE: Final = r"https?://(?:[\w-]+\.)*segmind\.\w+"
"""A host may move; that is for whoever compares."""
_ADDRESS: Final = re.compile(rf"(?:{_SITE})?/([\w-]+)/([^\s\"'`<>?#]+)")
_REQUEST: Final = re.compile(rf"(GET|POST|PUT|DELETE|PATCH)\s*((?:{_SITE})?/[\w-]+/[^\s\"'`<>]+?)[.,;]?(\s+\u00b7.*)?")
_METHOD: Final = re.compile(r"GET|POST|PUT|DELETE|PATCH")
_MEANS: Final = {
    **dict.fromkeys(("QUEUED", "IN_QUEUE", "PENDING"), "queued"),
    **dict.fromkeys(("PROCESSING", "IN_PROGRESS", "RUNNING", "STARTED"), "running"),
    **dict.fromkeys(("COMPLETED", "SUCCEEDED"), "succeeded"),
    **dict.fromkeys(("FAILED", "ERROR"), "failed"),
    **dict.fromkeys(("CANCELLED", "CANCELED"), "cancelled"),
}
_FINAL: Final = {"succeeded", "failed", "cancelled"}
_STATE: Final = re.compile(
    rf"({'|'.join(sorted(_MEANS, key=len, reverse=True))}|[A-Z][A-Z_]+[A-Z](?=[A-Z][a-z]|\s|$))"
    r"\s*[-:\u2013\u2014]?\s*(.*)"
)
_FIELD: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_HOURS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
_RETAINED: Final = re.compile(
    r"\b(?:retained|kept|stored|available) for (\d{1,9}) (second|minute|hour|day)s?\b", re.IGNORECASE
)
_SERVED: Final = re.compile(
    r"\b([A-Z][A-Z_]{3,}) (?:request|job|status) (?:is|are) (?:served|returned|answered)"
    r" (?:as|with) (?:an? )?HTTP (\d{3})\b"
)
_UNKNOWN_ID: Final = re.compile(r"\bunknown or expired\b.*\bHTTP (\d{3})\b", re.IGNORECASE)
_POLL: Final = re.compile(r"\bpoll every (\d{1,9}(?:\.\d{1,9})?) ?s(?:econds?)?\b", re.IGNORECASE)
_UNTIL: Final = re.compile(r"until\s+((?:[A-Z][A-Z_]{3,})(?:(?:,|\s+or|\s+and)\s+[A-Z][A-Z_]{3,})*)$")
_RETURNS: Final = re.compile(r"\breturns?\b(.*)", re.IGNORECASE)
_STEP: Final = re.compile(r"(?:\d\.?\s*)+")


def way_of(address: str) -> str | None:
    """The page's name for the way that an address is of."""
    found = _ADDRESS.match(address)
    return None if found is None else {"v1": "sync", "v2": "queue", "workflows": "workflow"}.get(found[1])


def slug_of(address: str) -> str | None:
    """The endpoint's name in an address to which jobs are sent."""
    found = _ADDRESS.fullmatch(address)
    return None if found is None or "/" in found[2].strip("/") else found[2].strip("/")


def say_submit(address: str, line: Line, notes: Notes, rank: Rank = "table", usual: str = "sync") -> None:
    """Note an address to which jobs are sent, and what kind of way that makes it. `usual`: where it does not tell."""
    way = way_of(address) or usual
    if slug_of(address) is not None:
        notes.say((way, "kind"), "call" if way == "sync" else "queue", line, rank)
        notes.say((way, "submit", "method"), "POST", line, rank)
        notes.say((way, "submit", "url"), address if address.startswith("http") else HOST + address, line, rank)


def requests(lines: Sequence[Line]) -> list[tuple[str, str, tuple[Line, ...]]]:
    """Methods with addresses: `POSThttps://…` in a line, or in two."""
    found: list[tuple[str, str, tuple[Line, ...]]] = []
    for at, line in enumerate(lines):
        if (
            request := _REQUEST.fullmatch(_STEP.sub("", line.bare, count=1) if line.bare[:1].isdigit() else line.bare)
        ) is not None:
            found.append((request[1], request[2], (line,)))
        elif _METHOD.fullmatch(line.bare) and at + 1 < len(lines) and _ADDRESS.fullmatch(lines[at + 1].bare):
            found.append((line.bare, lines[at + 1].bare, (line, lines[at + 1])))
    return found


def say_endpoint(lines: Sequence[Line], notes: Notes, usual: str) -> None:
    """The panel with the address."""
    for method, address, taken in requests(lines):
        if method == "POST":
            say_submit(address, taken[-1], notes, usual=usual)
            notes.take(taken)


def say_async(lines: Sequence[Line], notes: Notes) -> None:
    """The steps of a job, each with its request and a word on it."""
    step = ""
    for method, address, taken in requests(lines):
        path = re.sub(r"\{\w+\}|:id\b|<\w+>", "{request_id}", address)
        way = way_of(path) or "queue"
        url = path if path.startswith("http") else HOST + path
        if method == "POST" and slug_of(path) is not None:
            say_submit(path, taken[-1], notes, usual="queue")
        elif method == "GET" and "{request_id}" in path:
            step = "status" if path.endswith("/status") else "result"
            notes.say((way, step, "method"), method, taken[-1])
            notes.say((way, step, "url"), url, taken[-1])
        notes.take(taken)
    rest = [line for line in lines if id(line) not in notes.taken]
    for line in rest:
        text = line.bare
        if re.match(r"submit\s*returns?\b|returns?\b", text, re.IGNORECASE):
            say_returned("queue", line, notes)
        elif (until := _UNTIL.search(text)) is not None:
            names = re.findall(r"[A-Z][A-Z_]{3,}", until[1])
            notes.say(("queue", "final"), [*names], line, "text")
            notes.take([line])
        elif (
            _STEP.fullmatch(text)
            or re.match(r"(?:submit|poll|result)\b", text, re.IGNORECASE)
            or text in {"Submit", "Poll"}
        ):
            notes.take([line])
    notes.word(("queue", "use"), [line for line in rest if id(line) not in notes.taken])


def say_returned(way: str, line: Line, notes: Notes) -> None:
    """The fields that a sentence says the submit answer has, which need not be all."""
    found = _RETURNS.search(line.bare.replace("Submitreturn", "Submit return"))
    names = _FIELD.findall(found[1].split(".")[0]) if found is not None else []
    if names:
        notes.say((way, "submit", "answer_keys_named"), [*names], line, "text")
        notes.take([line])


def say_states(lines: Sequence[Line], notes: Notes, *, closed: bool) -> None:
    """The panel of states, and the sentences below it."""
    names: list[str] = []
    at = 0
    while at < len(lines):
        line, about = lines[at], list[Line]()
        found = _STATE.fullmatch(line.bare)
        if found is None or found[1] in names or _is_sentence(line.bare):
            break
        names.append(found[1])
        at += 1
        if found[2]:
            about = [line]
        elif at < len(lines) and _STATE.fullmatch(lines[at].bare) is None and not _is_sentence(lines[at].bare):
            about = [lines[at]]
            at += 1
        if found[1] in _MEANS:
            notes.say(("queue", "states", found[1]), _MEANS[found[1]], line)
        notes.word(("queue", "states", found[1]), about)
        notes.take([line])
    if names and closed:
        notes.say(("queue", "state_names"), [*names], lines[0])
        if all(name in _MEANS for name in names):
            notes.say(("queue", "final"), [name for name in names if _MEANS[name] in _FINAL], lines[0], "text")
    say_sentences("queue", lines[at:], notes)


def _is_sentence(text: str) -> bool:
    return text.startswith("\u2022") or text.endswith(".")


def say_sentences(way: str, lines: Sequence[Line], notes: Notes) -> None:
    """Sentences with facts in them, and those that these panels are known to have."""
    for line in lines:
        text = line.bare.lstrip("\u2022-* ")
        if (served := _SERVED.search(text)) is not None:
            notes.say((way, "state_http", served[1]), int(served[2]), line, "text")
            notes.take([line])
        elif _UNKNOWN_ID.search(text) is not None:
            notes.word((way, "unknown_id"), [line])
        elif (kept := _RETAINED.search(text)) is not None:
            notes.say((way, "retention", "seconds"), float(int(kept[1]) * _HOURS[kept[2].lower()]), line, "text")
            notes.take([line])
        elif (poll := _POLL.search(text)) is not None:
            notes.say((way, "poll_floor"), float(poll[1]), line, "text")
            say_returned(way, line, notes)
            notes.take([line])
        elif re.search(r"surface as FAILED|polling the status endpoint", text, re.IGNORECASE) is not None:
            notes.word((way, "states"), [line])


def codes_in(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """HTTP codes of errors that sentences name."""
    return [(int(code), line) for line in lines for code in re.findall(r"\bHTTP ([45]\d\d)\b", line.bare)]

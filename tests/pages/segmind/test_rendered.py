"""Parameters that nobody wrote, rendered in each layout and roughened as copies are, read back as they were."""

from __future__ import annotations

import html
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.pages import Reading, read_page

NAMES = st.one_of(
    st.from_regex(r"[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,5}){0,2}", fullmatch=True),
    st.sampled_from(
        ["required", "optional", "Scene_1", "default", "range", "type", "is_optional", "min", "string", "base64"]
    ),
)
ABOUTS = st.sampled_from(
    [
        "What to show.",
        "",
        "Not required.",
        "One line.\nAnd one more, of the same.",
        "Range: 0 to 1 works best for most.",
        "Use 'LOUD' for noise. Default is what you make of it.",
        "Optional",
        "Number of things: 3, 4 or 5",
        "See https://example.com/required",
        "required",
    ]
)
WORDS = st.text("abcxyzÄ ,.:'-_/()0123456789", min_size=0, max_size=24).map(lambda text: " ".join(text.split()))
TRICKY = st.sampled_from(
    ["", "a Range: 1 - 5 b", 'say "hi"', "x\ny", "Range: 1 - 2", "null", "true", "5", "C:\\dir", "Default: 3"]
)


@dataclass(frozen=True)
class Param:
    name: str
    type: str
    required: bool
    about: str
    words: Mapping[str, Any]


@st.composite
def params(draw) -> list[Param]:
    """A list of them, each name once."""
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    return [draw(param(name)) for name in names]


@st.composite
def param(draw, name: str) -> Param:
    """One of any type, with the words that go with it."""
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "choice", "numbers"]))
    words: dict[str, Any] = {}
    if kind == "string":
        value = st.one_of(WORDS, TRICKY)
        words["format"] = draw(st.sampled_from([None, "uri"]))
    elif kind in {"integer", "number"}:
        low = draw(st.integers(-5, 100))
        high = low + draw(st.integers(0, 10**6))
        value = st.integers(low, high) if kind == "integer" else st.sampled_from([low, high, (low + high) / 2])
        words |= draw(st.sampled_from([{}, {"minimum": low, "maximum": high}]))
    elif kind == "boolean":
        value = st.booleans()
    elif kind == "array":
        value = st.lists(st.one_of(WORDS, st.integers()), max_size=3)
    elif kind == "object":
        value = st.dictionaries(st.sampled_from("abc"), st.integers(), max_size=2)
    elif kind == "choice":
        words["allowed"] = draw(st.lists(WORDS, min_size=1, max_size=5, unique=True))
        value = st.sampled_from(words["allowed"])
    else:
        words["allowed"] = [draw(st.integers(0, 1_000))]
        for _ in range(draw(st.integers(0, 4))):
            last = words["allowed"][-1]
            words["allowed"].append(draw(st.integers(last + 1, max(last * 3, last + 1))))
        value = st.sampled_from(words["allowed"])
    if draw(st.booleans()):
        words["default"] = draw(st.one_of(value, value, value, st.none()))
    stated = {"choice": "string", "numbers": "integer"}.get(kind, kind)
    kept = {word: one for word, one in words.items() if one is not None or word == "default"}
    return Param(name, stated, draw(st.booleans()), draw(ABOUTS), kept)


def shown(value: object) -> str:
    """A value as pages print it."""
    return json.dumps(value, ensure_ascii=False)


def tail(one: Param) -> list[str]:
    """The lines below a description."""
    line = f"Default: {shown(one.words['default'])}" if "default" in one.words else ""
    if "minimum" in one.words:
        line += f"Range: {one.words['minimum']} - {one.words['maximum']}"
    values = ["Allowed values :", "".join(map(shown, one.words["allowed"]))] if "allowed" in one.words else []
    return [*filter(None, [line]), *values]


def as_text(found: list[Param], gap: str) -> list[str]:
    """As a browser copies it; `gap` is what is left between name and badge."""
    lines: list[str] = []
    for one in found:
        lines += [
            f"{one.name}{gap}{'required' if one.required else 'optional'}",
            kind(one),
            "",
            *one.about.split("\n"),
            "",
            *tail(one),
        ]
    return lines


def kind(one: Param) -> str:
    """The line with the type."""
    return f"{one.type} ({one.words['format']})" if "format" in one.words else one.type


def as_html(found: list[Param]) -> str:
    """As a browser saves it."""
    blocks: list[str] = []
    for one in found:
        mark = "required" if one.required else "optional"
        values = "".join(
            f"<span class='tag'>{html.escape(shown(value))}</span>" for value in one.words.get("allowed", ())
        )
        line = "".join(f"<span>{html.escape(text)}</span>" for text in tail(one)[:1] if not text.startswith("Allowed"))
        blocks.append(
            f"<div><div class='flex'><span>{one.name}</span><span>{mark}</span></div><p>{kind(one)}</p>"
            f"<p>{html.escape(one.about).replace(chr(10), '<br>')}</p><div>{line}</div>"
            + (f"<p>Allowed values :</p><div>{values}</div>" if values else "")
            + "</div>"
        )
    return "\n".join(blocks)


BEFORE = [
    "Made Up Serverless API",
    "",
    "Makes things up.",
    "~12.5s",
    "~$0.25",
    " 1import requests",
    ' 2url = "https://api.segmind.com/v1/made-up"',
    " 3data = {",
    '13    "else": 1',
    "14}",
    "API Endpoint",
    "POSThttps://api.segmind.com/v1/made-up",
    "Parameters",
]
AFTER = [
    "Response Type",
    "Returns: Video",
    "Common Error Codes",
    "400",
    "Bad Request",
    "What was sent is odd",
    "504",
    "Timeout",
    "Late",
]


def facts(reading: object) -> dict[tuple[str, ...], Any]:
    """What was read of parameters."""
    assert isinstance(reading, Reading)
    return {path: value for path, value in reading.as_facts().items() if path[0].startswith("parameter")}


def expected(found: list[Param]) -> dict[tuple[str, ...], Any]:
    """What there is to read."""
    wanted: dict[tuple[str, ...], Any] = {("parameter_names",): [one.name for one in found]}
    for one in found:
        wanted |= {("parameters", one.name, word): value for word, value in one.words.items()}
        wanted |= {("parameters", one.name, "type"): one.type, ("parameters", one.name, "required"): one.required}
    return wanted


def judged(data: bytes, found: list[Param]) -> None:
    """Nothing is wrong, and what is missing is among what was not read."""
    reading = read_page(data, "page")
    read, wanted = facts(reading), expected(found)
    assert isinstance(reading, Reading)
    assert {
        path: value
        for path, value in read.items()
        if (path, shown(value)) not in {(p, shown(v)) for p, v in wanted.items()}
    } == {}
    missing = {path for path in wanted if path not in read}
    assert not missing or reading.unread
    assert {path[-1] for path in missing} <= {"default", "allowed"}
    assert reading.problems == ()


def roughened(lines: list[str], seed: int) -> bytes:
    """With empty lines lost and added, odd spaces, odd ends of lines."""
    rough = random.Random(seed)  # noqa: S311 - noise
    text = ""
    for line in lines:
        if not line.strip() and rough.random() < 0.5:
            continue
        odd = "".join(f"\u200b{sign}" if rough.random() < 0.02 else sign for sign in line)
        text += odd + rough.choice(["", "", " ", "\t", "\u00a0"]) + rough.choice(["\n", "\n", "\r\n", "\n\n", "\n \n"])
    return text.encode()


@settings(max_examples=12, deadline=None)
@given(params(), st.sampled_from(["", " ", "\t", "\n", "\u00a0"]), st.integers(0, 2**16))
def test_a_list_copied_as_text_is_read_as_it_was(found: list[Param], gap: str, seed: int) -> None:
    """Whatever the parameters are called and say, no fact is wrong, and what cannot be told is said to be unread."""
    judged(roughened([*BEFORE, *"\n".join(as_text(found, gap)).split("\n"), *AFTER], seed), found)


@settings(max_examples=12, deadline=None)
@given(params())
def test_a_list_saved_as_html_is_read_as_it_was(found: list[Param]) -> None:
    """The same from HTML, where the values of a list are elements of their own and nothing is left to guess."""
    rest = "".join(f"<div><p>{html.escape(line)}</p></div>" for line in AFTER)
    head, panel = ("".join(f"<p>{html.escape(line)}</p>" for line in lines) for lines in (BEFORE[:5], BEFORE[-3:]))
    data = json.dumps({"Parameters": "promptrequired", "html": "<p>Parameters</p><p>promptrequired</p><p>string</p>"})
    code = "\n".join(f'<span><span class="linenumber">{line[:2]}</span>{line[2:]}</span>' for line in BEFORE[5:-3])
    page = (
        f"<!doctype html><html><head><script>self.__next_f.push([{data}])</script><style>p {{ }}</style></head><body>"
        "<header><nav><a href='/'>Models</a><a href='/pricing'>Pricing</a><button aria-expanded='false'><svg><title>"
        "Menu</title></svg></button><div hidden><p>Parameters</p><div><span>prompt</span><span>required</span></div>"
        "<p>string</p></div><ul style='display:none'><li>Common Error Codes</li></ul></nav></header>"
        f"<main>{head}<div role='tabpanel'><pre><code>{code}</code></pre><button><svg></svg>Copy</button></div>"
        f"<section>{panel}{as_html(found)}</section>{rest}</main><footer><a href='/terms'>Terms</a></footer>"
        f'<script id="__NEXT_DATA__" type="application/json">{data}</script></body></html>'
    )
    judged(page.encode(), found)
    read = facts(read_page(page.encode(), "page"))
    for one in found:
        if len(one.words.get("allowed", ())) > 1:
            assert read[("parameters", one.name, "allowed")] == one.words["allowed"]

"""Pages that somebody made to hang or break a reader: each is read or refused, at a cost that grows with its length."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.findings import Finding
from callsheet.pages import Reading, read_page
from callsheet.pages.limits import LONGEST_LINE, MOST_FIELDS, MOST_LINES, MOST_TAGS, MOST_TEXT

HERE = Path(__file__).parent
PAGES = [
    path.read_text("utf-8")
    for path in sorted(HERE.glob("*/**/*"))
    if path.name in {"page.txt", "page.html", "lantern.txt", "lantern.llms.txt"}
]
FAL = (HERE / "fal" / "lantern.txt").read_text("utf-8")
LLMS = (HERE / "fal" / "lantern.llms.txt").read_text("utf-8")
SEGMIND = (HERE / "segmind" / "model-v2" / "page.txt").read_text("utf-8")
OLD = (HERE / "segmind" / "model-old" / "page.txt").read_text("utf-8")
PLACES = {
    "fal": (FAL, "What the clip shows."),
    "llms": (LLMS, "  What the clip shows."),
    "segmind": (SEGMIND, "Where they march."),
    "old": (OLD, "What to draw"),
}
PARTS = [
    *("$1 ", '"', "{", "list<", "12", "/*", "Default value: ", "Possible enum values: ", "- **`x`** ", "data = {\n"),
    *("a string* required\n", "arequired\nstring\n", '{"a": 1}\n', "400\nBad\nWorse\n", "T#\na T\n", "min: 1,"),
    *("https://queue.fal.run/a/b ", 'fal.subscribe("a/b", {input: {'),
]


def steps(text: str) -> int:
    """How many functions are called to read a page, those of the interpreter included: the same on any machine."""
    count = 0

    def counted(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        read_page(text.encode(), "page")
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("where", PLACES)
def test_work_grows_with_the_page_and_no_faster(where: str) -> None:
    """Four times as much of anything is some four times the work; what looks at each with each would be at sixteen."""
    page, mark = PLACES[where]
    start, end = page.split(mark, 1)
    for part in PARTS:
        one, few, many = (steps(f"{start}{mark}\n{part * times}\n{end}") for times in (1, 25, 100))
        assert many - one < 6 * (max(few - one, 0) + 500), part


def test_the_limits_are_said_by_name() -> None:
    """What is longer than any page is refused as a whole, with the measure that it exceeds."""
    for text, what in (
        ("a\n" * (MOST_LINES + 1), "lines"),
        (f"{'a' * 40_000}\n" * (MOST_TEXT // 40_000 + 1), "characters"),
        ("a" * (LONGEST_LINE + 1), "line 1 has"),
        ("<div>" + "<b>" * (MOST_TAGS + 1), "tags"),
        ("<pre>" + "a\n" * (MOST_LINES + 2), "lines"),
    ):
        found = read_page((text if text[0] == "a" else f"<!doctype html>{text}").encode(), "page")
        assert isinstance(found, Finding)
        assert (found.rule, what in found.what) == ("page-too-large", True)


def openapi(schema: Any, schemas: dict[str, Any] | None = None) -> str:
    """A document with one operation."""
    body = {"content": {"application/json": {"schema": schema}}}
    return json.dumps({"paths": {"/x": {"post": {"requestBody": body}}}, "components": {"schemas": schemas or {}}})


def types(levels: int, width: int, keyword: str) -> str:
    """Types of which each uses the next many times."""
    refs = [[{"$ref": f"#/components/schemas/T{level + 1}"}] * width for level in range(levels)]
    parts = {
        f"T{level}": {"properties": {f"p{n}": ref for n, ref in enumerate(below)}}
        if keyword == "properties"
        else {keyword: below}
        for level, below in enumerate(refs)
    }
    return openapi({"$ref": "#/components/schemas/T0"}, {**parts, f"T{levels}": {"type": "string"}})


@pytest.mark.parametrize(
    "text",
    [
        openapi({"type": "object", "properties": {f"p{n}": {} for n in range(MOST_FIELDS + 1)}}),
        openapi({"properties": {f"p{n}": {"properties": {f"q{m}": {} for m in range(100)}} for n in range(60)}}),
        types(9, 9, "properties"),
        types(12, 30, "allOf"),
        types(12, 30, "anyOf"),
        openapi({"properties": {"a": {"default": json.loads("[" * 80 + "]" * 80)}}}),
        openapi({"properties": {"a": {"maximum": 10**400}}}),
        openapi({"properties": {"a": {"description": "\ud800"}}}),
        openapi({"properties": {"a" * 1_001: {}}}),
    ],
    ids=["fields", "parts", "properties", "allOf", "anyOf", "levels", "number", "half a character", "key"],
)
def test_a_document_beyond_its_limits_tells_nothing_by_silence(text: str) -> None:
    """It is said that not all of it was read, whatever there was too much of."""
    found = read_page(text.encode(), "openapi.json")

    assert isinstance(found, Reading)
    assert [problem.rule for problem in found.problems] == ["page-too-large"]
    assert found.tells == frozenset()
    assert (
        ("parameter_names",) not in found.as_facts()
        or "too many" in found.problems[0].what
        or "parts" in found.problems[0].what
    )


def test_a_type_that_is_made_of_itself_is_unread() -> None:
    """A circle of `allOf` has no fields, and is followed once."""
    circle = {"allOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/A"}]}
    found = read_page(openapi({"$ref": "#/components/schemas/A"}, {"A": circle}).encode(), "openapi.json")

    assert isinstance(found, Reading)
    assert found.problems == ()
    assert 0 < len(found.unread) < 5


def harmless(data: bytes) -> None:
    """Reading ends with a finding, or with a reading of which everything can be written down."""
    found = read_page(data, "page")
    if isinstance(found, Reading):
        facts = [[said.path, said.value, str(said.place)] for said in found.facts]
        json.dumps(facts, ensure_ascii=False, allow_nan=False).encode()
        " ".join([*(one.digest for one in found.wordings), *(one.text for one in found.unread), found.title]).encode()


ODD = st.sampled_from(
    [
        *(
            "\0",
            "\u2028",
            "\x85",
            "\u00b2",
            "\u0663",
            "\\ud800",
            '"\\ud800"',
            "1e999",
            "9" * 5_000,
            "[" * 200,
            "{" * 200,
        ),
        *(
            "```",
            "<!--",
            "<pre>",
            "&#x110000;",
            "&#xd800;",
            "Default: [1]",
            'Default: {"a": 1}',
            "NaN",
            "Infinity",
            "~",
        ),
        *(
            "Default value: ",
            "Possible enum values: ",
            "Range: ",
            "Allowed values :",
            "\n",
            "* required",
            "boolean",
            "enum",
        ),
        *(
            "kept for " + "9" * 400 + " hours",
            "poll every " + "9" * 400 + " s",
            "~" + "9" * 5_000 + "m",
            "$" + "9" * 400,
        ),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PAGES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.one_of(ODD, st.text(max_size=20))), max_size=12),
    st.tuples(st.sampled_from(PAGES), st.floats(0, 1)) | st.none(),
)
def test_no_page_that_was_spoiled_breaks_a_reader(
    page: str, edits: list[tuple[float, int, str]], other: tuple[str, float] | None
) -> None:
    """With pieces cut out, odd ones put in, and the rest of another page behind it, every page is read or refused."""
    for where, length, text in edits:
        at = int(where * len(page))
        page = page[:at] + text + page[at + length :]
    if other is not None:
        page = page[: len(page) // 2] + other[0][int(other[1] * len(other[0])) :]
    harmless(page.encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_break_a_reader(data: bytes) -> None:
    """Of any bytes whatever."""
    harmless(data)


KEYWORDS = [
    *("type", "properties", "items", "enum", "anyOf", "allOf"),
    *("$ref", "required", "default", "minimum", "schema", "a"),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=5),
    max_leaves=15,
)


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES, st.sampled_from(["3.0.0", "3.1.0"]))
def test_no_document_breaks_a_reader(schema: object, other: object, version: str) -> None:
    """Whatever stands where a schema should, a parameter, an answer or a whole path."""
    document = json.loads(openapi({"$ref": "#/components/schemas/A"}))
    document |= {"openapi": version, "servers": other, "security": schema}
    document["components"] = {"schemas": {"A": {"properties": {"a": schema, "b": other}}}, "securitySchemes": other}
    document["paths"]["/x"]["post"]["responses"] = {
        "200": {"content": {"application/json": {"schema": other}}},
        "4": schema,
    }
    document["paths"]["/y"] = other
    harmless(json.dumps(document).encode())

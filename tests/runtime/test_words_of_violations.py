"""The whole of what a caller reads of a bad input: field, fact, words, what is allowed, and what was meant."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from callsheet.runtime.errors import Violation
from callsheet.runtime.formats import URI_PATTERN
from callsheet.runtime.judging import EXACT, Request, judge


class Item(Request):
    url: Annotated[str, Field(pattern=URI_PATTERN)]
    scale: float | None = None


class Input(Request):
    mode: Literal["animation", "replace"] | None = None
    size: Literal["480p", "1080p"] | None = None
    steps: Annotated[int, Field(ge=2, le=50)] = 40
    part: Annotated[float, Field(gt=0, lt=1)] | None = None
    even: Annotated[int, Field(multiple_of=2)] | None = None
    name: Annotated[str, Field(min_length=2, max_length=4)] | None = None
    list_: Annotated[list[int] | None, Field(alias="list", min_length=1, max_length=2)] = None
    items: list[Item] | None = None
    again: bool = False
    truth: Annotated[Literal[True], EXACT] | None = None
    code: Annotated[str, Field(pattern="^[a-z]+$")] | None = None


NAMES = ("mode", "size", "steps", "part", "even", "name", "list", "items", "again", "truth", "code")
KNOWN = ", ".join(NAMES)
URI = "is not a URI, such as https://example.com/clip.mp4"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            {"mode": "Replace"},
            (
                "mode",
                "enum",
                "'Replace' is not allowed; allowed: 'animation', 'replace'",
                "Replace",
                ("animation", "replace"),
                "replace",
            ),
        ),
        (
            {"size": "1081p"},
            ("size", "enum", "'1081p' is not allowed; allowed: '480p', '1080p'", "1081p", ("480p", "1080p"), None),
        ),
        ({"steps": 1}, ("steps", "minimum", "1: input should be greater than or equal to 2", 1)),
        ({"steps": 51}, ("steps", "maximum", "51: input should be less than or equal to 50", 51)),
        ({"steps": 2.5}, ("steps", "type", "an integer is expected, 2.5 (a number) was given", 2.5)),
        ({"steps": "5"}, ("steps", "type", "an integer is expected, '5' (text) was given", "5")),
        ({"part": 0}, ("part", "exclusive_minimum", "0: input should be greater than 0", 0)),
        ({"part": 1}, ("part", "exclusive_maximum", "1: input should be less than 1", 1)),
        ({"part": "1"}, ("part", "type", "a number is expected, '1' (text) was given", "1")),
        ({"even": 3}, ("even", "multiple_of", "3: input should be a multiple of 2", 3)),
        ({"name": "a"}, ("name", "min_length", "'a': string should have at least 2 characters", "a")),
        ({"name": "abcde"}, ("name", "max_length", "'abcde': string should have at most 4 characters", "abcde")),
        ({"name": 5}, ("name", "type", "text is expected, 5 (an integer) was given", 5)),
        ({"list": []}, ("list", "min_items", "[]: list should have at least 1 item after validation, not 0", [])),
        (
            {"list": [1, 2, 3]},
            ("list", "max_items", "[1, 2, 3]: list should have at most 2 items after validation, not 3", [1, 2, 3]),
        ),
        ({"list": {}}, ("list", "type", "a list is expected, {} (an object) was given", {})),
        ({"list": ["1"]}, ("list.0", "type", "an integer is expected, '1' (text) was given", "1")),
        ({"items": [{"url": "a.png"}]}, ("items.0.url", "pattern", f"'a.png' {URI}", "a.png")),
        ({"items": [{}]}, ("items.0.url", "missing", "is required")),
        ({"items": ["x"]}, ("items.0", "type", "an object is expected, 'x' (text) was given", "x")),
        (
            {"items": [{"url": "s3://a", "scael": 1}]},
            ("items.0.scael", "unknown", "is not known here; there are url, scale", 1, ("url", "scale"), "scale"),
        ),
        ({"again": 1}, ("again", "type", "true or false is expected, 1 (an integer) was given", 1)),
        ({"again": "yes"}, ("again", "type", "true or false is expected, 'yes' (text) was given", "yes")),
        ({"truth": 1}, ("truth", "type", "a number is no truth value", 1)),
        ({"mode": None}, ("mode", "null", "null is not a value for it; leave it out instead")),
        ({"code": "A"}, ("code", "pattern", "'A': string should match pattern '^[a-z]+$'", "A")),
        (
            {"stpes": 3},
            ("stpes", "unknown", f"is no parameter of this endpoint; there are {KNOWN}", 3, NAMES, "steps"),
        ),
        (
            {"zzzzzzz": 3},
            ("zzzzzzz", "unknown", f"is no parameter of this endpoint; there are {KNOWN}", 3, NAMES, None),
        ),
        ({"steps": float("inf")}, ("steps", "not_json", "inf is no JSON number")),
        ({"steps": 2**1023}, ("steps", "not_json", "is an integer beyond what JSON numbers carry")),
        ({"name": "\ud800"}, ("name", "not_json", "holds a lone surrogate, which is no Unicode text")),
        ({"name": {1}}, ("name", "not_json", "a set is no JSON value")),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_violation_says_all_of_it(payload: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """Nothing is missing of it, and nothing is cut: what is given comes back as it was given."""
    assert judge(Input, payload) == (Violation(*expected),)


@pytest.mark.parametrize(("length", "shown"), [(78, "'{}'"), (79, "'{:.76}…")])
def test_long_values_are_cut_in_the_words_alone(length: int, shown: str) -> None:
    """A line of eighty letters is whole; what was given is kept in any case."""
    text = "x" * length
    (violation,) = judge(Input, {"name": text})

    assert violation.message == f"{shown.format(text)}: string should have at most 4 characters"
    assert violation.given == text

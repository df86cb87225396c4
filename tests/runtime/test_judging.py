"""The judge where values may be of several types, and where Python takes for equal what JSON does not."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from callsheet.runtime.errors import Violation
from callsheet.runtime.formats import URI_PATTERN
from callsheet.runtime.judging import EXACT, Matching, Request, judge


class Part(Request):
    url: Annotated[str, Field(pattern=URI_PATTERN)]
    under: Part | None = None


class Union(Request):
    either: Literal["auto"] | Annotated[int, Field(ge=5)] | None = None
    mixed: list[Annotated[Literal[0, 1], EXACT] | Part | Annotated[float, Field(gt=2)]] | None = None
    truth: Annotated[Literal[True], EXACT] | float | None = None
    chosen: Annotated[Literal[1, 2], EXACT] | bool | None = None
    grid: list[list[Annotated[Literal[1, 2], EXACT]]] | None = None
    parts: str | Annotated[list[Part], Field(min_length=2)] | dict[str, Any] | None = None
    style: Annotated[str | None, Field(pattern="^a:b")] = None
    both: Annotated[str | None, Field(pattern=URI_PATTERN), Matching(r"\.gif$")] = None


PART = {"url": "https://x.test/a"}


@pytest.mark.parametrize(
    "payload",
    [
        {"either": "auto"},
        {"either": 5},
        {"mixed": [0, 1.0, 2.5, PART]},
        {"truth": True},
        {"truth": 1},
        {"chosen": True},
        {"chosen": False},
        {"chosen": 2},
        {"grid": [[1, 2.0], []]},
        {"parts": [PART, {"url": "s3://a", "under": PART}]},
        {"style": "a:b"},
        {"both": "https://x.test/a.gif"},
    ],
    ids=str,
)
def test_right(payload: dict[str, object]):
    """What one of the types takes is right, and stays what it is: true beside a number is true."""
    assert () == judge(Union, payload)


@pytest.mark.parametrize(
    ("payload", "field", "fact", "words"),
    [
        ({"either": 3}, "either", "minimum", "3: input should be greater than or equal to 5"),
        ({"either": "x"}, "either", "enum", "'x' is not allowed; allowed: 'auto'"),
        ({"either": []}, "either", "type", "text or an integer is expected, [] (a list) was given"),
        ({"either": True}, "either", "type", "text or an integer is expected, True (true or false) was given"),
        ({"mixed": [5, {"url": "x"}]}, "mixed.1.url", "pattern", "'x' is not a URI"),
        ({"mixed": [{**PART, "under": {"ulr": 1, **PART}}]}, "mixed.0.under.ulr", "unknown", "did you mean 'url'"),
        ({"mixed": [{}]}, "mixed.0.url", "missing", "is required"),
        ({"mixed": [True]}, "mixed.0", "type", "an integer or an object or a number is expected, True"),
        ({"mixed": [1.5]}, "mixed.0", "exclusive_minimum", "greater than 2"),
        ({"truth": False}, "truth", "enum", "False is not allowed; allowed: True"),
        ({"chosen": 3}, "chosen", "enum", "3 is not allowed; allowed: 1, 2"),
        ({"grid": [[1], [2, True]]}, "grid.1.1", "type", "true and false are no numbers"),
        ({"parts": [PART]}, "parts", "min_items", "at least 2"),
        ({"parts": [PART, {"url": 5}]}, "parts.1.url", "type", "text is expected, 5 (an integer) was given"),
        ({"style": "https://x.test"}, "style", "pattern", "'^a:b'"),
        ({"both": "a.gif"}, "both", "pattern", "not a URI"),
        ({"both": "https://x.test/a.mp4"}, "both", "pattern", "should match pattern"),
    ],
    ids=str,
)
def test_wrong(payload: dict[str, object], field: str, fact: str, words: str):
    """One violation, at the caller's own path, of the type that was meant."""
    (violation,) = judge(Union, payload)

    assert (field, fact) == (violation.field, violation.fact)
    assert words in str(violation)


ADDRESSES = [
    "https://reel.test/a b",
    "HTTPS://REEL.TEST:8443/%7Euser/a%20b.mp4?x=1#end",
    "http://[::1]/",
    "http://user:word@reel.test",
    "https://reel.test?x",
    "https://bücher.example/größe.png",
    "http://127.0.0.1:8000/a.mp4",
    "data:video/mp4;base64,AAAA",
    "data:,x",
    "s3://bucket/key",
    "gs://b",
    "file:///tmp/a.mp4",
    "s3:x",
    "ab:c",
    "dat:c",
    "datas://c",
    "htt:c",
    "httpx://c",
    "ftp://c",
]
NO_ADDRESSES = [
    "",
    "://",
    "clip.mp4",
    "/clip.mp4",
    "C:\\clip.mp4",
    "https:",
    "https://",
    "https:///clip.mp4",
    "https://?x",
    "https://:80/",
    "https:reel.test",
    "https: //x",
    "https://exa mple.com/",
    "https://reel.test\n",
    "data:",
    "data:video/mp4",
    "data:video/mp4;base64,",
    "s3:",
    "s3://",
    "s3:/",
    "s3: key",
    "data:a",
    "HTTPS:/a",
    "http://a b",
]


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses(text: str):
    """Whatever a provider could fetch is an address, a data URI included."""
    assert () == judge(Part, {"url": text})


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_no_addresses(text: str):
    """A path is none, nor is a scheme with nothing after it, nor http without a host."""
    assert ["pattern"] == [violation.fact for violation in judge(Part, {"url": text})]


class Slow(Request):
    word: Annotated[str, Field(pattern="^(a+)+$")]
    url: Annotated[str | None, Field(pattern=URI_PATTERN), Matching("(x+x+)+y")] = None


def test_time_is_bounded():
    """No text of a caller's makes a pattern take long: engines that try every way would not end here."""
    before = time.monotonic()

    assert len(judge(Slow, {"word": "a" * 50_000 + "!", "url": "https://" + "x" * 50_000})) == 2
    assert time.monotonic() - before < 5


class Ruled(Request):
    resolution: Literal["720p", "1080p"] = "720p"
    duration: float | None = None

    @staticmethod
    def _broken_rules(payload: Mapping[str, object], /) -> Iterator[Violation]:
        if payload.get("resolution") == "1080p" and payload.get("duration") != 8:
            yield Violation("duration", "rule", "has to be 8")


def test_rules_are_judged_with_everything_else():
    """A broken rule stands among the other violations, in the order of the parameters; what is no JSON breaks none."""
    assert () == judge(Ruled, {"resolution": "1080p", "duration": 8.0})
    assert ["rule"] == [v.fact for v in judge(Ruled, {"resolution": "1080p"})]
    assert ["type", "rule", "unknown"] == [
        v.fact for v in judge(Ruled, {"zoom": 1, "resolution": "1080p", "duration": "8"})
    ]
    assert ["not_json"] == [v.fact for v in judge(Ruled, {"resolution": "1080p", "duration": float("nan")})]
    assert [""] == [v.field for v in judge(Ruled, {5: 1})]  # type: ignore[dict-item]

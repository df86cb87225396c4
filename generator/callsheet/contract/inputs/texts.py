"""The texts at the edges of a schema: lengths, scripts, addresses, patterns; and whether a text fits it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, cast

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from callsheet.contract.inputs.schemas import accepts
from callsheet.plan.model import Schema

URIS: Final = {
    "video": "https://example.com/a.mp4",
    "picture": "https://example.com/a.png",
    "capitals_port_escapes": "HTTPS://EXAMPLE.COM:8443/%7Euser/a%20b.mp4?x=1&y=&x=2#end",
    "ipv6": "http://[::1]/",
    "no_path": "https://example.com",
    "other_scripts": "https://bücher.example/größe/日本語/😀.mp4",
    "data": "data:video/mp4;base64,AAAAIGZ0eXA=",
    "other_scheme": "s3://bucket/key",
    "shortest": "ab:c",
}
"""Addresses that a client may be tempted to rewrite or to refuse."""

NO_URIS: Final = {
    "words": "not a uri",
    "path": "/videos/a.mp4",
    "drive": "C:\\videos\\a.mp4",
    "no_scheme": "example.com/a.mp4",
    "no_text": "",
    "slashes": "://",
    "scheme": "https:",
    "scheme_and_slashes": "https://",
    "no_host": "https:///a.mp4",
    "data_without_data": "data:video/mp4;base64",
}

WORDS: Final = {
    "no_text": "",
    "space": " ",
    "letter": "a",
    "digit": "0",
    "true": "true",
    "null": "null",
    "ratio": "16:9",
    "quotes_and_backslash": 'quote " and \\ and \\u0041',
    "line_breaks": "line\nbreak\r\ttab",
    "nul": "\u0000",
    "combining": "e\u0301\u0323",
    "right_to_left": "\u202e\u05e9\u05dc\u05d5\u05dd \u0639\u0627\u0644\u0645",
    "astral": "😀🏳️\u200d🌈",
    "private": "\U0010fffd",
    "line_separator": "\u2028\ufeff\u0085",
    "spaces_around": " a ",
    "markup": "</script><!--",
    "long": "wort " * 2000,
}

HALF: Final = "a\ud800"
"""Half a character: JSON can write it, and no provider can be sent it."""


_OF_TEXT: Final = ("type", "format", "pattern", "allOf", "minLength", "maxLength")
"""The words of a schema that say something of a text."""


def texts(schema: Schema) -> Iterator[tuple[str, str]]:
    """Texts at and around each length, then odd ones; where an address is asked for, addresses and what is none."""
    told: set[str] = set()
    for word, text in _all(schema):
        if text not in told:
            told.add(text)
            yield word, text


def fits_text(schema: Schema, text: str) -> bool:
    """Whether a text has a length that a schema takes, and keeps its patterns. Lengths count code points."""
    least, most = cast("int", schema.get("minLength", 0)), cast("int | None", schema.get("maxLength"))
    if len(text) < least or (most is not None and len(text) > most):
        return False
    if schema.get("format") == "uri" and (text in NO_URIS.values() or _own_pattern(schema) is None):
        return text in URIS.values()
    return accepts(schema, text)


def plain_text(schema: Schema) -> str:
    """A text that a schema takes; a number of a's, where nothing more is asked for."""
    if schema.get("format") != "uri" and "pattern" not in schema:
        return "a" * max(1, cast("int", schema.get("minLength", 1)))
    fitting = (text for text in (*_URIS_AND_WORDS, *_of_pattern(schema)) if fits_text(schema, text))
    return next(fitting)


_URIS_AND_WORDS: Final = (*URIS.values(), *WORDS.values())


def _all(schema: Schema) -> Iterator[tuple[str, str]]:
    if schema.get("format") == "uri":
        yield from ((f"address:{word}", text) for word, text in URIS.items())
        yield from ((f"no_address:{word}", text) for word, text in NO_URIS.items())
        if _own_pattern(schema) is None:
            return
    else:
        yield from _lengths(schema)
        yield from WORDS.items()
    yield from ((f"pattern_{number}", text) for number, text in enumerate(_of_pattern(schema)))


def _lengths(schema: Schema) -> Iterator[tuple[str, str]]:
    least, most = cast("int", schema.get("minLength", 0)), cast("int | None", schema.get("maxLength"))
    edges = {"shortest": least, "above_shortest": least + 1, "too_short": least - 1}
    if most is not None:
        edges |= {"longest": most, "below_longest": most - 1, "too_long": most + 1}
    for word, length in edges.items():
        if length >= 0 and (least or most is not None):
            yield word, "x" * length
            yield f"{word}_in_two_bytes", "é" * length
            yield f"{word}_in_pairs", "😀" * length
            yield f"{word}_in_combining", ("e\u0301" * length)[:length]


def _own_pattern(schema: Schema) -> str | None:
    """The pattern that the spec's author gave; that of all addresses stands beside it in `allOf`."""
    return str(schema["pattern"]) if "pattern" in schema and ("allOf" in schema or "format" not in schema) else None


def _of_pattern(schema: Schema) -> Iterator[str]:
    """A text of a pattern, and slips around it."""
    pattern = _own_pattern(schema)
    if pattern is None:
        return
    first = _drawn(json.dumps({key: schema[key] for key in _OF_TEXT if key in schema}))
    yield first
    yield from (f"{first}\n", f" {first}", f"{first} ", first[:-1], first[1:], first * 2)
    yield from (first.upper(), first.lower(), "", "?", "0", "\n")


@lru_cache
def _drawn(told: str) -> str:
    schema = cast("Schema", json.loads(told))
    address = "https://example.com/{}".format if schema.get("format") == "uri" else str
    drawn = st.from_regex(str(schema["pattern"])).map(address).filter(lambda text: accepts(schema, text))
    once = settings(
        database=None,
        max_examples=2000,
        phases=[Phase.generate],
        suppress_health_check=tuple(HealthCheck),  # pyright: ignore[reportArgumentType] - a class that lists its members
        deadline=None,
    )
    return find(drawn, lambda _: True, settings=once, random=random.Random(0))  # noqa: S311 - the same each time

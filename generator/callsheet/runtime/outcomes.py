"""What a finished job made: which part of an answer is the output, and where its files are. Pure."""

from __future__ import annotations

import base64
import binascii
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast
from urllib.parse import unquote_to_bytes

from .context import Context
from .errors import AnswerWarning, UnexpectedAnswer
from .handle import Handle
from .pointer import ABSENT, at
from .steps import Reply
from .tables import Blocking, Result
from .wire import PAGE, kind

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}\Z")
_SHORTEST: Final = 64
"""A word of a few letters is base64, too; no file is as short as this."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished job: what it made."""

    handle: Handle
    body: object
    """The whole answer, as JSON; ABSENT where it is none."""
    output: object
    """The part of it that is the endpoint's output, as JSON; ABSENT where there is none."""
    media: tuple[str, ...]
    """Addresses of all files that the answer names, the main one first."""
    reply: Reply
    inline: bytes | None = None
    """The main file itself, where the answer holds it."""
    file: Path | None = None
    """Where the main file is on this machine, where it came as the answer, or was put there as it came."""
    spooled: bool = False
    """That file is ours, for as long as nobody has saved it: it may be moved."""
    keyed: bool = False
    """The main file is behind the key, where its address is on a host of the provider's."""


def of_result(context: Context, handle: Handle, reply: Reply) -> Outcome:
    """The outcome that an answer with the result is."""
    return _read(context, handle, reply, context.model.queue.result)


def of_call(context: Context, handle: Handle, reply: Reply) -> Outcome:
    """The outcome that the answer to a blocking call is."""
    if reply.file is not None:
        return Outcome(handle, ABSENT, ABSENT, (), reply, file=reply.file, spooled=True)
    return _read(context, handle, reply, context.model.blocking)


def _read(context: Context, handle: Handle, reply: Reply, asked: Result | Blocking) -> Outcome:
    body = reply.json
    if body is ABSENT and asked.decode == "bytes":
        if kind(reply.headers) == PAGE:
            words = f"{handle}: a web page came in the place of the file: {reply.body[:200].decode(errors='replace')!r}"
            raise UnexpectedAnswer(context.without_key(words), answer=reply, handle=handle)
        return Outcome(handle, body, ABSENT, (), reply, inline=reply.body)
    output = _decoded(context, handle, reply, at(body, asked.output), asked)
    places = list(_places(context, asked, body, output))
    main = [address for place in places for address in _addresses(place)]
    found = tuple(dict.fromkeys([*main, *_files(output)]))
    inline = None if main else _inline(places)
    if output is ABSENT and not (asked.decode == "bytes" and inline is not None):
        words = f"{handle}: the answer holds nothing at {asked.output!r}, where the output should be; it is kept whole"
        if context.options.strict or not (found or inline):
            raise UnexpectedAnswer(words, answer=reply, handle=handle)
        warnings.warn(words, AnswerWarning, stacklevel=2)
    return Outcome(handle, body, output, found, reply, inline)


def saved(outcome: Outcome, path: Path) -> Outcome:
    """The outcome after its main file was saved: what was ours has moved there."""
    return replace(outcome, file=path, spooled=False) if outcome.spooled else outcome


def with_file(outcome: Outcome, address: str, *, keyed: bool) -> Outcome:
    """The outcome with the address that a further request gave, as that of the main file."""
    return replace(outcome, media=tuple(dict.fromkeys([address, *outcome.media])), keyed=keyed)


def _decoded(context: Context, handle: Handle, reply: Reply, output: object, asked: Result | Blocking) -> object:
    """The output; what is JSON within a string is read, as long as it is a string: older answers may hold it bare."""
    if asked.decode != "json_text" or not isinstance(output, str):
        return output
    try:
        return cast("object", json.loads(output))
    except (ValueError, RecursionError) as exc:
        words = f"{handle}: the output should be JSON written as text, and is {output[:80]!r}; it is kept as it came"
        if context.options.strict:
            raise UnexpectedAnswer(words, answer=reply, handle=handle) from exc
        warnings.warn(words, AnswerWarning, stacklevel=2)
        return output


def _places(context: Context, asked: Result | Blocking, body: object, output: object) -> Iterator[object]:
    """Where the main file may be told, in order."""
    if context.model.media is None:
        return
    yield at(output, context.model.media)
    for pointer in asked.media:
        yield at(body, pointer)


def _inline(places: list[object]) -> bytes | None:
    """The main file, where the answer holds it as base64 text or as a data URI."""
    for place in places:
        for text in _texts(place):
            if (content := file_within(text)) is not None:
                return content
    return None


def _texts(value: object) -> Iterator[str]:
    """A text as it stands, or the `url` of a File object, or those of a list."""
    match value:
        case str():
            yield value
        case dict():
            yield from _texts(cast("dict[str, object]", value).get("url"))
        case list():
            for item in cast("list[object]", value):
                yield from _texts(item)
        case _:
            pass


def file_within(text: str) -> bytes | None:
    """The file that a text is, as a data URI or as base64; None where it is neither."""
    if text.startswith("data:"):
        head, comma, data = text.partition(",")
        if not comma:
            return None
        return _unbase64(data) if head.endswith(";base64") else unquote_to_bytes(data)
    packed = "".join(text.split())
    return _unbase64(packed) if len(packed) >= _SHORTEST and _BASE64.match(packed) else None


def _unbase64(text: str) -> bytes | None:
    whole = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _addresses(value: object) -> Iterator[str]:
    """A URL as it stands, or the `url` of a File object, or those of a list."""
    return (text for text in _texts(value) if text.startswith(("http://", "https://")))


def _files(value: object) -> Iterator[str]:
    """The `url` of every File object, however deep."""
    match value:
        case dict():
            held = cast("dict[str, object]", value)
            if "url" in held:
                yield from _addresses(held["url"])
            for item in held.values():
                if not isinstance(item, str):
                    yield from _files(item)
        case list():
            for item in cast("list[object]", value):
                yield from _files(item)
        case _:
            pass

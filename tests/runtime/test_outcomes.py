"""What an answer with a result holds: its output, its files, wherever they stand and however they are written."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import reel

from callsheet.runtime import outcomes
from callsheet.runtime.errors import AnswerWarning, UnexpectedAnswer
from callsheet.runtime.pointer import ABSENT

CLIP = "https://cdn.test/c.mp4"
FILE = bytes(range(256))
PACKED = base64.b64encode(FILE).decode()


def context(*, media: str | None = "/clip", strict: bool = False, **asked: Any) -> Any:
    """The endpoint with another way to tell its result."""
    result = replace(reel.QUEUE.result, **{"output": "", "media": (), **asked})
    return reel.of(reel.changed(media=media, protocol=replace(reel.QUEUE, result=result)), strict=strict)


def read(body: object, **parts: Any) -> outcomes.Outcome:
    """The outcome of an answer."""
    return outcomes.of_result(context(**parts), reel.HANDLE, reel.reply(200, body))


@pytest.mark.parametrize(
    ("body", "parts", "media"),
    [
        ({"clip": CLIP}, {}, (CLIP,)),
        ({"clip": {"url": CLIP, "size": 5}}, {}, (CLIP,)),
        ({"clip": [CLIP, {"url": "http://b.test/d"}]}, {}, (CLIP, "http://b.test/d")),
        ({"clip": CLIP, "logs": [{"url": "https://l.test"}]}, {}, (CLIP, "https://l.test")),
        ({"a": {"url": "https://b.test/a"}, "clip": CLIP}, {}, (CLIP, "https://b.test/a")),
        ({"clip": CLIP, "again": {"url": CLIP}}, {}, (CLIP,)),
        ({"other": CLIP}, {}, ()),
        ({"clip": "ftp://x"}, {}, ()),
        ({"clip": CLIP, "beside": "https://b.test/b"}, {"media": "/none", "output": "/clip"}, ()),
        ({"o": {"clip": CLIP}, "m": "https://b.test/b"}, {"output": "/o"}, (CLIP,)),
        ({"o": {}, "clip": CLIP}, {"output": "/o"}, ()),
    ],
)
def test_the_files_of_an_answer(body: Any, parts: dict[str, Any], media: tuple[str, ...]) -> None:
    """The main one first, then every File object, each once; a text that merely is an address is none."""
    assert read(body, **parts).media == media


def test_the_main_file_may_stand_beside_the_output() -> None:
    """In order: within the output, then at the places that the protocol has for it."""
    result = replace(reel.QUEUE.result, output="/o", media=("/m",))
    ctx = reel.of(reel.changed(media="/video", protocol=replace(reel.QUEUE, result=result)))
    body = {"o": {"video": CLIP}, "m": "https://b.test/b"}

    assert outcomes.of_result(ctx, reel.HANDLE, reel.reply(200, body)).media == (CLIP, "https://b.test/b")
    assert outcomes.of_result(ctx, reel.HANDLE, reel.reply(200, {"o": {}, "m": CLIP})).media == (CLIP,)
    bare = replace(ctx, model=replace(ctx.model, media=None))
    assert outcomes.of_result(bare, reel.HANDLE, reel.reply(200, {"o": {}, "m": CLIP})).media == ()


def test_an_answer_without_its_output() -> None:
    """With a file it is kept and said; without one, or where that is asked for, it is an error."""
    with pytest.warns(
        AnswerWarning, match="reel/clip j1: the answer holds nothing at '/o', where the output should be"
    ):
        found = _with_places({"m": CLIP})
    assert (found.output, found.media) == (ABSENT, (CLIP,))
    for strict, body in ((True, {"m": CLIP}), (False, {})):
        with pytest.raises(UnexpectedAnswer, match="it is kept whole") as caught:
            _with_places(body, strict=strict)
        assert (caught.value.handle, caught.value.answer.json) == (reel.HANDLE, body)


def _with_places(body: object, *, strict: bool = False) -> outcomes.Outcome:
    result = replace(reel.QUEUE.result, output="/o", media=("/m",))
    ctx = reel.of(reel.changed(media="", protocol=replace(reel.QUEUE, result=result)), strict=strict)
    return outcomes.of_result(ctx, reel.HANDLE, reel.reply(200, body))


def test_json_within_a_text() -> None:
    """It is read; what is bare JSON already stays, and what is none is kept with a warning, or raises."""
    assert read({"o": '{"clip": "x"}'}, decode="json_text", output="/o").output == {"clip": "x"}
    assert read({"o": {"clip": "x"}}, decode="json_text", output="/o").output == {"clip": "x"}
    assert read({"o": '{"clip": "x"}'}, output="/o").output == '{"clip": "x"}'
    text = "{" * 100
    with pytest.warns(AnswerWarning, match="should be JSON written as text, and is '{{80}'; it is kept as it came"):
        assert read({"o": text}, decode="json_text", output="/o").output == text
    with pytest.raises(UnexpectedAnswer, match="should be JSON written as text") as caught:
        read({"o": text}, decode="json_text", output="/o", strict=True)
    assert (caught.value.handle, caught.value.answer.status) == (reel.HANDLE, 200)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (PACKED, FILE),
        (PACKED.rstrip("="), FILE),
        (base64.urlsafe_b64encode(FILE).decode(), FILE),
        ("\n".join(PACKED[n : n + 60] for n in range(0, len(PACKED), 60)), FILE),
        (f"data:video/mp4;base64,{PACKED}", FILE),
        ("data:,a%20b,c", b"a b,c"),
        ("data:text/plain;charset=utf-8,x", b"x"),
        ("data:video/mp4;base64", None),
        ("data:video/mp4;base64,A", None),
        ("YWJj", None),
        (PACKED + "!", None),
        (CLIP, None),
        ("", None),
    ],
)
def test_a_file_within_a_text(text: str, content: bytes | None) -> None:
    """As a data URI, or as base64 of either alphabet; a short word is none, though it could be read as such."""
    assert outcomes.file_within(text) == content
    for body in ({"clip": text}, {"clip": {"url": text}}, {"clip": [5, {"url": None}, text]}):
        assert read(body).inline == content


def test_an_address_goes_before_what_is_held() -> None:
    """Where an answer tells where its file is, nothing else is taken for it."""
    assert read({"clip": [PACKED, CLIP]}).inline is None
    assert read({"clip": [PACKED, CLIP]}).media == (CLIP,)


def test_a_saved_file_is_the_callers() -> None:
    """What was ours has moved; what never was stays as it is."""
    one = read({"clip": CLIP})
    ours = replace(one, file=Path("/spool/a"), spooled=True)

    assert outcomes.saved(one, Path("/b")) is one
    assert outcomes.saved(ours, Path("/b")) == replace(one, file=Path("/b"), spooled=False)
    assert outcomes.with_file(one, "https://k.test/f", keyed=True) == replace(
        one, media=("https://k.test/f", CLIP), keyed=True
    )
    assert outcomes.with_file(one, CLIP, keyed=False).media == (CLIP,)

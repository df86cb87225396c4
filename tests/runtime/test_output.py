"""Output as its documented type; what does not fit is kept as far as it goes, and said."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import reel
from pydantic import Field

from callsheet.runtime import output
from callsheet.runtime.errors import AnswerWarning, UnexpectedAnswer
from callsheet.runtime.formats import URI_PATTERN
from callsheet.runtime.judging import Answer
from callsheet.runtime.outcomes import Outcome
from callsheet.runtime.output import MediaFile, read_output
from callsheet.runtime.pointer import ABSENT


class Sound(Answer):
    volume: int


class Video(Answer):
    url: Annotated[str, Field(pattern=URI_PATTERN)]
    size: int | None = None
    class_: Annotated[str | None, Field(alias="class")] = None
    sounds: list[Sound] = []  # noqa: RUF012 - pydantic copies it
    mode: Literal["a", "b"] = "a"


def came(value: object, **parts: Any) -> Outcome:
    """An outcome with this output."""
    reply = reel.reply(200, value if value is not ABSENT else {})
    return replace(Outcome(reel.HANDLE, reply.json, value, (), reply), **parts)


def kept(value: object, kind: Any = Video) -> tuple[Any, str]:
    """What becomes of an output that does not fit, and the words of the warning."""
    with pytest.warns(AnswerWarning) as told:
        found = read_output(came(value), kind, strict=False)
    return found, str(told[0].message)


def test_what_fits_is_of_its_type() -> None:
    """In silence, with all that a provider says beyond its documentation; no output is none."""
    whole = {"url": "https://x.test/a.mp4", "size": 5, "class": "x", "sounds": [{"volume": 3}], "new": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        video = read_output(came(whole), Video, strict=True)
        assert read_output(came(ABSENT), str | None, strict=True) is None

    assert (video.url, video.size, video.class_, video.sounds[0].volume, video.new) == (
        "https://x.test/a.mp4",
        5,
        "x",
        3,
        1,
    )


def test_what_does_not_fit_is_kept_as_far_as_it_goes() -> None:
    """What is missing is None, what is of another type stays as it is, and what is unknown is there."""
    video, words = kept({"url": "https://x.test/a.mp4", "size": "big", "class": 5, "sounds": [{"volume": "loud"}, 7]})

    assert isinstance(video, Video)
    assert (video.url, video.size, video.class_) == ("https://x.test/a.mp4", "big", 5)
    assert (video.sounds[0].volume, video.sounds[1]) == ("loud", 7)
    assert (video.mode, video.model_extra) == (None, {})
    assert words.startswith("reel/clip j1: the output is not as documented (size: ")
    assert "sounds.0.volume: " in words
    assert words.endswith("; it is kept as it came")

    bare, words = kept({"new": [1]})
    assert (bare.url, bare.new, bare.model_extra) == (None, [1], {"new": [1]})
    assert "(url: Field required)" in words


def test_outputs_of_other_forms_are_kept_too() -> None:
    """A list of objects, an object that may be missing, one of several types, plain text, nothing."""
    (listed,), _ = kept([{"url": 5}], list[Video])
    maybe, _ = kept({"url": 5}, Video | None)
    first, _ = kept({"size": 5}, Video | Sound)

    assert (type(listed), listed.url) == (type(maybe), maybe.url) == (Video, 5)
    assert (type(first), first.size) == (Video, 5)
    (within, _), words = kept([{"url": 5}, 7], list[Video] | None)
    (deep,), _ = kept([[{"url": 5}]], Annotated[list[list[Video | None]], Field(max_length=3)])

    assert (type(within), type(deep[0])) == (Video, Video)
    assert "0.url: " in words
    assert kept({"a": 1}, str)[0] == {"a": 1}
    assert kept("x", list[Video])[0] == "x"
    found, words = kept(ABSENT, str)
    assert found is None
    assert "(output: Input should be a valid string)" in words


def test_an_address_that_is_none_is_said_in_words() -> None:
    """The pattern tells nobody anything."""
    assert "(url: should be an address, such as https://example.com/clip.mp4)" in kept({"url": "clip.mp4"})[1]


def test_strict_raises_with_the_answer() -> None:
    """Where a file came along, the words say where it is kept."""
    outcome = came({"size": 5}, file=Path("/spool/a"))
    with pytest.raises(UnexpectedAnswer, match="it is kept as it came in /spool/a") as caught:
        read_output(outcome, Video, strict=True)

    assert (caught.value.answer, caught.value.handle) == (outcome.reply, reel.HANDLE)


def file_of(kind: str | None, *, strict: bool = False, **parts: Any) -> MediaFile:
    """The file that an outcome is."""
    outcome = came(ABSENT, **parts)
    headers = {} if kind is None else {"content-type": kind}
    found: MediaFile = read_output(
        replace(outcome, reply=replace(outcome.reply, headers=headers, size=7)), MediaFile, strict=strict
    )
    return found


def test_a_file_is_of_the_kind_that_was_said() -> None:
    """Within JSON none was said, and none without a header."""
    here = Path("/spool/a")

    assert file_of("video/mp4", file=here) == MediaFile("video/mp4", 7, here)
    assert file_of(None, file=here) == MediaFile("application/octet-stream", 7, here)
    assert file_of("video/mp4", inline=b"abc", file=here) == MediaFile("video/mp4", 3, here, b"abc")
    assert file_of("application/json", inline=b"abc") == MediaFile("application/octet-stream", 3, None, b"abc")


def test_words_in_the_place_of_a_file_are_told() -> None:
    """They are kept; strict raises."""
    with pytest.warns(AnswerWarning, match="should be a file and is Text/plain; it is kept in /spool/a"):
        assert file_of("Text/plain", file=Path("/spool/a")).content_type == "Text/plain"
    with pytest.raises(UnexpectedAnswer, match="should be a file and is text/plain") as caught:
        file_of("text/plain", file=Path("/spool/a"), strict=True)
    assert caught.value.handle == reel.HANDLE
    assert caught.value.answer is not None


def test_no_file_at_all_is_an_error() -> None:
    """With the answer, so that nothing is lost, and the job that it is about."""
    outcome = came(ABSENT)
    with pytest.raises(UnexpectedAnswer, match=r"the answer is no file and holds none; look at `\.answer`") as caught:
        read_output(outcome, MediaFile, strict=False)

    assert (caught.value.answer, caught.value.handle) == (outcome.reply, reel.HANDLE)


def test_a_file_is_read_from_where_it_is(tmp_path: Path) -> None:
    """From memory, or from the disk."""
    (tmp_path / "a").write_bytes(b"disk")

    assert output.MediaFile("x", 4, tmp_path / "a").read() == b"disk"
    assert output.MediaFile("x", 3, tmp_path / "a", b"mem").read() == b"mem"
    assert output.MediaFile("x", 0).read() == b""

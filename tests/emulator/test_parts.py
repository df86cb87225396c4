"""The parts of the emulator on their own: files, templates, judging."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from zlib import crc32

import pytest
from emulated import NOW, TAKES, caller
from hypothesis import given
from hypothesis import strategies as st

from callsheet.emulator import media
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.requests.judging import judge
from callsheet.emulator.templates import render
from callsheet.plan.model import Plan
from callsheet.spec.model import Media
from callsheet.spec.placeholders import ANSWER

KINDS: tuple[Media, ...] = get_args(Media)


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """The top-level boxes of an MP4 file: type and payload. Every byte belongs to one."""
    found, at = [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        assert 8 <= size <= len(data) - at
        found.append((kind, data[at + 8 : at + size]))
        at += size
    return found


def test_the_video_is_an_mp4_that_can_start_before_it_has_arrived() -> None:
    """The index comes before the pictures, and the last box is the job's own mark."""
    found = boxes(media.content("video", "0123abcd"))
    assert [kind for kind, _ in found if kind != b"free"] == [b"ftyp", b"moov", b"mdat"]
    assert found[-1] == (b"free", b"0123abcd")
    assert b"avc1" in found[1][1]


def test_the_picture_and_the_sound_are_whole() -> None:
    """Every PNG chunk has its checksum, and the RIFF length covers the file."""
    picture, sound = media.content("image", "0123abcd"), media.content("audio", "0123abc")
    at, kinds = 8, []
    while at < len(picture):
        size, kind = struct.unpack(">I4s", picture[at : at + 8])
        assert picture[at + 8 + size : at + 12 + size] == crc32(picture[at + 4 : at + 8 + size]).to_bytes(4, "big")
        kinds.append(kind)
        at += 12 + size
    assert (kinds[0], kinds[-2:]) == (b"IHDR", [b"tEXt", b"IEND"])
    assert struct.unpack("<I", sound[4:8])[0] == len(sound) - 8


@pytest.mark.parametrize("kind", KINDS)
def test_each_job_has_a_file_of_its_own(kind: Media) -> None:
    """The bytes differ by job, are few, and are the same at each reading."""
    one, two = media.content(kind, "one"), media.content(kind, "two")
    assert one != two
    assert one == media.content(kind, "one")
    assert len(one) < 10_000


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_the_files_play(kind: Media, tmp_path: Path) -> None:
    """Every frame is decoded without an error."""
    file = tmp_path / f"file{media.ASSETS[kind].suffix}"
    file.write_bytes(media.content(kind, "a" * 32))
    command = ["ffmpeg", "-v", "error", "-xerror", "-i", str(file), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)  # noqa: S603  # our own arguments
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_lone_placeholder_keeps_the_type_of_its_value() -> None:
    """A number stays one, text within text is text, and what has no value leaves no key behind."""
    template: Any = {
        "n": "{n}",
        "text": "{n} of {s}",
        "gone": "{absent}",
        "list": ["{absent}", {"s": "{s}"}],
        "kept": "{",
    }
    assert render(template, {"n": 3, "s": "x"}) == {"n": 3, "text": "3 of x", "list": [{"s": "x"}], "kept": "{"}
    assert render("{absent}", {}) is None
    assert render("{n} and {absent}", {"n": None}) == "null and {absent}"


@given(st.text())
def test_a_value_is_never_read_as_a_template(text: str) -> None:
    """Braces in what a caller sent mean nothing."""
    assert render({"a": "{v}", "b": "<{v}>"}, {"v": text, "other": "wrong"}) == {"a": text, "b": f"<{text}>"}


def test_every_name_that_a_spec_may_use_has_a_value(plan: Plan) -> None:
    """What `callsheet.spec.placeholders` promises an answer is there, in a job that failed over its input.

    Such a job has no file, and this error no code of the provider's.
    """
    user = caller(plan, "fal")
    number = user.job(changed={"prompt": ...})["request_id"]
    route = user.emulator._routes.match(("fal", "queue"), f"/fal-ai/scail-2/requests/{number}")[0]
    desk = Desk(plan.provider("fal"), route, user.request("GET", "/"), NOW + TAKES, {}, "")
    assert ANSWER.keys() - {"output", "file", "code"} <= desk._values(user.state.jobs[number]).keys()


SCHEMA: Any = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a"],
    "properties": {
        "a": {"type": "string", "enum": ["x", "y", "z"]},
        "b": {"type": "integer", "minimum": 2, "maximum": 5},
        "c": {
            "anyOf": [{"type": "string", "minLength": 3}, {"type": "array", "items": {"type": "number"}, "minItems": 1}]
        },
        "d": {"type": ["string", "null"], "pattern": "^a"},
        "e": {"$ref": "#/$defs/E"},
        "f": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "multipleOf": 0.25},
    },
    "$defs": {"E": {"type": "object", "required": ["g"], "properties": {"g": {"type": "boolean"}}}},
}


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"a": "x"}, []),
        ({}, [("missing", "a", "Field required")]),
        ({"a": 5}, [("enum", "a", "Input should be 'x', 'y' or 'z'")]),
        ({"a": "x", "b": True}, [("integer", "b", "Input should be a valid integer")]),
        ({"a": "x", "b": 2.0}, []),
        ({"a": "x", "b": 1}, [("minimum", "b", "Input should be greater than or equal to 2")]),
        ({"a": "x", "c": "ab"}, [("min_length", "c", "String should have at least 3 characters")]),
        ({"a": "x", "c": []}, [("min_items", "c", "List should have at least 1 items after validation, not 0")]),
        ({"a": "x", "c": [1, "2"]}, [("number", "c.1", "Input should be a valid number")]),
        ({"a": "x", "d": None}, []),
        ({"a": "x", "d": "b"}, [("pattern", "d", "String should match pattern '^a'")]),
        ({"a": "x", "e": {}}, [("missing", "e.g", "Field required")]),
        ({"a": "x", "e": {"g": 1}}, [("boolean", "e.g", "Input should be a valid boolean")]),
        ({"a": "x", "f": 1}, [("exclusive_maximum", "f", "Input should be less than 1")]),
        ({"a": "x", "f": 0.3}, [("multiple_of", "f", "Input should be a multiple of 0.25")]),
        ({"a": "x", "h": 1}, [("unknown", "h", "Extra inputs are not permitted")]),
        ({"h": 1, "b": 9, "a": "w"}, [("enum", "a", ""), ("maximum", "b", ""), ("unknown", "h", "")]),
    ],
)
def test_each_broken_fact_is_named(plan: Plan, payload: Any, found: list[tuple[str, str, str]]) -> None:
    """One violation for each place, in the order of the schema, in words that name the limit."""
    judges = replace(plan.provider("fal").spec.protocols[0].judges, unknown_fields="refused")
    seen = [(v.kind, v.field, v.message) for v in judge(SCHEMA, payload, judges)]
    assert [entry[:2] for entry in seen] == [entry[:2] for entry in found]
    assert all(wanted in entry[2] for entry, (_, _, wanted) in zip(seen, found, strict=True))

"""A file of the caller's, looked at: what it is called, how it is read, what is wrong with one that is none."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import lab
import pytest

from callsheet.runtime import localfile, media
from callsheet.runtime.errors import Violation
from callsheet.runtime.localfile import LocalFile, look, shown, size_words
from callsheet.runtime.offers import Files
from callsheet.runtime.tables import Model


class Named(io.BytesIO):
    """An open file with a name."""

    name = "/a/b/cat & dog.png"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1234, "1.23 kB"),
        (999_999, "1e+03 kB"),
        (10**6, "1 MB"),
        (67_108_864, "67.1 MB"),
        (10**9, "1 GB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes_in_words(count: int, words: str) -> None:
    """Three digits, and the unit."""
    assert size_words(count) == words


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("cat.png", "cat.png"),
        ("my film (1).png", "my_film_1_.png"),
        ("größe.png", "gr_e.png"),
        (".png", "png"),
        ("__.png", "png"),
        ("a.b.png", "a.b.png"),
        ("x" * 99 + ".png", "x" * 80 + ".png"),
        ("a." + "y" * 30, "a." + "y" * 20),
        ("z" * 99, "z" * 80),
        ("日本", "image.png"),
    ],
)
def test_a_name_that_any_header_can_carry(tmp_path: Path, name: str, called: str) -> None:
    """ASCII, one word, not too long; the kind where nothing is left of it."""
    (tmp_path / name).write_bytes(lab.PNG)

    assert look(tmp_path / name, "image") == LocalFile(tmp_path / name, called, "image/png", len(lab.PNG))


def test_every_form_of_a_file(tmp_path: Path) -> None:
    """A path, bytes, an open file from where it stands: the same bytes, as often as they are asked for."""
    content = lab.PNG + bytes(2**18) + b"end"
    (tmp_path / "a.png").write_bytes(b"skip" + content)
    (tmp_path / "b.png").write_bytes(content)
    with (tmp_path / "a.png").open("rb") as file:
        file.seek(4)
        for value, called, shown_as in (
            (tmp_path / "b.png", "b.png", str(tmp_path / "b.png")),
            (content, "image.png", "262 kB of bytes"),
            (bytearray(content), "image.png", "262 kB of bytes"),
            (file, "a.png", str(tmp_path / "a.png")),
            (io.BytesIO(content), "image.png", "an open file (BytesIO)"),
            (Named(content), "cat_dog.png", "/a/b/cat & dog.png"),
        ):
            found = look(value, "image")
            assert isinstance(found, LocalFile)
            assert (found.name, found.content_type, found.size) == (called, "image/png", len(content))
            assert shown(value) == shown_as
            for _ in range(2):
                assert b"".join(found.chunks()) == content
            uri = found.data_uri()
            assert uri == "data:image/png;base64," + base64.b64encode(content).decode()
            assert len(uri) == found.uri_length
        assert file.tell() == 4


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_length_of_a_data_uri_is_known_before(size: int) -> None:
    """Padding included."""
    file = LocalFile(b"a" * size, "a", "x/y", size)

    assert file.uri_length == len(file.data_uri())


def test_no_more_is_sent_than_was_looked_at(tmp_path: Path) -> None:
    """A file that has grown is as long as it was, one that has shrunk is none."""
    path = tmp_path / "a.png"
    path.write_bytes(lab.PNG)
    file = look(path, "image")
    assert isinstance(file, LocalFile)
    path.write_bytes(lab.PNG + b"more")
    assert b"".join(file.chunks()) == lab.PNG
    path.write_bytes(lab.PNG[:-1])
    with pytest.raises(OSError, match=r"^a\.png has become shorter since it was looked at$"):
        b"".join(file.chunks())


def read_on(content: bytes, at: int) -> io.BytesIO:
    """An open file that was read so far."""
    file = io.BytesIO(content)
    file.seek(at)
    return file


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda _: b"", "image", "the file is empty"),
        (lambda _: io.BytesIO(), "image", "the file is empty"),
        (lambda _: read_on(lab.PNG, 40), "image", "the file was read to its end: rewind it"),
        (lambda _: lab.MP4, "audio", None),
        (lambda _: lab.PNG, "audio", "the file is image/png by its first bytes, a sound file is expected"),
        (lambda _: lab.PNG, "video", "the file is image/png by its first bytes, a video is expected"),
        (lambda _: b"words", "image", "the file is text, an image is expected"),
        (
            lambda _: bytes([255, 0] * 9),
            "image",
            "the file is nothing that is known here by its first bytes, an image is expected",
        ),
        (lambda folder: folder / "none.png", "image", "there is no file {}/none.png"),
        (
            lambda _: Path("~/x"),
            "image",
            "there is no file ~/x; `~` is not expanded by itself: use Path(…).expanduser()",
        ),
        (lambda folder: folder, "image", "{} is a folder"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, make: Callable[[Path], Any], kind: Any, words: str | None) -> None:
    """In whole sentences; what is none of it is a file."""
    found = look(make(tmp_path), kind)

    assert found == words.format(tmp_path) if words else isinstance(found, LocalFile)


def test_a_name_decides_where_bytes_do_not(tmp_path: Path) -> None:
    """For files that do not all begin alike, of the kind that is wanted, and only where nothing else is known."""
    (tmp_path / "a.mp3").write_bytes(bytes([255, 0] * 9))
    (tmp_path / "b.mp3").write_bytes(lab.PNG)
    found = look(tmp_path / "a.mp3", "audio")

    assert isinstance(found, LocalFile)
    assert found.content_type == "audio/mpeg"
    assert "nothing that is known here" in str(look(tmp_path / "a.mp3", "video"))
    assert "is image/png by its first bytes" in str(look(tmp_path / "b.mp3", "audio"))


def test_the_same_file_twice_is_known_as_one(tmp_path: Path) -> None:
    """By its path, or as the very same object."""
    one, other = lab.PNG + b"x", bytes(bytearray(lab.PNG + b"x"))

    assert localfile.identity(tmp_path / "a") == localfile.identity(Path(str(tmp_path), "a"))
    assert localfile.identity(one) == localfile.identity(one) != localfile.identity(other)
    assert [localfile.is_file(value) for value in (tmp_path, b"", bytearray(), io.BytesIO(), "a", 5, None)] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def way(files: Files, size: int, together: int = 0) -> bool | str:
    """How a file of a size travels."""
    return media._way(files, LocalFile(b"", "a.png", "image/png", size), together)


BOTH = lab.FILES
MEGABYTE = LocalFile(b"", "a", "image/png", 2**20).uri_length


@pytest.mark.parametrize(
    ("files", "size", "together", "inline"),
    [
        (BOTH, 2**20, 0, True),
        (BOTH, 2**20 + 1, 0, False),
        (BOTH, 2**20, 4 * 2**20 - MEGABYTE, True),
        (BOTH, 2**20, 4 * 2**20 - MEGABYTE + 1, False),
        (replace(BOTH, largest_data_uri=26), 3, 0, True),
        (replace(BOTH, largest_data_uri=25), 3, 0, False),
        (replace(BOTH, largest_upload=99), 99, 0, True),
        (Files(True, 26), 3, 2**30, True),
        (Files(True, 25), 3, 0, "a.png has 3 bytes; at most 25 bytes as a data URI can be sent"),
        (Files(upload=lab.UPLOAD, largest_upload=9), 9, 0, False),
        (
            Files(upload=lab.UPLOAD, largest_upload=9),
            10,
            0,
            "a.png has 10 bytes; at most 9 bytes as an upload can be sent",
        ),
        (
            Files(True, 25, lab.UPLOAD, largest_upload=9),
            10,
            0,
            "a.png has 10 bytes; at most 25 bytes as a data URI or 9 bytes as an upload can be sent",
        ),
    ],
)
def test_which_way_a_file_goes(files: Files, size: int, together: int, inline: bool | str) -> None:  # noqa: FBT001 - words, too
    """To the last byte of each limit."""
    assert way(files, size, together) == inline


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cat.png", True),
        ("x:cat.png", False),
        ("cat.png" + "x" * 4096, False),
        ("./" * 2044 + "cat.png", True),
        ("./" * 2046 + "cat.png", False),
        ("", False),
        ("none.png", False),
        (".", False),
        ("a\0b", False),
    ],
)
def test_which_texts_name_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, *, found: bool) -> None:
    """One that is there; nothing that has a scheme, and nothing longer than any path."""
    (tmp_path / "cat.png").write_bytes(lab.PNG)
    monkeypatch.chdir(tmp_path)

    assert media._path(text) == (Path(text) if found else None)
    assert media._path(f"FILE://{tmp_path}/cat.png") == tmp_path / "cat.png"


def test_a_fault_below_a_file_is_the_files() -> None:
    """The names of branches stand behind its own; a longer name is another parameter."""
    model = Model("a", lab.CALL.protocol, {}, {}, None, files={"image": "image"})

    def judge(payload: Any) -> tuple[Violation, ...]:
        assert payload["image"].startswith("data:image/png;base64,AAA")
        assert len(payload["image"]) == LocalFile(b"", "", "image/png", len(lab.PNG)).uri_length
        return (Violation("image.str", "max_length", "x"), Violation("image2", "missing", "y"))

    seen = media.examine(replace(lab.PROVIDER, files=Files(True)), model, {"image": lab.PNG}, judge)
    assert [(one.field, one.fact) for one in seen.violations] == [("image", "max_length"), ("image2", "missing")]
    uploaded = media.examine(lab.PROVIDER, model, {"image": lab.PNG}, judge)
    assert [one.field for one in uploaded.violations] == ["image2"]
    assert [(one.at, one.inline) for one in uploaded.sendings] == [(("image",), False)]

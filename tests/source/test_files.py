"""Reading specs from disk: everything that can lie around there is read, passed over, or a finding."""

import os
from pathlib import Path

import pytest

from callsheet.source.files import read_folder
from callsheet.source.text import LARGEST_FILE


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder `specs/reel` below the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs/reel").mkdir(parents=True)
    return tmp_path / "specs"


def told(root: Path | str = "specs") -> list[tuple[str, str]]:
    """Rule and place of each finding."""
    return [(finding.rule, finding.span.path) for finding in read_folder(Path(root))[1]]


def test_specs_are_found(room: Path) -> None:
    """Provider and models are read, by the path from where the user stands; notes, hidden files and pages are not."""
    for name in ("provider.yaml", "clip.yml", "clip.page.yaml", "notes.txt", ".hidden.yaml"):
        (room / "reel" / name).write_text(name)

    files, findings = read_folder(Path("specs"))

    assert files == {"specs/reel/clip.yml": b"clip.yml", "specs/reel/provider.yaml": b"provider.yaml"}
    assert findings == ()
    assert set(files) == set(read_folder(room)[0])


def test_missing_folder(room: Path) -> None:
    """A folder that is not there, one that is a file, and one without specs are named."""
    (room / "reel/clip.txt").write_text("")

    assert told("nowhere") == [("missing-folder", "nowhere")]
    assert told("specs/reel/clip.txt") == [("not-a-folder", "specs/reel/clip.txt")]
    assert told() == [("no-specs", "specs")]


def test_folders_that_look_like_files(room: Path) -> None:
    """A folder called like a file is a finding, not a traceback; so is a spec that lies too high or too deep."""
    (room / "reel/clip.yaml").mkdir()
    (room / "other.yaml").mkdir()
    (room / "loose.yaml").write_text("")
    (room / "reel/more").mkdir()
    (room / "reel/more/deep.yaml").write_text("")

    assert told() == [
        ("misplaced-file", "specs/loose.yaml"),
        ("folder-for-file", "specs/other.yaml"),
        ("folder-for-file", "specs/reel/clip.yaml"),
        ("misplaced-file", "specs/reel/more/deep.yaml"),
    ]


def test_links_without_end(room: Path) -> None:
    """A link to itself, and one to nowhere, are findings."""
    (room / "reel/loop.yaml").symlink_to(room / "reel/loop.yaml")
    (room / "reel/lost.yaml").symlink_to(room / "reel/nowhere.yaml")
    (room / "reel/up").symlink_to(room)

    assert told() == [("unreadable-file", "specs/reel/loop.yaml"), ("unreadable-file", "specs/reel/lost.yaml")]


def test_linked_folder_loop(room: Path) -> None:
    """A folder that is a link to itself is a finding where a folder of specs is expected."""
    (room.parent / "round").symlink_to(room.parent / "round")

    assert told("round") == [("missing-folder", "round")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
def test_pipe_is_not_waited_for(room: Path) -> None:
    """A pipe with the name of a spec is refused at once instead of being read for ever."""
    os.mkfifo(room / "reel/clip.yaml")

    assert told() == [("unreadable-file", "specs/reel/clip.yaml")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_forbidden_file(room: Path) -> None:
    """A file that may not be read is a finding."""
    (room / "reel/clip.yaml").touch(mode=0o000)

    assert told() == [("unreadable-file", "specs/reel/clip.yaml")]


def test_large_file_is_read_in_part(room: Path) -> None:
    """Of a huge file one byte more than the limit is read, enough for "file-too-large" to be told from it."""
    with (room / "reel/clip.yaml").open("wb") as file:
        file.truncate(50 * LARGEST_FILE)

    files, _ = read_folder(Path("specs"))

    assert len(files["specs/reel/clip.yaml"]) == LARGEST_FILE + 1

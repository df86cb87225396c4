"""What stands on disk after writing, and what a comparison notices."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from callsheet.write import WriteError, compare, write

PACKAGE = "callsheet_clients"


def made(**files: str) -> dict[str, str]:
    """A set of generated files with its manifest."""
    texts = {f"{PACKAGE}/{name.replace('__', '/')}.py": text for name, text in files.items()}
    return {"MANIFEST.json": json.dumps({"files": dict.fromkeys(texts, "")}), **texts}


def on_disk(out: Path) -> dict[str, str]:
    """What a folder holds."""
    return {p.relative_to(out).as_posix(): p.read_text() for p in sorted(out.rglob("*")) if p.is_file()}


def test_written_files_are_those_that_were_given(tmp_path: Path) -> None:
    """A folder that does not exist is made, and nothing but the files is in it."""
    files = made(a="x = 1\n", sub__b="é\n")
    done = write(tmp_path / "out", files)

    assert files == on_disk(tmp_path / "out")
    assert tuple(sorted(files)) == tuple(sorted(done.added))
    assert done.added[-1] == "MANIFEST.json"
    assert not compare(tmp_path / "out", files)


def test_a_second_writing_touches_nothing(tmp_path: Path) -> None:
    """Files that are right already keep their time: build tools see no change."""
    files = made(a="x = 1\n", b="")
    write(tmp_path, files)
    for path in files:
        os.utime(tmp_path / path, (1, 1))

    assert len(files) == write(tmp_path, files).unchanged
    assert {1.0} == {(tmp_path / path).stat().st_mtime for path in files}


def test_only_what_differs_is_replaced(tmp_path: Path) -> None:
    """A changed file is written anew, its neighbour is not."""
    write(tmp_path, made(a="1\n", b="1\n"))
    done = write(tmp_path, made(a="1\n", b="2\n"))

    assert (f"{PACKAGE}/b.py",) == done.changed
    assert done.added == ()
    assert (tmp_path / PACKAGE / "b.py").read_text() == "2\n"


def test_stale_files_go_and_foreign_ones_stay(tmp_path: Path) -> None:
    """What the manifest lists and generation no longer gives is removed, with its empty folder; nothing else is."""
    write(tmp_path, made(a="1\n", old__b="1\n", kept__c="1\n"))
    (tmp_path / PACKAGE / "kept" / "mine.py").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    done = write(tmp_path, made(a="1\n"))

    assert (f"{PACKAGE}/kept/c.py", f"{PACKAGE}/old/b.py") == done.removed
    assert {"MANIFEST.json", f"{PACKAGE}/a.py", f"{PACKAGE}/kept/mine.py", "notes.txt"} == set(on_disk(tmp_path))
    assert not (tmp_path / PACKAGE / "old").exists()


@pytest.mark.parametrize(
    "listed",
    [
        "../outside.py",
        "callsheet_clients/../../outside.py",
        "/etc/hostname",
        "notes.txt",
        "callsheet_clients/link/x.py",
        "",
    ],
)
def test_a_manifest_cannot_lead_outside(tmp_path: Path, listed: str) -> None:
    """A manifest that was tampered with removes nothing outside of the package, not through a link either."""
    out = tmp_path / "out"
    write(out, made(a="1\n"))
    (tmp_path / "outside.py").write_text("mine")
    (out / "notes.txt").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.py").write_text("mine")
    (out / PACKAGE / "link").symlink_to(tmp_path / "elsewhere")
    (out / "MANIFEST.json").write_text(json.dumps({"files": [listed]}))

    assert write(out, made(a="1\n")).removed == ()
    assert (tmp_path / "outside.py").exists()
    assert (tmp_path / "elsewhere" / "x.py").exists()
    assert (out / "notes.txt").exists()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"files": 3}', "null", '{"files": [1, null]}', "[" * 100_000])
def test_a_broken_manifest_is_no_obstacle(tmp_path: Path, text: str) -> None:
    """It is written anew."""
    (tmp_path / "MANIFEST.json").write_text(text)
    write(tmp_path, made(a="1\n"))

    assert made(a="1\n") == on_disk(tmp_path)


def test_compare_sees_what_is_missing_left_over_and_different(tmp_path: Path) -> None:
    """The sets are compared before the bytes."""
    write(tmp_path, made(same="1\n", gone="1\n", other="1\n"))
    (tmp_path / PACKAGE / "same.py").unlink()
    (tmp_path / PACKAGE / "foreign.py").write_text("")
    (tmp_path / PACKAGE / "__pycache__").mkdir()
    (tmp_path / PACKAGE / "__pycache__" / "x.pyc").write_text("")
    found = compare(tmp_path, made(same="1\n", other="2\n", new=""))

    assert (f"{PACKAGE}/new.py", f"{PACKAGE}/same.py") == found.added
    assert (f"{PACKAGE}/foreign.py", f"{PACKAGE}/gone.py") == found.removed
    assert {"MANIFEST.json", f"{PACKAGE}/other.py"} == set(found.changed)
    assert (
        f"--- a/{PACKAGE}/other.py\n+++ b/{PACKAGE}/other.py\n@@ -1 +1 @@\n-1\n+2\n"
        == found.changed[f"{PACKAGE}/other.py"]
    )
    assert found


def test_compare_sees_line_ends(tmp_path: Path) -> None:
    """A checkout that turned line feeds into carriage returns is a difference."""
    write(tmp_path, made(a="1\n"))
    (tmp_path / PACKAGE / "a.py").write_bytes(b"1\r\n")

    assert (f"{PACKAGE}/a.py",) == tuple(compare(tmp_path, made(a="1\n")).changed)


def test_compare_of_nothing(tmp_path: Path) -> None:
    """A folder that is not there lacks everything."""
    assert tuple(sorted(made(a=""))) == compare(tmp_path / "none", made(a="")).added


def test_a_refusing_disk_is_one_clear_error(tmp_path: Path) -> None:
    """A file in the place of a folder: the error names the path, and no half-written file is left."""
    (tmp_path / PACKAGE).write_text("a file")
    with pytest.raises(WriteError, match=PACKAGE):
        write(tmp_path, made(a="1\n"))

    assert on_disk(tmp_path) == {PACKAGE: "a file"}


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    """It is a difference, and an error with its path when written over."""
    (tmp_path / PACKAGE / "a.py").mkdir(parents=True)

    assert f"{PACKAGE}/a.py" in compare(tmp_path, made(a="1\n")).changed
    with pytest.raises(WriteError, match=r"a\.py"):
        write(tmp_path, made(a="1\n"))

    assert list(tmp_path.rglob(".*")) == []


def test_an_interrupted_writing_leaves_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there before is there still when the last step of a replacement fails."""
    write(tmp_path, made(a="1\n"))

    def refuse(_: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WriteError, match="No space left"):
        write(tmp_path, made(a="2\n"))

    assert made(a="1\n") == on_disk(tmp_path)

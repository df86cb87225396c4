"""What `callsheet vendor --check` finds, and what it lets pass."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import callsheet

BASE = Path(__file__).parents[1] / "base_specs"
Vendor = Callable[..., Result]


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Specs of one provider with two models, to be changed."""
    shutil.copytree(BASE, tmp_path / "specs")
    clip = (tmp_path / "specs/reel/clip.yaml").read_text("utf-8")
    (tmp_path / "specs/reel/pan.yaml").write_text(clip.replace("id: clip", "id: pan"), "utf-8")
    return tmp_path / "specs"


@pytest.fixture
def copy(vendor: Vendor, specs: Path, tmp_path: Path) -> Path:
    """A copy of all of it."""
    assert vendor("reel", "--into", tmp_path / "clients", "--specs", specs).exit_code == 0
    return tmp_path / "clients"


@pytest.fixture
def check(vendor: Vendor, specs: Path, copy: Path) -> Callable[[], list[dict[str, Any]]]:
    """All findings on the copy."""

    def found() -> list[dict[str, Any]]:
        done = vendor("--check", copy, "--specs", specs, "--format", "json")
        findings: list[dict[str, Any]] = json.loads(done.stdout)
        assert done.exit_code == (1 if findings else 0)
        return [{**finding, "path": Path(finding["path"]).relative_to(copy).as_posix()} for finding in findings]

    return found


def said(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Rule and place of each."""
    return [(finding["rule"], finding["path"]) for finding in findings]


def test_a_fresh_copy_is_fine(check, vendor: Vendor, copy: Path, specs: Path) -> None:
    """No finding; compiled modules and files beside the copy's own are nobody's business."""
    (copy / "reel/__pycache__").mkdir()
    (copy / "reel/__pycache__/clip.cpython-311.pyc").write_bytes(b"x")
    (copy / "notes.txt").write_text("mine")
    (copy / "mine").mkdir()
    (copy / "mine/code.py").write_text("")
    (copy / "specs/mine").mkdir()
    (copy / "specs/mine/x.yaml").write_text("")

    assert check() == []
    assert "as they were made" in vendor("--check", copy, "--specs", specs).stdout


def test_every_file_is_watched(check, copy: Path) -> None:
    """Whichever file is edited is named, and no other."""
    files = sorted(path for path in copy.rglob("*") if path.is_file() and path.name != "MANIFEST.json")
    names = [path.relative_to(copy).as_posix() for path in files]
    half = [path for path in files if path.stat().st_size % 2]
    assert 10 < len(half) < len(files)
    for path in half:
        path.write_bytes(path.read_bytes() + b"# mine\n")

    assert said(check()) == [("copy-edited", path.relative_to(copy).as_posix()) for path in half]
    for path in set(files) - set(half):
        path.write_bytes(path.read_bytes()[1:] or b"x")

    assert said(check()) == [("copy-edited", name) for name in names]


def test_an_edit_is_shown_at_its_line(check, copy: Path) -> None:
    """The first line that differs, and how much does; line ends alone are called so."""
    path = copy / "reel/clip.py"
    text = path.read_text("utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "MODEL = " in line)
    path.write_text(text.replace("MODEL = ", "# mine\nMODEL = "), "utf-8")
    (found,) = check()
    assert (found["line"], found["what"]) == (line, "the file is not as it was made: +1 -0 lines")

    path.write_bytes(text.encode().replace(b"\n", b"\r\n"))
    (found,) = check()
    assert "line ends only" in found["what"]


def test_what_is_missing_and_what_is_too_much(check, copy: Path) -> None:
    """A file that is gone, and one that was put among the others."""
    (copy / "_runtime/retry.py").unlink()
    (copy / "reel/_models/mine.py").write_text("")

    assert said(check()) == [("copy-lacks", "_runtime/retry.py"), ("copy-has-more", "reel/_models/mine.py")]


def test_specs_that_moved_on(check, specs: Path) -> None:
    """A model that changed, one that is new, one that is gone, a provider; not a comment."""
    clip, provider = specs / "reel/clip.yaml", specs / "reel/provider.yaml"
    clip.write_text("# a comment\n" + clip.read_text("utf-8"), "utf-8")
    assert check() == []

    clip.write_text(clip.read_text("utf-8").replace("What the clip shows.", "What is to be seen."), "utf-8")
    (specs / "reel/pan.yaml").rename(specs / "reel/zoom.yaml")
    zoom = specs / "reel/zoom.yaml"
    zoom.write_text(zoom.read_text("utf-8").replace("id: pan", "id: zoom"), "utf-8")
    version = re.sub(r'client_version: "?([\d.]+)"?', 'client_version: "9.0.0"', provider.read_text("utf-8"))
    provider.write_text(version, "utf-8")

    found = check()
    assert {finding["rule"] for finding in found} == {"copy-behind-specs"}
    assert sorted(finding["what"] for finding in found) == [
        "the spec of reel has changed since (client version 0.1.0 → 9.0.0)",
        "the spec of reel/clip has changed since",
        "the spec of reel/pan is gone",
        "the spec of reel/zoom is new",
    ]


def test_a_choice_of_models_is_not_behind_others(vendor: Vendor, specs: Path, tmp_path: Path) -> None:
    """Who has asked for one model does not hear of a new one."""
    assert vendor("reel/clip", "--into", tmp_path / "one", "--specs", specs).exit_code == 0
    (specs / "reel/pan.yaml").unlink()

    assert vendor("--check", tmp_path / "one", "--specs", specs).exit_code == 0


def test_specs_that_are_broken(vendor: Vendor, copy: Path, specs: Path) -> None:
    """Whether the copy is current cannot be said then: the faults are, at their places."""
    clip = specs / "reel/clip.yaml"
    clip.write_text(clip.read_text("utf-8").replace("type: string", "type: strin"), "utf-8")
    done = vendor("--check", copy, "--specs", specs)

    assert done.exit_code == 1
    assert f"{clip}:" in done.stdout
    assert "copy-behind-specs" not in done.stdout


def test_specs_of_others(vendor: Vendor, copy: Path) -> None:
    """These specs do not have the provider: it is said that others may be meant."""
    done = vendor("--check", copy)

    assert done.exit_code == 1
    assert "the specs have nothing of reel" in done.stdout
    assert "--specs" in done.stdout


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("0.0.1", f"made by Callsheet 0.0.1, and this is {callsheet.__version__}, which makes the same files"),
        ("99.0.0", "install Callsheet 99.0.0 or newer"),
    ],
)
def test_another_version_of_the_tool(check, copy: Path, version: str, words: str) -> None:
    """An older one and a newer one; and whether it matters."""
    manifest = copy / "MANIFEST.json"
    told = {**json.loads(manifest.read_text("utf-8")), "callsheet": version}
    manifest.write_text(json.dumps(told), "utf-8")
    (found,) = check()

    assert found["rule"] == "copy-behind-tool"
    assert words in found["what"] + found["mend"]


def test_a_tool_that_makes_other_files(check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same version even: what it would change is counted."""
    from callsheet.vendor import folder  # noqa: PLC0415 - it is changed here

    monkeypatch.setattr(folder, "_HEADER", "# Another header.\n")
    (found,) = check()

    assert found["rule"] == "copy-behind-tool"
    assert re.search(r"makes \d\d of \d\d files otherwise", found["what"])


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[]",
        "{",
        '{"files": {}}',
        "[" * 100_000,
        '{"kind": "vendored/1"}',
        '{"kind": "vendored/1", "callsheet": "1", "options": {"http": "curl", "asked": []}}',
    ],
)
def test_a_folder_without_a_manifest_is_no_copy(vendor: Vendor, tmp_path: Path, text: str | None) -> None:
    """Also where the manifest is broken, or of something else."""
    if text is not None:
        (tmp_path / "MANIFEST.json").write_text(text)
    done = vendor("--check", tmp_path)

    assert done.exit_code == 1
    assert "error[no-copy]" in done.stdout


@pytest.mark.parametrize(
    "path", ["../x.py", "/etc/x.py", "notes.txt", "specs/../x.yaml", "a/b/c/d.py", "C:\\x.py", "", "reel/x.txt"]
)
def test_a_manifest_that_lists_what_no_copy_has(vendor: Vendor, copy: Path, specs: Path, path: str) -> None:
    """It is not believed: what it lists might be removed."""
    manifest = copy / "MANIFEST.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["files"][path] = "0" * 64
    manifest.write_text(json.dumps(told), "utf-8")
    done = vendor("--into", copy, "--specs", specs)

    assert done.exit_code == 1
    assert "error[no-copy]" in done.stdout
    assert "which is in no copy" in done.stdout


def test_github_and_people_read_the_same(vendor: Vendor, copy: Path, specs: Path) -> None:
    """Annotations name the file; the text says how to go on."""
    (copy / "reel/errors.py").write_text("")
    annotated = vendor("--check", copy, "--specs", specs, "--format", "github").stdout
    told = vendor("--check", copy, "--specs", specs).stdout

    assert annotated.startswith(f"::error file={copy}/reel/errors.py,")
    assert f"callsheet vendor --into {copy} --force" in told
    assert "callsheet explain copy-edited" in told

"""`diff`: what it prints and how it ends, for folders, files, commits and payloads."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
BASE = Path(__file__).parents[1] / "base_specs"
PAYLOADS = {
    "reel/clip/fine.json": {"prompt": "a wave", "mode": "calm"},
    "reel/clip/gone.json": {"prompt": "a wave", "mode": "wild"},
    "clip.json": {"prompt": 5},
    "other.json": {"prompt": "a wave"},
}
MODE = "  mode: {{type: string, enum: [{0}], default: calm, about: How it moves.}}\n"

TEXT = """\
reel/clip
  breaking[allowed-value-gone]: `mode`, allowed: "wild" is gone
      why:  a call that gives it is refused
      mend: give one of the values that are left
  additive[allowed-value-new]: `mode`, allowed: "odd" is new
      why:  the others stay right
  editorial[typical-time-changed]: typical seconds: 30 → 31

reel: version 0.1.0 → 0.2.0; write it as client_version, which is 0.1.0
3 changes: 1 breaking, 1 additive, 1 editorial
"""

CHANGELOG = """\
## reel 2.0.0

### Breaking

- `clip`: `mode`, allowed: "wild" is gone (a call that gives it is refused)

### Added or eased

- `clip`: `mode`, allowed: "odd" is new

### Reworded

- `clip`: typical seconds: 30 → 31
"""


def specs(folder: Path, values: str, seconds: int = 30) -> Path:
    """The base specs with a parameter of so many values."""
    shutil.copytree(BASE / "reel", folder / "reel")
    clip = folder / "reel/clip.yaml"
    text = clip.read_text("utf-8").replace("\noutput:", f"{MODE.format(values)}\noutput:")
    clip.write_text(text.replace("seconds: 30", f"seconds: {seconds}"), "utf-8")
    return folder


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    """Two versions of one folder."""
    return str(specs(tmp_path / "old", "calm, wild")), str(specs(tmp_path / "new", "calm, odd", 31))


def test_changes_are_told_by_endpoint_and_class(run: Run, two: tuple[str, str]) -> None:
    """Old and new value, the reason, the next version; what breaks ends with 1."""
    found = run("diff", *two)
    assert (found.stdout, found.exit_code) == (TEXT, 1)


def test_the_same_specs_end_with_0(run: Run, two: tuple[str, str]) -> None:
    """Nothing changed, nothing is wrong."""
    found = run("diff", two[0], two[0])
    assert (found.stdout, found.exit_code) == ("nothing changed\n", 0)


def test_an_entry_of_a_changelog_is_printed(run: Run, two: tuple[str, str]) -> None:
    """In Markdown, under the version that follows the one that was released."""
    found = run("diff", *two, "--format", "changelog", "--against-version", "1.4.0")
    assert found.stdout == CHANGELOG


def test_machines_are_told_every_value(run: Run, two: tuple[str, str]) -> None:
    """As JSON, with path, class and rule; a side that has no value has no key."""
    found = json.loads(run("diff", *two, "--format", "json").stdout)
    (provider,) = found["providers"]
    assert found["breaking"]
    assert provider["proposed_version"] == "0.2.0"
    first = provider["changes"][0]
    assert (first["path"], first["old"], "new" in first) == (["parameters", "mode", "allowed"], "wild", False)


def test_annotations_stand_at_the_parameter(run: Run, two: tuple[str, str]) -> None:
    """What breaks is an error, what is added a warning, at the line of the new file; rewordings are left out."""
    lines = run("diff", *two, "--format", "github").stdout.splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == ["::error", "::warning"]
    assert all("clip.yaml,line=17," in line for line in lines)


def test_payloads_that_would_be_refused_are_named(run: Run, two: tuple[str, str], tmp_path: Path) -> None:
    """What both refuse is said apart, and so is a file that is for no endpoint; recordings are payloads, too."""
    extra = Path(two[0]) / "reel/second.yaml"  # with one endpoint alone, a file needs no name
    extra.write_text((BASE / "reel/clip.yaml").read_text("utf-8").replace("id: clip", "id: second"), "utf-8")
    shutil.copy(extra, Path(two[1]) / "reel/second.yaml")
    for name, payload in PAYLOADS.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(json.dumps(payload), "utf-8")
    recording = {"origin": "live", "input": PAYLOADS["reel/clip/gone.json"], "exchanges": []}
    (tmp_path / "in/reel/clip/taken.yaml").write_text(json.dumps(recording), "utf-8")
    (tmp_path / "in/reel-clip.2.json").write_text('{"prompt": "a"}', "utf-8")
    (tmp_path / "in/reel/clip/many.jsonl").write_text('{"prompt": "a"}\n{"prompt": "a", "mode": "wild"}\n', "utf-8")

    found = run("diff", *two, "--payloads", str(tmp_path / "in"), "--format", "json")
    told = json.loads(found.stdout)["payloads"]
    fates = {str(Path(one["file"]).relative_to(tmp_path / "in")): one["fate"] for one in told}
    assert fates == {
        "clip.json": "refused as before",
        "other.json": "of no endpoint",
        "reel-clip.2.json": "accepted",
        "reel/clip/fine.json": "accepted",
        "reel/clip/gone.json": "refused now",
        "reel/clip/many.jsonl": "accepted",
        "reel/clip/many.jsonl:2": "refused now",
        "reel/clip/taken.yaml": "refused now",
    }
    text = run("diff", *two, "--payloads", str(tmp_path / "in")).stdout
    assert "accepted for reel/clip before, refused now" in text
    assert "[payload-enum]" in text


def test_a_file_is_compared_with_a_file(run: Run, two: tuple[str, str], tmp_path: Path) -> None:
    """One endpoint alone, and one that lies alone is read with the provider of the other version."""
    alone = tmp_path / "clip-of-before.yaml"
    shutil.copy(Path(two[0]) / "reel/clip.yaml", alone)
    found = run("diff", str(alone), f"{two[1]}/reel/clip.yaml")
    assert "allowed-value-gone" in found.stdout, found.output
    assert "allowed-value-gone" in run("diff", f"{two[0]}/reel", f"{two[1]}/reel").stdout  # a provider's own folder


def test_a_commit_of_git_is_a_version(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`HEAD:specs`, and a file of it; a commit that is not there is wrong usage."""
    specs(tmp_path / "specs", "calm, wild")
    monkeypatch.chdir(tmp_path)
    name = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], [*name, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], check=True, timeout=30)  # noqa: S603, S607 - git itself
    shutil.rmtree(tmp_path / "specs")
    specs(tmp_path / "specs", "calm, odd", 31)

    assert run("diff", "HEAD:specs", "specs").stdout == TEXT
    assert run("diff", "HEAD:specs/reel/clip.yaml", "specs/reel/clip.yaml").stdout == TEXT
    assert run("diff", "HEAD:specs/reel/provider.yaml", "specs/reel/provider.yaml").stdout == TEXT
    assert run("diff", "HEAD:specs/reel", "specs/reel").stdout == TEXT
    found = run("diff", "HEAD~9:specs", "specs")
    assert (found.exit_code, "git says" in found.stderr) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere", "new"],
        ["new", ""],
        ["new", "new", "--against-version", "1.2"],
        ["new", "new", "--payloads", "nowhere"],
    ],
)
def test_what_is_not_there_is_wrong_usage(run: Run, two: tuple[str, str], words: list[str]) -> None:
    """With one sentence, and exit status 2."""
    found = run("diff", *(two[1] if word == "new" else word for word in words))
    assert found.exit_code == 2
    assert found.stdout == ""
    assert "Traceback" not in found.output


def test_faults_of_either_version_are_all_told(run: Run, two: tuple[str, str]) -> None:
    """Specs with errors are not compared: findings of both on the error stream, exit status 2."""
    for folder in two:
        with (Path(folder) / "reel/clip.yaml").open("a", encoding="utf-8") as file:
            file.write("colour: red\n")
    found = run("diff", *two)
    assert found.exit_code == 2
    assert found.stderr.count("unknown-key") >= 2

"""`[tool.callsheet]` in pyproject.toml."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from callsheet.cli import settings
from callsheet.cli.settings import Settings
from callsheet.plan.model import HttpLibrary

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - `run` goes elsewhere
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_that_can_be_set(project: Path) -> None:
    """Folders of specs and output, the HTTP library, and what is generated."""
    (project / "pyproject.toml").write_text(
        "[tool.callsheet]\nspecs = 'contracts'\nout = 'src'\nhttp = 'httpx'\nonly = ['segmind', 'fal/scail-2']\n"
    )

    assert settings.find() == (
        Settings(Path(), Path("contracts"), Path("src"), "httpx", ("segmind", "fal/scail-2")),
        (),
    )


def test_the_nearest_that_has_any_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the working directory upwards; one without the table is passed over; paths are relative to the file."""
    (project / "pyproject.toml").write_text("[tool.callsheet]\nspecs = 'contracts'\n")
    deep = project / "src/deep"
    deep.mkdir(parents=True)
    (project / "src/pyproject.toml").write_text("[tool.ruff]\n")
    monkeypatch.chdir(deep)

    found, findings = settings.find()

    assert findings == ()
    assert found.specs == Path("../../contracts")
    assert found.base == Path("../..")


def test_specs_beside_the_settings_are_found_from_below(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty table marks the root of a project: its specs/ and generated/ are meant wherever one stands below it."""
    shutil.copytree(ROOT / "tests/base_specs", project / "specs")
    (project / "pyproject.toml").write_text("[tool.callsheet]\n")
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")

    assert "reel/clip" in run("list").stdout
    assert run("generate").exit_code == 0
    assert (project / "generated/callsheet_clients/reel").is_dir()


def test_flags_win(project: Path, run: Run) -> None:
    """--specs, --out and --only take the place of what is set; without them it counts."""
    shutil.copytree(ROOT / "tests/base_specs", project / "mine")
    (project / "pyproject.toml").write_text("[tool.callsheet]\nspecs = 'nowhere'\nout = 'there'\nonly = ['nobody']\n")

    assert run("list").exit_code == 1
    assert run("list", "--specs", "mine").exit_code == 0
    assert "[tool.callsheet] only: there is no provider" in run("generate", "--specs", "mine").stderr
    assert run("generate", "--specs", "mine", "--only", "reel", "--out", "here").exit_code == 0
    assert (project / "here/callsheet_clients/reel").is_dir()
    assert not (project / "there").exists()


def test_the_specs_of_the_package_can_be_generated_elsewhere(project: Path, run: Run) -> None:
    """A project without specs of its own says where clients go, and which."""
    (project / "pyproject.toml").write_text("[tool.callsheet]\nout = 'src'\nonly = ['segmind/wan-animate']\n")

    assert run("generate").exit_code == 0
    assert (project / "src/callsheet_clients/segmind/wan_animate.py").is_file()
    assert not (project / "src/callsheet_clients/fal").exists()
    assert run("generate", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("[tool.callsheet]\nspec = 'x'\n", "2:1 settings-unknown-key", "did you mean `specs`?"),
        ("[tool.callsheet]\n\n  'onyl' = ['x']\n", "3:3 settings-unknown-key", "did you mean `only`?"),
        ("[tool.callsheet]\nspecs = 5\n", "2:1 settings-value", "the number 5"),
        ("[tool.callsheet]\nspecs = ''\n", "2:1 settings-value", "empty text"),
        ("[tool.callsheet]\nout = true\n", "2:1 settings-value", "the truth value true"),
        ("[tool.callsheet]\nonly = 'segmind'\n", "2:1 settings-value", "a list"),
        ("[tool.callsheet]\nonly = ['a', 5]\n", "2:1 settings-value", "a list"),
        ("[tool.callsheet]\nhttp = 'htpx'\n", "2:1 settings-value", "did you mean `httpx`?"),
        ("[tool]\ncallsheet = 'x'\n", "settings-value", "a table is expected"),
        ("[tool]\ncallsheet = {spec = 'x'}\n", "settings-unknown-key", "did you mean"),
        ("[[tool.callsheet]]\n", "settings-value", "a table is expected"),
        ("[tool", "1:6 settings-syntax", "expected"),
        ("[a]\nb = 1\nb = 2\n", "3:6 settings-syntax", "cannot overwrite a value"),
        ("[a]\nb =", "2:4 settings-syntax", ""),
        ("\n\xff", "2:1 settings-syntax", "not UTF-8"),
        ("a = " + "[" * 9000, "settings-syntax", ""),
    ],
)
def test_wrong_settings(project: Path, run: Run, text: str, where: str, words: str) -> None:
    """A fault of the settings is a finding at its place, with a remedy, and ends with 2."""
    (project / "pyproject.toml").write_bytes(text.encode("latin-1"))

    result = run("list", "--format", "json")

    assert result.exit_code == 2
    assert not result.stdout
    found = json.loads(result.stderr)[0]
    place = f"{found['line']}:{found['column']}" if found["line"] else ""
    assert where == f"{place} {found['rule']}".strip()
    assert words in found["what"] + found["mend"]


def test_all_faults_at_once(project: Path, run: Run) -> None:
    """One run tells every wrong key."""
    (project / "pyproject.toml").write_text("[tool.callsheet]\nspec = 'x'\nout = 5\nonly = 'y'\nhttp = 'z'\n")

    assert "4 errors in 1 file" in run("check").stderr


def test_a_broken_file_of_somebody_else_is_passed_over(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Further up, only what speaks of Callsheet concerns us."""
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    (project / "pyproject.toml").write_text("[tool.ruff")
    assert run("list").exit_code == 0

    (project / "pyproject.toml").write_text("[tool.callsheet")
    assert run("list").exit_code == 2


def test_the_http_libraries_are_those_of_the_plan() -> None:
    """What can be set is what can be generated."""
    assert get_args(HttpLibrary) == settings.HTTP


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: f"[tool.callsheet]\n{text}".encode()))
def test_no_bytes_raise(data: bytes) -> None:
    """Any bytes give settings, nothing, or findings."""
    settings.read(Path("pyproject.toml"), data, Path())

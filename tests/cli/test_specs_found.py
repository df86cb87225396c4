"""Where specs are looked for, and where clients are written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.cli import specs

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


def test_the_option_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--specs, then [tool.callsheet], then ./specs, then the bundle."""
    monkeypatch.chdir(tmp_path)
    assert specs.Place(specs.bundled(), None) == specs.find(None)

    (tmp_path / "specs").mkdir()
    assert specs.Place(Path("specs"), Path("generated")) == specs.find(None)

    (tmp_path / "pyproject.toml").write_text('[tool.callsheet]\nspecs = "contracts"\nout = "src"\n')
    assert specs.Place(Path("contracts"), Path("src")) == specs.find(None)

    assert specs.Place(Path("mine"), Path("src")) == specs.find(Path("mine"))


def test_the_bundle_works_anywhere(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without specs, those of the package are used; nothing is written beside them."""
    monkeypatch.chdir(tmp_path)

    assert "segmind/wan-animate" in run("list").stdout
    assert run("generate").exit_code == 2
    assert not list(tmp_path.iterdir())


def test_generate_writes_compares_and_repeats(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was generated passes the check, repeating changes nothing, and an edit is noticed and mended."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    assert run("generate", "--check").exit_code == 1

    assert run("generate").exit_code == 0
    assert run("generate", "--check").exit_code == 0
    assert "0 written or removed" in run("generate").stdout

    module = tmp_path / "generated/callsheet_clients/segmind/wan_animate.py"
    module.write_text(module.read_text("utf-8").replace("412.91", "41.0"), "utf-8")
    (module.parent / "stray.py").write_text("")
    noticed = run("generate", "--check")
    assert noticed.exit_code == 1
    assert "wan_animate.py: differs" in noticed.stderr
    assert "stray.py: not made from these specs" in noticed.stderr


def test_the_repository_is_generated(run: Run) -> None:
    """generated/ is what specs/ give: `make check-generated`, as a test."""
    result = run("generate", "--check")

    assert result.exit_code == 0, result.stderr

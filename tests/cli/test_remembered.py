"""A second `generate` is quick, and as sharp as the first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.spec import load

ROOT = Path(__file__).parents[2]
BASE = ROOT / "tests" / "base_specs"


@pytest.fixture
def generate(run: Callable[..., Result], tmp_path: Path) -> Callable[..., Result]:
    """`callsheet generate` of a small folder of specs in `tmp_path`."""
    shutil.copytree(BASE, tmp_path / "specs")

    def command(*args: str) -> Result:
        return run("generate", "--specs", str(tmp_path / "specs"), "--out", str(tmp_path / "out"), *args)

    assert command().exit_code == 0
    return command


def test_nothing_changed_nothing_done(generate: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything is as the last run left it, specs are not even read."""
    monkeypatch.setattr(load, "load", lambda _files: pytest.fail("the specs were read"))
    done = generate()

    assert done.exit_code == 0
    assert "0 written or removed" in done.stdout


@pytest.mark.parametrize("hurt", ["edit", "delete", "manifest", "both"])
def test_what_was_touched_is_mended(generate: Callable[..., Result], tmp_path: Path, hurt: str) -> None:
    """An edited or missing file is seen; an edited manifest, too, and a file that was edited with its digest."""
    out = tmp_path / "out"
    target, manifest = out / "callsheet_clients" / "reel" / "clip.py", out / "MANIFEST.json"
    good = target.read_bytes(), manifest.read_bytes()
    if hurt == "delete":
        target.unlink()
    if hurt in {"edit", "both"}:
        target.write_bytes(good[0] + b"\n# mine\n")
    if hurt in {"manifest", "both"}:
        import hashlib  # noqa: PLC0415 - for these two only

        text = target.read_bytes() if hurt == "both" else b""
        old, new = (hashlib.sha256(data).hexdigest().encode() for data in (good[0], text))
        manifest.write_bytes(good[1].replace(old, new))

    assert generate("--check").exit_code == 1
    assert generate().exit_code == 0
    assert good == (target.read_bytes(), manifest.read_bytes())
    assert generate("--check").exit_code == 0


def test_a_changed_spec_is_seen(generate: Callable[..., Result], tmp_path: Path) -> None:
    """Any byte of a spec counts; what comes out is what a run without memory gives."""
    spec = tmp_path / "specs" / "reel" / "clip.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("What the clip shows.", "What is to be seen."), "utf-8")

    assert generate("--check").exit_code == 1
    assert "is to be seen" not in (tmp_path / "out/callsheet_clients/reel/clip.py").read_text(encoding="utf-8")
    assert generate().exit_code == 0
    assert generate("--check").exit_code == 0
    assert "is to be seen" in (tmp_path / "out/callsheet_clients/reel/clip.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("told", [b"", b"[]", b"{", b'{"tool": 1}', b"\xff"])
def test_a_broken_memory_is_none(generate: Callable[..., Result], tmp_path: Path, told: bytes) -> None:
    """Whatever lies in the cache, generation works, and mends it."""
    (kept,) = (tmp_path / "cache" / "callsheet").iterdir()
    kept.write_bytes(told)

    assert generate().exit_code == 0
    assert kept.read_bytes() != told


def test_no_cache_is_no_obstacle(generate: Callable[..., Result], tmp_path: Path) -> None:
    """Where the cache cannot be written, everything is made each time."""
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("in the way")

    assert generate().exit_code == 0

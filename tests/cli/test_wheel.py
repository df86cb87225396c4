"""The wheel: what a person gets who has no repository."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own build
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "site")
    return made / "site"


def command(installed: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command with what the wheel holds, and not with the repository."""
    code = (
        "import sys\n"
        f"sys.path = [{str(installed)!r}, *(path for path in sys.path if not path.startswith({str(ROOT)!r}"
        " + '/gen'))]\n"
        "import callsheet\n"
        f"assert callsheet.__file__.startswith({str(installed)!r}), callsheet.__file__\n"
        "from callsheet.cli import main\n"
        "main()"
    )
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-c", code, *args], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_wheel_holds_every_file(installed: Path) -> None:
    """Templates, meta-schemas, media, runtime, generated clients and specs are in the wheel."""
    for folder, inside in (("generator", ""), ("generated", ""), ("specs", "callsheet/bundled_specs")):
        for file in (ROOT / folder).rglob("*"):
            path = file.relative_to(ROOT / folder)
            if file.is_file() and "__pycache__" not in path.parts and path.name != "MANIFEST.json":
                assert (installed / inside / path).is_file(), path


def test_the_wheel_works_without_a_repository(installed: Path, tmp_path: Path) -> None:
    """In an empty folder: the bundled specs are listed and checked, and clients can be generated."""
    listed = command(installed, tmp_path, "list")
    checked = command(installed, tmp_path, "check")
    made = command(installed, tmp_path, "generate", "--out", "made")

    assert "segmind/wan-animate" in listed.stdout, listed.stderr
    assert "no faults" in checked.stdout
    assert made.returncode == 0, made.stderr
    for file in (ROOT / "generated").rglob("*.py"):
        assert file.read_bytes() == (tmp_path / "made" / file.relative_to(ROOT / "generated")).read_bytes()


def test_the_wheel_vendors_without_a_repository(installed: Path, tmp_path: Path) -> None:
    """From the bundled specs, with the licence; and the copy is found to be what these specs give."""
    made = command(installed, tmp_path, "vendor", "segmind", "--into", "shop/clients")
    checked = command(installed, tmp_path, "vendor", "--check", "shop/clients")

    assert made.returncode == 0, made.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert (tmp_path / "shop/clients/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (tmp_path / "shop/clients/specs/segmind/provider.yaml").is_file()

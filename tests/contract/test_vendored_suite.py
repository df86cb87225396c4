"""`pytest --callsheet-clients`: a project runs the contract tests on the client that it vendored."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callsheet.cli.app import app

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a copy of both providers' clients, under a name of its own."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "mypkg").mkdir()
    (folder / "mypkg" / "__init__.py").touch()
    (folder / "test_own.py").write_text("def test_own(): ...\n", "utf-8")
    args = ["vendor", "segmind", "fal", "--into", str(folder / "mypkg" / "video"), "--specs", str(SPECS)]
    done = CliRunner().invoke(app, args, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return folder


def checked(shop: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run pytest there, as a user does."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *args]
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=shop, env=env, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own


def test_a_copy_is_checked_beside_the_projects_own_tests(shop: Path) -> None:
    """Named by its package, under ids that name endpoint, protocol and world; one of them runs alone."""
    listed = checked(shop, "--callsheet-clients", "mypkg.video.fal", "--collect-only")

    assert "test_own.py::test_own" in listed.stdout
    assert "test_flows_keep_the_laws[fal-scail-2-direct]" in listed.stdout
    assert "test_accepted_is_sent_unchanged[fal-scail-2-queue-async]" in listed.stdout
    assert "segmind" not in listed.stdout

    some = "test_own or (what_json and queue) or (flows and direct)"
    done = checked(shop, "--callsheet-clients", "mypkg.video.fal", "--callsheet-examples", "3", "-k", some)

    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mypkg.nothing", "mypkg.nothing cannot be imported"),
        ("mypkg.video.other", "mypkg.video.other cannot be imported"),
        ("json", "json is no vendored client"),
    ],
)
def test_a_name_that_is_no_copy_is_told_in_words(shop: Path, name: str, words: str) -> None:
    """One line, before any test runs."""
    done = checked(shop, "--callsheet-clients", name)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"--callsheet-clients: {words}" in done.stderr
    assert "Traceback" not in done.stderr

"""A project somewhere else, with vendored clients, and what it is tried with."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from callsheet.cli.app import app
from callsheet.contract.plans import planned
from callsheet.emulator.options import Options
from callsheet.emulator.serving.server import serving
from callsheet.plan.model import Plan

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan of `specs/`."""
    return planned(ROOT / "specs").plan


def vendored(*args: str | Path) -> Result:
    """Run `callsheet vendor` in this process, with the repository's specs unless others are named."""
    given = [str(arg) for arg in args]
    named = given if "--specs" in given else [*given, "--specs", str(ROOT / "specs")]
    return CliRunner().invoke(app, ["vendor", *named], catch_exceptions=False)


@pytest.fixture
def vendor() -> Callable[..., Result]:
    """`callsheet vendor`."""
    return vendored


@dataclass(frozen=True)
class Project:
    """A folder of somebody else's: `shop/inner/clients` holds all providers."""

    folder: Path

    def use(
        self, python: Path, plan: Plan, judged: Sequence[Mapping[str, Any]] = (), env: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Run it: every endpoint is called over sockets, blocking and not, and payloads are judged."""
        with serving(plan, Options(keys=frozenset({"test-key"}), seconds=0.0)) as served:
            calls = [
                {
                    "package": f"shop.inner.clients.{provider.package}",
                    "clients": [provider.client_name, provider.async_client_name],
                    "hosts": {name: url for (owner, name), url in served.hosts.items() if owner == provider.id},
                    "module": model.module,
                    "sample": next(iter(model.samples.values())),
                }
                for provider in plan.providers
                for model in provider.models
            ]
            order, answer = self.folder / "order.json", self.folder / "answer.json"
            order.write_text(json.dumps({"calls": calls, "judged": list(judged)}), "utf-8")
            done = subprocess.run(  # noqa: S603 - our own program
                [python, "use.py", order, answer],
                cwd=self.folder,
                env={**(env or {}), "PATH": os.environ["PATH"]},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            charged = len(served.session.ledger)
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        assert charged == len(told["saved"]) == 2 * len(plan.endpoints())
        assert all(size > 0 for size in told["saved"].values())
        troubles = {name: [error for error, _ in errors] for name, errors in told["troubles"].items()}
        assert troubles == {
            "refused": ["ConnectionFailed"] * 2,
            "no TLS": ["ConnectionFailed"] * 2,
            "closed": ["SubmissionUnknown"] * 2,
            "cut": ["SubmissionUnknown"] * 2,
        }
        assert all(once for name in ("closed", "cut") for _, once in told["troubles"][name])
        return told

    def mypy(self, python: Path) -> dict[str, set[int]]:
        """What mypy flags at its strictest: file → lines."""
        words = ["--strict", "--config-file=", "--cache-dir", self.folder / ".mypy", "--python-executable", python]
        done = run([sys.executable, "-m", "mypy", *words, "right.py", "wrong.py"], self.folder)
        flagged: dict[str, set[int]] = {}
        for file, number in re.findall(r"^(.+?):(\d+): error:", done.stdout, re.MULTILINE):
            flagged.setdefault(file, set()).add(int(number))
        assert flagged, done.stdout + done.stderr
        return flagged

    def basedpyright(self, python: Path) -> dict[str, set[int]]:
        """What basedpyright flags at its strictest, in everything that the callers reach."""
        settings = {"include": ["."], "typeCheckingMode": "strict", "pythonVersion": "3.11"}
        # A sentence of its own about a value that is not used, in the lines that are there to be wrong.
        settings |= {"reportUnusedExpression": False, "reportUnusedCoroutine": False}
        # The doors of the client check what callers without a type-checker hand in.
        settings |= {"reportUnnecessaryIsInstance": False, "ignore": ["use.py"]}
        (self.folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        tool = Path(sys.executable).with_name("basedpyright")
        done = run([tool, "--pythonpath", python, "--outputjson"], self.folder)
        flagged: dict[str, set[int]] = {}
        for found in json.loads(done.stdout)["generalDiagnostics"]:
            if found["severity"] == "error":
                name = Path(found["file"]).relative_to(self.folder.resolve()).as_posix()
                flagged.setdefault(name, set()).add(found["range"]["start"]["line"] + 1)
        return flagged


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """A tool's verdict."""
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, timeout=300)  # noqa: S603  our own words


@pytest.fixture(scope="module", params=["httpx", "httpx2"])
def http(request: pytest.FixtureRequest) -> str:
    """Each HTTP library in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def project(http: str, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that vendored all there is, deep within a package of another name."""
    folder = tmp_path_factory.mktemp(f"project-{http}")
    for file in PROJECT.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    names = [provider.id for provider in plan.providers]
    done = vendored(*names, "--into", folder / "shop" / "inner" / "clients", "--http", http)

    assert done.exit_code == 0, done.output
    return Project(folder)

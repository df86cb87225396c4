"""Generated code as a whole: the repository's own, and the cases, each a folder named for what it shows."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # it ships no stubs

from callsheet.emit import PACKAGE, emit
from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.spec.load import load
from callsheet.write import compare, write

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases_emit"
ALL_CASES = sorted(path.parent for path in CASES.glob("*/spec.yaml"))
ACCEPT = os.environ.get("CALLSHEET_GOLDEN") == "1"


def emitted(case: Path) -> dict[str, str]:
    """All that generation gives for a case."""
    own = case / "provider.yaml"
    model = re.search(r"^id: *(\S+)", (case / "spec.yaml").read_text(encoding="utf-8"), re.MULTILINE)

    assert model is not None
    loaded = load(
        {
            "specs/reel/provider.yaml": (own if own.exists() else CASES / "provider.yaml").read_bytes(),
            f"specs/reel/{model[1]}.yaml": (case / "spec.yaml").read_bytes(),
        }
    )

    assert tuple(f for f in loaded.findings if f.severity == "error") == ()
    built = build(loaded.specs)

    assert built.findings == ()
    return emit(built.plan)


def shown(files: Mapping[str, str]) -> dict[str, str]:
    """What a case is about: the modules of its model."""
    top = f"{PACKAGE}/reel/"
    shared = {"__init__.py", "_client.py", "_provider.py", "_errors.py", "errors.py", "_models/__init__.py"}
    return {
        path.removeprefix(top): text
        for path, text in files.items()
        if path.startswith(top) and path.removeprefix(top) not in shared
    }


@pytest.fixture(scope="module")
def rendered() -> dict[str, dict[str, str]]:
    """The output for each case, made once."""
    return {case.name: emitted(case) for case in ALL_CASES}


@pytest.fixture(scope="module")
def installed(rendered: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that can be imported from, where the clients of each case lie under another package name."""
    folder = tmp_path_factory.mktemp("cases")
    for name, files in rendered.items():
        write(folder / name, files)
        (folder / name / PACKAGE).rename(folder / f"case_{name}")
        shutil.rmtree(folder / name)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_case(case: Path, rendered: dict[str, dict[str, str]]) -> None:
    """A case gives the modules that lie in its `expected` folder: no other, no less, and these to the byte."""
    found = shown(rendered[case.name])
    folder = case / "expected"
    if ACCEPT:
        assert os.environ.get("CI", "").lower() != "true", "expectations are not rewritten in CI"
        shutil.rmtree(folder, ignore_errors=True)
        for path, text in found.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    expected = {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in folder.rglob("*.py")}

    assert sorted(expected) == sorted(found)
    for path, text in expected.items():
        assert text == found[path], path


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
@pytest.mark.usefixtures("installed")
def test_case_can_be_imported(case: Path) -> None:
    """Same is not right: what is generated runs, under any package name, and its clients hold their endpoint."""
    package = importlib.import_module(f"case_{case.name}.reel")
    client = package.Reel(api_key="k", hosts={"api": "http://127.0.0.1:9"})

    assert f"case_{case.name}.reel.clip" not in sys.modules
    assert client.clip.input_model.model_fields
    assert client.clip is client.clip
    client.close()


def test_cases_are_clean(installed: Path) -> None:
    """What is generated passes the repository's own lint rules and mypy at its strictest."""
    config = ROOT / "pyproject.toml"
    allowed = tomllib.loads(config.read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]["per-file-ignores"]
    ignored = {rule for place, rules in allowed.items() if "generated/callsheet_clients/**" in place for rule in rules}
    ignored |= set(allowed["generated/**"])
    ignored |= {"D301", "PLC2401"}  # a backslash in a text and an accent in a name: what two of the cases are about
    folders = [path / "reel" for path in sorted(installed.glob("case_*"))]
    lint = run([find_ruff_bin(), "check", "--no-cache", "--config", config, "--ignore", ",".join(ignored), *folders])
    types = run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", installed / ".mypy", *folders], installed)

    assert (lint.returncode, types.returncode) == (0, 0), lint.stdout + types.stdout


CALLER = """
from io import BytesIO
from pathlib import Path
from typing import assert_type

from case_files_in_many_places.reel import Reel

with Reel() as reel, Path("x").open("rb") as file:
    urls = ["https://x.test/1"]
    paths = sorted(Path().glob("*.png"))
    reel.clip.submit(video="https://x.test/a.mp4", last=None, either=3)
    reel.clip.submit(video=Path("a.mp4"), last=b"", frames=urls, sounds=[file, "https://x.test/b", Path("c")])
    reel.clip.submit(video=file, frames=paths, first={"url": BytesIO()}, pictures=[{"url": Path("a")}])
    reel.clip.submit(video=3)  # type: ignore[arg-type]
    reel.clip.submit(video=Path("a.mp4"), frames="https://x.test/1")  # type: ignore[arg-type]
    reel.clip.submit(video=Path("a.mp4"), page=Path("a.html"))  # type: ignore[arg-type]
    reel.clip.submit(video=Path("a.mp4"), first={"url": 3})  # type: ignore[typeddict-item]
    assert_type(reel.clip.run(video=file).output, str)
    event = reel.verify_webhook({"x": "y"}, b"{}", seen=lambda name: name in urls)
    assert_type(event.request_id, str)
    reel.verify_webhook([(b"x", b"y")], b"{}")
    reel.verify_webhook({"x": 1}, b"{}")  # type: ignore[arg-type]
"""


def test_type_checkers_see_files_of_callers(installed: Path) -> None:
    """A path, bytes and an open file pass where a file is taken; what is none is flagged in the caller's own code."""
    (installed / "caller.py").write_text(CALLER, encoding="utf-8")
    types = run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", installed / ".mypy", "caller.py"], installed)

    assert types.returncode == 0, types.stdout


def run(command: list[str | Path], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A tool's verdict."""
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)  # noqa: S603  our own words


def test_generated_folder_is_current(plan: Plan) -> None:
    """`generated/` is what `specs/` gives now, with nothing missing and nothing left over."""
    found = compare(ROOT / "generated", emit(plan))

    assert not found, (found.added, found.removed, "".join(found.changed.values()))


def test_generated_modules_are_small(plan: Plan) -> None:
    """A reader can take in a module: fewer than 300 lines each, every one is Python with a docstring.

    But for the lists of errors, which have as many entries as the provider.
    """
    for path, text in emit(plan).items():
        if path.endswith(".py"):
            assert ast.get_docstring(ast.parse(text)), path
            assert text.count("\n") < 300 or path.endswith("errors.py"), path


def test_the_two_clients_are_mirrors(plan: Plan) -> None:
    """Each class has an asynchronous twin with the same members, and each method the same parameters."""
    for path, text in emit(plan).items():
        classes = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
        for name in {name.removeprefix("Async") for name in classes if name.startswith("Async")} - {""}:
            if "/_runtime/" not in path:
                assert members(classes[name]) == members(classes[f"Async{name}"]), (path, name)
                assert len(members(classes[name])) >= 3


def members(node: ast.ClassDef) -> list[str]:
    """What a class has: attributes with their values, methods with their parameters."""
    return [
        f"{part.name}{ast.unparse(part.args)}"
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        else ast.unparse(part)
        for part in node.body
        if not isinstance(part, ast.Expr)
    ]

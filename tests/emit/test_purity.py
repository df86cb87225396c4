"""What comes out of `emit` depends on the plan alone."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import re
from pathlib import Path

import pytest

from callsheet.emit import MANIFEST, PACKAGE, copies, emit
from callsheet.emit.filters import EmitError
from callsheet.plan.model import Plan

HOSTILE = """
[tool.datamodel-codegen]
snake-case-field = true
use-title-as-name = true
output-model-type = "dataclasses.dataclass"
collapse-root-models = false
[tool.black]
line-length = 20
skip-string-normalization = true
[tool.isort]
profile = "google"
[tool.ruff]
line-length = 20
[tool.ruff.format]
quote-style = "single"
indent-style = "tab"
"""


@pytest.mark.parametrize("pyproject", [HOSTILE, "this is [no TOML", ""])
def test_the_current_folder_does_not_matter(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pyproject: str
) -> None:
    """Nor does its configuration, nor that of the environment."""
    expected = emit(plan)
    (tmp_path / "pyproject.toml").write_text(pyproject)
    (tmp_path / "ruff.toml").write_text("line-length = 20")
    (tmp_path / "pydantic").mkdir()  # for a sorter of imports, a folder of this name makes it first-party
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    monkeypatch.setenv("RUFF_SELECT", "ALL")

    assert expected == emit(plan)


def test_a_plan_is_left_as_it_is(plan: Plan) -> None:
    """Emitting changes nothing in the plan, so its schemas serve the other stages as they were."""
    before = copy.deepcopy([(model.definitions, model.wire_schema, model.tables) for model in plan.endpoints()])
    emit(plan)

    assert before == [(model.definitions, model.wire_schema, model.tables) for model in plan.endpoints()]


def test_nothing_to_make() -> None:
    """A plan without providers gives a package without providers."""
    made = emit(Plan(()))

    assert f"{PACKAGE}/__init__.py" in made
    assert json.loads(made[MANIFEST])["providers"] == {}


def test_the_manifest_lists_all_files(plan: Plan) -> None:
    """Each file but the manifest itself, with the digest of its bytes; each provider and endpoint."""
    made = emit(plan)
    manifest = json.loads(made.pop(MANIFEST))

    assert {path: hashlib.sha256(text.encode()).hexdigest() for path, text in made.items()} == manifest["files"]
    assert {provider.id for provider in plan.providers} == set(manifest["providers"])
    assert {model.id for model in plan.endpoints()} == {
        model for provider in manifest["providers"].values() for model in provider["models"]
    }


def test_the_clients_need_nothing_of_the_tool(plan: Plan) -> None:
    """No module imports callsheet, and inside the package all imports are relative: a copy works under any name."""
    for path, text in emit(plan).items():
        if path.endswith(".py"):
            for node in ast.walk(ast.parse(text)):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []

                assert not {name.split(".")[0] for name in names} & {"callsheet", PACKAGE}, path


def test_a_runtime_that_is_tied_to_the_tool_is_refused() -> None:
    """A module of the runtime that names callsheet could not run as a copy."""
    with pytest.raises(EmitError, match=r"runtime/x\.py"):
        copies.copied("x.py", '"""X."""\n\nfrom callsheet.plan import model\n')


def test_the_library_is_named_in_one_file(plan: Plan) -> None:
    """For httpx2 one line of `_runtime/_http.py` differs, and the manifest, which holds the digests."""
    one, other = emit(plan), emit(plan, http="httpx2")
    differing = {path for path in one if one[path] != other[path]}
    lines = [
        set(made[f"{PACKAGE}/_runtime/_http.py"].splitlines())
        - set(against[f"{PACKAGE}/_runtime/_http.py"].splitlines())
        for made, against in ((one, other), (other, one))
    ]

    assert set(one) == set(other)
    assert differing == {MANIFEST, f"{PACKAGE}/_runtime/_http.py"}
    assert lines == [{"import httpx as http"}, {"import httpx2 as http"}]
    assert not [path for path, text in other.items() if path.endswith(".py") and re.search(r"import httpx\b", text)]


def test_an_http_module_that_cannot_be_switched_is_refused() -> None:
    """The line that names the library is found once, or the generator says that it is at fault."""
    with pytest.raises(EmitError, match="which library"):
        copies._over("httpx2", "_http.py", "import httpx\n")

"""The lowest versions that a copy says it needs are true: what `make vendor-proof` runs.

An environment of its own gets these very versions from the package index, and nothing else but what they need. There
the copy runs, judges payloads as the newest versions do, and serves the type-checkers.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from callsheet.contract.inputs.broken import breakable, broken_by
from callsheet.contract.inputs.strategies import valid_payloads
from callsheet.contract.plans import planned
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.vendor.manifest import read

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases_emit"

pytestmark = pytest.mark.skipif(
    os.environ.get("CALLSHEET_VENDOR_PROOF") != "1", reason="needs a package index; `make vendor-proof` runs it"
)


@pytest.fixture(scope="module")
def lowest(http: str, project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment with the lowest versions."""
    needs = dict(read((project.folder / "shop/inner/clients/MANIFEST.json").read_bytes()).needs)
    needs.pop("python")
    folder = tmp_path_factory.mktemp(f"lowest-{http}")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    exact = [f"{name}=={versions.removeprefix('>=')}" for name, versions in needs.items()]
    done = subprocess.run(  # noqa: S603 - pip, with versions of ours
        [python, "-m", "pip", "install", "--quiet", *exact], check=False, capture_output=True, text=True, timeout=300
    )
    if re.search(r"NewConnectionError|ConnectTimeout|NameResolutionError|ReadTimeoutError", done.stderr):
        pytest.skip("no package index can be reached, so that there is nothing to try the copy on")
    assert done.returncode == 0, done.stderr
    return python


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """The project's packages, for this process."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """The same values each time, with equal ones left out."""
    found: dict[str, Any] = {}

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(strategy)
    def draw(value: Any) -> None:
        found.setdefault(repr(value), value)

    draw()
    return list(found.values())


def payloads(model: ModelPlan) -> list[Any]:
    """Right ones, and for each fact of the input some in which it is broken."""
    broken = [each.payload for fact in breakable(model) for each in drawn(broken_by(fact), 4)]
    return [*drawn(valid_payloads(model), 40), *broken]


def cases(folder: Path, http: str, vendor) -> list[tuple[str, ProviderPlan, ModelPlan]]:
    """Every kind of type that the generator knows: the cases of `tests/cases_emit`, vendored into the project."""
    found: list[tuple[str, ProviderPlan, ModelPlan]] = []
    for case in sorted(path.parent for path in CASES.glob("*/spec.yaml")):
        specs = folder / "cases" / case.name
        (specs / "reel").mkdir(parents=True)
        own = case / "provider.yaml"
        (specs / "reel/provider.yaml").write_bytes((own if own.exists() else CASES / "provider.yaml").read_bytes())
        (specs / "reel/clip.yaml").write_bytes((case / "spec.yaml").read_bytes())
        package = f"case_{case.name}"
        done = vendor("reel", "--into", folder / package, "--specs", specs, "--http", http)
        assert done.exit_code == 0, done.output
        provider = planned(specs).plan.providers[0]
        found.append((f"{package}.reel", provider, provider.models[0]))
    return found


def test_it_runs_on_the_lowest_versions(project, plan, lowest: Path, http: str, vendor) -> None:
    """Imports, calls over sockets, saves; and judges thousands of payloads as it does on the newest versions."""
    of_providers = [
        (f"shop.inner.clients.{provider.package}", provider, model)
        for provider in plan.providers
        for model in provider.models
    ]
    judged: list[dict[str, Any]] = []
    expected: dict[str, Any] = {}
    with importable(project.folder):
        use: Any = importlib.import_module("use")
        for package, provider, model in (*of_providers, *cases(project.folder, http, vendor)):
            client = getattr(importlib.import_module(package), provider.client_name)("no-key")
            given_ = json.loads(json.dumps(payloads(model)))
            judged.append(
                {"package": package, "client": provider.client_name, "module": model.module, "payloads": given_}
            )
            expected[f"{package}.{model.module}"] = use.validated(getattr(client, model.module), given_)
    done = project.use(lowest, plan, judged)

    assert sum(map(len, expected.values())) > 1000
    for endpoint, verdicts in expected.items():
        found = done["verdicts"][endpoint]
        wrong = [(verdict, found[number]) for number, verdict in enumerate(verdicts) if verdict != found[number]]
        assert wrong == [], endpoint
    assert "callsheet" not in {name.partition(".")[0] for name in done["modules"]}


@pytest.mark.parametrize("http", ["httpx"], indirect=True)
def test_type_checkers_watch_over_callers_there(project, lowest: Path) -> None:
    """What the old versions say of their types is enough."""
    lines = (project.folder / "wrong.py").read_text("utf-8").splitlines()
    expected = {"wrong.py": {number for number, line in enumerate(lines, 1) if "# WRONG" in line}}

    assert expected == project.mypy(lowest)
    assert expected == project.basedpyright(lowest)

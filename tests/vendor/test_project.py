"""A vendored client in a project that has nothing else: it runs, and type-checkers watch over its callers.

Here the packages are those of this environment, one by one and no others. `make vendor-proof` does the same with the
lowest versions that a copy says it needs, in an environment of their own.
"""

from __future__ import annotations

import sys
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parent / "project"


def wrong_lines() -> set[int]:
    """The lines of wrong.py that say so."""
    lines = (PROJECT / "wrong.py").read_text("utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if "# WRONG" in line}


def needed(name: str, found: set[str]) -> set[str]:
    """A distribution and all that it needs here."""
    if name not in found:
        found.add(name)
        for text in requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed(requirement.name, found)
    return found


@pytest.fixture(scope="module")
def site(http: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with an HTTP library, pydantic, and what these need."""
    folder = tmp_path_factory.mktemp("site")
    for name in needed(http, set()) | needed("pydantic", set()):
        files = distribution(name).files or []
        for top in {Path(str(file)).parts[0] for file in files} - {".."}:
            source = Path(str(distribution(name).locate_file(top)))
            if source.exists() and source.suffix != ".pth" and not (folder / top).exists():
                (folder / top).symlink_to(source)
    return folder


def test_it_runs_with_nothing_else(project, plan, site: Path, tmp_path: Path, http: str) -> None:
    """Every endpoint, blocking and not, over sockets; neither Callsheet nor the other library is there."""
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nPYTHONPATH="{site}" exec "{sys.executable}" -S "$@"\n', "utf-8")
    bare.chmod(0o755)
    done = project.use(bare, plan)

    roots = {name.partition(".")[0] for name in done["modules"]}
    assert http in roots
    assert not roots & ({"callsheet", "callsheet_clients", "httpx", "httpx2"} - {http})


@pytest.mark.parametrize("http", ["httpx"], indirect=True)  # `make types` looks at the other
def test_type_checkers_watch_over_callers(project) -> None:
    """Right calls pass; each wrong one is flagged, by both, and nothing within the copy is."""
    expected = {"wrong.py": wrong_lines()}

    assert len(expected["wrong.py"]) >= 17
    assert expected == project.mypy(Path(sys.executable))
    assert expected == project.basedpyright(Path(sys.executable))

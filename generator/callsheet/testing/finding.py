"""Which specs a test runs on: those of the project that it stands in, or within a vendored client."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Final

from callsheet.cli.settings import FILE, Settings, read
from callsheet.cli.specs import bundled
from callsheet.contract.plans import planned
from callsheet.plan.model import Plan

_MANIFEST: Final = "MANIFEST.json"
_SPECS: Final = "specs"

Place = str | Path | ModuleType
"""A folder of specs, a vendored client (its folder, or the package itself)."""


def plan_of(place: Place | None = None) -> Plan:
    """The plan of the specs at a place. Read once in a process.

    ValueError with words where there is nothing, or what is there has faults.
    """
    return _plan(folder_of(place, Path.cwd()))


def folder_of(place: Place | None, base: Path) -> Path:
    """The folder of specs that is meant; a relative path is seen from `base`.

    Without a place, what the project that `base` is in has: it names its specs in `[tool.callsheet]` of its
    pyproject.toml, or has a folder `specs`. Without either, the specs that came with Callsheet.
    """
    if place is None:
        return _of_project(base)
    if isinstance(place, ModuleType):
        if place.__file__ is None:
            raise ValueError(f"{place.__name__} is no package with files")
        folder = Path(place.__file__).parent
    else:
        folder = base / place
    if not folder.is_dir():
        raise ValueError(f"specs: there is no folder {folder}")
    if (folder / _MANIFEST).is_file() and (folder / _SPECS).is_dir():
        return folder / _SPECS
    return folder


def _of_project(start: Path) -> Path:
    found = next((settings for settings in _settings(start)), Settings(start))
    return found.folder() or bundled()


def _settings(start: Path) -> Iterator[Settings]:
    """The settings of every pyproject.toml from a folder upwards that has any."""
    for base in (start, *start.parents):
        path = base / FILE
        if path.is_file():
            found, findings = read(path, path.read_bytes(), base)
            if findings:
                raise ValueError("\n".join(f"{finding.span}: {finding.what}" for finding in findings))
            if found is not None:
                yield found


@lru_cache(maxsize=8)
def _plan(folder: Path) -> Plan:
    return planned(folder).plan

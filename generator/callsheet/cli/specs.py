"""Finding the specs, and reading them as far as a command needs."""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import callsheet
from callsheet.cli.console import refuse, stop_on_errors
from callsheet.findings import Finding, errors, in_order
from callsheet.plan.model import Plan
from callsheet.spec.model import Specs


@dataclass(frozen=True, slots=True)
class Place:
    """Where specs are, and where what is made of them goes. Specs that came with the package have no such place."""

    specs: Path
    out: Path | None


@dataclass(frozen=True, slots=True)
class Texts:
    """A folder of specs as it lies on the disk."""

    place: Place
    files: dict[str, bytes]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A folder of specs, read. There is a plan unless an error stands in its way."""

    place: Place
    files: int
    specs: Specs
    plan: Plan | None
    findings: tuple[Finding, ...]


def find(given: Path | None) -> Place:
    """`--specs`, then `[tool.callsheet]` of ./pyproject.toml, then ./specs, then the bundle in the package."""
    settings = _settings(Path("pyproject.toml"))
    out = settings.get("out", Path("generated"))
    if given is not None:
        return Place(given, out)
    if "specs" in settings:
        return Place(settings["specs"], out)
    if Path("specs").is_dir():
        return Place(Path("specs"), out)
    return Place(bundled(), None)


def bundled() -> Path:
    """The specs of the package: in a wheel inside it, in an editable install beside it in the repository."""
    package = Path(callsheet.__file__).parent
    inside = package / "bundled_specs"
    return inside if inside.is_dir() else package.parents[1] / "specs"


def gather(given: Path | None) -> Texts:
    """Find the specs and take their texts from the disk."""
    from callsheet.source.files import read_folder

    place = find(given)
    return Texts(place, *read_folder(place.specs))


def read(given: Path | None) -> Material:
    """Read, check and plan; every fault is among the findings."""
    return judge(gather(given))


def judge(texts: Texts) -> Material:
    """Check and plan what was gathered."""
    from callsheet.plan.build import build
    from callsheet.spec.load import load

    place, files = texts.place, texts.files
    with _no_collection():
        loaded = load(files)
        findings = (*texts.findings, *loaded.findings)
        if errors(findings):
            return Material(place, len(files), loaded.specs, None, in_order(findings))
        built = build(loaded.specs)
    findings = (*findings, *built.findings)
    return Material(place, len(files), loaded.specs, None if errors(findings) else built.plan, in_order(findings))


@contextmanager
def _no_collection() -> Generator[None, None, None]:
    """The trees of a thousand specs live until the end: looking through them for garbage takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def planned(given: Path | None) -> Plan:
    """The plan, for commands that cannot do without: faults end the command."""
    material = read(given)
    stop_on_errors(material.findings)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    return material.plan


def _settings(file: Path) -> dict[str, Path]:
    """`specs` and `out` of `[tool.callsheet]`."""
    if not file.is_file():
        return {}
    try:
        document: dict[str, object] = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        refuse(f"{file}: {fault}")
    tool = document.get("tool")
    section: object = cast("dict[str, object]", tool).get("callsheet", {}) if isinstance(tool, dict) else {}
    if not isinstance(section, dict):
        refuse(f"{file}: [tool.callsheet] is a table with `specs` and `out`")
    settings: dict[str, Path] = {}
    for key, value in cast("dict[str, object]", section).items():
        if key not in {"specs", "out"} or not isinstance(value, str) or not value:
            refuse(f"{file}: [tool.callsheet] knows `specs` and `out`, each a path in quotes; found {key} = {value!r}")
        settings[key] = Path(value)
    return settings

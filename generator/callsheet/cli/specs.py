"""Finding the specs, and reading them as far as a command needs."""

from __future__ import annotations

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import callsheet
from callsheet.cli import settings
from callsheet.cli.console import Format, refuse, report, stop_on_errors
from callsheet.cli.settings import Settings
from callsheet.findings import Finding, errors, in_order

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import Plan
    from callsheet.spec.model import Specs


@dataclass(frozen=True, slots=True)
class Place:
    """Where specs are, and where what is made of them goes. Specs that came with the package have no such place."""

    specs: Path
    out: Path | None
    settings: Settings = field(default=Settings(), compare=False)


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


def find(given: Path | None, form: Format = "text") -> Place:
    """`--specs`, then `[tool.callsheet]`, then specs/ beside it or here, then the bundle in the package.

    Wrong settings end the command with 2.
    """
    found, findings = settings.find()
    if findings:
        report(findings, form, to_stderr=True)
        raise typer.Exit(2)
    out = found.out or found.base / "generated"
    if folder := given or found.folder():
        return Place(folder, out, found)
    return Place(bundled(), found.out, found)


def bundled() -> Path:
    """The specs of the package: in a wheel inside it, in an editable install beside it in the repository."""
    package = Path(callsheet.__file__).parent
    inside = package / "bundled_specs"
    return inside if inside.is_dir() else package.parents[1] / "specs"


def gather(given: Path | None, form: Format = "text") -> Texts:
    """Find the specs and take their texts from the disk. `form` is how wrong settings are told."""
    from callsheet.source.files import read_folder

    place = find(given, form)
    return Texts(place, *read_folder(place.specs))


def read(given: Path | None, form: Format = "text") -> Material:
    """Read, check and plan; every fault is among the findings."""
    return judge(gather(given, form))


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


def planned(given: Path | None, form: Format = "text", switches: Sequence[str] = ()) -> Plan:
    """The plan, for commands that cannot do without: faults end the command, and so does an unknown switch."""
    material = read(given, form)
    stop_on_errors(material.findings, form)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    return _switched(material, switches, form) if switches else material.plan


def _switched(material: Material, switches: Sequence[str], form: Format) -> Plan:
    from callsheet.plan.build import build
    from callsheet.spec.load import faults
    from callsheet.spec.switches import with_switches

    try:
        specs = with_switches(material.specs, switches)
    except ValueError as fault:
        refuse(f"--switch: {fault}")
    stop_on_errors(faults(specs), form)  # each switch is sound by itself; two may be at odds
    built = build(specs)
    stop_on_errors(built.findings, form)
    return built.plan

"""All files of a copy. They follow from its specs and options alone, so that a copy can be made anew from itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files as resources
from pathlib import Path
from typing import Final

import callsheet
from callsheet.emit import MANIFEST, PACKAGE, EmitError, emit
from callsheet.emit.manifest import digest, provider_digests
from callsheet.emit.needs import needs
from callsheet.findings import Finding, errors, in_order
from callsheet.plan.build import build
from callsheet.plan.model import HttpLibrary, Plan
from callsheet.spec.load import load
from callsheet.vendor.choice import Filed
from callsheet.vendor.manifest import Manifest
from callsheet.vendor.page import page

SPECS: Final = "specs"

YOURS: Final = frozenset({"__init__.py", "py.typed"})
"""Made where there is none, and left alone where there is another: nothing in a copy needs what they say."""

_HEADER: Final = (
    "# Do not edit: `callsheet vendor` makes it anew, and `callsheet vendor --check` tells what was changed.\n"
    "# SPDX-License-Identifier: MIT\n"
)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is to lie in the folder, by path within it; the manifest apart."""

    plan: Plan
    manifest: Manifest
    files: Mapping[str, str]

    def without(self, paths: frozenset[str]) -> Copy:
        """The same, leaving some paths to their owner."""
        kept = {path: text for path, text in self.files.items() if path not in paths}
        listed = {path: found for path, found in self.manifest.files.items() if path not in paths}
        return replace(self, manifest=replace(self.manifest, files=listed), files=kept)

    def whole(self) -> dict[str, str]:
        """With the manifest: what is written."""
        return {**self.files, MANIFEST: self.manifest.text()}


def read(specs: Filed, shown: Mapping[str, str]) -> tuple[Plan | None, tuple[Finding, ...]]:
    """The plan of these specs alone, unless an error stands in its way. `shown` has the paths that people know."""
    loaded = load({shown.get(path, path): data for path, data in specs.items()})
    if errors(loaded.findings):
        return None, in_order(loaded.findings)
    built = build(loaded.specs)
    findings = in_order((*loaded.findings, *built.findings))
    return (None if errors(findings) else built.plan), findings


def make(plan: Plan, specs: Filed, asked: Sequence[str], http: HttpLibrary) -> Copy:
    """The copy of a plan's clients, with the specs that the plan was read from."""
    made = {
        path.removeprefix(f"{PACKAGE}/"): _vendored(path, text)
        for path, text in emit(plan, http=http).items()
        if path != MANIFEST
    }
    made |= {f"{SPECS}/{path}": data.decode() for path, data in specs.items()}
    made["LICENSE"] = _licence()
    made["README.md"] = page(plan, asked, http)
    made = dict(sorted(made.items()))
    manifest = Manifest(
        callsheet=callsheet.__version__,
        http=http,
        asked=tuple(asked),
        needs=needs(http),
        providers=provider_digests(plan),
        files={path: digest(text) for path, text in made.items()},
    )
    return Copy(plan, manifest, made)


def _vendored(path: str, text: str) -> str:
    """A module under the header of a copy: the first line stays, which says what it was made from."""
    if not path.endswith(".py"):
        return text
    first, second, rest = text.split("\n", 2)
    if not first.startswith("# ") or not second.startswith("# Do not edit: "):
        raise EmitError(f"{path} does not begin with the two lines that say where it comes from")
    return f"{first}\n{_HEADER}{rest}"


def _licence() -> str:
    """In a wheel the file lies in the package, in an editable install at the top of the repository."""
    inside = resources("callsheet") / "LICENSE"
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(callsheet.__file__).parents[2] / "LICENSE").read_text(encoding="utf-8")

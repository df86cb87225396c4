"""Making a copy, for the first time or over one that lies there. Pure: bytes in, files and findings out.

Providers that are not named keep the specs that they have in the folder. They are made anew from these all the same, so
that a folder is always what one version of the tool gives, and none runs on a runtime that it was not made for.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callsheet.emit.manifest import digest
from callsheet.findings import Finding, in_order
from callsheet.plan.model import HttpLibrary
from callsheet.rules import vendored as rules
from callsheet.vendor.checking import edited
from callsheet.vendor.choice import chosen, filed, joined, provider_of, unknown
from callsheet.vendor.folder import YOURS, Copy, make, read
from callsheet.vendor.lying import Lying
from callsheet.vendor.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted in a folder."""

    asked: tuple[str, ...]
    """All that is to be in it."""
    renewed: frozenset[str]
    """Providers whose specs are taken from those of today."""

    @property
    def afresh(self) -> tuple[str, ...]:
        """What is looked up in the specs of today."""
        return tuple(name for name in self.asked if provider_of(name) in self.renewed)

    def missing(self, specs: Mapping[str, bytes]) -> list[str]:
        """What is looked up there in vain."""
        return unknown(filed(specs), self.afresh)


def wish(manifest: Manifest | None, names: Sequence[str]) -> Wish:
    """What is asked for in all. Without names, all that is there is renewed."""
    asked = joined(manifest.asked if manifest else (), names)
    return Wish(asked, frozenset(provider_of(name) for name in names or asked))


def prepare(
    lying: Lying, manifest: Manifest | None, specs: Mapping[str, bytes], wanted: Wish, http: HttpLibrary
) -> tuple[Copy | None, tuple[Finding, ...]]:
    """The copy that is wanted, unless an error stands in its way. `specs` are those of today."""
    kept = lying.specs(manifest, wanted.renewed) if manifest else dict[str, bytes]()
    if kept is None:
        return None, _spoilt(lying, manifest, wanted)
    all_specs = {**chosen(filed(specs), wanted.afresh), **kept}
    plan, findings = read(all_specs, lying.shown(specs, kept))
    return (make(plan, all_specs, wanted.asked, http) if plan else None), findings


def _spoilt(lying: Lying, manifest: Manifest | None, wanted: Wish) -> tuple[Finding, ...]:
    """Specs that were touched in the folder, of providers that were not named."""
    listed = manifest.files if manifest else dict[str, str]()
    touched = [path for path in listed if path.startswith("specs/") and path.split("/")[1] not in wanted.renewed]
    return tuple(
        rules.COPY_EDITED.at(
            lying.at(path),
            "the spec is not as it was, so that its client cannot be made anew beside the others",
            lying.mended(
                f"name it, too, to take its spec of today: callsheet vendor {path.split('/')[1]} … --into FOLDER"
            ),
        )
        for path in touched
        if digest(lying.files.get(path, b"")) != listed[path]
    )


@dataclass(frozen=True, slots=True)
class Renewal:
    """What would be written, and what would be lost by it."""

    copy: Copy
    yours: frozenset[str]
    """Paths that are left to their owner."""
    stale: tuple[str, ...]
    """Paths that were made, and are to go."""
    losses: tuple[Finding, ...]
    lost: tuple[str, ...]
    """What is lost, as diffs: - as it will be, + as it is."""
    remade: tuple[str, ...]
    """Providers that were not named, and whose modules change all the same."""


def renewal(lying: Lying, manifest: Manifest | None, copy: Copy, wanted: Wish) -> Renewal:
    """What writing a copy over what lies there would do."""
    listed = manifest.files if manifest else dict[str, str]()
    differing = [path for path in lying.files if digest(lying.files[path]) != copy.manifest.files.get(path)]
    touched = [path for path in differing if digest(lying.files[path]) != listed.get(path)]
    yours = frozenset(touched) & YOURS
    edits = [path for path in touched if path in listed and path not in YOURS]
    foreign = [path for path in touched if path not in listed and path in copy.files and path not in YOURS]
    way = lying.mended(rules.IN_THE_WAY.mend)
    return Renewal(
        copy=copy.without(yours),
        yours=yours,
        stale=tuple(path for path in listed if path in lying.files and path not in copy.files),
        losses=in_order(
            (
                *(edited(lying, path, copy.files.get(path)) for path in edits),
                *(rules.IN_THE_WAY.at(lying.at(path), "this is not of `callsheet vendor`", way) for path in foreign),
            )
        ),
        lost=tuple(
            line for path in (*edits, *foreign) for line in _lost(lying.files[path], copy.files.get(path), path)
        ),
        remade=tuple(
            provider.id
            for provider in copy.plan.providers
            if provider.id not in wanted.renewed and _changes(f"{provider.package}/", listed, copy.manifest.files)
        ),
    )


def _changes(start: str, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    return any(before.get(path) != made for path, made in after.items() if path.startswith(start))


def _lost(found: bytes, text: str | None, path: str) -> list[str]:
    old = found.decode("utf-8", "backslashreplace").splitlines()
    lines = difflib.unified_diff((text or "").splitlines(), old, f"made/{path}", f"yours/{path}", lineterm="", n=0)
    return list(lines)

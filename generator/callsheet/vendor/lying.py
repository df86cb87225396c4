"""What lies in the folder of a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from callsheet.emit.manifest import digest
from callsheet.findings import Span
from callsheet.vendor.choice import filed, provider_of
from callsheet.vendor.folder import SPECS, YOURS
from callsheet.vendor.manifest import Manifest

_TOPS: Final = ("README.md", "LICENSE", "_runtime", *YOURS)


@dataclass(frozen=True, slots=True)
class Lying:
    """A folder as it is found: its name as people know it, and the bytes of all files that may be a copy's."""

    folder: str
    files: Mapping[str, bytes]

    def at(self, path: str, line: int = 0) -> Span:
        """A place in it."""
        return Span(self.named(path), line, 1 if line else 0)

    def named(self, path: str) -> str:
        """A path as people know it."""
        return f"{self.folder}/{path}"

    def mended(self, words: str) -> str:
        """A remedy with the folder's own name."""
        return words.replace("FOLDER", self.folder)

    def edits(self, manifest: Manifest) -> list[str]:
        """Paths of files that are not as they were made."""
        return [
            path for path, made in manifest.files.items() if path in self.files and digest(self.files[path]) != made
        ]

    def specs(self, manifest: Manifest, but: frozenset[str] = frozenset()) -> dict[str, bytes] | None:
        """The specs that the copy was made from, without those of some providers. None where one was touched."""
        start = f"{SPECS}/"
        kept = {
            path.removeprefix(start): made
            for path, made in manifest.files.items()
            if path.startswith(start) and provider_of(path.removeprefix(start)) not in but
        }
        found = {path: self.files.get(start + path, b"") for path in kept}
        return found if all(digest(found[path]) == made for path, made in kept.items()) else None

    def shown(self, specs: Iterable[str], kept: Iterable[str] = ()) -> dict[str, str]:
        """Filed path → the path that people know, for specs of today and for those that are kept in the folder."""
        today = {key: path for path in specs for key in filed({path: b""})}
        return today | {path: self.named(f"{SPECS}/{path}") for path in kept}


def tops(*listed: Iterable[str]) -> tuple[str, ...]:
    """Where in a folder a copy with such paths may have files: what is not below these is none of its business."""
    paths = [path for paths in listed for path in paths]
    inner = {"/".join(path.split("/")[: 2 if path.startswith(f"{SPECS}/") else 1]) for path in paths}
    return tuple(sorted({*_TOPS, *inner}))

"""What the last `generate` of a folder was made from, kept in the user's cache, so that the next one need not redo it.

It is a matter of time only: without it, everything is made anew, and `--check` never looks at it. It stands outside of
the repository, so that no merge and no edit there can make it say that files are current when they are not.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, cast

import callsheet

_MANIFEST: Final = "MANIFEST.json"
_TOOLS: Final = ("datamodel-code-generator", "jinja2", "jsonschema", "jsonschema-rs", "pyyaml", "ruff")


class Remembered:
    """The last run for one folder. Files count only with the bytes that they had then."""

    def __init__(self, out: Path, specs: Mapping[str, bytes], http: str) -> None:
        self._out = out
        told = (part for path in sorted(specs) for part in (path.encode(), specs[path]))
        self._specs = _digest([http.encode(), *told])
        self._tool = _tool()
        self._place = _cache() / f"{_digest([os.fsencode(out.absolute())])}.json"
        self._told = _read(self._place)

    def earlier(self) -> dict[str, str]:
        """Path → text of what the last run left, the manifest included, without files that were changed since.

        Empty if another version of the generator made it, or if the manifest is no longer as it was then.
        """
        manifest = _bytes(self._out / _MANIFEST)
        if manifest is None or [self._told.get("tool"), self._told.get("manifest")] != [
            self._tool,
            _digest([manifest]),
        ]:
            return {}
        made = {_MANIFEST: manifest.decode()}
        for path, digest in json.loads(manifest)["files"].items():
            data = _bytes(self._out / path)
            if data is not None and hashlib.sha256(data).hexdigest() == digest:
                made[path] = data.decode()
        return made

    def settled(self, earlier: Mapping[str, str]) -> bool:
        """Whether the specs are those of the last run, and everything lies as that run left it."""
        return (
            self._told.get("specs") == self._specs
            and _MANIFEST in earlier
            and {_MANIFEST, *json.loads(earlier[_MANIFEST])["files"]} == set(earlier)
        )

    def remember(self) -> None:
        """Keep what was done. A cache that cannot be written is none."""
        manifest = _bytes(self._out / _MANIFEST)
        if manifest is None:
            return
        text = json.dumps({"tool": self._tool, "specs": self._specs, "manifest": _digest([manifest])})
        with suppress(OSError):
            self._place.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._place.with_suffix(f".{os.getpid()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._place)


def _tool() -> str:
    """Digest of the generator itself and of what it runs. In a checkout its code changes while its version stands."""
    package = Path(callsheet.__file__).parent
    code = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".jinja", ".json"})
    versions = " ".join([sys.version, *(f"{name} {version(name)}" for name in _TOOLS)])
    return _digest([versions.encode(), *(part for path in code for part in (os.fsencode(path), path.read_bytes()))])


def _cache() -> Path:
    """Where programs keep what they can make again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "callsheet" / "Cache"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "callsheet"


def _digest(parts: Iterable[bytes]) -> str:
    """SHA-256 of parts, each with its length, so that no two lists of parts are alike."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()


def _bytes(path: Path) -> bytes | None:
    with suppress(OSError):
        return path.read_bytes()
    return None


def _read(path: Path) -> Mapping[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        told: Any = json.loads(path.read_bytes())
        if isinstance(told, dict):
            return cast("dict[str, Any]", told)
    return {}

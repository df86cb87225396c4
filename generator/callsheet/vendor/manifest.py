"""What a copy says of itself, and of each of its files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from callsheet.emit.manifest import NAME, ProviderDigests
from callsheet.plan.model import HttpLibrary

KIND: Final = "vendored/1"

_OURS: Final = re.compile(
    r"__init__\.py|py\.typed|README\.md|LICENSE"  # in the folder itself
    r"|(?!specs/|MANIFEST)[^\W\d]\w*/(?:[^\W\d]\w*/)?[^\W\d]\w*\.py"  # in the runtime or the package of a provider
    r"|specs/\w[\w.-]*/\w[\w.-]*\.ya?ml"
)
"""The paths that a copy can have. A manifest that names others is not believed: what it lists may be removed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A copy in digests: what it was made from, with what, and what came out."""

    callsheet: str
    """Version of the tool that made it."""
    http: HttpLibrary
    asked: tuple[str, ...]
    """What was asked for: `segmind` for all models of a provider, `fal/scail-2` for one."""
    needs: Mapping[str, str]
    """Python and the packages that the copy runs on, with their lowest versions."""
    providers: Mapping[str, ProviderDigests]
    files: Mapping[str, str]
    """Path within the folder → SHA-256 of its bytes; without the manifest itself."""

    def text(self) -> str:
        """As it is written to disk."""
        told = {
            "kind": KIND,
            "callsheet": self.callsheet,
            "options": {"http": self.http, "asked": list(self.asked)},
            "needs": dict(self.needs),
            "providers": dict(self.providers),
            "files": dict(sorted(self.files.items())),
        }
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


class NoManifestError(Exception):
    """A text is not the manifest of a copy. Says why."""


def read(data: bytes) -> Manifest:
    """A manifest from its bytes. NoManifestError where it is none, or claims what no copy has."""
    try:
        told: Any = json.loads(data)
        if not isinstance(told, dict) or cast("dict[str, Any]", told).get("kind") != KIND:
            raise NoManifestError(f"it does not say that it is of the kind {KIND}")
        manifest = _manifest(cast("dict[str, Any]", told))
    except (ValueError, RecursionError) as exc:
        raise NoManifestError("it is no JSON") from exc
    except (KeyError, TypeError, AttributeError) as exc:
        raise NoManifestError("it lacks something that every manifest has") from exc
    if strange := [path for path in manifest.files if not _OURS.fullmatch(path)]:
        raise NoManifestError(f"it lists {strange[0]!r}, which is in no copy")
    return manifest


def _manifest(told: dict[str, Any]) -> Manifest:
    http = told["options"]["http"]
    if http not in get_args(HttpLibrary):
        raise KeyError(http)
    return Manifest(
        callsheet=str(told["callsheet"]),
        http=http,
        asked=tuple(str(name) for name in told["options"]["asked"]),
        needs={str(name): str(version) for name, version in told["needs"].items()},
        providers={str(name): _digests(provider) for name, provider in told["providers"].items()},
        files={str(path): str(digest) for path, digest in told["files"].items()},
    )


def _digests(told: dict[str, Any]) -> ProviderDigests:
    return {
        "client_version": str(told["client_version"]),
        "spec": str(told["spec"]),
        "models": {str(name): str(digest) for name, digest in told["models"].items()},
    }


__all__ = ["NAME", "Manifest", "NoManifestError", "read"]

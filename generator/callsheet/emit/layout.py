"""Ruff over all that was rendered: unused imports out, the rest in order, everything laid out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ruff import find_ruff_bin  # type: ignore[import-untyped]  # it ships no stubs

from callsheet.emit.filters import WIDTH, EmitError

# Said here and not looked up: ruff would follow the configuration of the folder that it runs in.
_SETTINGS: Final = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311")

_MENDED: Final = "I,F401,RUF022"
_REFUSED: Final = "F811,F821,F822"

_SHARED_MEMORY: Final = "/dev/shm"  # noqa: S108 - a folder of a random name is made in it
_AMPLE: Final = 20
"""Bytes for each character: as many as four, in as many blocks as files, and old and new beside each other."""


def tidy(files: Mapping[str, str]) -> dict[str, str]:
    """The same modules, laid out. EmitError where one is no Python, or uses a name that it does not have."""
    with tempfile.TemporaryDirectory(prefix="callsheet-", dir=_memory(files)) as name:
        folder = Path(name)
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        width = f"line-length={WIDTH}"
        rules = ("--select", f"{_MENDED},{_REFUSED}", "--fix", "--unfixable", _REFUSED, "--output-format", "concise")
        _ruff(folder, "check", *rules, "--config", width)
        _ruff(folder, "format", "--line-length", str(WIDTH))
        return {path: (folder / path).read_text(encoding="utf-8") for path in files}


def _memory(files: Mapping[str, str]) -> str | None:
    """A folder in memory with ample room for files, None where there is none: a busy disk takes seconds for as many."""
    try:
        roomy = shutil.disk_usage(_SHARED_MEMORY).free > _AMPLE * sum(map(len, files.values()))
    except OSError:
        return None
    return _SHARED_MEMORY if roomy and os.access(_SHARED_MEMORY, os.W_OK) else None


def _ruff(folder: Path, command: str, *options: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("RUFF_")}
    done = subprocess.run(  # noqa: S603  our own tool with our own words
        [find_ruff_bin(), command, *_SETTINGS, *options, "."],
        cwd=folder,
        env=clean,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise EmitError(f"ruff {command} refuses what was rendered:\n{done.stdout}{done.stderr}".rstrip())

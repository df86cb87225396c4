"""Where a result and its raw answer go: found to be writable before anything is sent, and the answer written first."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from callsheet.cli.console import refuse, say

if TYPE_CHECKING:  # slow to load, and not needed for words
    from callsheet.plan.model import ModelPlan

SUFFIXES: Final = {"video": ".mp4", "image": ".png", "audio": ".wav", None: ""}
"""What a file's name ends with, by its kind."""


def ending(model: ModelPlan) -> str:
    """What the name of an endpoint's result ends with, as far as its spec tells."""
    return SUFFIXES[model.media_kind] or (".mp4" if model.media is not None else ".json")


def beside(save: Path) -> Path:
    """Where the raw answer goes that belongs to a file: `out.mp4.answer.json`."""
    return save.parent / f"{save.name}.answer.json"


def refuse_unwritable(files: Iterable[Path], taken: Iterable[Path] = ()) -> None:
    """End the command with 2 if a file cannot be written; all are told. `taken` are files that must stay as they are.

    It is tried with a file of another name beside it, since what is there already stays until the result has come.
    """
    kept = {path.resolve() for path in taken}
    faults: list[str] = []
    seen: set[Path] = set()
    for path in files:
        target = _resolved(path)
        fault = "it is read from" if target in kept else "it is named twice" if target in seen else _fault(target)
        seen.add(target)
        if fault:
            faults.append(f"{path} cannot be written: {fault}")
    if faults:
        refuse("\n".join(faults))


def keep(file: Path, answer: object) -> bool:
    """Write a raw answer, bytes or JSON. If that fails it is printed: it may be all that is left of a paid job."""
    text = "" if isinstance(answer, bytes) else json.dumps(answer, indent=2, ensure_ascii=False, default=str) + "\n"
    data = answer if isinstance(answer, bytes) else text.encode("utf-8", "backslashreplace")  # half a character
    try:
        _write(_resolved(file), data)
    except OSError as fault:
        say(f"the raw answer could not be written to {file} ({(fault.strerror or str(fault)).lower()}); here it is:")
        say(data.decode("utf-8", "backslashreplace"))
        return False
    return True


def body_of(answer: Any) -> bytes | None:
    """The bytes of an answer that an error carries; None where it carries none."""
    body = getattr(answer, "body", None)
    return body if isinstance(body, bytes) and body else None


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return path.absolute()


def _fault(target: Path) -> str | None:
    try:
        with suppress(FileNotFoundError):
            target.lstat()
            if not target.is_file():
                return "it is a folder" if target.is_dir() else "it is no regular file"
        trial = _fresh(target)
        trial.open("xb").close()
        trial.unlink()
    except FileNotFoundError:
        return "there is no such folder"
    except NotADirectoryError:
        return "its folder is a file"
    except (OSError, ValueError) as fault:
        return str(getattr(fault, "strerror", None) or fault).lower()
    return None


def _fresh(target: Path) -> Path:
    return target.with_name(f".{secrets.token_hex(8)}.part")


def _write(target: Path, data: bytes) -> None:
    fresh = _fresh(target)
    try:
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise

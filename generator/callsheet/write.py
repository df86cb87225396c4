"""Puts generated files on disk, or says how the disk differs from them. The only code that writes there."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

_MANIFEST: Final = "MANIFEST.json"
_PACKAGE: Final = "callsheet_clients"


class WriteError(Exception):
    """The disk refused. What was put in place before stays; each file there is whole, old or new."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"{path}: {why}")


@dataclass(frozen=True, slots=True)
class Difference:
    """How a folder differs from what generation gives. Paths are relative to the folder."""

    added: tuple[str, ...]
    """Generation gives them, the folder has none."""
    removed: tuple[str, ...]
    """The folder has them, generation gives none."""
    changed: Mapping[str, str]
    """Path → unified diff, from the folder to what generation gives."""
    stray: frozenset[str] = frozenset()
    """Those of `removed` that were not made here, so that `write` leaves them alone."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Written:
    """What `write` did. Paths are relative to the folder."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def compare(out: Path, files: Mapping[str, str], covers: Callable[[str], bool] | None = None) -> Difference:
    """The sets first, then the bytes: a file too many counts as much as a wrong one.

    Counted as the folder's are the files that its manifest lists and those inside the package. Others are none of ours.
    `covers` tells which of them are to be counted, where `files` are not all that the folder should have.
    """
    with _told(out):
        inside = (f"{_PACKAGE}/{path}" for path in _within(out / _PACKAGE))
        listed = frozenset(_listed(out))
        there = {path for path in {*listed, *inside} if _lies_at(out / path) and (not covers or covers(path))}
        there |= {path for path in files if _lies_at(out / path)}
        return Difference(
            added=tuple(sorted(set(files) - there)),
            removed=tuple(sorted(there - set(files))),
            stray=frozenset(there - set(files) - listed),
            changed={
                path: _diff(path, old, text)
                for path, text in sorted(files.items())
                if path in there and (old := _read(out / path)) != text.encode()
            },
        )


def write(out: Path, files: Mapping[str, str], covers: Callable[[str], bool] | None = None) -> Written:
    """Make the folder what generation gives. Only files that differ are touched, each in one step, the manifest last.

    A file that generation no longer gives is removed if the folder's manifest lists it: then it was made here. Where
    `files` are a part of what the folder should have, `covers` tells which paths belong to it.
    """
    listed = [path for path in sorted(_listed(out)) if not covers or covers(path)]
    return place(out, files, [path for path in listed if path not in files and _lies_at(out / path)])


def place(out: Path, files: Mapping[str, str], stale: list[str]) -> Written:
    """Put files into a folder, each in one step and only where it differs, the manifest last. `stale` ones are removed.

    Whoever calls it knows that these were made here.
    """
    added: list[str] = []
    changed: list[str] = []
    for path, text in sorted(files.items(), key=lambda item: (item[0] == _MANIFEST, item[0])):
        if path == _MANIFEST:
            _remove(out, stale)
        target = out / path
        with _told(target):
            old = _read(target) if _lies_at(target) else None
            if old != text.encode():
                (changed if old is not None else added).append(path)
                _replace(target, text.encode())
    return Written(tuple(added), tuple(changed), tuple(stale), len(files) - len(added) - len(changed))


def lying(out: Path, tops: Iterable[str]) -> dict[str, bytes]:
    """The files in a folder that are one of `tops` or lie below one, with their bytes. Without compiled ones."""
    found: dict[str, bytes] = {}
    with _told(out):
        for top in tops:
            paths = [top, *(f"{top}/{path}" for path in _within(out / top))]
            found |= {path: data for path in paths if (data := _read(out / path)) is not None}
    return found


def _listed(out: Path) -> Iterator[str]:
    """Paths in the folder's manifest. One that would lead out of the package is not believed."""
    try:
        found: Any = json.loads((out / _MANIFEST).read_text(encoding="utf-8"))["files"]
        paths = [str(path) for path in found]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return
    for path in paths:
        parts = PurePosixPath(path).parts
        inside = len(parts) > 1 and parts[0] == _PACKAGE and ".." not in parts and "\\" not in path and "\0" not in path
        if inside and (out / path).parent.resolve().is_relative_to(out.resolve()):
            yield str(PurePosixPath(path))


def _within(top: Path) -> Iterator[str]:
    """Paths of all files below, relative to it."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(folder, name).relative_to(top).as_posix() for name in names)


def _lies_at(path: Path) -> bool:
    return os.path.lexists(path)


def _read(path: Path) -> bytes | None:
    """The bytes; None for a thing that is no file."""
    return path.read_bytes() if path.is_file() else None


def _replace(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _remove(out: Path, stale: list[str]) -> None:
    for path in stale:
        with _told(out / path):
            (out / path).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty: somebody else's files are in there
            for folder in PurePosixPath(path).parents[:-1]:
                (out / folder).rmdir()


def _diff(path: str, old: bytes | None, text: str) -> str:
    if old is None:
        return f"{path} is no file"
    before = old.decode("utf-8", "backslashreplace").splitlines(keepends=True)
    lines = difflib.unified_diff(before, text.splitlines(keepends=True), f"a/{path}", f"b/{path}")
    # Only what ends a line differs, such as carriage returns.
    return "".join(lines) or f"{path} differs in bytes that cannot be shown"


@contextlib.contextmanager
def _told(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as exc:
        raise WriteError(Path(exc.filename or path), exc.strerror or str(exc)) from exc

# Copied by callsheet from generator/callsheet/runtime/disk.py.
# Do not edit: change that file, then `make generate`.
"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

_CHUNK: Final = 2**20


@dataclass(slots=True)
class Part:
    """A file in the making, beside the file it will become."""

    file: BinaryIO
    written: int = 0

    def write(self, chunk: bytes) -> None:
        """Add to the file."""
        self.written += self.file.write(chunk)


@contextmanager
def part(path: Path) -> Generator[Part]:
    """The file appears under its name only when it is whole; what broke off leaves nothing behind."""
    unfinished = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with unfinished.open("xb") as file:
            yield Part(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            unfinished.chmod(path.stat().st_mode & 0o7777)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def store(path: Path, content: bytes | Path, *, move: bool = False) -> int:
    """Put a file that is here already under another name; the number of bytes. One to be moved goes when it is there.

    OSError leaves both as they were.
    """
    if isinstance(content, Path) and content.exists() and path.exists() and content.samefile(path):
        return content.stat().st_size
    if move and isinstance(content, Path) and (size := _renamed(content, path)) is not None:
        return size
    with part(path) as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    file.write(chunk)
    if move and isinstance(content, Path):
        with suppress(OSError):  # the file is where it should be; what is left over is no fault of it
            content.unlink()
    return file.written


def _renamed(source: Path, path: Path) -> int | None:
    """The size of a file that got another name in one step; None where that cannot be done, on another disk."""
    with source.open("rb+") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    mode = _mode(path)
    try:
        source.replace(path)
    except OSError as exc:
        if exc.errno == errno.EXDEV:
            return None
        raise
    with suppress(OSError):  # a temporary file is its owner's alone; the saved one has the rights of any other
        path.chmod(mode)
    return size


def _mode(path: Path) -> int:
    """The rights of a file, or those that a new one would have in its place."""
    if path.exists():
        return path.stat().st_mode & 0o7777
    probe = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with probe.open("xb") as file:
            return os.fstat(file.fileno()).st_mode & 0o7777
    finally:
        probe.unlink(missing_ok=True)

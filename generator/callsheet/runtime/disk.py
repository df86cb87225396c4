"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
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


def store(path: Path, content: bytes | Path) -> int:
    """Put a file that is here already under another name; the number of bytes."""
    with part(path) as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    file.write(chunk)
    return file.written

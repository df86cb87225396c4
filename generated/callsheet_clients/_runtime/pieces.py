# Copied by callsheet from generator/callsheet/runtime/pieces.py.
# Do not edit: change that file, then `make generate`.
"""Files that go out and come in piece by piece, with an exchange around them that tells what their faults mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from pathlib import Path
from typing import Self, TypeVar

from .localfile import LocalFile
from .steps import Broken, Unreadable

T = TypeVar("T")


class Spool:
    """The file that an answer goes to as it comes. What goes wrong with it breaks the exchange: the call was sent."""

    def __init__(self, path: Path, largest: int | None) -> None:
        self.path = path
        self.size = 0
        self._largest = largest
        self._file = self._safely(lambda: path.open("wb"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._safely(self._file.close)

    def write(self, chunk: bytes) -> None:
        """Add to the file."""
        self.size += len(chunk)
        self._safely(lambda: self._file.write(chunk))
        if self._largest is not None and self.size > self._largest:
            raise Broken(f"the file is longer than the {self._largest} bytes that are allowed")

    def _safely(self, do: Callable[[], T]) -> T:
        try:
            return do()
        except OSError as exc:
            raise Broken(f"{self.path} cannot be written ({exc.strerror or exc})") from exc


def read(file: LocalFile) -> Generator[bytes]:
    """The pieces of a file. Unreadable where it cannot be read to its end."""
    try:
        yield from file.chunks()
    except (OSError, ValueError) as exc:  # ValueError: an open file that was closed meanwhile
        raise Unreadable(f"{file.name} cannot be read ({getattr(exc, 'strerror', None) or exc})") from exc


class AsyncRead:
    """The pieces of a file, each read beside the event loop."""

    def __init__(self, file: LocalFile) -> None:
        self._pieces = read(file)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        import asyncio

        if piece := await asyncio.to_thread(next, self._pieces, b""):
            return piece
        raise StopAsyncIteration

# Copied by callsheet from generator/callsheet/runtime/localfile.py.
# Do not edit: change that file, then `make generate`.
"""A file of the caller's on this machine: looked at before anything is sent, then read piece by piece."""

from __future__ import annotations

import base64
import inspect
import os
import re
import stat
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from . import magic
from .magic import Kind

_CHUNK: Final = 2**18

Source = Path | bytes | IO[bytes]


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that may be sent. An open one is read from where it stood, and left there."""

    source: Source = field(repr=False)
    name: str
    """What it is called, in ASCII and without a folder."""
    content_type: str
    size: int
    """Bytes."""
    start: int = 0
    """Where it begins in an open file."""

    @property
    def uri_length(self) -> int:
        """Characters of its data URI."""
        return len(self._uri_start) + (self.size + 2) // 3 * 4

    @property
    def _uri_start(self) -> str:
        return f"data:{self.content_type};base64,"

    def data_uri(self) -> str:
        """The file as an address that holds it."""
        return self._uri_start + base64.b64encode(b"".join(self.chunks())).decode()

    def chunks(self) -> Generator[bytes]:
        """Its bytes, as many as there were when it was looked at. OSError where it cannot be read, or has shrunk."""
        left = self.size
        with closing(self._pieces()) as pieces:
            for chunk in pieces:
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return
        raise OSError(f"{self.name} has become shorter since it was looked at")

    def _pieces(self) -> Generator[bytes]:
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        elif isinstance(self.source, bytes):
            for at in range(0, len(self.source), _CHUNK):
                yield self.source[at : at + _CHUNK]
        else:
            self.source.seek(self.start)
            try:
                while chunk := self.source.read(_CHUNK):
                    yield chunk
            finally:
                self.source.seek(self.start)


def identity(value: object) -> object:
    """What is the same for the same file given twice."""
    return _path(value) or id(value)


def is_file(value: object) -> bool:
    """Whether a value stands for a file: a path, bytes, or an open file. Text never does."""
    return isinstance(value, os.PathLike | bytes | bytearray) or callable(getattr(value, "read", None))


def shown(value: object) -> str:
    """How a file is called in words of ours."""
    if (path := _path(value)) is not None:
        return str(path)
    if isinstance(value, bytes | bytearray):
        return f"{size_words(len(value))} of bytes"
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else f"an open file ({type(value).__name__})"


def look(value: object, kind: Kind) -> LocalFile | str:
    """The file that a value stands for, or what is wrong with it, in words."""
    try:
        if (path := _path(value)) is not None:
            return _at_path(path, kind)
        if isinstance(value, bytes | bytearray):
            return _known(bytes(value), "", bytes(value[: magic.HEAD]), len(value), kind)
        return _open(cast("IO[bytes]", value), kind)
    except (OSError, ValueError) as exc:  # a closed file, a name with a null byte
        return f"{shown(value)} cannot be read ({getattr(exc, 'strerror', None) or exc})"


def _path(value: object) -> Path | None:
    # fsdecode takes a path of bytes, too.
    return Path(os.fsdecode(cast("os.PathLike[str]", value))) if isinstance(value, os.PathLike) else None


def _at_path(path: Path, kind: Kind) -> LocalFile | str:
    try:
        found = path.stat()
    except FileNotFoundError:
        home = "; `~` is not expanded by itself: use Path(…).expanduser()" if path.parts[:1] == ("~",) else ""
        return f"there is no file {path}{home}"
    if not stat.S_ISREG(found.st_mode):
        return f"{path} is {'a folder' if stat.S_ISDIR(found.st_mode) else 'no regular file'}"
    with path.open("rb") as file:
        return _known(path, path.name, file.read(magic.HEAD), found.st_size, kind)


def _open(file: IO[bytes], kind: Kind) -> LocalFile | str:
    if inspect.iscoroutinefunction(file.read):
        return f"{shown(file)} has to be awaited: give its bytes, or the file that it holds"
    if not isinstance(file.read(0), bytes):  # whatever the type says
        return f"{shown(file)} is open as text: open it with mode 'rb'"
    seekable: Callable[[], bool] | None = getattr(file, "seekable", None)
    if seekable is None or not seekable():
        return f"{shown(file)} cannot be read twice, as a repeated upload would: give its bytes"
    start = file.tell()
    try:
        head = file.read(magic.HEAD)
        size = file.seek(0, os.SEEK_END) - start
    finally:
        file.seek(start)
    name = getattr(file, "name", "")
    return _known(file, Path(name).name if isinstance(name, str) else "", head, size, kind, start)


def _known(source: Source, name: str, head: bytes, size: int, kind: Kind, start: int = 0) -> LocalFile | str:  # noqa: PLR0913, PLR0917 - what is known of a file
    if size <= 0:
        at_end = isinstance(source, Path | bytes) or start == 0
        return f"{name or 'the file'} is empty" if at_end else f"{name or 'the file'} was read to its end: rewind it"
    types = magic.types(head)
    content_type = types.get(kind) or (magic.type_by_name(name, kind) if not types else None)
    if content_type is None:
        return f"{name or 'the file'} is {_seen(types, head)}, {_a(kind)} is expected"
    return LocalFile(source, _plain(name, content_type, kind), content_type, size, start)


def _seen(types: object, head: bytes) -> str:
    if types and isinstance(types, dict):
        return f"{next(iter(cast('dict[str, str]', types).values()))} by its first bytes"
    return "text" if magic.is_text(head) else "nothing that is known here by its first bytes"


def _plain(name: str, content_type: str, kind: Kind) -> str:
    """A name that any header and any address can carry."""
    stem, dot, tail = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._").rpartition(".")
    if not (stem or tail):
        return f"{kind}{magic.ending(content_type)}"
    return f"{stem[:80]}{dot}{tail[:20]}" if stem else tail[:80]


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" if kind != "audio" else "a sound file"


def size_words(count: int) -> str:
    """A number of bytes as people say it."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= step:
            return f"{count / step:.3g} {unit}"
    return f"{count} bytes"

"""The journal's file: lines that are added whole and reach the disk, by several processes and threads at once.

The file is opened for each line and locked while it is written, so nothing is held over a fork, and a file that was
moved away or rewritten in the meantime is noticed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .locks import lock, unlock

MARK: Final = b'{"callsheet":"journal/'
"""How every line begins."""

_PATIENCE: Final = 10.0
"""Seconds to wait for another process to let go of the lock."""

_FLAGS: Final = (
    os.O_RDWR
    | os.O_APPEND
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe in its place is refused, not waited for
)
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class LockedFile:
    """An open journal that nobody else writes to."""

    fd: int
    path: Path

    @property
    def inode(self) -> tuple[int, int]:
        """What tells this file from one that took its place."""
        told = os.fstat(self.fd)
        return told.st_dev, told.st_ino

    def read(self, start: int = 0) -> bytes:
        """What is there, from a place on."""
        os.lseek(self.fd, start, os.SEEK_SET)
        parts: list[bytes] = []
        while chunk := os.read(self.fd, 2**20):
            parts.append(chunk)
        return b"".join(parts)

    def add(self, line: bytes) -> None:
        """Add one line, and return when it is on the disk. After an OSError it is not there, as far as can be told."""
        size = os.fstat(self.fd).st_size
        if size == 0:
            _sync_folder(self.path.parent)
        else:
            self._check_kind()
            os.lseek(self.fd, -1, os.SEEK_END)
            if os.read(self.fd, 1) != b"\n":  # what a crash or a full disk left of a line
                line = b"\n" + line
        try:
            _write(self.fd, line)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self.fd, size)
            raise
        os.fsync(self.fd)

    def _check_kind(self) -> None:
        """Nothing is added to a file that is something else."""
        os.lseek(self.fd, 0, os.SEEK_SET)
        first = os.read(self.fd, 4 * len(MARK)).lstrip(b"\0").split(b"\n")[0]
        if not first.startswith(MARK) and not MARK.startswith(first):
            raise OSError(errno.EINVAL, "it is no journal, and nothing is added to it", str(self.path))


@contextmanager
def locked(path: Path) -> Generator[LockedFile]:
    """The journal, made if it is not there, for this thread alone. OSError where that cannot be."""
    while True:
        fd = _open(path)
        try:
            _wait_for_lock(fd)
            try:
                if _is_at(fd, path):
                    yield LockedFile(fd, path)
                    return
            finally:
                unlock(fd)  # said in so many words: a child of a fork may hold the same open file
        finally:
            with suppress(OSError):  # what was written is on the disk already
                os.close(fd)


def replace(path: Path, content: bytes) -> None:
    """Put other content in a file's place, whole or not at all. The caller holds its lock."""
    other = path.with_name(f"{path.name}.new")
    try:
        fd = os.open(other, _FLAGS | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        try:
            _write(fd, content)
            os.fsync(fd)
        finally:
            os.close(fd)
        other.chmod(stat.S_IMODE(path.stat().st_mode))
        other.replace(path)
    finally:
        other.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _open(path: Path) -> int:
    try:
        fd = os.open(path, _FLAGS)
    except FileNotFoundError:
        fd = os.open(path, _FLAGS | os.O_CREAT, _OWNER_ONLY)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return fd


def _is_at(fd: int, path: Path) -> bool:
    """Whether the open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def _write(fd: int, data: bytes) -> None:
    """All of it: the system may take less at a time."""
    left = memoryview(data)
    while left:
        written = os.write(fd, left)
        if written == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left = left[written:]


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    if sys.platform == "win32":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as fault:
        if fault.errno not in {errno.EINVAL, errno.ENOTSUP}:  # file systems that know no such thing
            raise
    finally:
        os.close(fd)


def _wait_for_lock(fd: int) -> None:
    until = time.monotonic() + _PATIENCE
    pause = 0.0005
    while not lock(fd):
        if time.monotonic() > until:
            raise OSError(errno.EWOULDBLOCK, f"another process has kept it locked for {_PATIENCE:g} s")
        time.sleep(pause)
        pause = min(2 * pause, 0.02)

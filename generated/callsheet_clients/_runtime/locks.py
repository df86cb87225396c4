# Copied by callsheet from generator/callsheet/runtime/locks.py.
# Do not edit: change that file, then `make generate`.
"""Locks on open files, between processes and between threads that each opened the file for themselves."""

from __future__ import annotations

import sys
from contextlib import suppress

if sys.platform == "win32":
    import msvcrt
    import os

    _PAST_ANY_END = 2**40  # a locked byte can be read by nobody else: the one that is locked is none of the file's

    def lock(fd: int) -> bool:
        """Take the lock, unless somebody else has it. Whether it was taken."""
        os.lseek(fd, _PAST_ANY_END, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def unlock(fd: int) -> None:
        """Let go of it."""
        os.lseek(fd, _PAST_ANY_END, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def lock(fd: int) -> bool:
        """Take the lock, unless somebody else has it. Whether it was taken."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(fd: int) -> None:
        """Let go of it."""
        with suppress(OSError):
            fcntl.flock(fd, fcntl.LOCK_UN)

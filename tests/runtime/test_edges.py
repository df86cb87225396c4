"""Small parts at their edges: processes, tables, places of files."""

from __future__ import annotations

import os
import platform
import runpy
import sys
from pathlib import Path

import lab
import pytest

from callsheet.runtime import locks, media
from callsheet.runtime.plainjson import Copier
from callsheet.runtime.processes import identity, is_gone
from callsheet.runtime.tables import Model


def test_a_process_is_gone_only_where_that_is_certain() -> None:
    """One of another machine may live; a number that nobody has is of nobody; another birth is another process."""
    here, own = platform.node(), os.getpid()

    assert not is_gone(own, here, None)
    assert not is_gone(own, f"not-{here}", None)
    assert not is_gone(0, here, None)
    assert not is_gone(-1, here, None)
    assert is_gone(2**62, here, None)
    assert not is_gone(2**62, f"not-{here}", None)
    if (born := identity()["born"]) is not None:
        assert not is_gone(own, here, str(born))
        assert is_gone(own, here, f"{born}0")


def test_a_table_is_asked_for_what_it_is() -> None:
    """A queue is no blocking call, nor the other way round."""
    queue = Model("a", lab.QUEUE, {}, {}, None)
    call = Model("a", lab.CALL.protocol, {}, {}, None)

    assert (queue.queue, call.blocking) == (lab.QUEUE, lab.CALL.protocol)
    with pytest.raises(TypeError, match="no blocking call"):
        _ = queue.blocking
    with pytest.raises(TypeError, match="no queue"):
        _ = call.queue


@pytest.mark.parametrize(
    ("pattern", "payload"),
    [
        ("clips/*/url", {"clips": [{"url": lab.PNG}]}),
        ("a~1b", {"a/b": lab.PNG}),
        ("a~0b/c", {"a~b": {"c": lab.PNG}}),
        ("a~01b/c", {"a~1b": {"c": lab.PNG}}),
    ],
)
def test_a_file_is_found_wherever_it_may_stand(pattern: str, payload: dict[str, object]) -> None:
    """Within lists and objects, and under names with a slash or a tilde, which are written as in JSON pointers."""
    model = Model("a", lab.CALL.protocol, {}, {}, None, files={pattern: "image"})

    assert media.within(model, payload)
    assert not media.within(model, {"other": lab.PNG})


@pytest.mark.parametrize(("levels", "fine"), [(101, True), (102, False)])
def test_an_input_is_nested_a_hundred_times_at_most(levels: int, *, fine: bool) -> None:
    """Within the outermost; more is a fault of the input and no stack that overflows."""
    value: object = 1
    for _ in range(levels):
        value = [value]
    copier = Copier()
    copier.copy(value, "")

    assert (copier.found == []) == fine


class Msvcrt:
    """What Windows locks files with, on paper."""

    LK_UNLCK, LK_NBLCK = 0, 2

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, int]] = []
        self.fault: OSError | None = None

    def locking(self, fd: int, mode: int, length: int) -> None:
        """Note what is locked from where on."""
        self.asked.append((mode, length, os.lseek(fd, 0, os.SEEK_CUR)))
        if self.fault is not None:
            raise self.fault


def test_on_windows_a_byte_beyond_the_file_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody writes: others cannot read a locked byte. It is let go of whatever the system says."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", system := Msvcrt())  # type: ignore[arg-type]
    scope = runpy.run_path(str(locks.__file__))
    fd = os.open(tmp_path / "journal", os.O_RDWR | os.O_CREAT)
    try:
        assert scope["lock"](fd) is True
        scope["unlock"](fd)
        assert system.asked == [(Msvcrt.LK_NBLCK, 1, 2**40), (Msvcrt.LK_UNLCK, 1, 2**40)]

        system.fault = PermissionError(13, "Permission denied")
        assert scope["lock"](fd) is False
        scope["unlock"](fd)
        system.fault = OSError(5, "broken")
        with pytest.raises(OSError, match="broken"):
            scope["lock"](fd)
    finally:
        os.close(fd)


def test_elsewhere_the_file_itself_is_locked(tmp_path: Path) -> None:
    """By one that opened it at a time, and nobody waits."""
    one, other = (os.open(tmp_path / "journal", os.O_RDWR | os.O_CREAT) for _ in range(2))
    try:
        assert locks.lock(one) is True
        assert locks.lock(other) is False
        locks.unlock(one)
        assert locks.lock(other) is True
    finally:
        os.close(one)
        os.close(other)
    locks.unlock(one)  # of a file that is closed: nothing to let go of

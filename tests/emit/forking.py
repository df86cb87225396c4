"""A process beside this one answers while it can; where it cannot, its work is done here. Run by `test_processes`."""

from __future__ import annotations

import os
import select
import signal
import threading
from contextlib import suppress

import pytest

from callsheet.emit import processes
from callsheet.emit.processes import beside


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 2)


def whoever(word: str = "") -> tuple[int, str]:
    """Who does it, and what was said."""
    return os.getpid(), word


def nothing() -> None:
    """No preparation."""


def test_another_process_does_it() -> None:
    """It was prepared before it answers; each line is answered, as often as it asks."""
    prepared: list[str] = []

    def work(word: str) -> tuple[int, list[str]]:
        return os.getpid(), [*prepared, word]

    with beside(lambda: prepared.append("ready"), work, 2) as (first, second):
        done = [first("a"), second("b"), first("c")]

    assert [said for _, said in done] == [["ready", "a"], ["ready", "b"], ["ready", "c"]]
    assert {pid for pid, _ in done} != {os.getpid()}
    assert prepared == []


@pytest.mark.parametrize("broken", ["prepare", "work", "killed"])
def test_what_fails_there_is_done_here(broken: str) -> None:
    """So a fault comes up where it can be told, and a process that is killed costs time and nothing else."""
    here = os.getpid()

    def fails() -> None:
        raise RuntimeError("not in this process")

    def work(word: str) -> tuple[int, str]:
        if os.getpid() != here:
            if broken == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if broken == "work":
                fails()
        return whoever(word)

    with beside(fails if broken == "prepare" else nothing, work, 2) as (first, second):
        assert first("a") == (here, "a")
        assert second("b") == (here, "b")


def test_whoever_shares_a_line_may_be_forked() -> None:
    """A share takes its line along into its own process."""
    with beside(nothing, whoever, 3) as calls:
        found = processes.spread([lambda call=call: call("x") for call in calls])

    assert len({pid for pid, _ in found}) == 1
    assert found[0][0] != os.getpid()


def test_parts_are_done_side_by_side() -> None:
    """Results come back in order; the last is done here, and so is what is lost with another process."""
    here = os.getpid()

    def lost() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    first, second, last = processes.spread([os.getpid, lost, os.getpid])

    assert first != here
    assert [second, last] == [here, here]


def test_a_part_that_fails_fails_here() -> None:
    """In the words in which it fails."""

    def fails() -> None:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        processes.spread([fails, nothing])


def test_a_process_ends_with_the_one_that_waits_for_it() -> None:
    """Also where that one is killed, and has told nobody: what is made is told to nobody, and that is the end."""
    told, tell = os.pipe()
    waiting = os.fork()
    if waiting == 0:
        processes.spread([lambda: os.write(tell, str(os.getpid()).encode()) and "x" * 1_000_000, signal.pause])
        os._exit(0)
    made = int(os.read(told, 20))
    os.kill(waiting, signal.SIGKILL)
    os.waitpid(waiting, 0)
    os.close(tell)

    ended, _, _ = select.select([told], [], [], 30)
    assert ended  # nobody holds the other end any more
    assert os.read(told, 1) == b""
    os.close(told)
    assert made


def test_nobody_is_left() -> None:
    """When whoever started it is done, it is gone; also while it is preparing itself."""
    told, tell = os.pipe()

    def waits() -> None:
        os.write(tell, str(os.getpid()).encode())
        signal.pause()

    with beside(waits, whoever, 1):
        pid = int(os.read(told, 20))
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
    os.close(told)
    os.close(tell)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """One processor, or threads that a copy would not have: it is done by the caller."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with beside(nothing, whoever, 1) as (call,):
            assert call("x") == (os.getpid(), "x")
    finally:
        done.set()
        thread.join()

    monkeypatch.setattr(processes, "processors", lambda: 1)
    with beside(nothing, whoever, 1) as (call,):
        assert call("x") == (os.getpid(), "x")

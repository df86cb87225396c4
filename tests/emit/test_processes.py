"""A process beside this one answers while it can; where it cannot, its work is done here."""

from __future__ import annotations

import os
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

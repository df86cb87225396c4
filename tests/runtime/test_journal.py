"""The journal's file: what is written is there, whatever happens to the process or to the disk."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.runtime import journal_file
from callsheet.runtime.errors import JournalFailed
from callsheet.runtime.handle import Handle
from callsheet.runtime.journal import Journal

NOW = 1_800_000_000.0
MINE = {"provider": "reel", "model": "clip", "protocol": "queue"}


def intent(name: str, *, sha256: str = "aa", at: float = NOW, within: float = 100.0) -> dict[str, object]:
    """What is written before a submission."""
    return {"event": "intent", "intent": name, **MINE, "sha256": sha256, "within": within, "at": at}


def accepted(name: str, request_id: str) -> dict[str, object]:
    """What is written after its answer."""
    token = Handle("reel", "clip", "queue", request_id, {}, NOW).token
    return {"event": "accepted", "intent": name, "token": token, "at": NOW}


def ended(request_id: str, how: str = "succeeded") -> dict[str, object]:
    """What is written when a job is over."""
    return {"event": "ended", **MINE, "request_id": request_id, "how": how, "at": NOW + 5}


def states(journal: Journal, now: float = NOW) -> dict[str, str]:
    """How each submission stands."""
    return {job.intent: job.state for job in journal.read().jobs(now)}


@pytest.fixture(autouse=True, scope="module")
def _quick_disk() -> Iterator[None]:
    """What is promised of the disk itself is seen from the calls; here nobody has to wait for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal that is not there yet."""
    return Journal(tmp_path / "jobs.journal")


class Faulty:
    """The module `os`, of which one function fails at its nth call."""

    def __init__(self, name: str, at: int, fault: Any) -> None:
        self.name, self.left, self.fault = name, at, fault

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name != self.name:
            return real

        def call(*args: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                return self.fault(real, *args)
            return real(*args)

        return call


def fails(code: int) -> Any:
    """A call that the system refuses."""

    def call(*_: Any) -> Any:
        raise OSError(code, os.strerror(code))

    return call


def half(real: Any, fd: int, data: Any) -> Any:
    """A write that takes only a part."""
    return real(fd, data[: len(data) // 2])


def test_a_submission_is_followed_from_intent_to_file(journal: Journal) -> None:
    """Each line moves it on: sending, open, ended; and the file that was saved is named."""
    seen = []
    for line in (intent("i1"), accepted("i1", "j1"), ended("j1"), {**ended("j1"), "event": "saved", "file": "/x.mp4"}):
        journal.append(line)
        seen.append(states(journal)["i1"])

    (job,) = journal.read().jobs(NOW)
    assert seen == ["sending", "open", "ended", "ended"]
    assert (job.request_id, job.end, job.files, job.pid) == ("j1", "succeeded", ("/x.mp4",), os.getpid())
    assert job.handle is not None
    assert job.handle.request_id == "j1"


def test_each_line_is_on_the_disk_before_append_returns(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced after each write, and its folder when it is new."""
    seen: list[str] = []

    class Watched(Faulty):
        def __getattr__(self, name: str) -> Any:
            if name in {"write", "fsync"}:
                seen.append(name)
            return getattr(os, name)

    monkeypatch.setattr(journal_file, "os", Watched("", 0, None))

    journal.append(intent("i1"))
    journal.append(accepted("i1", "j1"))

    assert seen == ["fsync", "write", "fsync", "write", "fsync"]


@pytest.mark.skipif(sys.platform == "win32", reason="bits of another system")
def test_only_the_owner_reads_it(journal: Journal) -> None:
    """It names jobs: nobody else may read it, unless the owner says so."""
    journal.append(intent("i1"))

    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_an_id_that_comes_back_is_another_job(journal: Journal) -> None:
    """A provider that begins to count anew does not end a job before it has begun."""
    for line in (intent("i1"), accepted("i1", "j1"), ended("j1"), intent("i2", sha256="bb"), accepted("i2", "j1")):
        journal.append(line)

    assert states(journal) == {"i1": "ended", "i2": "open"}

    journal.append(ended("j1", "failed"))
    assert [job.end for job in journal.jobs()] == ["succeeded", "failed"]


def test_what_is_refused_or_unknown_stays_so(journal: Journal) -> None:
    """An answer that says no, and one that never came, are told apart."""
    journal.append(intent("i1"))
    journal.append({"event": "refused", "intent": "i1", "why": "NoMoney, HTTP 402", "at": NOW})
    journal.append(intent("i2", sha256="bb"))
    journal.append({"event": "unknown", "intent": "i2", "why": "HTTP 502", "at": NOW})

    assert [(job.state, job.why) for job in journal.jobs()] == [
        ("refused", "NoMoney, HTTP 402"),
        ("unknown", "HTTP 502"),
    ]


def test_an_intent_without_an_answer_becomes_unknown(journal: Journal) -> None:
    """As long as the process lives and its time-outs run it is being sent; after that nobody will ever know."""
    journal.append(intent("i1", within=100))

    assert states(journal, NOW + 99) == {"i1": "sending"}
    assert states(journal, NOW + 101) == {"i1": "unknown"}
    assert f"process {os.getpid()}" in str(journal.read().jobs(NOW + 101)[0].why)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process was born")
def test_an_intent_of_a_dead_process_is_unknown_at_once(journal: Journal) -> None:
    """A process that is gone will not answer, also where its number has been given to another."""
    journal.append(intent("i1"))
    text = journal.path.read_text()
    born = text.partition('"born":"')[2].partition('"')[0]
    journal.path.write_text(text.replace(f'"born":"{born}"', '"born":"1"'))

    assert states(journal) == {"i1": "unknown"}


@given(
    cut=st.integers(0, 10_000),
    lines=st.lists(st.sampled_from([intent("i1"), accepted("i1", "j1"), ended("j1"), intent("i2", sha256="é")])),
)
def test_any_truncation_costs_the_last_line_only(
    tmp_path_factory: pytest.TempPathFactory, cut: int, lines: list[dict[str, object]]
) -> None:
    """However a journal was torn: what stands before is read, and what comes after is not spoilt."""
    journal = Journal(tmp_path_factory.mktemp("torn") / "jobs.journal")
    for line in lines:
        journal.append(line)
    whole = journal.path.read_bytes() if lines else b""
    torn = whole[: cut % (len(whole) + 1)]
    journal.path.write_bytes(torn)

    before = journal.read()
    journal.append({"event": "refused", "intent": "i9", "at": NOW})
    after = journal.read()

    left = torn.rpartition(b"\n")[2]
    assert len(before.entries) == torn.count(b"\n") + (
        left != b"" and left == whole[len(torn) - len(left) :].split(b"\n")[0]
    )
    assert len(before.entries) + before.unreadable == len(torn.splitlines())
    assert after.entries[:-1] == before.entries
    assert after.entries[-1]["intent"] == "i9"


@given(st.lists(st.one_of(st.binary(), st.sampled_from([
    b'{"callsheet":"journal/1","event":"intent","intent":1,"at":1}',
    b'{"callsheet":"journal/1","event":"intent","intent":"x","at":1e400,"pid":1e400}',
    b'{"callsheet":"journal/1","event":"intent","intent":"x","at":1,"pid":9999999999,"host":[],"within":"x"}',
    b'{"callsheet":"journal/1","event":"accepted","intent":"x","token":"{}","at":NaN}',
    b'{"callsheet":"journal/1","event":"accepted","intent":"x","token":7,"at":1}',
    b'{"callsheet":"journal/1","event":"ended","intent":"x","urls":[1,{}],"how":{},"at":1}',
    b'{"callsheet":"journal/1","event":["intent"],"at":1}',
    b'{"callsheet":"journal/2","event":"intent","at":1}',
    b"[" * 3000, b"9" * 5000, b"\0" * 100, b"null",
]))))  # fmt: skip
def test_whatever_stands_in_a_journal_can_be_read(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    """Rubbish is counted and passed over."""
    journal = Journal(tmp_path_factory.mktemp("rubbish") / "jobs.journal")
    journal.path.write_bytes(b"\n".join([*lines, b""]))

    contents = journal.read()
    contents.jobs(NOW)
    journal.jobs()

    assert len(contents.entries) + contents.unreadable == sum(1 for line in b"\n".join(lines).split(b"\n") if line)


FAULTS = [
    ("open", 1, fails(errno.EROFS)),
    ("open", 1, fails(errno.EACCES)),
    ("fstat", 1, fails(errno.EIO)),
    ("write", 1, fails(errno.ENOSPC)),
    ("write", 1, fails(errno.EIO)),
    ("write", 1, lambda *_: 0),
    ("fsync", 1, fails(errno.EIO)),
]


@pytest.mark.parametrize(("name", "at", "fault"), FAULTS)
def test_a_line_that_cannot_be_written_is_an_error(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, name: str, at: int, fault: Any
) -> None:
    """Whatever the system refuses, it is said, and the journal goes on from there when the system lets it."""
    journal.append(intent("i1"))
    with monkeypatch.context() as patch:
        patch.setattr(journal_file, "os", Faulty(name, at, fault))
        with pytest.raises(JournalFailed, match=r"jobs\.journal cannot be written: [a-zA-Z]"):
            journal.append(accepted("i1", "lost"))

    journal.append(accepted("i1", "j1"))

    assert journal.read().unreadable == 0
    assert states(journal) == {"i1": "open"}


@pytest.mark.parametrize("fault", [fails(errno.ENOSPC), lambda *_: 0])
def test_half_a_line_on_a_full_disk_is_taken_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    """A write that was cut short and cannot be finished leaves the journal as it was."""
    journal.append(intent("i1"))
    before = journal.path.read_bytes()

    class Full(Faulty):
        def __getattr__(self, name: str) -> Any:
            if name != "write":
                return getattr(os, name)
            self.left += 1
            return (lambda fd, data: half(os.write, fd, data)) if self.left == 1 else fault

    monkeypatch.setattr(journal_file, "os", Full("write", 0, None))
    with pytest.raises(JournalFailed, match="No space left"):
        journal.append(accepted("i1", "j1"))

    assert journal.path.read_bytes() == before


def test_a_write_that_takes_a_part_is_finished(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short write is no fault: the rest follows."""
    monkeypatch.setattr(journal_file, "os", Faulty("write", 1, half))

    journal.append(intent("i1"))

    assert states(journal) == {"i1": "sending"}


def test_a_torn_line_that_cannot_be_taken_back_is_passed_over(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk does not even shrink the file, the next writer begins a new line."""
    journal.append(intent("i1"))

    class Stuck(Faulty):
        def __getattr__(self, name: str) -> Any:
            if name == "ftruncate":
                return fails(errno.EIO)
            if name != "write":
                return getattr(os, name)
            self.left += 1
            return (lambda fd, data: half(os.write, fd, data)) if self.left == 1 else fails(errno.EIO)

    with monkeypatch.context() as patch:
        patch.setattr(journal_file, "os", Stuck("write", 0, None))
        with pytest.raises(JournalFailed):
            journal.append(accepted("i1", "j1"))

    assert journal.read().unreadable == 1
    journal.append(accepted("i1", "j1"))
    assert journal.read().unreadable == 1
    assert states(journal) == {"i1": "open"}


def test_threads_do_not_tear_each_others_lines(journal: Journal) -> None:
    """Many writers, one file: every line is whole."""
    others = [Journal(journal.path) for _ in range(4)]

    def write(number: int) -> None:
        for turn in range(10):
            others[number % 4].append(intent(f"i{number}-{turn}", sha256=f"{number}-{turn}" * 500))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert journal.read().unreadable == 0
    assert len(states(journal)) == 80


def test_a_lock_that_is_never_let_go_is_an_error(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever."""
    monkeypatch.setattr(journal_file, "_PATIENCE", 0.05)
    with journal_file.locked(journal.path), pytest.raises(JournalFailed, match="locked"):
        journal.append(intent("i1"))


def test_a_lock_is_asked_for_more_and_more_rarely(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half a millisecond, then twice that, at most fifty times a second; ten seconds, and not one try more."""

    class Clock:
        def __init__(self) -> None:
            self.slept: list[float] = []

        def monotonic(self) -> float:
            return 7.0 + sum(self.slept)

        def sleep(self, seconds: float) -> None:
            self.slept.append(seconds)

    monkeypatch.setattr(journal_file, "time", clock := Clock())
    monkeypatch.setattr(journal_file, "lock", lambda _fd: len(clock.slept) == 8)
    journal.append(intent("i1"))
    assert clock.slept == [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.02, 0.02]

    monkeypatch.setattr(journal_file, "lock", lambda _fd: False)
    clock.slept = []
    with pytest.raises(JournalFailed, match="kept it locked for 10 s"):
        journal.append(intent("i2"))
    assert 10.0 < sum(clock.slept) <= 10.02 + 1e-9


ZEROS = b"\0" * (4 * len(journal_file.MARK) - 4)
"""As many as a crash may have left before anything that is looked at."""


@pytest.mark.parametrize(
    "content", [b"a letter to my mother\n", b"%PDF-1.7", b'{"callsheet": 1}\n', ZEROS + b"a letter"]
)
def test_another_file_is_left_alone(journal: Journal, content: bytes) -> None:
    """A path that leads to something else does not spoil it."""
    journal.path.write_bytes(content)

    with pytest.raises(JournalFailed, match="is no journal"):
        journal.append(intent("i1"))

    assert journal.path.read_bytes() == content


@pytest.mark.parametrize("start", [b"", b"\n", b'{"cal', b'{"callsheet":"journal/1","ev', b"\0\0\0\0"])
def test_what_a_crash_left_at_the_start_is_no_other_file(journal: Journal, start: bytes) -> None:
    """The first line may have been torn, too."""
    journal.path.write_bytes(start)

    journal.append(intent("i1"))

    assert states(journal) == {"i1": "sending"}


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe, a device: an error, and no waiting."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path(os.devnull), tmp_path / "none" / "jobs.journal"):
        with pytest.raises(JournalFailed):
            Journal(path).append(intent("i1"))


def test_nothing_is_left_open(journal: Journal, tmp_path: Path) -> None:
    """Neither by lines that are written, nor by files that are refused or replaced."""
    (tmp_path / "other").write_text("a letter")
    journal.append(intent("i1"))
    before = os.listdir("/dev/fd")  # noqa: PTH208 - numbers, not files
    journal.append(accepted("i1", "j1"))
    journal.prune()
    for path in (tmp_path / "other", Path("/dev/null"), tmp_path / "none" / "x"):
        with pytest.raises(JournalFailed):
            Journal(path).append(intent("i2"))

    assert sorted(before) == sorted(os.listdir("/dev/fd"))  # noqa: PTH208 - a path of it would be open, too


def test_a_journal_that_was_moved_away_is_begun_anew(journal: Journal, tmp_path: Path) -> None:
    """Nothing is written into a file that no longer has the name."""
    journal.append(intent("i1"))
    journal.path.rename(tmp_path / "old.journal")
    journal.append(intent("i2"))

    assert states(journal) == {"i2": "sending"}


def test_a_crashed_submission_is_told_once(journal: Journal) -> None:
    """The same body again, after a process that ended in between: words the first time, a line the second."""
    journal.append(intent("i1", sha256="aa"))
    late = NOW + 1000

    told = journal.append(intent("i2", sha256="aa", at=late))
    again = journal.append(intent("i3", sha256="aa", at=late))

    assert told is not None
    assert "2027-01-15 08:00:00 UTC" in told
    assert again is None
    assert journal.entries()[1]["why"] == told.partition("; ")[2]
    assert states(journal, late) == {"i1": "unknown", "i3": "sending"}


def test_a_submission_of_the_first_second_is_told_with_its_time(journal: Journal) -> None:
    """As any other."""
    journal.append(intent("i1", at=0.0))

    assert "it was sent at 1970-01-01 00:00:00 UTC; " in str(journal.append(intent("i2", at=1000.0)))
    assert repr(journal) == f"Journal({str(journal.path)!r})"


@pytest.mark.parametrize(
    "answer",
    [
        accepted("i1", "j1"),
        {"event": "refused", "intent": "i1", "at": NOW},
        {"event": "unknown", "intent": "i1", "at": NOW},
        {"event": "ended", "intent": "i1", "how": "failed", "at": NOW},
    ],
)
def test_what_has_an_answer_keeps_nobody_back(journal: Journal, answer: dict[str, object]) -> None:
    """Sending the same again is the caller's word, where he was told what became of the first."""
    journal.append(intent("i1"))
    journal.append(answer)

    assert journal.append(intent("i2", at=NOW + 1000)) is None


@pytest.mark.parametrize("other", [{"sha256": "bb"}, {"model": "other"}, {"provider": "other"}, {"protocol": "sync"}])
def test_another_request_is_not_kept_back(journal: Journal, other: dict[str, object]) -> None:
    """Only the same body to the same endpoint counts."""
    journal.append(intent("i1"))

    assert journal.append({**intent("i2", at=NOW + 1000), **other}) is None


def test_prune_drops_what_is_over_and_nothing_else(journal: Journal) -> None:
    """Ended and refused go; open, unknown and under way stay, and so do lines of a later version."""
    for name in ("i1", "i2", "i3", "i4"):
        journal.append(intent(name, sha256=name))
    for line in (
        accepted("i1", "j1"),
        ended("j1"),
        accepted("i2", "j2"),
        {"event": "refused", "intent": "i3", "at": NOW},
    ):
        journal.append(line)
    later = b'{"callsheet":"journal/2","event":"other"}\n'
    with journal.path.open("ab") as file:
        file.write(later + b'{"callsheet":"journal/1","eve')

    assert journal.prune(now=NOW) == 2
    assert states(journal) == {"i2": "open", "i4": "sending"}
    assert [line.get("intent", line["event"]) for line in journal.entries()] == ["i2", "i4", "i2"]
    assert later in journal.path.read_bytes()
    assert journal.prune(["i4"], now=NOW) == 1
    assert states(journal) == {"i2": "open"}
    journal.append(ended("j2"))
    assert states(journal) == {"i2": "ended"}


def test_prune_keeps_whole_what_it_keeps(journal: Journal) -> None:
    """Lines that name a job by its id are about the same submission as those that name its intent."""
    for line in (intent("i1"), accepted("i1", "j1"), ended("j1"), intent("i2", sha256="bb"), accepted("i2", "j2")):
        journal.append(line)
    saved = {"event": "saved", **MINE, "path": "/a.mp4", "at": NOW}
    journal.append({**saved, "request_id": "j1"})
    journal.append({**saved, "request_id": "j2"})

    assert journal.prune(now=NOW) == 1
    assert [(line["event"], line.get("request_id")) for line in journal.entries()] == [
        ("intent", None),
        ("accepted", None),
        ("saved", "j2"),
    ]
    assert journal.prune(now=NOW) == 0


def test_prune_and_writers_do_not_meet(journal: Journal) -> None:
    """What is written while the file is rewritten is not lost."""

    def write(number: int) -> None:
        for turn in range(10):
            name = f"i{number}-{turn}"
            journal.append(intent(name, sha256=name))
            journal.append({"event": "refused", "intent": name, "at": NOW} if turn % 2 else accepted(name, name))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        journal.prune(now=NOW)
    journal.prune(now=NOW)

    assert len(states(journal)) == 20
    assert set(states(journal).values()) == {"open"}


def test_a_prune_that_fails_leaves_things_as_they_were(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file takes the old one's place when it is whole, or not at all."""
    journal.append(intent("i1"))
    journal.append(accepted("i1", "j1"))
    before = journal.path.read_bytes()
    monkeypatch.setattr(journal_file, "os", Faulty("write", 1, fails(errno.ENOSPC)))

    with pytest.raises(JournalFailed, match="cannot be rewritten: No space left"):
        journal.prune()

    assert journal.path.read_bytes() == before
    assert [path.name for path in journal.path.parent.iterdir()] == ["jobs.journal"]


def test_no_journal_is_an_empty_one(journal: Journal) -> None:
    """A first run has nothing to take up, and reading makes no file."""
    assert journal.jobs() == ()
    assert journal.entries() == ()
    assert not journal.path.exists()

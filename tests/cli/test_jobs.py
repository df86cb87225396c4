"""`jobs`: what a journal knows, for people and for machines; taking up what is left, over loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.cli.specs import planned
from callsheet.emulator import Options
from callsheet.emulator.serving.server import running
from callsheet.runtime.handle import Handle
from callsheet.runtime.journal import Journal
from callsheet_clients.segmind import Segmind

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
WHERE = {"provider": "segmind", "model": "wan-animate", "protocol": "queue"}


@contextmanager
def emulated(**options: object) -> Iterator[dict[str, str]]:
    """Both providers on loopback: addresses as `--host` takes them."""
    with running(planned(ROOT / "specs"), Options(**options)) as hosts:  # type: ignore[arg-type] - names of options
        yield {f"{provider}.{name}": url for (provider, name), url in hosts.items()}


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """A journal with one submission of each kind; the commands are told of it by the environment."""
    made = Journal(tmp_path / "jobs.journal")
    monkeypatch.setenv("CALLSHEET_JOURNAL", str(made.path))
    monkeypatch.setenv("SEGMIND_API_KEY", "test-key")
    monkeypatch.setenv("FAL_KEY", "test-key")
    now = time.time() - 60
    for number, name in enumerate(("aaaa1111", "aabb2222", "cccc3333", "dddd4444", "eeee5555")):
        made.append({"event": "intent", "intent": name, **WHERE, "sha256": name, "within": 99.0, "at": now + number})
    for name, request_id in (("aaaa1111", "job-open"), ("aabb2222", "job-failed"), ("cccc3333", "job-unsaved")):
        token = Handle("segmind", "wan-animate", "queue", request_id, {}, now).token
        made.append({"event": "accepted", "intent": name, "token": token, "at": now})
    ended = {"event": "ended", **WHERE, "at": now}
    made.append({**ended, "request_id": "job-failed", "how": "failed", "why": "InferenceFailed"})
    made.append({**ended, "request_id": "job-unsaved", "how": "succeeded"})
    made.append({"event": "refused", "intent": "dddd4444", "why": "Refused, HTTP 406", "at": now})
    made.append({"event": "unknown", "intent": "eeee5555", "why": "ReadTimeout", "at": now})
    return made


def test_list_for_people(run: Run, journal: Journal) -> None:
    """A line for each submission; what a person has to look at is said on the error stream, with what to do."""
    result = run("jobs", "list")

    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()[1:]]
    assert [(line[0], line[4]) for line in lines] == [
        ("job-open", "open"),
        ("job-failed", "failed"),
        ("job-unsaved", "succeeded"),
        ("dddd4444", "refused"),
        ("eeee5555", "unknown"),
    ]
    assert "1 submission is of unknown outcome" in result.stderr
    assert f"jobs prune --journal {journal.path} eeee5555" in result.stderr


def test_list_for_machines(run: Run, journal: Journal) -> None:
    """All that is known, and nothing of it on the error stream."""
    result = run("jobs", "list", "--format", "json")

    told = json.loads(result.stdout)
    assert (told["journal"], told["unreadable"], result.stderr) == (str(journal.path), 0, "")
    assert [job["state"] for job in told["jobs"]] == ["open", "ended", "ended", "refused", "unknown"]
    assert told["jobs"][1] | {"end": "failed", "why": "InferenceFailed", "files": []} == told["jobs"][1]


@pytest.mark.parametrize("name", ["job-failed", "job-f", "aabb2222", "aab"])
@pytest.mark.usefixtures("journal")
def test_show(run: Run, name: str) -> None:
    """By the job's id, by the submission's, or by the beginning of either: all of it, line by line."""
    result = run("jobs", "show", name)

    assert result.exit_code == 0
    assert "InferenceFailed" in result.stdout
    assert [
        word
        for word in ("intent", "accepted", "ended")
        if f"  {word} " in result.stdout.replace("accepted\n", "accepted ")
    ]
    assert json.loads(run("jobs", "show", name, "--format", "json").stdout)["request_id"] == "job-failed"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["show", "nope"], 2, "no submission nope"),
        (["show", "aa"], 2, "2 submissions are called so"),
        (["show", ""], 2, "no submission"),
        (["list", "--journal", "none.journal"], 2, "there is no journal none.journal"),
        (["list", "--journal", "README.md"], 2, "README.md is no journal"),
        (["list", "--journal", "docs"], 1, "cannot be read"),
        (["resume"], 2, "name the jobs, or say --all"),
        (["resume", "job-open", "--all"], 2, "name the jobs, or say --all"),
        (["resume", "--all", "--save", "none"], 2, "there is no folder none"),
        (["resume", "--all", "--timeout", "0"], 2, "--timeout"),
        (["resume", "--all", "--host", "queue=http://127.0.0.1:1"], 2, "segmind.api"),
        (["resume", "--all", "--host", "api=127.0.0.1"], 2, "no address"),
        (["resume", "eeee5555"], 1, "no id that could be asked for"),
    ],
)
@pytest.mark.usefixtures("journal")
def test_wrong_usage(run: Run, args: list[str], code: int, words: str) -> None:
    """What cannot be meant is said, in words that help."""
    result = run("jobs", *args)

    assert result.exit_code == code
    assert words in result.stderr


def test_torn_lines_are_counted(run: Run, journal: Journal) -> None:
    """What a crash tore is mentioned, and hides nothing."""
    with journal.path.open("ab") as file:
        file.write(b'{"callsheet":"journal/1","ev')

    result = run("jobs", "list")

    assert "1 line(s) cannot be read" in result.stderr
    assert "job-open" in result.stdout


def test_prune(run: Run, journal: Journal) -> None:
    """What is over goes; what is named goes, too; what is open stays."""
    assert "3 dropped, 2 left" in run("jobs", "prune").stderr
    assert "1 dropped, 1 left" in run("jobs", "prune", "eeee").stderr
    assert [job.request_id for job in journal.jobs()] == ["job-open"]


def test_a_job_that_nobody_knows_stays_open(run: Run, journal: Journal) -> None:
    """An id that the provider does not know, perhaps for another key: an error, and nothing is given up."""
    with emulated() as hosts:
        result = run("jobs", "resume", "--all", "--host", f"api={hosts['segmind.api']}", "--format", "json")

    assert result.exit_code == 1
    (told,) = json.loads(result.stdout)
    assert (told["request_id"], told["outcome"]) == ("job-open", "UnknownRequest")
    assert next(job.state for job in journal.jobs()) == "open"


def test_resume_goes_on_where_a_killed_call_stopped(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` is killed while it waits: the journal has the job, and `resume` saves its file; then nothing is left."""
    for name in ("SEGMIND_API_KEY", "FAL_KEY"):
        monkeypatch.setenv(name, "test-key")
    path = tmp_path / "jobs.journal"
    with emulated(seconds=1) as hosts:
        for model, host in (("wan-animate", "segmind.api"), ("scail-2", "fal.queue")):
            args = ["run", model, "--sample", "--save", str(tmp_path / "x.mp4"), "--journal", str(path)]
            with subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-m", "callsheet", *args, "--host", f"{host.partition('.')[2]}={hosts[host]}"],
                cwd=ROOT,
                env=os.environ | {"SEGMIND_API_KEY": "test-key", "FAL_KEY": "test-key"},
                stderr=subprocess.PIPE,
                text=True,
            ) as child:
                assert child.stderr is not None
                assert child.stderr.readline().startswith("request id: ")
                child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        again = ["jobs", "resume", "--all", "--journal", str(path), "--save", str(tmp_path)]
        again += [word for name, url in hosts.items() for word in ("--host", f"{name}={url}")]
        done = run(*again)
        idle = run(*again)
        named = run("jobs", "resume", Journal(path).jobs()[0].request_id or "", *again[3:])

    assert done.exit_code == 0, done.stderr
    assert [job.end for job in Journal(path).jobs()] == ["succeeded"] * 2
    for job in Journal(path).jobs():
        assert (tmp_path / f"{job.request_id}.mp4").read_bytes()[4:8] == b"ftyp"
    assert (idle.exit_code, idle.stdout, idle.stderr) == (0, "", "nothing is open\n")
    assert named.exit_code == 0, named.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_resume_can_be_stopped(tmp_path: Path, number: int, code: int) -> None:
    """Ctrl-C or SIGTERM: the jobs go on, and so does the same command later; no traceback."""
    journal = Journal(tmp_path / "jobs.journal")
    sample = planned(ROOT / "specs").provider("segmind").model("wan-animate").samples["page"]
    seen: list[object] = []
    with running(planned(ROOT / "specs"), Options(seconds=600)) as hosts:
        api = hosts["segmind", "api"]
        with Segmind("test-key", hosts={"api": api}, journal=journal) as segmind:
            segmind.wan_animate.submit(**sample)
        with subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "callsheet", "jobs", "resume", "--all", "--host", f"api={api}"],
            cwd=ROOT,
            env=os.environ | {"SEGMIND_API_KEY": "test-key", "CALLSHEET_JOURNAL": str(journal.path)},
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            time.sleep(2)  # it waits for the job by then; on a slow machine it may still be on its way there
            child.send_signal(number)
            assert child.stderr is not None
            seen += [child.stderr.read(), child.wait(timeout=20)]

    assert "Traceback" not in str(seen[0])
    assert seen[1] in {code, -number}
    assert [job.state for job in journal.jobs()] == ["open"]


def test_a_wait_that_is_over_leaves_the_job_open(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that takes longer than one cares to wait: 1, and it is there for the next time."""
    monkeypatch.setenv("SEGMIND_API_KEY", "test-key")
    journal = Journal(tmp_path / "jobs.journal")
    sample = planned(ROOT / "specs").provider("segmind").model("wan-animate").samples["page"]
    with emulated(seconds=600) as hosts:
        with Segmind(hosts={"api": hosts["segmind.api"]}, journal=journal) as segmind:
            segmind.wan_animate.submit(**sample)
        place = ("--journal", str(journal.path), "--host", f"api={hosts['segmind.api']}")
        result = run("jobs", "resume", "--all", "--timeout", "0.1", *place)

    assert result.exit_code == 1
    assert "WaitTimeout" in result.stderr
    assert [job.state for job in journal.jobs()] == ["open"]


def test_without_a_key(run: Run, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key: said, and the job is still there."""
    monkeypatch.delenv("SEGMIND_API_KEY")

    result = run("jobs", "resume", "job-open", "--journal", str(journal.path))

    assert result.exit_code == 1
    assert "SEGMIND_API_KEY" in result.stderr

"""`run`, `emulate` and `demo`, over loopback."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.cli import keeping
from callsheet.cli.progress import Progress
from callsheet.cli.specs import planned
from callsheet.emulator import Options
from callsheet.emulator.serving.server import running
from callsheet.runtime.handle import Handle, Update

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
KEY = "test-key"
GOOD = {"input_video": "https://e.com/a.mp4", "reference_image": "https://e.com/a.png", "prompt": "x"}


@contextmanager
def emulated(**options: object) -> Iterator[str]:
    """Segmind on loopback."""
    with running(planned(ROOT / "specs"), Options(**options)) as hosts:  # type: ignore[arg-type] - names of options
        yield hosts["segmind", "api"]


def test_a_payload_file_becomes_a_video(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id is told at once, the file is saved, and it is a video. A pipe is told nothing else."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    payload, saved = tmp_path / "in.json", tmp_path / "out.mp4"
    payload.write_text(json.dumps(GOOD))

    with emulated(seconds=0) as url:
        result = run("run", "wan-animate", "--input", str(payload), "--host", f"api={url}", "--save", str(saved))

    assert result.exit_code == 0, result.stderr
    assert re.fullmatch(r"request id: \w+\n", result.stderr)
    assert result.stdout.startswith(f"{saved}  {saved.stat().st_size} bytes  from http")
    assert saved.read_bytes()[4:8] == b"ftyp"


def test_a_bad_payload_is_not_sent(run: Run, tmp_path: Path) -> None:
    """Findings, 1, and no need of a key or a server."""
    payload = tmp_path / "in.json"
    payload.write_text(json.dumps(GOOD | {"mode": "replac"}))

    result = run("run", "wan-animate", "--input", str(payload), "--save", str(tmp_path / "out.mp4"))

    assert result.exit_code == 1
    assert "error[payload-enum]" in result.stderr
    assert "nothing was sent" in result.stderr


def test_without_a_key(run: Run, tmp_path: Path) -> None:
    """No key is wrong usage, and nothing is sent."""
    result = run("run", "wan-animate", "--sample", "--save", str(tmp_path / "out.mp4"))

    assert result.exit_code == 2
    assert "there is no key in $SEGMIND_API_KEY" in result.stderr
    assert "export SEGMIND_API_KEY=" in result.stderr
    assert "api_key" not in result.stderr


def test_a_wrong_key(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's own words, and 1."""
    monkeypatch.setenv("SEGMIND_API_KEY", "wrong")

    with emulated(seconds=0) as url:
        result = run("run", "wan-animate", "--sample", "--host", f"api={url}", "--save", str(tmp_path / "out.mp4"))

    assert result.exit_code == 1
    assert "API key is invalid" in result.stderr
    assert "wrong" not in result.stderr.replace("API key", "")


def test_a_failed_job(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that fails: 1, and nothing to take up again."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)

    with emulated(seconds=0, scenario="inference_failed") as url:
        result = run("run", "wan-animate", "--sample", "--host", f"api={url}", "--save", str(tmp_path / "out.mp4"))

    assert result.exit_code == 1
    assert "InferenceFailed" in result.stderr
    assert "take it up again" not in result.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_a_time_out_can_be_taken_up_again(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait ends with 1 and prints the command that goes on; that command saves the file without a second job."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    saved = tmp_path / "out.mp4"

    with emulated(seconds=2) as url:
        result = run("run", "wan-animate", "--sample", "--host", f"api={url}", "--save", str(saved), "--timeout", "0.2")
        again = shlex.split(result.stderr.splitlines()[-1])
        resumed = run(*again[again.index("run") :])

    assert result.exit_code == 1
    assert "WaitTimeout" in result.stderr
    assert again[0] == "callsheet" or again[1:3] == ["-m", "callsheet"]
    assert resumed.exit_code == 0, resumed.stderr
    assert saved.read_bytes()[4:8] == b"ftyp"
    ids = [re.search(r"request id: (\S+)", each.stderr) for each in (result, resumed)]
    assert ids[0] is not None
    assert ids[1] is not None
    assert ids[0][1] == ids[1][1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_the_job(tmp_path: Path, number: signal.Signals, status: int) -> None:
    """Ctrl-C and SIGTERM, however often: the command that goes on, once, the usual status, and no traceback."""
    with emulated(seconds=600) as url:
        args = ["run", "wan-animate", "--sample", "--host", f"api={url}", "--save", str(tmp_path / "out.mp4")]
        with subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "callsheet", *args],
            cwd=ROOT,
            env={**os.environ, "SEGMIND_API_KEY": KEY},
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stderr is not None
            first = child.stderr.readline()
            child.send_signal(number)
            again = child.stderr.readline()
            child.send_signal(number)
            child.send_signal(signal.SIGINT)
            rest = again + child.stderr.read()
            code = child.wait(timeout=20)

    assert first.startswith("request id: ")
    assert code == status
    assert rest.count("the job goes on") == 1
    assert rest.count("--job") == 1
    assert len(rest.splitlines()) == 3


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--sample", "--job", "x"],
        ["--sample", "--host", "queue=http://127.0.0.1:1"],
        ["--sample", "--host", "api"],
        ["--sample", "--base-url", "127.0.0.1"],
        ["--job", "{bad", "--save", "x.mp4"],
        ["--job", "", "--save", "x.mp4"],
        ["--sample", "--timeout", "-1", "--save", "x.mp4"],
        ["--sample", "--timeout", "nan", "--save", "x.mp4"],
    ],
)
def test_wrong_usage_of_run(run: Run, tmp_path: Path, args: list[str]) -> None:
    """What cannot be meant ends with 2 before anything is sent."""
    assert run("run", "wan-animate", "--save", str(tmp_path / "out.mp4"), *args).exit_code == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--save", "."], ". cannot be written: it is a folder"),
        (["--save", "no/such/folder/out.mp4"], "there is no such folder"),
        (["--save", "README.md/out.mp4"], "cannot be written"),
        (["--save", "x" * 300], "too long"),
        (["--save", "x.mp4", "--raw", "no/such/x.json"], "no/such/x.json cannot be written: there is no such folder"),
        (["--save", "x.mp4", "--raw", "x.mp4"], "it is named twice"),
    ],
)
def test_a_place_that_cannot_be_written(run: Run, args: list[str], words: str) -> None:
    """Where the file or the raw answer cannot go is said before the job is paid for."""
    result = run("run", "wan-animate", "--sample", *args)

    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="devices in the file system")
def test_no_device_is_written_over(run: Run, tmp_path: Path) -> None:
    """Neither a device nor the payload itself is a place for a result."""
    payload = tmp_path / "in.json"
    payload.write_text(json.dumps(GOOD))

    assert "no regular file" in run("run", "wan-animate", "--sample", "--save", "/dev/null").stderr
    assert "it is read from" in run("run", "wan-animate", "--input", str(payload), "--save", str(payload)).stderr
    assert json.loads(payload.read_text()) == GOOD
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]


def test_the_raw_answer_is_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the file or where --raw says lies what the provider answered, word for word."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)

    with emulated(seconds=0) as url:
        common = ["run", "wan-animate", "--sample", "--host", f"api={url}"]
        first = run(*common, "--save", str(tmp_path / "a.mp4"))
        run(*common, "--save", str(tmp_path / "b.mp4"), "--raw", str(tmp_path / "b.json"))

    assert first.exit_code == 0, first.stderr
    answer = json.loads((tmp_path / "a.mp4.answer.json").read_text("utf-8"))
    assert answer["status"] == "COMPLETED"
    assert answer["output"].startswith(url)
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["status"] == "COMPLETED"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "a.mp4.answer.json", "b.json", "b.mp4"]


def test_a_result_whose_file_cannot_be_fetched(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is kept before the download, so that a paid result is not lost with it; the way to repeat is told."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    saved = tmp_path / "out.mp4"
    monkeypatch.setattr("callsheet_clients._runtime.result.Result.save", _no_download)

    with emulated(seconds=0) as url:
        result = run("run", "wan-animate", "--sample", "--host", f"api={url}", "--save", str(saved))

    assert result.exit_code == 1
    assert "DownloadFailed" in result.stderr
    assert "take it up again" in result.stderr
    assert json.loads((tmp_path / "out.mp4.answer.json").read_text("utf-8"))["status"] == "COMPLETED"


def _no_download(*_: object) -> None:
    from callsheet_clients._runtime.errors import DownloadFailed  # noqa: PLC0415 - heavy

    raise DownloadFailed("https://x.example/a.mp4", "HTTP 404")


def test_an_answer_that_cannot_be_written_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A full disk between submission and end: the answer is all that is left, so it goes to the screen."""
    assert not keeping.keep(tmp_path / "gone" / "x.json", {"video": "https://x.example/a.mp4", "half": "\ud800"})

    assert "https://x.example/a.mp4" in capsys.readouterr().err


@pytest.mark.parametrize("answer", [{"a": "\ud800é"}, None, b"\x00\xff", [1]])
def test_any_answer_can_be_kept(tmp_path: Path, answer: object) -> None:
    """Bytes as they came, anything else as JSON that reads as what it was."""
    file = tmp_path / "x.json"

    assert keeping.keep(file, answer)

    data = file.read_bytes()
    assert (data if isinstance(answer, bytes) else json.loads(data)) == answer


def test_progress_in_words() -> None:
    """State, place in the queue, how much is done, seconds, and the last line of the log; nothing moves the cursor."""
    shown = Progress("4711")
    handle = Handle("reel", "clip", "queue", "4711")

    assert shown.words() == "4711  0 s"
    shown(Update(handle, "WAITING", "queued", 3.0, 1, position=2))
    assert shown.words() == "4711  WAITING, 2 ahead  3 s"
    shown(Update(handle, "RUNNING", "running", 9.4, 2, percent=40.0, logs=("one", "two\x1b[31m\r\nthree")))
    assert shown.words() == "4711  RUNNING, 40 %  9 s  two\\x1b[31m three"
    assert shown.states == ["WAITING", "RUNNING"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process")
def test_signals_are_given_back(run: Run, tmp_path: Path) -> None:
    """After a command that was not stopped, signals mean what they meant before."""
    before = signal.getsignal(signal.SIGTERM)

    run("run", "wan-animate", "--sample", "--save", str(tmp_path / "out.mp4"))

    assert signal.getsignal(signal.SIGTERM) is before


def test_a_call_by_another_protocol(run: Run, tmp_path: Path) -> None:
    """--protocol names one of the endpoint's; one that leaves no job cannot be taken up."""
    common = ["run", "wan-animate", "--save", str(tmp_path / "out.mp4")]

    assert "did you mean `sync`" in run(*common, "--sample", "--protocol", "snyc").stderr
    assert "leaves no job" in run(*common, "--job", "x", "--protocol", "sync").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process")
def test_emulate_tells_its_addresses_and_stops(tmp_path: Path) -> None:
    """`emulate` says where each host is, and ends with 0 on SIGTERM."""
    with subprocess.Popen(
        [sys.executable, "-m", "callsheet", "emulate", "--seconds", "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline(), child.stdout.readline()]
        child.terminate()
        code = child.wait(timeout=20)

    places = [line.index("  http://127.0.0.1:") for line in lines]
    assert re.match(r"fal\.\w+ +http://127\.0\.0\.1:\d+  stands for https://\w+\.fal\.run", lines[0])
    assert places[0] == places[1]
    assert code == 0


@pytest.mark.parametrize(
    "args",
    [
        ["--scenario", "nope"],
        ["--speed", "0"],
        ["--seconds", "-1"],
        ["--port", "70000"],
        ["--clock", "sun"],
        ["--clock", "virtual", "--speed", "3"],
        ["--polls", "3", "--progress", "3s"],
        ["--polls", "3", "--seconds", "3"],
        ["--progress", "NOPE 3s"],
        ["--spread", "9"],
        ["--per-poll", "-1"],
    ],
)
def test_wrong_usage_of_emulate(run: Run, args: list[str]) -> None:
    """An option that makes no sense ends with 2."""
    assert run("emulate", *args).exit_code == 2


def test_a_port_in_use_is_named(run: Run) -> None:
    """Which port, that the hosts take several, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("emulate", "--port", str(port))

    assert result.exit_code == 2
    assert f"port {port} is in use (the hosts take {port} to" in result.stderr
    assert "--port" in result.stderr
    assert run("emulate", "--port", "65535").exit_code == 2


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("rate_limted@submit*2", "has `rate_limted`; did you mean `rate_limited`?"),
        ("nope", "has `nope`; there are"),
        ("rate_limited@nowhere", "is not NAME[@PHASE][*TIMES]"),
    ],
)
def test_an_unknown_scenario_is_told_once(run: Run, scenario: str, words: str) -> None:
    """However many providers lack it: one line, with what was probably meant."""
    result = run("emulate", "--scenario", scenario)

    assert result.exit_code == 2
    assert result.stderr.count(scenario.partition("@")[0]) == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_demo_saves_a_file_per_client(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`demo` calls each endpoint in every way through both clients and leaves a file for each call."""
    monkeypatch.setattr("callsheet.cli.demo.REAL_SECONDS", 0.3)

    result = run("demo", "--save", str(tmp_path))

    assert result.exit_code == 0, result.stderr
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(files) == 2 * sum(len(model.ways) for model in planned(ROOT / "specs").endpoints())
    assert all(data[4:8] == b"ftyp" for data in files)
    assert len(set(files)) == len(files)

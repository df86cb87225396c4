"""`run`, `emulate` and `demo`, over loopback."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.cli.specs import planned
from callsheet.emulator import Options
from callsheet.emulator.server import running

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
    """The id is told at once, the file is saved, and it is a video."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    payload, saved = tmp_path / "in.json", tmp_path / "out.mp4"
    payload.write_text(json.dumps(GOOD))

    with emulated(seconds=0) as url:
        result = run("run", "wan-animate", "--input", str(payload), "--base-url", url, "--save", str(saved))

    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith("request id: ")
    assert "COMPLETED" in result.stderr
    assert str(saved) in result.stdout
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
    assert "SEGMIND_API_KEY" in result.stderr


def test_a_wrong_key(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's own words, and 1."""
    monkeypatch.setenv("SEGMIND_API_KEY", "wrong")

    with emulated(seconds=0) as url:
        result = run("run", "wan-animate", "--sample", "--base-url", url, "--save", str(tmp_path / "out.mp4"))

    assert result.exit_code == 1
    assert "API key is invalid" in result.stderr
    assert "wrong" not in result.stderr.replace("API key", "")


def test_a_failed_job(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that fails: 1, and nothing to take up again."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)

    with emulated(seconds=0, scenario="inference_failed") as url:
        result = run("run", "wan-animate", "--sample", "--base-url", url, "--save", str(tmp_path / "out.mp4"))

    assert result.exit_code == 1
    assert "InferenceFailed" in result.stderr
    assert "take it up again" not in result.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_a_time_out_can_be_taken_up_again(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait ends with 1 and prints the command that goes on; that command saves the file without a second job."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    saved = tmp_path / "out.mp4"

    with emulated(seconds=2) as url:
        result = run("run", "wan-animate", "--sample", "--base-url", url, "--save", str(saved), "--timeout", "0.2")
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
def test_ctrl_c_keeps_the_job(tmp_path: Path) -> None:
    """Ctrl-C: the handle, the command that goes on, 130, and no traceback."""
    with emulated(seconds=600) as url:
        args = ["run", "wan-animate", "--sample", "--base-url", url, "--save", str(tmp_path / "out.mp4")]
        with subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "callsheet", *args],
            cwd=ROOT,
            env={**os.environ, "SEGMIND_API_KEY": KEY},
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stderr is not None
            first = child.stderr.readline()
            child.send_signal(signal.SIGINT)
            rest = child.stderr.read()
            code = child.wait(timeout=20)

    assert first.startswith("request id: ")
    assert code == 130
    assert "the job goes on" in rest
    assert "--job" in rest
    assert "Traceback" not in rest


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


@pytest.mark.parametrize("save", [".", "no/such/folder/out.mp4"])
def test_a_place_that_cannot_be_written(run: Run, save: str) -> None:
    """Where the file cannot go is said before the job is paid for."""
    result = run("run", "wan-animate", "--sample", "--save", save)

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


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

    assert re.match(r"fal\.queue +http://127\.0\.0\.1:\d+  stands for https://queue\.fal\.run", lines[0])
    assert lines[1].startswith("segmind.api")
    assert code == 0


@pytest.mark.parametrize("args", [["--scenario", "nope"], ["--speed", "0"], ["--seconds", "-1"], ["--port", "70000"]])
def test_wrong_usage_of_emulate(run: Run, args: list[str]) -> None:
    """An option that makes no sense ends with 2."""
    assert run("emulate", *args).exit_code == 2


def test_demo_saves_a_file_per_client(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`demo` calls each endpoint through both clients and leaves a video for each call."""
    monkeypatch.setattr("callsheet.cli.demo.REAL_SECONDS", 0.3)

    result = run("demo", "--save", str(tmp_path))

    assert result.exit_code == 0, result.stderr
    videos = sorted(tmp_path.iterdir())
    assert len(videos) == 4
    assert all(video.read_bytes()[4:8] == b"ftyp" for video in videos)
    assert len({video.read_bytes() for video in videos}) == 4

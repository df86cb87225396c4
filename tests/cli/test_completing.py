"""Tab: commands, options, endpoints, providers, scenarios, rules and hosts, in a real shell and quickly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callsheet.cli.app import app

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
Complete = Callable[..., list[str]]

TRY = """
eval "$(_CALLSHEET_COMPLETE=source_bash callsheet)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_callsheet_completion callsheet "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def environment(shell: str, *words: str) -> dict[str, str]:
    """What the scripts for the shells tell the program."""
    line = " ".join(["callsheet", *words])
    told = {"COMP_WORDS": line, "COMP_CWORD": str(len(words))} if shell == "bash" else {"_TYPER_COMPLETE_ARGS": line}
    return {"_CALLSHEET_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args", **told}


@pytest.fixture
def complete(run: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> Complete:  # noqa: ARG001 - goes to the repository
    """What is offered for the words after `callsheet`, the last of them unfinished."""

    def offered(*words: str, cwd: Path = ROOT, shell: str = "bash") -> list[str]:
        monkeypatch.chdir(cwd)
        done = CliRunner().invoke(app, env=environment(shell, *words), prog_name="callsheet", catch_exceptions=False)
        assert not done.stderr
        return [line.partition("\t")[0] for line in done.stdout.splitlines() if line]

    return offered


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["exp"], {"explain"}),
        (["generate", "--di"], {"--diff"}),
        (["show", "segmind/wan-"], {"segmind/wan-animate"}),
        (["show", "wan-a"], {"wan-animate"}),
        (["validate", "fal/sc"], {"fal/scail-2"}),
        (["plan", "fal/scail"], {"fal/scail-2"}),
        (["generate", "--only", "segmi"], {"segmind", "segmind/wan-animate"}),
        (["emulate", "--scenario", "rate"], {"rate_limited"}),
        (["emulate", "--scenario", "suc"], {"success"}),
        (["emulate", "--scenario", "rate_limited@st"], {"rate_limited@status"}),
        (
            ["emulate", "--scenario", "rate_limited*2+reset@c"],
            {"rate_limited*2+reset@cancel", "rate_limited*2+reset@connect"},
        ),
        (["emulate", "--scenario", "success+html_o"], {"success+html_ok"}),
        (["explain", "doubled-k"], {"doubled-key"}),
        (["list", "--format", "g"], {"github"}),
        (["validate", "--as", "js"], {"json", "jsonl"}),
        (["generate", "--http", "httpx"], {"httpx", "httpx2"}),
        (["run", "fal/scail-2", "--host", "que"], {"queue="}),
        (["show", "nothing-like-it"], set()),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_what_is_offered(complete: Complete, shell: str, words: list[str], offered: set[str]) -> None:
    """Each kind of word is completed from what there is."""
    found = set(complete(*words, shell=shell))

    assert offered <= found
    assert bool(offered) == bool(found)


def test_specs_that_are_named_or_set_are_the_ones(complete: Complete, tmp_path: Path) -> None:
    """--specs and [tool.callsheet] count; broken specs and settings are no reason to complain."""
    shutil.copytree(ROOT / "tests/base_specs", tmp_path / "contracts")
    assert complete("show", "--specs", str(tmp_path / "contracts"), "") == ["reel/clip"]

    (tmp_path / "pyproject.toml").write_text("[tool.callsheet]\nspecs = 'contracts'\n")
    assert complete("show", "", cwd=tmp_path) == ["reel/clip"]

    (tmp_path / "contracts/reel/provider.yaml").write_text(": [")
    assert complete("show", "", cwd=tmp_path) == ["reel/clip"]
    assert {"success", "cut"} <= set(complete("emulate", "--scenario", "", cwd=tmp_path))

    (tmp_path / "pyproject.toml").write_text("[tool.callsheet")
    complete("show", "", cwd=tmp_path)
    assert complete("show", "--specs", "nowhere", "") == []


@pytest.mark.skipif(
    not shutil.which("bash") or not (BIN / "callsheet").exists(), reason="bash, and an installed command"
)
def test_bash_itself_completes(tmp_path: Path) -> None:
    """The script that is printed, in a real bash."""

    def tab(*words: str) -> list[str]:
        done = subprocess.run(  # noqa: S603 - our own command line
            ["bash", "--norc", "-c", TRY, "bash", "callsheet", *words],  # noqa: S607 - wherever the shell is
            cwd=ROOT,
            env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout.split()

    assert tab("va") == ["validate"]
    assert tab("show", "fal/sc") == ["fal/scail-2"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_each_shell(shell: str) -> None:
    """`_CALLSHEET_COMPLETE=source_SHELL callsheet` prints what a shell's configuration takes."""
    env = {"_CALLSHEET_COMPLETE": f"source_{shell}"}
    script = CliRunner().invoke(app, env=env, prog_name="callsheet").stdout

    assert f"_CALLSHEET_COMPLETE=complete_{shell}" in script

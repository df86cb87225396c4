"""`callsheet draft` as a user runs it, up to a call of what it drafted."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import Result

from callsheet.cli.specs import planned
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
from callsheet.pages import Place, Reading, Said, Unread
from callsheet.pages import read as reader

ROOT = Path(__file__).parents[2]
REEL = ROOT / "tests/base_specs/reel"
FACTS: dict[tuple[str, ...], Any] = {
    ("parameter_names",): ["prompt", "seconds", "first_frame"],
    ("parameters", "prompt", "type"): "string",
    ("parameters", "prompt", "required"): True,
    ("parameters", "seconds", "type"): "integer",
    ("parameters", "seconds", "required"): False,
    ("parameters", "seconds", "minimum"): 2,
    ("parameters", "seconds", "maximum"): 9,
    ("parameters", "seconds", "default"): 4,
    ("parameters", "first_frame", "type"): "string",
    ("parameters", "first_frame", "format"): "uri",
    ("parameters", "first_frame", "required"): False,
    ("queue", "kind"): "queue",
    ("queue", "submit", "url"): "https://api.reel.test/run/short-film",
    ("error_codes",): [404, 422],
    ("sample", "page"): {"prompt": "a lighthouse", "seconds": 3},
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of specs with one provider, and pages of a layout that is made up: `path = value` on each line."""
    shutil.copytree(REEL, tmp_path / "specs/reel")
    monkeypatch.setattr(reader, "_READERS", (read_made,))
    (tmp_path / "page.txt").write_text("reel short-film\n", "utf-8")
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("drafted_clients")]:
        del sys.modules[name]


def read_made(page: reader.Page) -> Reading | None:
    """The layout of these tests: the provider and the endpoint on the first line."""
    words = page.text.split()
    if words[:1] not in (["reel"], ["lantern"]):
        return None
    url = f"https://api.{words[0]}.test/run/{words[1]}"
    facts = {**FACTS, ("queue", "submit", "url"): url}
    said = tuple(Said(path, value, Place(line)) for line, (path, value) in enumerate(facts.items(), 2))
    provider = None if words[0] == "lantern" else words[0]
    unread = (Unread(Place(1), "a stretch", "no rule took it"),)
    return Reading("made/page", provider, words[1], "Short Film API", page.sha256, said, unread=unread)


def draft(run: Callable[..., Result], project: Path, *args: str, stdin: str | None = None) -> Result:
    """Run the command beside the specs of the project."""
    return run("draft", *args, "--specs", str(project / "specs"), stdin=stdin)


def test_from_a_page_to_a_call(run: Callable[..., Result], project: Path) -> None:
    """Page, draft, each TODO worded, check without a finding, generate, and a call that leaves a video."""
    at = project / "specs/reel/short-film.yaml"
    made = draft(run, project, str(project / "page.txt"), "--out", str(at))
    assert 0 == made.exit_code
    specs = ("--specs", str(project / "specs"))
    open_ = run("check", *specs)
    assert (0, "") == (open_.exit_code, open_.stderr)
    assert 1 == run("check", "--strict", *specs).exit_code
    assert f"{open_.stdout.count('[todo-left]')} places left" in made.stderr
    assert set(re.findall(r"\[([a-z-]+)\]", open_.stdout)) == {"todo-left"}

    at.write_text(re.sub(r'TODO\b|"TODO[^"]*"', "Worded by a person.", at.read_text("utf-8")), "utf-8")
    done = run("check", "--strict", *specs)
    assert "no faults" in done.stdout
    assert 0 == run("generate", *specs, "--out", str(project / "out")).exit_code

    (project / "out/callsheet_clients").rename(project / "out/drafted_clients")
    sys.path.insert(0, str(project / "out"))
    try:
        client = importlib.import_module("drafted_clients.reel").Reel
    finally:
        sys.path.remove(str(project / "out"))
    clock = VirtualClock()
    transport = MemoryTransport(planned(project / "specs"), clock=clock)
    with client("test-key", http=httpx.Client(transport=transport), clock=clock) as reel:
        video = reel.short_film.run(prompt="a lighthouse", seconds=3)
        video.save(project / "film.mp4")
    assert b"ftyp" == (project / "film.mp4").read_bytes()[4:8]


def test_a_draft_is_callable_before_it_is_finished(run: Callable[..., Result], project: Path) -> None:
    """What is open keeps nobody from generating, so that a new endpoint can be tried at once."""
    draft(run, project, str(project / "page.txt"), "--out", str(project / "specs"))

    assert (project / "specs/reel/short-film.yaml").is_file()
    assert 0 == run("generate", "--specs", str(project / "specs"), "--out", str(project / "out")).exit_code


def test_text_goes_to_standard_output_and_what_is_open_to_the_other(run: Callable[..., Result], project: Path) -> None:
    """Without --out nothing is written; standard input is a page like any other."""
    printed = draft(run, project, "-", stdin="reel short-film\n")

    assert 0 == printed.exit_code
    assert printed.stdout.startswith("# yaml-language-server")
    assert "1 part of the page not read" in printed.stderr
    assert ["clip.yaml", "provider.yaml"] == sorted(path.name for path in (project / "specs/reel").iterdir())


def test_nothing_is_written_over(run: Callable[..., Result], project: Path) -> None:
    """A file that is there stays, unless --force says otherwise."""
    at = project / "specs/reel/short-film.yaml"
    at.write_text("mine", "utf-8")  # no spec, which is no reason not to draft
    refused = draft(run, project, str(project / "page.txt"), "--out", str(at))

    assert (2, "mine") == (refused.exit_code, at.read_text("utf-8"))
    assert "--force" in refused.stderr
    assert 0 == draft(run, project, str(project / "page.txt"), "--out", str(at), "--force").exit_code


def test_the_name_of_the_file_is_the_id(run: Callable[..., Result], project: Path) -> None:
    """A file has to be called like its model, so --out decides."""
    draft(run, project, str(project / "page.txt"), "--out", str(project / "specs/reel/film-2.yaml"))

    assert "\nid: film-2\n" in (project / "specs/reel/film-2.yaml").read_text("utf-8")


def test_a_page_that_cannot_be_read_is_a_finding(run: Callable[..., Result], project: Path) -> None:
    """An unknown layout, a page that is no text, a file that is not there: said, and nothing is written."""
    (project / "other.txt").write_text("About something else.", "utf-8")
    (project / "page.png").write_bytes(b"\xff\xd8")
    (project / "cut.json").write_text('{"openapi": "3.0.0", "paths": {', "utf-8")
    pages = [str(project / name) for name in ("other.txt", "page.png", "cut.json")]
    all_ = draft(run, project, *pages, "--out", str(project / "a.yaml"))

    assert 1 == all_.exit_code
    assert [rule for rule in ("page-unknown", "page-not-text", "page-cut") if f"[{rule}]" not in all_.stderr] == []
    assert not (project / "a.yaml").exists()


def test_a_new_provider_gets_both_files(run: Callable[..., Result], project: Path) -> None:
    """Two files need a folder; what is in them can be generated at once."""
    (project / "page.txt").write_text("lantern glow\n", "utf-8")
    alone = draft(run, project, str(project / "page.txt"))
    assert (2, True) == (alone.exit_code, "--out FOLDER" in alone.stderr)
    made = draft(run, project, str(project / "page.txt"), "--out", str(project / "specs"))

    assert 0 == made.exit_code
    assert ["glow.yaml", "provider.yaml"] == sorted(path.name for path in (project / "specs/lantern").iterdir())
    checked = run("check", "--specs", str(project / "specs"))
    assert (0, {"todo-left"}) == (checked.exit_code, set(re.findall(r"\[([a-z-]+)\]", checked.stdout)))
    assert 0 == run("generate", "--specs", str(project / "specs"), "--out", str(project / "out")).exit_code

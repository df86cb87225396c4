"""`callsheet drift` as people and CI use it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.cli import drifting, fetching
from callsheet.findings import Finding
from callsheet.rules.drift import PAGE_NOT_FETCHED

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/drift/cases/segmind"
DIGEST = f'sha256: "{"0" * 64}"'
Run = Callable[..., Result]


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder with Segmind's file, and one endpoint of which there is a page."""
    folder = tmp_path / "specs/segmind"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "specs/segmind/provider.yaml", folder)
    text = (CASES / "glow-dance.yaml").read_text("utf-8")
    (folder / "glow-dance.yaml").write_text(text.replace("page: {", f"page: {{{DIGEST}, ", 1), "utf-8")
    return folder.parent


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page of that endpoint."""
    return Path(shutil.copy(CASES / "glow-dance.txt", tmp_path / "glow-dance.txt"))


def edit(path: Path, old: str, new: str) -> None:
    """Change a text of a file."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_a_page_that_agrees(run: Run, specs: Path, page: Path) -> None:
    """Nothing is told but a line on the page, and the status is 0."""
    found = run("drift", str(page), "--specs", str(specs))

    assert found.exit_code == 0
    assert f"segmind/glow-dance (page), {page}: no drift" in found.stdout


def test_what_breaks_fails_the_command(run: Run, specs: Path, page: Path) -> None:
    """The finding is at the line of the spec, names that of the page, both values, the class and the reason."""
    edit(page, "Range: 1 - 16", "Range: 1 - 12")

    found = run("drift", str(page), "--specs", str(specs))

    assert found.exit_code == 1
    at = r"glow-dance\.yaml:\d+:\d+: error\[[a-z-]+\]: breaking: .*glow-dance\.txt, line 45: `parameters beats maximum`"
    assert re.search(at, found.stdout)
    assert "the spec says `16`, the page says `12`" in found.stdout
    assert "1 breaking" in found.stdout


@pytest.mark.parametrize("form", ["json", "github", "html"])
def test_the_other_forms_say_the_same(run: Run, specs: Path, page: Path, form: str) -> None:
    """For machines, as annotations, and side by side: each has fact, both values and both places."""
    edit(page, "Range: 1 - 16", "Range: 1 - 12")

    found = run("drift", str(page), "--specs", str(specs), "--format", form)

    assert found.exit_code == 1
    if form == "json":
        (told,) = json.loads(found.stdout)["pages"][0]["differences"]
        assert (told["class"], told["fact"], told["old"], told["new"]) == (
            *("breaking", ["parameters", "beats", "maximum"], 16, 12),
        )
        assert (told["page"]["line"], Path(told["spec"]["path"]).name) == (45, "glow-dance.yaml")
    elif form == "github":
        assert re.fullmatch(r"::error file=\S*glow-dance\.yaml,line=\d+,col=\d+.*\n", found.stdout)
    else:
        assert re.search(r'class="marked"><i> *45</i>  Default: 4Range: 1 - 12<', found.stdout)
        assert re.search(r'class="marked"><i> *\d+</i>  *beats: {type: integer', found.stdout)


def test_the_report_holds_nothing_that_acts(run: Run, specs: Path, page: Path) -> None:
    """Whatever stands on a page is text in the report: no tags, nothing that is loaded or run."""
    edit(page, "How the light looks.", '<script>alert(1)</script><img src="https://evil.test/x.png">')
    edit(page, 'Default: "neon"', 'Default: "ember"')

    text = run("drift", str(page), "--specs", str(specs), "--format", "html").stdout
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, _: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(text)

    assert "&lt;script&gt;" in text
    assert not {"script", "img", "link", "iframe"} & {*tags}


def test_accepting_and_comparing_again(run: Run, specs: Path, page: Path) -> None:
    """`--accept` writes what the page says; after that a new sentence is told, and `check` reads the file."""
    accepted = run("drift", str(page), "--specs", str(specs), "--accept")
    memory = specs / "segmind/glow-dance.page.yaml"
    first = memory.read_text("utf-8")
    edit(page, "How the light looks.", "The look of the light.")

    told = run("drift", str(page), "--specs", str(specs))
    again = run("drift", str(page), "--specs", str(specs), "--accept")

    assert accepted.exit_code == told.exit_code == again.exit_code == 0
    assert "warning[page-reworded]: editorial" in told.stdout
    assert "`parameters style about`: the text is another one" in told.stdout
    assert memory.read_text("utf-8") != first
    assert run("drift", str(page), "--specs", str(specs)).stdout.count("warning") == 0
    assert run("check", "--specs", str(specs)).exit_code == 0


def test_a_broken_memory_is_told(run: Run, specs: Path, page: Path) -> None:
    """`check` and `drift` say which file and where; `--accept` does not write over it."""
    memory = specs / "segmind/glow-dance.page.yaml"
    memory.write_text("callsheet: page/1\npages: [page]\n", "utf-8")

    checked = run("check", "--specs", str(specs))
    compared = run("drift", str(page), "--specs", str(specs))
    accepted = run("drift", str(page), "--specs", str(specs), "--accept")

    assert (checked.exit_code, compared.exit_code, accepted.exit_code) == (1, 2, 2)
    assert "[page-memory-broken]" in checked.stdout
    assert "[page-memory-broken]" in compared.stdout
    assert memory.read_text("utf-8") == "callsheet: page/1\npages: [page]\n"


def test_a_baseline_accepts_what_is_known(run: Run, specs: Path, page: Path, tmp_path: Path) -> None:
    """What stands in it is left out until it changes; what is no longer found is told; reasons are kept."""
    baseline = tmp_path / "baseline.yaml"
    edit(page, "Range: 1 - 16", "Range: 1 - 12")
    given = ("drift", str(page), "--specs", str(specs), "--baseline", str(baseline))

    written = run(*given, "--update-baseline")
    edit(baseline, '"TODO"', '"The provider has been told."')
    known = run(*given)
    edit(page, "Range: 1 - 12", "Range: 1 - 10")
    other = run(*given)
    renewed = run(*given, "--update-baseline")
    edit(page, "Range: 1 - 10", "Range: 1 - 16")
    stale = run(*given)

    assert [one.exit_code for one in (written, known, other, renewed, stale)] == [0, 0, 1, 0, 0]
    assert "1 accepted" in known.stdout
    assert "[baseline-stale]" in other.stdout
    assert "[baseline-stale]" in stale.stdout
    assert '"TODO"' in baseline.read_text("utf-8")


def test_what_is_gone_is_accepted_by_its_name(run: Run, specs: Path, page: Path, tmp_path: Path) -> None:
    """That one of several values is gone says nothing of another."""
    given = ("drift", str(page), "--specs", str(specs), "--baseline", str(tmp_path / "baseline.yaml"))
    edit(page, '"ember""frost"', '"ember"')
    run(*given, "--update-baseline")
    known = run(*given)
    edit(page, '"neon""ember"', '"neon"')
    other = run(*given)

    assert (known.exit_code, other.exit_code) == (0, 1)
    assert [other.stdout.count(f'says `"{gone}"`') for gone in ("ember", "frost")] == [1, 0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "accepted: 1\n",
        "accepted: [1]\n",
        "accepted: [{fingerprint: abc}]\n",
        "accepted: [{fingerprint: a, reason: ' '}]\n",
    ],
)
def test_a_baseline_without_a_reason_is_refused(run: Run, specs: Path, page: Path, tmp_path: Path, text: str) -> None:
    """Nothing is silent by a mistake in the file."""
    baseline = tmp_path / "baseline.yaml"
    baseline.write_text(text, "utf-8")

    found = run("drift", str(page), "--specs", str(specs), "--baseline", str(baseline))

    assert found.exit_code == 2
    assert "[baseline-broken]" in found.stderr


def test_pages_that_cannot_be_compared(run: Run, specs: Path, page: Path, tmp_path: Path) -> None:
    """Each is told, the others are compared, and the status is 2; in a folder, what is no page is a warning."""
    (tmp_path / "notes.txt").write_text("A diary. It rained.", "utf-8")
    (tmp_path / "other.txt").write_text(page.read_text("utf-8").replace("glow-dance", "slow-dance"), "utf-8")
    (tmp_path / "broken.json").write_text('{"openapi": "3.0.0", "paths": {', "utf-8")

    named = run(
        "drift",
        str(tmp_path / "no.txt"),
        str(tmp_path / "notes.txt"),
        str(tmp_path / "other.txt"),
        str(tmp_path / "broken.json"),
        str(page),
        "--specs",
        str(specs),
    )
    folder = run("drift", "--pages", str(tmp_path), "--specs", str(specs))
    forced = run("drift", str(tmp_path / "other.txt"), "--model", "glow-dance", "--specs", str(specs))

    assert (named.exit_code, folder.exit_code, forced.exit_code) == (2, 0, 1)
    for rule in ("page-unreadable", "page-unknown", "page-without-spec", "page-cut"):
        assert f"error[{rule}]" in named.stdout
    assert "no drift" in named.stdout
    assert "warning[page-without-spec]" in folder.stdout
    assert "warning[page-cut]" in folder.stdout


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--update-baseline", "x.txt"),
        ("x.txt", "--model", "no-such"),
        ("--pages", "no-such-folder"),
        ("x.txt", "--baseline", "no.yaml"),
        ("-", "-"),
    ],
)
def test_wrong_usage(run: Run, specs: Path, words: tuple[str, ...]) -> None:
    """It is said in one line, and nothing is done."""
    found = run("drift", *words, "--specs", str(specs))

    assert found.exit_code == 2
    assert found.stderr


def test_two_endpoints_with_one_page(run: Run, specs: Path, page: Path) -> None:
    """A page that could be of two endpoints is of neither until somebody says which."""
    twin = (specs / "segmind/glow-dance.yaml").read_text("utf-8").replace("id: glow-dance", "id: glow-twin")
    (specs / "segmind/glow-twin.yaml").write_text(twin, "utf-8")

    found = run("drift", str(page), "--specs", str(specs))

    assert found.exit_code == 2
    assert "[page-of-several]" in found.stdout
    assert run("drift", str(page), "--model", "glow-twin", "--specs", str(specs)).exit_code == 0


def test_fetching(run: Run, specs: Path, page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages that the specs name are asked for; one that is not to be had is a finding."""
    answers: list[bytes | Finding] = [page.read_bytes(), PAGE_NOT_FETCHED.at(drifting.Span("https://x.test"), "no")]
    asked: list[str] = []

    def fetch(_: object, url: str) -> bytes | Finding:
        asked.append(url)
        return answers.pop(0)

    monkeypatch.setattr(fetching.Fetcher, "fetch", fetch)

    there = run("drift", "--fetch", "--specs", str(specs))
    missing = run("drift", "--fetch", "--specs", str(specs))

    assert asked == ["https://www.segmind.com/models/glow-dance/api"] * 2
    assert (there.exit_code, missing.exit_code) == (0, 2)
    assert "[page-not-fetched]" in missing.stdout


def test_the_report_in_a_file(run: Run, specs: Path, page: Path, tmp_path: Path) -> None:
    """`--out` writes it there, and standard output stays empty."""
    found = run("drift", str(page), "--specs", str(specs), "--format", "html", "--out", str(tmp_path / "drift.html"))

    assert found.stdout == ""
    assert (tmp_path / "drift.html").read_text("utf-8").startswith("<!doctype html>")

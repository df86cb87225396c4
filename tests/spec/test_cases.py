"""Every folder below `tests/cases` is a set of broken specs with the whole report that they get."""

import os
import shutil
from pathlib import Path

import pytest

from callsheet import report
from callsheet.findings import errors
from callsheet.plan.build import build
from callsheet.source.files import read_folder
from callsheet.spec.load import load

TESTS = Path(__file__).parent.parent
CASES = TESTS / "cases"
GOLDEN = os.environ.get("CALLSHEET_GOLDEN") == "1"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def reported(case: Path, room: Path) -> str:
    """The report on a case, as the command line would print it from the folder above `specs`."""
    shutil.copytree(TESTS / "base_specs", room / "specs")
    shutil.copytree(case / "specs", room / "specs", dirs_exist_ok=True)
    files, unread = read_folder(Path("specs"))
    loaded = load(files)
    found = (*unread, *loaded.findings)
    planned = () if errors(found) else build(loaded.specs).findings
    return report.text((*found, *planned))


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken specs get the findings that the case says, word for word, and no others."""
    monkeypatch.chdir(tmp_path)
    said = reported(CASES / name, tmp_path)
    expectation = CASES / name / "findings.txt"
    if GOLDEN:
        assert os.environ.get("CI") != "true", "expectations are not rewritten where nobody looks at them"
        expectation.write_text(said, "utf-8")

    assert expectation.read_text("utf-8") == said


def test_every_case_is_complete() -> None:
    """A case has specs and an expectation, and nothing that no test looks at."""
    wanted = {"specs", "findings.txt"}
    found = {name: {path.name for path in (CASES / name).iterdir()} for name in NAMES}

    assert {name: sorted(wanted - have) for name, have in found.items() if wanted - have} == {}, "missing"
    assert {name: sorted(have - wanted) for name, have in found.items() if have - wanted} == {}, "extra"


def test_every_case_finds_something() -> None:
    """No case is silent: an empty report would prove nothing."""
    assert [name for name in NAMES if not (CASES / name / "findings.txt").read_text("utf-8")] == []

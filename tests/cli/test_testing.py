"""`callsheet test`: what the evidence says against the specs, and what it does not say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = "steps: {type: integer, required: false, default: 30, minimum: 10, maximum: 70}"


@pytest.fixture
def project(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it changes folders, too
    """A project with the specs and the evidence of one provider, which the test may change."""
    for name in ("specs", "contract_tests/evidence"):
        shutil.copytree(ROOT / name / "segmind", tmp_path / name / "segmind")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def changed(path: Path, old: str, new: str) -> None:
    """A file in which one text stands for another."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def rules(output: str) -> list[str]:
    """The rules of findings that were printed as JSON."""
    return [finding["rule"] for finding in json.loads(output)]


def test_specs_and_evidence_agree(run, project: Path) -> None:
    """Without an option they are compared, and nothing else is told."""
    shutil.copy(ROOT / "contract_tests/evidence/unproven.yaml", project / "contract_tests/evidence")

    result = run("test")

    assert (result.exit_code, result.output) == (0, "4 endpoints: specs and evidence agree\n")


def test_a_wrong_spec_is_convicted(run, project: Path) -> None:
    """The finding stands at the fact in the spec, and names the line of the evidence."""
    changed(project / "specs/segmind/wan2.1-t2v.yaml", "maximum: 70", "maximum: 71")

    result = run("test", "--format", "json")

    (finding,) = json.loads(result.output)
    assert result.exit_code == 1
    assert (finding["rule"], finding["path"]) == ("evidence-disagrees", "specs/segmind/wan2.1-t2v.yaml")
    line = (project / finding["path"]).read_text("utf-8").splitlines()[finding["line"] - 1]
    assert "maximum: 71" in line
    assert "evidence/segmind/wan2.1-t2v.yaml:" in finding["what"]


def test_a_wrong_error_is_convicted(run, project: Path) -> None:
    """A row of the errors is held to the answers that are known."""
    changed(project / "specs/segmind/provider.yaml", "retry: after_delay", "retry: never")

    result = run("test", "--format", "json")

    assert set(rules(result.output)) == {"evidence-disagrees"}
    assert "an answer 429" in result.output


def test_a_spec_without_evidence_is_a_finding(run, project: Path) -> None:
    """Of an endpoint, and of a provider."""
    (project / "contract_tests/evidence/segmind/scail.yaml").unlink()

    result = run("test", "--coverage", "--format", "github")

    assert result.exit_code == 1
    assert "title=no-evidence" in result.output

    (project / "contract_tests/evidence/segmind/provider.yaml").unlink()

    assert rules(run("test", "--format", "json").output) == ["no-evidence"]


def test_every_fact_is_listed_with_what_defends_it(run, project: Path) -> None:
    """Value, place, evidence and checks of each; one that nothing defends is a finding at its place."""
    shutil.copy(ROOT / "contract_tests/evidence/unproven.yaml", project / "contract_tests/evidence")
    changed(project / "contract_tests/evidence/segmind/wan2.1-t2v.yaml", STEPS, STEPS.replace(", maximum: 70", ""))

    result = run("test", "--coverage", "--format", "json")

    told = json.loads(result.output)
    assert result.exit_code == 1
    assert [finding["rule"] for finding in told["findings"]] == ["fact-undefended"]
    facts = {(one["endpoint"], " ".join(one["fact"])): one for one in told["facts"]}
    lower = facts["segmind/wan2.1-t2v", "parameters steps minimum"]
    assert lower["value"] == 10
    assert [(one["source"], one["certainty"]) for one in lower["evidence"]] == [("page", "documented")]
    assert lower["checks"] == ["evidence", "input", "requests"]
    assert facts["segmind/wan2.1-t2v", "parameters steps maximum"]["evidence"] == []
    assert facts["segmind/wan-animate", "error_message /message"]["unproven"]

    text = run("test", "--coverage")
    assert "1 unproven, 1 undefended" in text.output
    assert "error[fact-undefended]" in text.output


def test_changes_that_go_unnoticed_are_findings(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes of a fact that has no evidence survive, at their line; and a reason that excuses nothing is told."""
    shutil.copytree(ROOT / "tests/base_specs", tmp_path / "specs")
    evidence = tmp_path / "contract_tests/evidence"
    (evidence / "reel").mkdir(parents=True)
    nothing = "sources: {page: {read: '2026-11-19'}}\nfacts: []\n"
    (evidence / "reel/provider.yaml").write_text(nothing, "utf-8")
    (evidence / "reel/clip.yaml").write_text(nothing, "utf-8")
    (evidence / "unproven.yaml").write_text(
        "changes:\n- {of: reel, change: model\\.nothing, why: to see it told}\n"
        "- {of: reel, change: provider\\., why: to see it used}\n",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)

    result = run("test", "--strength")

    assert result.exit_code == 1
    assert "error[change-unnoticed]: Field.required altered: model.input.prompt.required=False" in result.output
    assert "error[reason-needless]: reel: `model\\.nothing` excuses nothing" in result.output
    assert "to see it used" not in result.output
    survived = re.search(r"^reel/clip +\d+ +0 +\d+ +(\d+) ", result.output, re.MULTILINE)
    assert survived
    assert result.output.count("error[change-unnoticed]") == int(survived[1])


def test_a_sample_is_drawn_by_its_seed(run, project: Path) -> None:
    """The same seed tries the same changes; a sample says nothing of needless reasons."""
    shutil.copy(ROOT / "contract_tests/evidence/unproven.yaml", project / "contract_tests/evidence")
    outputs = [run("test", "--strength", "--sample", "10", "--seed", seed).output for seed in ("1", "1", "2")]

    assert outputs[0] == outputs[1] != outputs[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--sample", "3"], "--sample goes with --strength"),
        (["--evidence", "nowhere"], "there is no folder of evidence at nowhere"),
    ],
    ids=["sample alone", "no folder"],
)
@pytest.mark.usefixtures("project")
def test_wrong_usage_is_refused(run, arguments: list[str], words: str) -> None:
    """With words and exit status 2."""
    result = run("test", *arguments)

    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.parametrize(
    "text", ["facts: [", "- 1\n", "changes: [{of: a, change: '(', why: b}]\n", "facts: [{of: a}]\n"]
)
def test_a_broken_file_of_reasons_is_refused(run, project: Path, text: str) -> None:
    """What is wrong with it is said, and where."""
    (project / "contract_tests/evidence/unproven.yaml").write_text(text, "utf-8")

    result = run("test", "--coverage")

    assert result.exit_code == 2
    assert "unproven.yaml" in result.output


def test_a_project_says_where_its_evidence_is(run, project: Path) -> None:
    """`[tool.callsheet] evidence`, from anywhere below."""
    (project / "contract_tests/evidence").rename(project / "known")
    (project / "pyproject.toml").write_text('[tool.callsheet]\nevidence = "known"\n', "utf-8")

    assert run("test").exit_code == 0

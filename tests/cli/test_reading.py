"""`list`, `show`, `check`, `explain`, `plan`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from callsheet.rules import RULES

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]


def test_list_names_every_endpoint(run: Run) -> None:
    """`list` has a line for each endpoint, with the way to it in the client."""
    result = run("list")

    assert result.exit_code == 0
    assert "segmind/wan-animate" in result.stdout
    assert "Fal().scail_2" in result.stdout


def test_list_as_json(run: Run) -> None:
    """The JSON of `list` has the same endpoints."""
    rows = json.loads(run("list", "--format", "json").stdout)

    files = sorted((ROOT / "specs").glob("*/*.yaml"))
    assert [row["model"] for row in rows] == [
        f"{file.parent.name}/{file.stem}"
        for file in files
        if file.stem != "provider" and not file.name.endswith(".page.yaml")
    ]
    assert {"segmind/wan-animate": 412.91}.items() <= {row["model"]: row["typical_seconds"] for row in rows}.items()


@pytest.mark.parametrize("name", ["segmind/wan-animate", "wan-animate"])
def test_show_leaves_nothing_out(run: Run, name: str) -> None:
    """`show` has every parameter, state, error, source and decision."""
    text = run("show", name).stdout

    everything = json.loads(run("show", name, "--format", "json").stdout)
    spec, provider = everything["model"], everything["provider"]
    for field in spec["input"]:
        assert field["name"] in text
    for error in provider["errors"]:
        assert error["name"] in text
    for state in everything["protocols"][0]["status"]["states"]:
        assert state["name"] in text
    for source in (*spec["sources"], *provider["sources"]):
        assert source["id"] in text
    for decision in (*spec["decisions"], *provider["decisions"]):
        assert " ".join(decision["decided"].split()) in " ".join(text.split())


def test_show_has_range_price_and_source(run: Run) -> None:
    """Facts that come from elsewhere than the page say so."""
    text = run("show", "fal/scail-2").stdout

    assert "From 2 to 50." in text
    assert "range: llms" in text
    assert "0.2 USD per output second, at most 2" in text


def test_piped_tables_have_no_padding(run: Run) -> None:
    """In a pipe there is no colour, and no space at the end of a line."""
    for line in run("show", "wan-animate").stdout.splitlines():
        assert line == line.rstrip()
        assert "\x1b" not in line


@pytest.mark.parametrize("command", ["show", "plan"])
def test_an_unknown_endpoint_is_wrong_usage(run: Run, command: str) -> None:
    """An unknown name ends with 2 and says what may have been meant."""
    result = run(command, "wan-animat")

    assert result.exit_code == 2
    assert "did you mean `segmind/wan-animate`?" in result.stderr
    assert not result.stdout


def test_check_of_good_specs(run: Run) -> None:
    """Good specs: 0, and how much was read."""
    result = run("check")

    assert result.exit_code == 0
    assert re.search(r"specs: \d+ files, \d+ endpoints, no faults", result.stdout)


def test_check_reports_place_and_remedy(run: Run, broken_specs: Path) -> None:
    """A fault: 1, with its place, its rule and the way to its explanation."""
    result = run("check", "--specs", str(broken_specs))

    assert result.exit_code == 1
    assert "wan-animate.yaml:32:14: error[default-outside-enum]" in result.stdout.replace("\n", " ")
    assert "see:  callsheet explain default-outside-enum" in result.stdout


def test_check_for_machines(run: Run, broken_specs: Path) -> None:
    """The same finding as JSON and as an annotation."""
    found = json.loads(run("check", "--specs", str(broken_specs), "--format", "json").stdout)
    annotations = run("check", "--specs", str(broken_specs), "--format", "github").stdout

    assert "default-outside-enum" in {finding["rule"] for finding in found}
    assert annotations.startswith("::error file=")


def test_check_of_good_specs_for_machines(run: Run) -> None:
    """No findings are still valid JSON, and no annotation."""
    assert json.loads(run("check", "--format", "json").stdout) == []
    assert not run("check", "--format", "github").stdout


@pytest.mark.parametrize("folder", ["no/such/folder", "README.md"])
def test_check_of_no_folder(run: Run, folder: str) -> None:
    """What is no folder of specs is a finding, not a traceback."""
    result = run("check", "--specs", folder)

    assert result.exit_code == 1
    assert "error[" in result.stdout


def test_other_commands_stop_at_broken_specs(run: Run, broken_specs: Path) -> None:
    """A command that needs the plan reports what is wrong and ends with 1."""
    for command in (["list"], ["show", "wan-animate"], ["plan"], ["generate", "--check"]):
        result = run(*command, "--specs", str(broken_specs))

        assert result.exit_code == 1
        assert "error[default-outside-enum]" in result.stderr


def test_explain_lists_all_rules(run: Run) -> None:
    """Without an id, all rules are listed."""
    listed = run("explain").stdout

    assert all(rule in listed for rule in RULES)


def test_explain_has_reason_and_examples(run: Run) -> None:
    """With an id: why, and both examples."""
    text = run("explain", "doubled-key").stdout

    assert "why:" in text
    assert "wrong:" in text
    assert "right:" in text


def test_explain_of_an_unknown_rule(run: Run) -> None:
    """An unknown rule: 2, and a suggestion."""
    result = run("explain", "doubled-kye")

    assert result.exit_code == 2
    assert "did you mean `doubled-key`" in result.stderr


def test_plan_is_json(run: Run) -> None:
    """`plan` prints one endpoint, or all, as JSON."""
    one = json.loads(run("plan", "wan-animate").stdout)
    whole = json.loads(run("plan").stdout)

    assert one["class_name"] == "WanAnimate"
    assert one["wire_schema"]["properties"]["mode"]["enum"] == ["animation", "replace"]
    assert one in [model for provider in whole["providers"] for model in provider["models"]]


@pytest.mark.parametrize("args", [["nope"], ["show"], ["check", "--format", "xml"], ["list", "--nope"]])
def test_wrong_usage(run: Run, args: list[str]) -> None:
    """What the command line does not know ends with 2."""
    assert run(*args).exit_code == 2

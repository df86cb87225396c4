"""`validate`: payload files, judged offline and by place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from callsheet.cli.payload import parse
from callsheet.source.nodes import plain

Run = Callable[..., Result]

GOOD = {
    "input_video": "https://example.com/a.mp4",
    "reference_image": "https://example.com/a.png",
    "prompt": "a selfie",
}


def test_a_good_payload(run: Run, tmp_path: Path) -> None:
    """A payload that the endpoint takes: 0."""
    file = tmp_path / "good.json"
    file.write_text(json.dumps(GOOD))

    result = run("validate", "wan-animate", str(file))

    assert result.exit_code == 0
    assert "fine" in result.stdout


def test_every_fault_of_every_file(run: Run, tmp_path: Path) -> None:
    """All violations of all files in one run, each at its line."""
    one, two = tmp_path / "one.json", tmp_path / "two.yaml"
    one.write_text(json.dumps(GOOD | {"mode": "Replace", "seed": True}, indent=1))
    two.write_text('prompt: a\ninput_video: "https://a.example/b"\nrefrence_image: "https://a.example/b"\n')

    result = run("validate", "wan-animate", str(one), str(two))

    assert result.exit_code == 1
    for expected in (
        "one.json:5:10: error[payload-enum]",
        "one.json:6:10: error[payload-type]",
        "error[payload-missing]: `reference_image`",
        "two.yaml:3:17: error[payload-unknown]: `refrence_image`",
    ):
        assert expected in result.stdout


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("", "1", "empty-file"),
        ("[1, 2]", "1:1", "payload-type"),
        ('{"seed": 1,}', "1:12", "payload-no-object"),
        ('{"seed": 1,\n "seed": 2}', "2:2", "doubled-key"),
        ('{"seed": NaN}', "1:10", "not-finite"),
        ('{"seed": 1e999}', "1:10", "not-finite"),
        ('{"seed": ' + "9" * 5000 + "}", "1:10", "not-finite"),
        ('{"seed": ' + "[" * 60, "1:50", "too-deep"),
        ("prompt: [", "", "yaml-syntax"),
    ],
)
def test_what_is_no_payload(run: Run, text: str, place: str, rule: str) -> None:
    """What cannot be read is a finding at its place, never a traceback."""
    result = run("validate", "wan-animate", "-", stdin=text)

    assert result.exit_code == 1
    # YAML is tried after JSON on standard input, so the rule may be the one of YAML; places in JSON are tested below.
    assert "error[" in result.stdout
    _, findings = parse("payload.json", text.encode())
    if rule not in {"payload-type", "yaml-syntax", "empty-file"}:
        assert [(f"payload.json:{place}", rule)] == [(str(finding.span), finding.rule) for finding in findings]


def test_standard_input_is_read_once(run: Run) -> None:
    """Two dashes are wrong usage."""
    assert run("validate", "wan-animate", "-", "-").exit_code == 2


@pytest.mark.parametrize("file", ["no-such-file.json", "."])
def test_a_file_that_cannot_be_read(process: Callable[..., object], file: str) -> None:
    """A file that is not there ends with 2 and its name."""
    result = process("validate", "wan-animate", file)

    assert getattr(result, "returncode", None) == 2
    assert str(getattr(result, "stderr", "")).startswith(f"callsheet: {file}: ")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 0, 2]))
def test_json_is_read_as_the_standard_library_reads_it(value: object, indent: int | None) -> None:
    """The located tree holds the same value, whatever the layout."""
    node, findings = parse("x.json", json.dumps(value, indent=indent).encode())

    assert findings == ()
    assert node is not None
    assert plain(node) == value


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    """Any bytes give a tree or findings."""
    for name in ("x.json", "x"):
        node, findings = parse(name, data)
        assert (node is None) == bool(findings) or node is not None

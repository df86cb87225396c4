"""`validate`: payload files, judged offline and by place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from callsheet.cli import payloads
from callsheet.cli.quick import quick
from callsheet.cli.specs import planned
from callsheet.source.jsontree import read_json

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
PLAN = planned(ROOT / "specs")

GOOD = {
    "input_video": "https://example.com/a.mp4",
    "reference_image": "https://example.com/a.png",
    "prompt": "a selfie",
}
LINE = json.dumps(GOOD)


def rules(result: Result) -> list[tuple[str, str]]:
    """Rule and place of each finding of a JSON report."""
    found = json.loads(result.stdout)
    return [(one["rule"], f"{Path(one['path']).name}:{one['line']}:{one['column']}") for one in found]


def test_a_good_payload(run: Run, tmp_path: Path) -> None:
    """A payload that the endpoint takes: 0."""
    file = tmp_path / "good.json"
    file.write_text(LINE)

    result = run("validate", "wan-animate", str(file))

    assert result.exit_code == 0
    assert result.stdout == "1 payload for segmind/wan-animate: fine\n"


def test_every_fault_of_every_file(run: Run, tmp_path: Path) -> None:
    """All violations of all files in one run, each at its line, and a line that counts them."""
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
    assert result.stdout.endswith("4 errors in 2 of 2 payloads for segmind/wan-animate\n")


def test_each_line_of_jsonl_is_a_payload(run: Run, tmp_path: Path) -> None:
    """The place of a fault is its line; blank lines are none; a broken line does not hide the next."""
    file = tmp_path / "many.jsonl"
    file.write_text(f'{LINE}\n\n{{"prompt": 1, "prompt": 2}}\noops\n{LINE}\n[]\n')

    result = run("validate", "wan-animate", str(file), "--format", "json")

    assert result.exit_code == 1
    assert ("json-syntax", "many.jsonl:4:1") in rules(result)
    assert ("payload-no-object", "many.jsonl:6:1") in rules(result)
    assert ("doubled-key", "many.jsonl:3:15") in rules(result)
    assert ("payload-type", "many.jsonl:3:12") in rules(result)
    assert "5 payloads" in run("validate", "wan-animate", str(file)).stdout


@pytest.mark.parametrize(
    ("stdin", "form", "count"),
    [
        (LINE, [], 1),
        (json.dumps(GOOD, indent=2), [], 1),
        (f"{LINE}\n{LINE}\n", [], 2),
        (f"\ufeff{LINE}\n\n{LINE}", [], 2),
        (f"{LINE}\n", ["--as", "jsonl"], 1),
        ("\n".join(f'{key}: "{value}"' for key, value in GOOD.items()), [], 1),
        ("{" + ", ".join(f'{key}: "{value}"' for key, value in GOOD.items()) + "}", [], 1),
        (LINE, ["--as", "yaml"], 1),
    ],
)
def test_standard_input_is_told_by_how_it_begins(run: Run, stdin: str, form: list[str], count: int) -> None:
    """JSON, JSONL and YAML through a pipe, or as `--as` says."""
    result = run("validate", "wan-animate", "-", *form, stdin=stdin)

    assert result.exit_code == 0, result.stdout
    assert result.stdout.startswith(f"{count} payload")


def test_json_is_not_taken_for_yaml(run: Run) -> None:
    """What begins as JSON is judged as JSON, though YAML would take a comma before the end."""
    result = run("validate", "wan-animate", "-", "--format", "json", stdin='{"prompt": "a",}')

    assert rules(result) == [("json-syntax", "<stdin>:1:16")]


@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        (b"", "payload-empty", "x.json:0:0"),
        (b"# nothing\n", "payload-empty", "x.yaml:0:0"),
        (b"\n\n", "payload-empty", "x.jsonl:0:0"),
        (LINE.encode("utf-16"), "payload-no-text", "x.json:0:0"),
        (b'{"prompt":\n "\xe9"}', "payload-no-text", "x.json:2:3"),
        (b'\n{"prompt": "a\0b"}\n', "payload-no-text", "x.jsonl:2:1"),
        (b"prompt: '" + b"x" * 1_100_000 + b"'", "payload-too-large", "x.yaml:0:0"),
        (b"prompt: a\n---\nprompt: b\n", "several-documents", "x.yaml:2:1"),
    ],
)
def test_what_is_no_payload(run: Run, tmp_path: Path, data: bytes, rule: str, place: str) -> None:
    """What cannot be read is a finding at its place."""
    file = tmp_path / place.partition(":")[0]
    file.write_bytes(data)

    result = run("validate", "wan-animate", str(file), "--format", "json")

    assert result.exit_code == 1
    assert (rule, place) in rules(result)


def test_a_payload_that_is_too_large_is_not_read_to_its_end(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit for each payload, also for a line of many: the lines after it are judged."""
    monkeypatch.setattr(payloads, "LARGEST", 2000)
    (tmp_path / "x.json").write_text(json.dumps(GOOD | {"prompt": "x" * 2000}))
    (tmp_path / "x.jsonl").write_text(f"{LINE}\n{json.dumps(GOOD | {'prompt': 'x' * 9000})}\noops\n")

    result = run("validate", "wan-animate", str(tmp_path), "--format", "json")

    assert rules(result) == [
        ("payload-too-large", "x.json:0:0"),
        ("payload-too-large", "x.jsonl:2:1"),
        ("json-syntax", "x.jsonl:3:1"),
    ]


def test_a_mark_of_utf_8_is_no_fault(run: Run, tmp_path: Path) -> None:
    """Some editors put it at the beginning."""
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf" + LINE.encode())
    (tmp_path / "x.jsonl").write_bytes(b"\xef\xbb\xbf" + LINE.encode() + b"\r\n")

    assert run("validate", "wan-animate", str(tmp_path)).exit_code == 0


def test_folders_and_patterns(run: Run, tmp_path: Path) -> None:
    """A folder is all payloads below it, hidden ones left out; a pattern is what it fits; a file counts once."""
    for name in ("a.json", "b.YAML", "deep/c.jsonl", ".hidden.json", ".git/d.json", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(LINE)

    assert run("validate", "wan-animate", str(tmp_path)).stdout.startswith("3 payloads")
    assert run("validate", "wan-animate", f"{tmp_path}/*.json", f"{tmp_path}/a.json").stdout.startswith("1 payload ")
    assert run("validate", "wan-animate", f"{tmp_path}/**/*.jsonl").stdout.startswith("1 payload ")


def test_names_that_lead_nowhere_are_wrong_usage(run: Run, tmp_path: Path) -> None:
    """Every missing file, empty folder and pattern without a file is told at once, with 2; nothing is judged."""
    result = run("validate", "wan-animate", "no.json", f"{tmp_path}/*.json", str(tmp_path), "-", "-", stdin=LINE)

    assert result.exit_code == 2
    for words in ("no.json: there is no such file", "no file is called like this", "no payload in this folder", "once"):
        assert words in result.stderr
    assert not result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices in the file system")
def test_what_is_no_file_is_not_waited_for(run: Run, tmp_path: Path) -> None:
    """A pipe without a writer, a device, a link in a circle: findings, at once, and the other files are judged."""
    os.mkfifo(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to("/dev/zero")
    (tmp_path / "c.json").symlink_to("c.json")
    (tmp_path / "d.json").write_text("{")

    result = run("validate", "wan-animate", str(tmp_path), "--format", "json")

    assert [rule for rule, _ in rules(result)] == ["payload-unreadable"] * 3 + ["json-syntax"]


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="a shell's <(command) needs it")
def test_the_output_of_a_command_is_read(tmp_path: Path) -> None:
    """`validate MODEL <(command)`: a pipe that somebody writes to."""
    command = f"'{sys.executable}' -m callsheet validate wan-animate <(printf '%s' '{LINE}')"
    result = subprocess.run(  # noqa: S603 - our own command line
        ["bash", "-c", command],  # noqa: S607 - wherever the shell is
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.stdout == "1 payload for segmind/wan-animate: fine\n", result.stderr


def test_lines_are_judged_as_they_come() -> None:
    """A finding is known before the next line is: nothing is gathered, however many lines there are."""
    model = PLAN.provider("segmind").models[0]
    read, write = os.pipe()
    with os.fdopen(read, "rb"), os.fdopen(write, "wb", buffering=0) as sink:
        judged = payloads.judged(model, f"/dev/fd/{read}", "jsonl")
        sink.write(b"oops\n")
        timer = threading.Timer(20, sink.close)  # a reader that waits for more would hang here
        timer.start()
        (finding,) = next(judged).findings
        assert timer.is_alive()
        timer.cancel()

    assert finding.rule == "json-syntax"


def test_annotations_of_a_pipe_have_no_file(run: Run) -> None:
    """GitHub can show no place in what was piped, so the words tell it."""
    result = run("validate", "wan-animate", "-", "--format", "github", stdin="[]")

    assert result.stdout.startswith("::error title=payload-no-object::<stdin>:1:1: the payload is []")


def test_no_findings_for_machines(run: Run) -> None:
    """JSON is a list all the same; GitHub has nothing to show."""
    assert run("validate", "wan-animate", "-", "--format", "json", stdin=LINE).stdout == "[]\n"
    assert not run("validate", "wan-animate", "-", "--format", "github", stdin=LINE).stdout


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.dictionaries(
        st.sampled_from([*GOOD, "seed", "mode", "x"]),
        st.sampled_from(["https://a.example/b", "replace", 1, 1.5, None, float("nan"), [1]]),
    ).map(lambda value: json.dumps({**GOOD, **value}).encode())
)
def test_the_quick_judgement_is_the_close_one(data: bytes) -> None:
    """What is called fine without a look at its places is fine with one, and the other way round."""
    model = PLAN.provider("segmind").models[0]
    line = data.replace(b"\n", b" ")
    if not line.strip(b" \t\r\xef\xbb\xbf"):
        return
    node, findings = payloads.parse("x.json", line, "json")

    assert (quick(model, line) is not None) == (not payloads._judge(model, node, findings).findings)


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('"prompt": "b"', "doubled-key"),
        ('"seed": 1e999', "not-finite"),
        ('"seed": NaN', "not-finite"),
        ('"seed": ' + "9" * 5000, "not-finite"),
        ('"prompt2": ' + "[" * 50 + "]" * 50, "too-deep"),
    ],
)
def test_what_a_plain_reader_would_take_is_seen_in_a_line(run: Run, more: str, rule: str) -> None:
    """A line that is fine but for what the standard library lets through is not let through."""
    result = run("validate", "wan-animate", "-", "--as", "jsonl", "--format", "json", stdin=f"{LINE[:-1]}, {more}}}")

    assert [one for one, _ in rules(result)] == [rule]


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    """Any bytes give a tree or findings."""
    for form in ("json", "yaml"):
        node, findings = payloads.parse("x", data, form)
        assert node is not None or findings


def test_json_within_yaml_is_read_as_json() -> None:
    """A .yaml file may hold JSON, with what YAML would read otherwise."""
    node, _ = payloads.parse("x.yaml", b'{"a": "\\ud83d\\ude00\\/"}', "yaml")

    assert node is not None
    assert node == read_json("x.yaml", '{"a": "\\ud83d\\ude00\\/"}')[0]

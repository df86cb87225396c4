"""Answers of errors: the words in them are found, and some have none."""

from pathlib import Path

import pytest

from callsheet.spec.load import load

BASE = Path(__file__).parents[1] / "base_specs" / "reel"


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        ('{error: "No job {request_id}"}', set[str]()),
        ('{other: "No job {request_id}"}', {"pointer-matches-nothing"}),
        ('{other: "{message}"}', {"pointer-matches-nothing"}),
        ("{ok: false}", set[str]()),
        ("{}", set[str]()),
        ("[]", set[str]()),
        ("{result: null, id: '{request_id}'}", set[str]()),
        ('{status: "Task not found", result: null}', set[str]()),
    ],
)
def test_words(answer: str, rules: set[str]) -> None:
    """Words that no pointer leads to are a fault; an answer without words is none, nor is one whose code has spaces."""
    provider = (BASE / "provider.yaml").read_text("utf-8")
    provider = provider.replace('{error: "No job {request_id}"}', answer)
    provider = provider.replace("message: [/error]", "message: [/error], code: [/status]")
    files = {"reel/provider.yaml": provider.encode(), "reel/clip.yaml": (BASE / "clip.yaml").read_bytes()}

    assert {finding.rule for finding in load(files).findings} == rules

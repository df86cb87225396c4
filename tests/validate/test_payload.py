"""Payloads are refused with the reason at the place, in words of JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.findings import Span
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan
from callsheet.spec.load import load
from callsheet.validate import validate

BASE = Path(__file__).parents[1] / "base_specs" / "reel"
INPUT = """rules:
  end_needs_style:
    about: An end is drawn in a style.
    when: {last: {present: true}, scale: {minimum: 0.5}}
    then: {style: {present: true}, tags: {present: true}}
  one_thing: {about: It takes one thing at a time., at_most_one: [file, either]}
types:
  File: {about: A file., fields: {url: {type: string, format: uri, required: true, about: Its address.}}}
input:
  file: {type: File, nullable: true, about: A file or none.}
  scale: {type: number, multiple_of: 0.1, about: Its scale.}
  tags: {type: array, items: {type: string}, min_items: 1, about: Some tags.}
  style: {type: string, pattern: "^a:b", about: A style.}
  last: {type: string, about: Its end.}
  size: {type: integer, enum: [5, 10], about: Its size.}
  either: {any_of: [{type: string, enum: [auto]}, {type: integer, minimum: 5}], about: One or the other.}
"""


@pytest.fixture(scope="module")
def model() -> ModelPlan:
    """An endpoint with a bit of everything."""
    clip = (BASE / "clip.yaml").read_text("utf-8").replace("input:\n", INPUT)
    loaded = load({"reel/provider.yaml": (BASE / "provider.yaml").read_bytes(), "reel/clip.yaml": clip.encode()})

    assert loaded.findings == ()
    return build(loaded.specs).plan.providers[0].models[0]


@pytest.mark.parametrize(
    "payload",
    [{"file": None}, {"file": {"url": "https://a.b"}}, {"scale": 0.3}, {"scale": 0.7}, {"either": "auto"}],
    ids=str,
)
def test_right_payloads(model: ModelPlan, payload: dict[str, object]) -> None:
    """What the spec allows is fine, three tenths included."""
    assert validate(model, {"prompt": "a", **payload}, Span("p")) == ()


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ({"prompt": None}, "`prompt` is null, text is expected"),
        ({"file": {"url": "x"}}, '`file.url` is "x", which is not a URI'),
        ({"file": {}}, "`file.url` is required and missing"),
        ({"file": {"url": "https://a.b", "size": 1}}, "`file.size` is no parameter of reel/clip"),
        ({"scale": 0.35}, "`scale` is 0.35, which is no multiple of 0.1"),
        ({"tags": []}, "`tags` is [], which has not at least 1 items"),
        ({"style": "c"}, '`style` is "c", which does not match `^a:b`'),
        ({"style": "a:b\ud800"}, "`style` holds half a character, a lone surrogate"),
        ({"size": "5"}, '`size` is "5", an integer is expected'),
        ({"size": 6}, "`size` is 6, which is not allowed"),
        ({"either": "x"}, '`either` is "x", which is not allowed'),
        ({"either": 3}, "`either` is 3, below the limit of 5"),
        ({"either": []}, "`either` is [], which fits none of the types it may have"),
        ({"tags": ["\ud800"]}, "`tags.0` holds half a character, a lone surrogate"),
    ],
    ids=str,
)
def test_wrong_payloads(model: ModelPlan, payload: dict[str, object], what: str) -> None:
    """One finding, about the part that is wrong: also within an object that may be null, and in one of two types."""
    assert [finding.what for finding in validate(model, {"prompt": "a", **payload}, Span("p"))] == [what]


def test_broken_rules(model: ModelPlan) -> None:
    """A finding for each parameter that would have to change, at its place: the rule, the reason, and the others."""
    payload = {"prompt": "a", "last": "x", "scale": 0.5, "tags": ["a"], "file": {"url": "https://a.b"}, "either": 5}
    style, either = sorted(
        validate(model, payload, lambda path: Span(".".join(map(str, path)))), key=lambda finding: finding.what
    )

    assert ("payload-rule", "style") == (style.rule, style.span.path)
    assert style.what.startswith("the rule `end_needs_style` is broken: when `last` is given and `scale` is at least")
    assert style.what.endswith(", `style` has to be given (An end is drawn in a style)")
    assert style.mend == "change `style`, `last` or `scale`"
    assert ("payload-rule", "either") == (either.rule, either.span.path)
    assert either.what.endswith("at most one of `file` and `either` may be given (It takes one thing at a time)")
    assert either.mend == "change `either` or `file`"

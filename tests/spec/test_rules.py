"""Rules between parameters as they are read, weighed and worded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callsheet.runtime.words import Criterion
from callsheet.spec.load import load
from callsheet.spec.model import ModelSpec
from callsheet.spec.ruletext import requirement, rule_message
from callsheet.spec.ruling import breaking, effective

BASE = Path(__file__).parents[1] / "base_specs" / "reel"
INPUT = """input:
  size: {type: string, enum: [small, large], default: small, about: Size.}
  seconds: {type: integer, minimum: 4, maximum: 12, about: Length.}
  image: {type: string, format: uri, nullable: true, about: First frame.}
  video: {type: string, format: uri, about: What it goes on from.}
"""


def model(rule: str) -> ModelSpec:
    """An endpoint with one rule, free of findings."""
    text = (BASE / "clip.yaml").read_text("utf-8").replace("input:\n", INPUT)
    text += f"\nrules:\n  one: {{about: It is so., {rule}}}\n"
    loaded = load({"reel/provider.yaml": (BASE / "provider.yaml").read_bytes(), "reel/clip.yaml": text.encode()})

    assert loaded.findings == ()
    return loaded.specs.models[0]


def test_a_rule_is_read() -> None:
    """A value is short for `is`; what is not said has no place in the criterion; the source is the page's."""
    rule = model(
        "when: {size: large, image: {present: true}}, then: {seconds: {in: [4, 6], not: 5, maximum: 8}}"
    ).rules[0]

    assert (rule.id, rule.about, rule.count, rule.among) == ("one", "It is so.", None, ())
    assert rule.when.criteria == {"size": Criterion(one_of=("large",)), "image": Criterion()}
    assert rule.then.criteria == {"seconds": Criterion(one_of=(4, 6), none_of=(5,), maximum=8)}
    assert rule.cited.sources == {"": "page"}


def test_a_count_is_read() -> None:
    """How many of which parameters are given; without `when` it is about every input."""
    rule = model("at_most_one: [image, video]").rules[0]

    assert (rule.count, rule.among, dict(rule.when.criteria)) == ("at_most_one", ("image", "video"), {})


@pytest.mark.parametrize(
    ("rule", "payload", "names"),
    [
        ("when: {size: large}, then: {seconds: {maximum: 8}}", {}, ()),
        ("when: {size: large}, then: {seconds: {maximum: 8}}", {"size": "large"}, ("seconds",)),
        ("when: {size: large}, then: {seconds: {maximum: 8}}", {"size": "large", "seconds": 8.0}, ()),
        ("when: {size: small}, then: {seconds: 4, video: {present: true}}", {}, ("seconds", "video")),
        ("when: {image: {present: true}}, then: {video: {present: false}}", {"image": None, "video": "x"}, ()),
        ("one_of: [image, video]", {}, ("image",)),
        ("one_of: [image, video]", {"image": None}, ("image",)),
        ("one_of: [image, video]", {"video": "x"}, ()),
        ("one_of: [image, video]", {"image": "x", "video": "x"}, ("video",)),
        ("any_of: [image, video]", {"image": "x", "video": "x"}, ()),
        ("any_of: [image, video]", {}, ("image",)),
        ("at_most_one: [image, video]", {}, ()),
        ("at_most_one: [image, video]", {"image": "x", "video": "x"}, ("video",)),
        ("when: {seconds: {minimum: 9}}, one_of: [image, video]", {"seconds": 8}, ()),
        ("when: {seconds: {minimum: 9}}, one_of: [image, video]", {"seconds": 9}, ("image",)),
    ],
)
def test_what_breaks_a_rule(rule: str, payload: dict[str, Any], names: tuple[str, ...]) -> None:
    """The parameters that would have to change, by what is given or else the default; null is as good as nothing."""
    spec = model(rule)

    assert breaking(spec.rules[0], effective(spec.input, payload)) == names


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("when: {size: large}, then: {seconds: {in: [4, 6]}}", 'when `size` is "large", `seconds` has to be 4 or 6'),
        (
            "when: {seconds: {minimum: 5, maximum: 8}}, then: {image: {present: true}, video: {present: false}}",
            "when `seconds` is from 5 to 8, `image` has to be given and `video` must not be given",
        ),
        (
            "when: {image: {present: false}}, then: {seconds: {not_in: [4, 5]}}",
            "when `image` is not given, `seconds` has to be given and not 4 or 5",
        ),
        ("one_of: [image, video]", "exactly one of `image` and `video` has to be given"),
        (
            "when: {size: large}, at_most_one: [image, video, seconds]",
            'when `size` is "large", at most one of `image`, `video` and `seconds` may be given',
        ),
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    """A clause that says when, and what; the reason follows it."""
    spec = model(rule).rules[0]

    assert requirement(spec) == words
    assert rule_message(spec) == f"{words} (It is so)"


def test_words_for_one_parameter() -> None:
    """Who has to change one parameter is told of that one alone."""
    spec = model("when: {size: large}, then: {seconds: 4, image: {present: true}}").rules[0]

    assert rule_message(spec, "seconds") == 'when `size` is "large", `seconds` has to be 4 (It is so)'

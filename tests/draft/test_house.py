"""What is written in the style of the house reads back as it was."""

from __future__ import annotations

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from callsheet.draft.house import _OF_LIST, Below, Noted, as_yaml, comment, sayable
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.sampled_from(
        [
            *(
                "no",
                "on",
                "y",
                "Yes",
                "null",
                "~",
                "true",
                "16:9",
                "1.10",
                "1e3",
                "0x10",
                "010",
                "2026-01-02",
                "480p",
                "",
            ),
            *("- a", "? a", "a: b", "a #b", "a:", "#a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a`", "'a'", '"a"'),
            *(
                "a\nb",
                " a",
                "a ",
                "a\tb",
                "\u2028",
                "\x85",
                "\ufeff",
                "\x00",
                "é",
                "😀",
                "<<",
                "=",
                "...",
                "---",
                "{a}",
            ),
            "word " * 60,
            "a, b",
            "what? then",
        ]
    ),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> object:
    """The value that the reader of the specs sees; there is no finding in it."""
    node, findings = read_yaml("draft.yaml", text.encode())
    assert not findings
    assert node is not None
    return plain(node)


def wrapped(value, noted):
    """The same value with remarks and lines of its own wherever there can be."""
    if isinstance(value, dict):
        value = {key: wrapped(part, noted) for key, part in value.items()}
    elif isinstance(value, list):
        value = [wrapped(part, noted) for part in value]
    return Noted(Below(value), "a remark\n# with: lines") if noted else Below(value)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
@example({"a": {"b": ["word " * 30, {"c": "x" * 200}]}})
@example({"a": [[], {}, [[1], {"b": []}]]})
def test_what_is_written_reads_back(value):
    """Any value reads back as itself, without a finding, with remarks and without, and alike by PyYAML."""
    assert value == read(as_yaml(value))
    assert value == read(as_yaml({key: wrapped(part, noted=False) for key, part in value.items()}))
    assert value == read(as_yaml({key: wrapped(part, noted=True) for key, part in value.items()}))
    assert value == {str(key): part for key, part in yaml.safe_load(as_yaml(value)).items()} or "<<" in str(value)


@given(TEXTS)
def test_a_remark_is_one_line(text):
    """Whatever is in a remark, it ends with its line."""
    assert {"a": 1} == read(f"{comment(text)}\na: 1\n")


@given(
    st.dictionaries(st.sampled_from(["prompt", "on", "x-key"]), st.lists(st.integers(0, 9), max_size=80), min_size=1)
)
def test_short_is_flow_and_long_is_not(value):
    """What fits stands on the line of its key, and no line of short parts is longer than the house has them."""
    text = as_yaml(value)

    assert all(len(line) <= _OF_LIST for line in text.splitlines())
    if all(len(part) < 20 for part in value.values()):
        assert len(value) == len(text.splitlines())


def test_what_yaml_cannot_hold_is_told():
    """Infinities, half characters, giant integers and endless nesting are refused beforehand."""
    deep: list[object] = []
    for _ in range(30):
        deep = [deep]
    for value in (float("inf"), float("nan"), "\ud800", 2**65, deep, {"k" * 600: 1}, {"\udfff": 1}):
        assert not sayable(value)


def test_the_style_of_the_house():
    """Words stand plainly, what looks like something else in quotes."""
    value = {
        "about": "Makes a short video, from a text.",
        "enum": ["480p", "16:9", "fast", "on"],
        "default": {"a": "x, y", "b": "https://reel.test/a"},
    }
    assert (
        "about: Makes a short video, from a text.\n"
        'enum: ["480p", "16:9", fast, "on"]\n'
        'default: {a: "x, y", b: "https://reel.test/a"}\n'
    ) == as_yaml(value)

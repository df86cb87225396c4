"""JSON, read with places: what the standard library reads, and every fault where it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.source.jsontree import read_json
from callsheet.source.nodes import plain

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
    node, findings = read_json("x.json", json.dumps(value, indent=indent))

    assert findings == ()
    assert node is not None
    assert plain(node) == value


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    """Any text gives a tree or findings."""
    node, findings = read_json("x.json", text)

    assert node is not None or findings


@given(st.text(max_size=30))
def test_what_is_refused_is_what_the_standard_library_refuses(text: str) -> None:
    """No text is called broken that is JSON, and none is taken that is not."""
    try:
        json.loads(text, parse_constant=pytest.fail)
    except (ValueError, pytest.fail.Exception):
        assert read_json("x.json", text)[1]
    else:
        assert read_json("x.json", text)[0] is not None


@pytest.mark.parametrize(
    ("text", "place", "rule", "words"),
    [
        ("", "", "payload-empty", "nothing"),
        ('{"a": 1,}', "1:9", "json-syntax", "a comma stands before the closing `}`"),
        ("[1, 2,]", "1:7", "json-syntax", "a comma stands before the closing `]`"),
        ("{'a': 1}", "1:2", "json-syntax", "single quote"),
        ("{a: 1}", "1:2", "json-syntax", "`a` is no value of JSON"),
        ('{"a": 1 // one\n}', "1:9", "json-syntax", "`,` or `}` is expected"),
        ('{"a": # one\n1}', "1:7", "json-syntax", "no comments"),
        ('{"a": True}', "1:7", "json-syntax", "`True`"),
        ('{"a" 1}', "1:6", "json-syntax", "`:` is expected"),
        ('{"a": 1', "1:8", "json-syntax", "the text ends here"),
        ('{"a": ', "1:7", "json-syntax", "the text ends here"),
        ('{\n"a": "x\ny"}', "2:8", "json-syntax", "a line break"),
        ('{"a": "x', "1:7", "json-syntax", "not closed"),
        ('{"a": "\\x"}', "1:8", "json-syntax", "no such escape"),
        ("{} {}", "1:4", "json-syntax", "something follows"),
        ('{"a": 1,\n "a": 2}', "2:2", "doubled-key", "given twice, first at 1:2"),
        ('{"a": NaN}', "1:7", "not-finite", "NaN"),
        ('{"a": -Infinity}', "1:7", "not-finite", "-Infinity"),
        ('{"a": 1e999}', "1:7", "not-finite", "too large"),
        ('{"a": ' + "9" * 5000 + "}", "1:7", "not-finite", "too large"),
        ('{"a": ' + "[" * 60, "1:47", "too-deep", "40 levels"),
    ],
)
def test_a_fault_has_its_place_and_its_words(text: str, place: str, rule: str, words: str) -> None:
    """Usual mistakes are named for what they are, at line and column, with a remedy."""
    _, (finding,) = read_json("x.json", text)

    assert (f"x.json:{place}" if place else "x.json", rule) == (str(finding.span), finding.rule)
    assert words in finding.what
    assert finding.mend


def test_what_can_be_read_on_from_is_told_at_once() -> None:
    """A key given twice and numbers that are none do not hide each other, nor what follows."""
    node, findings = read_json("x.json", '{"a": NaN, "a": 1e999, "b": 2, "b": 3}')

    assert [finding.rule for finding in findings] == ["not-finite", "not-finite", "doubled-key", "doubled-key"]
    assert node is not None
    assert plain(node) == {"a": None, "b": 2}


def test_a_line_of_many_has_its_own_number() -> None:
    """A text that begins at a later line has its places there."""
    _, (finding,) = read_json("x.jsonl", '{"a": 1,}', 7)

    assert str(finding.span) == "x.jsonl:7:9"

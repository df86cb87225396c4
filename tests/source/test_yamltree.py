"""YAML is read by the core schema of 1.2, with places and spellings, and never brings the process down."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.source.nodes import Mapping, Node, Plain, Scalar, descend, key_place, place, plain
from callsheet.source.text import LARGEST_FILE
from callsheet.source.yamltree import MOST_REPEATED, read_yaml


def read(text: str | bytes) -> tuple[Node | None, list[str]]:
    """The tree and the ids of the broken rules."""
    node, findings = read_yaml("x.yaml", text if isinstance(text, bytes) else text.encode())
    return node, [finding.rule for finding in findings]


def value_of(text: str) -> tuple[Plain, list[str]]:
    """The value of a scalar under the key `a`, with the ids of the broken rules."""
    node, rules = read(f"a: {text}\n")
    return at(node, "a"), rules


def at(node: Node | None, *path: str | int) -> Plain:
    """The plain value at a path that is there."""
    found = descend(node, *path) if node is not None else None
    assert found is not None
    return plain(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-0", 0),
        ("0x1F", 31),
        ("1.50", 1.5),
        ("-1.5e+3", -1500.0),
        (".5", 0.5),
        ("nULL", "nULL"),
        ("y", "y"),
        ("5s", "5s"),
        ("=", "="),
        ("'12'", "12"),
        ('"on"', "on"),
        ('"16:9"', "16:9"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("|\n  12\n", "12\n"),
    ],
)
def test_core_schema(text: str, value: object) -> None:
    """Plain scalars are what YAML 1.2 core says; quotes, tags and blocks make text."""
    assert (value, []) == value_of(text)
    assert type(value) is type(value_of(text)[0])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("16:9", "unquoted-ratio"),
        ("1:1", "unquoted-ratio"),
        ("12:30:45", "unquoted-ratio"),
        ("on", "unquoted-boolean"),
        ("No", "unquoted-boolean"),
        ("YES", "unquoted-boolean"),
        ("010", "unquoted-number"),
        ("1_000", "unquoted-number"),
        ("0b11", "unquoted-number"),
        ("0o17", "unquoted-number"),
        ("1e3", "unquoted-number"),
        ("2026-11-21", "unquoted-date"),
        (".nan", "not-finite"),
        ("-.inf", "not-finite"),
        ("1e999", "not-finite"),
        ("1" * 5000, "not-finite"),
        ("0x" + "f" * 5000, "not-finite"),
        ("1." + "0" * 5000, "not-finite"),
        ("!env KEY", "unknown-tag"),
        ("!!python/object:os.system x", "unknown-tag"),
        ("!!int x", "unknown-tag"),
        ("*nothing", "unknown-alias"),
    ],
)
def test_refused_scalars(text: str, rule: str) -> None:
    """What others read differently, and what JSON cannot hold, is refused; the rest of the file is still read."""
    node, rules = read(f"a: {text}\nb: 1\n")

    assert [rule] == rules
    assert at(node, "b") == 1


def test_keys_are_text() -> None:
    """`on` and `no` are good keys, though YAML 1.1 reads them as truth values; 404 and null are not."""
    assert read("on: 1\nno: 2\n2026-01-01: 3\n")[1] == []
    assert read("404: 1\n")[1] == ["key-not-text"]
    assert read("null: 1\n")[1] == ["key-not-text"]
    assert read("[a]: 1\n")[1] == ["key-not-text"]
    assert read("'404': 1\n")[1] == []


def test_doubled_key_names_both_places() -> None:
    """The second of two equal keys is marked, the first is named, and the first value counts."""
    node, findings = read_yaml("x.yaml", b"a: 1\nb: 2\na: 3\n")

    assert [(finding.span.line, finding.span.column) for finding in findings] == [(3, 1)]
    assert "1:1" in findings[0].what
    assert node is not None
    assert plain(node) == {"a": 1, "b": 2}


def test_places_and_spelling() -> None:
    """Each value knows where it begins and ends, and how it was spelled; a block ends with its last line."""
    node, _ = read_yaml("x.yaml", "a:\n  b: [1.10,\n    'ü']\n  c: d\n\n\ne: f\n".encode())
    assert isinstance(node, Mapping)
    number = descend(node, "a", "b", 0)

    assert isinstance(number, Scalar)
    assert (number.text, number.quoted, number.value) == ("1.10", False, 1.1)
    assert str(place(node, "a", "b", 0)) == "x.yaml:2:7"
    assert str(place(node, "a", "b", 1)) == "x.yaml:3:5"
    assert str(key_place(node, "a", "b")) == "x.yaml:2:3"
    assert (place(node, "a").end_line, place(node, "a").end_column) == (4, 7)


def test_deep_nesting_does_no_harm() -> None:
    """Half a million brackets are a finding. `yaml.compose` would end the process with a segmentation fault."""
    assert read("[" * 500_000)[1] == ["too-deep"]
    assert read("- " * 100_000 + "a")[1] == ["too-deep"]
    assert read("a0: &a " + "[" * 30 + "]" * 30 + "\nb: " + "[" * 20 + "*a" + "]" * 20)[1] == ["too-deep"]


def test_alias_budget() -> None:
    """Aliases may repeat a little, and no more."""
    assert read("a: &a 1\nb: [" + "*a, " * MOST_REPEATED + "]")[1] == []
    assert read("a: &a 1\nb: [" + "*a, " * (MOST_REPEATED + 1) + "]")[1] == ["alias-bomb"]


def test_size() -> None:
    """A file of 1 MiB is read, one byte more is not."""
    assert read(b"a: " + b"x" * (LARGEST_FILE - 3))[1] == []
    assert read(b"a: " + b"x" * (LARGEST_FILE - 2))[1] == ["file-too-large"]


def test_byte_order_mark() -> None:
    """The mark of UTF-8 is passed over; that of UTF-16 is refused by name."""
    assert read(b"\xef\xbb\xbfa: 1")[1] == []
    assert read("a: 1".encode("utf-16"))[1] == ["not-utf-8"]


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Whatever the bytes, there is a tree or a finding."""
    node, findings = read_yaml("x.yaml", data)

    assert node is not None or findings


@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"#,?% \n\t0.19~<"), max_size=60))
def test_any_yaml(text: str) -> None:
    """Whatever is written with the signs of YAML, there is a tree or a finding."""
    node, findings = read_yaml("x.yaml", text.encode())

    assert node is not None or findings


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_json_is_read_as_it_is(value: object) -> None:
    """JSON is YAML: it comes back as it was, so that quoting is always a way out."""
    node, findings = read_yaml("x.yaml", json.dumps(value, ensure_ascii=False).encode())

    assert [finding.rule for finding in findings] == []
    assert node is not None
    assert value == plain(node)


def test_what_a_merge_would_bring_is_there() -> None:
    """A merge is refused, once: nobody is told as well that what it brings is missing."""
    node, rules = read("base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\nboth: {<<: [*b, {z: 4}]}\n")

    assert rules == ["merge-key", "merge-key"]
    assert at(node, "more") == {"x": 1, "y": 3}
    assert at(node, "both") == {"x": 1, "y": 2, "z": 4}

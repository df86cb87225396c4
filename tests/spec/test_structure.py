"""The meta-schemas describe the language for people, editors and the reader, all in one place."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from callsheet.runtime import words
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec import model, structure
from callsheet.spec.read.types import JSON_TYPES

KINDS = ("provider", "model")
SPECS = Path(__file__).parents[1] / "base_specs" / "reel"
ODD: list[Any] = [None, True, 0, 1.0, -1, 2**64, 1e300, "", "x", "x\n", "\ud800", "clip", [], ["x", "x"], {}, {"x": 1}]


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema."""
    yield path, schema
    for keyword in ("properties", "$defs"):
        for name, part in schema.get(keyword, {}).items():
            yield from parts(part, f"{path}/{name}")
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(keyword), dict):
            yield from parts(schema[keyword], f"{path}/{keyword}")
    for n, part in enumerate(schema.get("anyOf", ())):
        yield from parts(part, f"{path}/{n}")


@st.composite
def changed(draw: st.DrawFn) -> tuple[structure.Kind, Any]:
    """A spec file of which one value has become another, or is gone."""
    kind: structure.Kind = draw(st.sampled_from(KINDS))
    path = SPECS / ("provider.yaml" if kind == "provider" else "clip.yaml")
    node, _ = read_yaml(path.name, path.read_bytes())
    assert node is not None
    whole = plain(node)
    holder: Any = whole
    while True:
        key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or draw(st.booleans()):
            break
        holder = holder[key]
    if draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = draw(st.sampled_from(ODD))
    return kind, whole


@settings(max_examples=300)
@given(changed())
def test_both_judges_agree(case: tuple[structure.Kind, Any]) -> None:
    """The quick one lets nothing pass that the one with the words would complain of, and hardly ever asks in vain."""
    kind, value = case

    assert structure._fits(value, kind) == (structure._validator(kind).is_valid(value) and "\ud800" not in str(value))


@pytest.mark.parametrize("kind", KINDS)
def test_meta_schema_is_valid(kind: structure.Kind) -> None:
    """Both are sound JSON Schemas of the draft that they name."""
    Draft202012Validator.check_schema(structure.meta_schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind: structure.Kind) -> None:
    """An editor has something to say on every key."""
    schema = structure.meta_schema(kind)
    bare: list[str] = []
    for path, part in parts(schema):
        for name, key in part.get("properties", {}).items():
            target = schema["$defs"][key["$ref"].removeprefix("#/$defs/")] if "$ref" in key else {}
            if not key.get("description", target.get("description")):
                bare.append(f"{path}/{name}")

    assert bare == []


@pytest.mark.parametrize("kind", KINDS)
def test_mappings_are_closed(kind: structure.Kind) -> None:
    """Every mapping says what its other keys are, so that a typing error cannot pass. Payloads are open."""
    open_ones = [
        path
        for path, part in parts(structure.meta_schema(kind))
        if part.get("type") == "object" and "additionalProperties" not in part
    ]

    assert {"provider": [], "model": ["/samples/additionalProperties/input"]}[kind] == open_ones


def test_shared_parts_are_alike() -> None:
    """What stands in both meta-schemas is the same in both."""
    one, other = (structure.meta_schema(kind)["$defs"] for kind in KINDS)

    assert {name: one[name] for name in one.keys() & other.keys()} == {
        name: other[name] for name in one.keys() & other.keys()
    }
    assert {"about", "certainty", "source", "sourceId", "sources", "decisions", "json"} <= one.keys() & other.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_keyword_has_words(kind: structure.Kind) -> None:
    """A keyword that the meta-schemas use can be put into words."""
    silent = {"$schema", "$defs", "$ref", "title", "description", "default", "properties", "items", "propertyNames"}
    used = {keyword for _, part in parts(structure.meta_schema(kind)) for keyword in part}

    assert set() == used - silent - structure._WORDS.keys()


def test_words_are_those_of_the_tables() -> None:
    """The words that the meta-schemas allow are those that the rest of the tool knows."""
    provider, model_schema = (structure.meta_schema(kind)["$defs"] for kind in KINDS)
    error, state = provider["error"]["properties"], provider["state"]["properties"]

    assert list(get_args(words.ErrorMeans)) == error["means"]["enum"]
    assert list(get_args(words.Accepted)) == error["accepted"]["enum"]
    assert list(get_args(words.Billed)) == error["billed"]["enum"]
    assert list(get_args(words.Retry)) == error["retry"]["enum"]
    assert list(get_args(words.Mend)) == error["mend"]["enum"]
    assert list(get_args(words.Phase)) == error["on"]["items"]["enum"]
    assert list(get_args(words.StateMeans)) == state["means"]["enum"]
    assert list(get_args(model.Certainty)) == provider["certainty"]["enum"]
    assert sorted(JSON_TYPES) == sorted(model_schema["field"]["properties"]["type"]["anyOf"][0]["enum"])


def test_every_facet_can_be_written() -> None:
    """Whatever a `Type` holds has a key in the language."""
    keys = structure.meta_schema("model")["$defs"]["type"]["properties"].keys()
    ours = {field.name for field in dataclasses.fields(model.Type)} - {"node", "json", "named"} | {"type"}

    assert set() == ours - keys

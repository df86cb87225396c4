"""A type becomes JSON Schema in one place, the same way each time."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from callsheet.findings import Span
from callsheet.source.nodes import Mapping
from callsheet.spec.model import Field, JsonType, NamedType, Type
from callsheet.spec.typeschema import schema_of

NODE = Mapping((), Span("x.yaml"))


def of(json: JsonType | None = None, **rest: Any) -> Type:
    """A type."""
    return Type(node=NODE, json=json, **rest)


def field(name: str, type_: Type, **rest: Any) -> Field:
    """A field."""
    return Field(name=name, type=type_, node=NODE, **rest)


def named(name: str, type_: Type) -> dict[str, NamedType]:
    """A file's types, of which there is one."""
    return {name: NamedType(name, type_, f"A {name}.", NODE)}


FILE = named(
    "File", of("object", fields=(field("url", of("string", format="uri"), required=True, about="Its address."),))
)


@pytest.mark.parametrize(
    ("type_", "schema"),
    [
        (of("string"), {"type": "string"}),
        (of("integer", minimum=1, maximum=5), {"type": "integer", "minimum": 1, "maximum": 5}),
        (
            of("number", exclusive_minimum=0, multiple_of=0.5),
            {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
        ),
        (of("string", enum=("a", "b"), nullable=True), {"type": ["string", "null"], "enum": ["a", "b", None]}),
        (of("array", items=of("boolean"), min_items=1), {"type": "array", "minItems": 1, "items": {"type": "boolean"}}),
        (of(any_of=(of("string"), of("integer"))), {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ],
)
def test_types(type_: Type, schema: object) -> None:
    """Each kind of type has one form."""
    assert schema == schema_of(type_, {}, closed=True)


def test_objects_are_closed_for_input_and_open_for_output() -> None:
    """An unknown field of an input is refused, one of an output is kept; so it is in named types, too."""
    whole = of("object", fields=(field("file", of(named="File"), required=True),))
    value = {"file": {"url": "https://reel.test/a", "size": 1}}

    assert not Draft202012Validator(schema_of(whole, FILE, closed=True)).is_valid(value)
    assert Draft202012Validator(schema_of(whole, FILE, closed=False)).is_valid(value)


def test_only_needed_definitions_are_there() -> None:
    """A schema is self-contained, and holds no definition that it does not use."""
    types = FILE | named("Other", of("string"))

    definitions = schema_of(of(named="File"), types, closed=True)["$defs"]

    assert isinstance(definitions, dict)
    assert list(definitions) == ["File"]
    assert "$defs" not in schema_of(of("string"), types, closed=True)


def test_nullable_reference() -> None:
    """A named type that may be null is one of two types."""
    schema = schema_of(of(named="File", nullable=True), FILE, closed=True)

    assert Draft202012Validator(schema).is_valid(None)
    assert not Draft202012Validator(schema).is_valid({})


@pytest.mark.parametrize("good", ["https://reel.test/a b", "data:video/mp4;base64,AAAA", "gs://bucket/x", "s3:x"])
def test_addresses(good: str) -> None:
    """Whatever has a scheme is an address; it is not made to look like one of ours."""
    assert Draft202012Validator(schema_of(of("string", format="uri"), {}, closed=True)).is_valid(good)


@pytest.mark.parametrize("bad", ["C:\\clip.mp4", "/clip.mp4", "clip.mp4", "", "https:", "https: //x"])
def test_paths_are_no_addresses(bad: str) -> None:
    """A path on somebody's disk is no address."""
    assert not Draft202012Validator(schema_of(of("string", format="uri"), {}, closed=True)).is_valid(bad)


def test_what_is_known_of_a_field_is_in_its_schema() -> None:
    """Meaning, default and deprecation travel with the schema; requiredness is the object's."""
    whole = of(
        "object", fields=(field("a", of("integer"), about="One.", has_default=True, default=None, deprecated=True),)
    )

    assert schema_of(whole, {}, closed=True) == {
        "type": "object",
        "properties": {"a": {"type": "integer", "description": "One.", "default": None, "deprecated": True}},
        "additionalProperties": False,
    }

"""A class that says something else than its schema never gets out."""

from __future__ import annotations

import ast
from typing import cast

import pytest

from callsheet.emit.codegen import bare
from callsheet.emit.filters import EmitError
from callsheet.emit.proof import prove
from callsheet.plan.model import Schema

NAMED: dict[str, Schema] = {
    "File": {"type": "object", "properties": {"url": {"type": "string"}}},
    "Mode": {"type": "string", "enum": ["a", "b"]},
}

RIGHT = [
    ({"type": "string"}, "str | None = None"),
    ({"type": "string", "enum": ["a", "40"], "default": "40"}, "Literal['a', '40'] = '40'"),
    ({"type": ["string", "null"], "enum": ["a", None]}, "Literal['a'] | None = None"),
    ({"type": "integer", "enum": [1, 2]}, "Literal_aliased[1, 2] | None = None"),
    ({"type": "number", "minimum": 1, "maximum": 10, "default": 5}, "Annotated[float, Field(ge=1.0, le=10.0)] = 5"),
    (
        {"type": "array", "items": {"type": "number", "maximum": 3}},
        "list[Annotated[float, Field(le=3.0)]] | None = None",
    ),
    ({"type": "string", "pattern": "^a", "minLength": 1}, "Annotated[str, Field(pattern='^a', min_length=1)]"),
    ({"$ref": "#/$defs/File"}, "File | None = None"),
    ({"$ref": "#/$defs/Mode"}, "Literal['a', 'b'] | None = None"),
    ({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/File"}, {"type": "null"}]}, "str | File | None = None"),
    ({"type": "boolean"}, "Annotated[bool | None, Field(alias='field')] = None"),
    ({"type": "object"}, "dict[str, Any] | None = None"),
]

WRONG = [
    ({"type": "string"}, "int | None = None", "lacks type 'str'"),
    ({"type": "string", "enum": ["a", "40"]}, "Literal['a', 40] | None = None", "lacks value"),
    ({"type": "string", "enum": ["a", "b"]}, "Literal['a'] | None = None", "lacks value"),
    ({"type": "string", "enum": ["a"]}, "Literal['a', 'b'] | None = None", "says value"),
    ({"type": "boolean", "enum": [True]}, "Literal[1] | None = None", "lacks value"),
    ({"type": "number", "enum": [0.5, 1]}, "Literal[1] | float | None = None", "lacks value"),
    ({"type": "number", "minimum": 1}, "float | None = None", "lacks ge 1"),
    ({"type": "number", "minimum": 1}, "Annotated[float, Field(gt=1)] | None = None", "lacks ge 1"),
    ({"type": "number"}, "Annotated[float, Field(gt=1)] | None = None", "says gt 1"),
    ({"type": "number", "default": 5}, "float = 5.0", "default 5.0 instead of 5"),
    ({"type": "string", "default": "40"}, "str = 40", "default 40 instead of '40'"),
    ({"type": "string", "default": "a"}, "str | None = None", "default None instead of 'a'"),
    ({"type": "string"}, "str = 'a'", "default 'a' instead of None"),
    ({"$ref": "#/$defs/File"}, "Other | None = None", "lacks type 'File'"),
    ({"type": "array", "items": {"type": "string"}}, "list[int] | None = None", "lacks type 'str'"),
]


def class_of(text: str) -> ast.ClassDef:
    """A class with one field."""
    return cast("ast.ClassDef", ast.parse(f"class C(Request):\n    field: {text}").body[0])


@pytest.mark.parametrize(("schema", "text"), RIGHT)
def test_a_faithful_class_passes(schema: Schema, text: str) -> None:
    """Each fact of the schema is found, in whatever form the class says it."""
    node = class_of(text)

    assert list(prove("x", {"properties": {"field": schema}}, node, NAMED)) == ["field"]


@pytest.mark.parametrize(("schema", "text", "words"), WRONG)
def test_a_changed_fact_is_noticed(schema: Schema, text: str, words: str) -> None:
    """A lost, changed or invented fact is an error that names endpoint, field and fact."""
    with pytest.raises(EmitError, match=f"reel/clip: C.field.*{words}"):
        prove("reel/clip: C", {"properties": {"field": schema}}, class_of(text), NAMED)


def test_a_missing_field_is_noticed() -> None:
    """So is one too many."""
    with pytest.raises(EmitError, match=r"\['field'\] instead of \['other'\]"):
        prove("x", {"properties": {"other": {"type": "string"}}}, class_of("str"), NAMED)


def test_an_unknown_keyword_is_not_passed_on() -> None:
    """datamodel-code-generator drops `if` without a word; so it never gets to see one."""
    with pytest.raises(EmitError, match="carry over if, then"):
        bare({"type": "object", "properties": {"a": {"if": {}, "then": {}}}})


def test_words_are_left_out_and_fields_of_that_name_are_not() -> None:
    """A field may be called `description`, `format` or `title`."""
    properties: Schema = {
        "description": {"type": "string", "description": "x"},
        "format": {"type": "string", "format": "uri"},
    }

    assert bare({"description": "x", "properties": properties}) == {
        "properties": {"description": {"type": "string"}, "format": {"type": "string"}}
    }

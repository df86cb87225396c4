"""Each distinct field is asked for once, and no class can tell."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.emit import fields, judges
from callsheet.emit.codegen import bare, classes_for
from callsheet.emit.filters import EmitError
from callsheet.emit.judges import ClassText
from callsheet.emit.proof import fields_of
from callsheet.emit.spoken import spoken
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan, Schema
from callsheet.runtime.formats import URI_PATTERN
from callsheet.spec.load import load

SPECS = Path(__file__).parents[1] / "base_specs" / "reel"
MODEL = build(load({f"reel/{path.name}": path.read_bytes() for path in SPECS.iterdir()}).specs).plan.endpoints()[0]

NAMES = ["prompt", "a", "copy", "copy_", "copy_1", "class", "str", "Any", "a-b", "a_b", "a b", "3d", "_x", "é", "File"]
"""Plain ones, some that Python or pydantic keeps for itself, some that become one, one that is called like a class."""

SCHEMAS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "string", "pattern": "^a", "minLength": 2, "description": "Words that are left out."},
    {"type": "integer", "minimum": 1, "maximum": 9, "default": 5},
    {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5, "default": 1.5},
    {"type": "boolean", "default": True},
    {"type": "integer", "enum": [0, 1, 2], "default": 0},
    {"type": "string", "pattern": URI_PATTERN},
    {"type": "string", "enum": ["16:9", "Asked0_"], "default": "16:9"},
    {"type": ["string", "null"], "enum": ["a", None], "x-nullable": True},
    {"$ref": "#/$defs/File"},
    {"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "null"}], "x-nullable": True},
    {"anyOf": [{"type": "integer", "minimum": 2}, {"$ref": "#/$defs/Size"}, {"$ref": "#/$defs/File"}]},
    {"type": "array", "items": {"$ref": "#/$defs/File"}, "minItems": 1},
    {"type": "array", "items": {"type": "array", "items": {"type": "number", "maximum": 3}}},
    {"type": "object"},
]


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Schema]:
    """The classes of an endpoint, of which two are referred to by name."""
    made: dict[str, Schema] = {}
    for name in ("File", "Input", "Size"):
        properties = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(SCHEMAS), max_size=6))
        required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
        made[name] = cast("Schema", {"type": "object", "required": required, "properties": properties})
    return made


def with_classes(classes: dict[str, Schema]) -> ModelPlan:
    """An endpoint with other classes."""
    return replace(MODEL, definitions=classes, request_classes=frozenset({"Input"}))


def code(made: ClassText) -> list[str]:
    """The fields of a class."""
    return [field.code for field in made.fields]


@settings(max_examples=25, deadline=None)
@given(st.lists(definitions(), min_size=1, max_size=3))
def test_a_field_is_what_it_is_within_its_class(asked: list[dict[str, Schema]]) -> None:
    """Field by field or class by class, alone or among others: what comes out is the same."""
    made = judges.judges([with_classes(classes) for classes in asked])

    for classes, found in zip(asked, made, strict=True):
        whole = classes_for({name: bare(schema) for name, schema in classes.items()})
        assert {one.name: code(one) for one in found.classes} == {
            name: [
                ast.unparse(spoken(fields_of(whole.classes[name])[wire], exact=name == "Input"))
                for wire in cast("Any", schema)["properties"]
            ]
            for name, schema in classes.items()
        }


def test_what_repeats_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields that differ in their words, or in what the class is called that they refer to, are one question."""
    asked: list[int] = []
    whole = fields.classes_for

    def watched(classes, *run):
        asked.append(sum(len(cast("Any", schema)["properties"]) for schema in classes.values()))
        return whole(classes, *run)

    monkeypatch.setattr(fields, "classes_for", watched)
    one = {"url": {"type": "string", "description": "One."}, "size": {"$ref": "#/$defs/Size"}}
    other = {"url": {"type": "string", "description": "Other."}, "size": {"$ref": "#/$defs/Other"}}
    part: Schema = {"type": "object", "properties": {"width": {"type": "integer"}}}
    made = judges.judges(
        [
            with_classes({"Size": part, "Input": {"type": "object", "properties": cast("Any", one)}}),
            with_classes({"Other": part, "Input": {"type": "object", "properties": cast("Any", other)}}),
        ]
    )

    assert [4] == asked  # url, size, width, and the one field of the class that stands for Size and Other
    assert ["url: str | None = None", "size: Size | None = None"] == code(made[0].classes[1])
    assert ["url: str | None = None", "size: Other | None = None"] == code(made[1].classes[1])


def test_a_wrong_answer_names_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What datamodel-code-generator loses is noticed though it was asked for many endpoints at once."""
    schema: Schema = {"type": "object", "properties": {"steps": {"type": "integer", "minimum": 1}}}
    whole = fields.classes_for

    def losing(classes, *run):
        text = {name: cast("Any", {**schema, "properties": {"steps": {"type": "integer"}}}) for name in classes}
        return whole(text, *run)

    monkeypatch.setattr(fields, "classes_for", losing)

    with pytest.raises(EmitError, match=r"reel/clip: Input.steps lacks ge 1"):
        judges.judges([with_classes({"Input": schema})])

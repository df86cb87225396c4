"""The pydantic models of each endpoint, as they are printed.

Their fields come from datamodel-code-generator, through `fields`: what comes back is taken apart, checked against the
schema fact by fact, and nothing that was not asked for is let through.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import cast

from callsheet.emit import dcg
from callsheet.emit.codegen import bare, classes_for
from callsheet.emit.fields import Answer, Question, answers, question
from callsheet.emit.proof import prove
from callsheet.emit.spoken import spoken
from callsheet.plan.model import Code, ModelPlan, Schema


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field of a class, as it is printed."""

    code: Code
    doc: str


@dataclass(frozen=True, slots=True)
class ClassText:
    """One class, as it is printed."""

    name: Code
    base: Code
    doc: str
    fields: tuple[FieldText, ...]
    names_later: bool
    """Whether a field's type is a class further down, which pydantic looks up on request."""


@dataclass(frozen=True, slots=True)
class Judges:
    """The classes of one endpoint, and all imports that they may need."""

    imports: Code
    classes: tuple[ClassText, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a class, as it was made."""

    python: str
    code: Code
    names: Collection[str]
    """What its annotation refers to, the classes among it."""


_Asked = dict[str, list[tuple[Question, tuple[str, ...]]]]
"""By class: what is asked for each field, and the classes that it refers to."""

_Classes = dict[str, dict[str, _Field]]
"""By class and wire name: what was made."""


def judges(models: Sequence[ModelPlan], run: dcg.Run = dcg.run) -> list[Judges]:
    """The classes of endpoints, in their order. Those of one do not depend on what others there are."""
    asked = [_asked(model) for model in models]
    found = answers(
        {
            one: f"{model.provider}/{model.id}: {name}.{one.wire}"
            for model, classes in zip(models, asked, strict=True)
            for name, fields in classes.items()
            for one, _ in fields
        },
        run,
    )
    return [
        _judges(model, found.imports, _answered(classes, found.fields), run)
        for model, classes in zip(models, asked, strict=True)
    ]


def _asked(model: ModelPlan) -> _Asked:
    made: _Asked = {}
    for name, schema in model.definitions.items():
        bare({key: value for key, value in schema.items() if key != "properties"})  # says if a keyword would get lost
        required = cast("list[str]", schema.get("required", []))
        judged = name in model.request_classes
        made[name] = [
            question(wire, part, required=wire in required, judged=judged) for wire, part in _properties(schema).items()
        ]
    return made


def _answered(asked: _Asked, found: Mapping[Question, Answer]) -> _Classes:
    return {
        name: {one.wire: _Field(found[one].python, found[one].code(classes), classes) for one, classes in fields}
        for name, fields in asked.items()
    }


def _judges(model: ModelPlan, imports: Code, classes: _Classes, run: dcg.Run) -> Judges:
    if not _parts(classes):
        imports, classes = _as_a_whole(model, run)
    return Judges(imports, tuple(_class_text(model, name, fields) for name, fields in classes.items()))


def _parts(classes: _Classes) -> bool:
    """Whether each field is what it is by itself: none has the name of a class, no two become one in Python."""
    return all(
        classes.keys().isdisjoint(fields) and len({field.python for field in fields.values()}) == len(fields)
        for fields in classes.values()
    )


def _as_a_whole(model: ModelPlan, run: dcg.Run) -> tuple[Code, _Classes]:
    """The classes asked for as they are: then datamodel-code-generator finds names that keep their fields apart."""
    made = classes_for({name: bare(schema) for name, schema in model.definitions.items()}, run)
    classes: _Classes = {}
    for name, schema in model.definitions.items():
        proven = prove(f"{model.provider}/{model.id}: {name}", schema, made.classes[name], model.definitions)
        fields = {wire: spoken(field, exact=name in model.request_classes) for wire, field in proven.items()}
        classes[name] = {
            wire: _Field(ast.unparse(field.target), Code(ast.unparse(field)), _names(field))
            for wire, field in fields.items()
        }
    return made.imports, classes


def _class_text(model: ModelPlan, name: str, fields: Mapping[str, _Field]) -> ClassText:
    schema = model.definitions[name]
    judged = name in model.request_classes
    later = frozenset(_from(name, model.definitions))
    return ClassText(
        name=Code(name),
        base=Code("Request" if judged else "Answer"),
        doc=str(schema.get("description", "")),
        fields=tuple(
            # What a caller reads about the input stands at the TypedDict; said twice it would only be longer.
            FieldText(field.code, "" if judged else str(_properties(schema)[wire].get("description", "")))
            for wire, field in fields.items()
        ),
        names_later=any(not later.isdisjoint(field.names) for field in fields.values()),
    )


def _properties(schema: Schema) -> dict[str, Schema]:
    return cast("dict[str, Schema]", schema["properties"])


def _names(field: ast.AnnAssign) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(field.annotation) if isinstance(node, ast.Name))


def _from(name: str, names: Iterable[str]) -> Iterator[str]:
    """The names from one on: with the class itself, whose fields pydantic completes in the same late way."""
    return dropwhile(lambda other: other != name, names)

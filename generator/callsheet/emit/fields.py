"""The fields of all classes, each distinct one asked for once.

The thousand endpoints of a large catalogue have twenty thousand fields, and nine in ten say what another one says.
What datamodel-code-generator makes of a field follows from its name, its schema and whether it is required; where the
class around it has a say, `judges` asks for whole classes instead.

Each answer is proven against its schema. A copy of it differs in the names of the classes that it refers to, and in
nothing else.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from callsheet.emit import dcg
from callsheet.emit.codegen import bare, classes_for
from callsheet.emit.filters import EmitError
from callsheet.emit.proof import fields_of, prove_field
from callsheet.emit.spoken import spoken
from callsheet.plan.model import Code, Schema
from callsheet.source.nodes import Plain

_MOST_IN_A_CLASS: Final = 50

_SAYS_ITSELF: Final = re.compile(r"[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?")
"""Wire names of which no two become one in Python: each becomes itself, or itself with an underscore after it."""

_REF: Final = "#/$defs/"


@dataclass(frozen=True, slots=True)
class Question:
    """A field, as it is asked for. In its schema, classes are numbered: what they are called is left open."""

    wire: str
    required: bool
    judged: bool
    """Whether it is part of the input, and not of an answer."""
    schema: str
    """JSON, without words."""
    classes: int
    """How many classes it refers to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A field, as it was made. Between each two parts of its text belongs the name of a class."""

    python: str
    parts: tuple[str, ...]
    order: tuple[int, ...]
    """The numbers of the classes that stand between the parts."""

    def code(self, classes: tuple[str, ...]) -> Code:
        """The text, with names for the classes that the question left open."""
        names = [*(classes[number] for number in self.order), ""]
        return Code("".join(f"{part}{name}" for part, name in zip(self.parts, names, strict=True)))


@dataclass(frozen=True, slots=True)
class Answers:
    """All distinct fields, and the imports that one or the other needs."""

    imports: Code
    fields: Mapping[Question, Answer]


def question(wire: str, schema: Schema, *, required: bool, judged: bool) -> tuple[Question, tuple[str, ...]]:
    """What to ask for a field, and the names of the classes that it refers to, by their numbers."""
    numbers: dict[str, int] = {}
    text = json.dumps(bare(schema, lambda ref: numbers.setdefault(ref.removeprefix(_REF), len(numbers))))
    return Question(wire, required, judged, text, len(numbers)), tuple(numbers)


def answers(asked: Mapping[Question, str], run: dcg.Run = dcg.run) -> Answers:
    """Every question answered, in one run. With each comes a place, to name one where the answer turns out wrong."""
    mark = _mark(asked)
    groups = {f"{mark}Class{n}": group for n, group in enumerate(_groups(asked))}
    most = max((one.classes for one in asked), default=0)
    named: dict[str, Schema] = {
        f"{mark}{n}_": {"type": "object", "properties": {"x": {"type": "string"}}} for n in range(most)
    }
    made = classes_for({name: _class(group, mark) for name, group in groups.items()} | named, run)
    return Answers(
        made.imports,
        {
            group[wire]: _answer(group[wire], field, asked[group[wire]], mark, named)
            for name, group in groups.items()
            for wire, field in _answered(made.classes[name], group).items()
        },
    )


def _mark(asked: Iterable[Question]) -> str:
    """The beginning of a name that occurs in no question, so that what it stands in is known to be ours."""
    said = " ".join(f"{one.wire} {one.schema}" for one in asked)
    mark = "Asked"
    while mark in said:
        mark += "Asked"
    return mark


def _groups(asked: Iterable[Question]) -> list[dict[str, Question]]:
    """Questions by wire name, put together so that none has a say in what another one becomes."""
    shared: list[dict[str, Question]] = []
    alone: list[dict[str, Question]] = []
    first: dict[str, int] = {}
    """By wire name: the first group that has none of this name, as far as is known."""
    for one in asked:
        if not _SAYS_ITSELF.fullmatch(one.wire):
            alone.append({one.wire: one})
            continue
        number = first.get(one.wire, 0)
        while number < len(shared) and len(shared[number]) >= _MOST_IN_A_CLASS:
            number += 1
        if number == len(shared):
            shared.append({})
        shared[number][one.wire] = one
        first[one.wire] = number + 1
    return shared + alone


def _class(group: Mapping[str, Question], mark: str) -> Schema:
    return {
        "type": "object",
        "properties": {one.wire: _named(json.loads(one.schema), mark) for one in group.values()},
        "required": [one.wire for one in group.values() if one.required],
    }


def _named(schema: Plain, mark: str) -> Plain:
    """A question's schema with class names in the place of the numbers."""
    match schema:
        case dict() if "$ref" in schema:
            return {**schema, "$ref": f"{_REF}{mark}{schema['$ref']}_"}
        case dict():
            return {key: _named(value, mark) for key, value in schema.items()}
        case list():
            return [_named(item, mark) for item in schema]
        case _:
            return schema


def _answered(node: ast.ClassDef, group: Mapping[str, Question]) -> dict[str, ast.AnnAssign]:
    fields = fields_of(node)
    if fields.keys() != group.keys():
        raise EmitError(f"datamodel-code-generator made the fields {sorted(fields)} instead of {sorted(group)}")
    return fields


def _answer(one: Question, field: ast.AnnAssign, place: str, mark: str, named: Mapping[str, Schema]) -> Answer:
    schema = cast("Schema", _named(json.loads(one.schema), mark))
    prove_field(place, schema, field, named, required=one.required)
    field = spoken(field, exact=one.judged)
    python, annotation = ast.unparse(field.target), ast.unparse(field.annotation)
    value = f" = {ast.unparse(field.value)}" if field.value else ""
    parts = re.split(rf"{mark}(\d+)_", annotation)
    parts[0] = f"{python}: {parts[0]}"
    parts[-1] += value
    return Answer(python, tuple(parts[::2]), tuple(map(int, parts[1::2])))

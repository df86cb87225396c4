"""The pydantic models, made by datamodel-code-generator: one call for many endpoints, then a module for each.

It is given a bare schema: types, bounds, allowed values, defaults. Text is left out and comes back through the
docstring filter; formats are left out because the schema's pattern says all of a format that is judged. What comes back
is taken apart again, checked against the schema fact by fact, and nothing that was not asked for is let through.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Final, cast

from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.parser import LiteralType

from callsheet.emit.filters import EmitError
from callsheet.emit.proof import prove
from callsheet.plan.model import Code, ModelPlan, Schema
from callsheet.plan.names import HIDES_A_TYPE, param_name
from callsheet.runtime.formats import URI_PATTERN

KEPT: Final = frozenset(
    {
        "$ref", "anyOf", "default", "enum", "exclusiveMaximum", "exclusiveMinimum", "items", "maxItems", "maxLength",
        "maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern", "properties", "required", "type",
        "x-nullable",
    }
)  # fmt: skip
"""What datamodel-code-generator is known to carry over. Anything else but `DROPPED` it might drop without a word."""

DROPPED: Final = frozenset({"$schema", "description", "examples", "format", "title"})

_MOST_AT_ONCE: Final = 50
"""Endpoints in one call. A first call costs half a second, so few are dear; from here on more gain nothing."""

_BASES: Final = "callsheet_runtime"  # a module name that is replaced by the relative one


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
    """The classes of one endpoint, and the imports that any class of the provider needs."""

    imports: Code
    classes: tuple[ClassText, ...]


def groups(models: Sequence[ModelPlan]) -> list[list[ModelPlan]]:
    """The models in order, parted so that within a group no two ask for a class of the same name.

    Each has a module of its own, so names need not differ; but one call makes one module. Endpoint `wan` with a type
    `ProFile` and endpoint `wan-pro` with a type `File` both ask for `WanProFile`.
    """
    made: list[list[ModelPlan]] = []
    taken: set[str] = set()
    for model in models:
        if not made or len(made[-1]) == _MOST_AT_ONCE or not taken.isdisjoint(model.definitions):
            made.append([])
            taken.clear()
        made[-1].append(model)
        taken.update(model.definitions)
    return made


def judges(provider: str, models: Sequence[ModelPlan]) -> dict[str, Judges]:
    """Endpoint id → its classes, for a group of endpoints of one provider."""
    asked = {name: schema for model in models for name, schema in model.definitions.items()}
    requests = frozenset(name for model in models for name in model.request_classes)
    if len(asked) != sum(len(model.definitions) for model in models):
        raise EmitError(f"two endpoints of {provider} ask for a class of the same name")
    tree = ast.parse(_generated(asked, requests)) if asked else ast.Module([], [])
    imports = "\n".join([*(ast.unparse(node) for node in tree.body if _is_import(node)), *_annotated(tree)])
    made = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    wrappers = {name: node for name, node in made.items() if name not in asked and _is_wrapper(node)}
    if unasked := sorted(set(made) - set(asked) - set(wrappers)):
        raise EmitError(f"datamodel-code-generator made classes for {provider} that nobody asked for: {unasked}")
    unwrap = _Unwrap(wrappers)
    return {
        model.id: Judges(
            Code(imports),
            tuple(
                _class_text(model, name, made.get(name), unwrap)
                for name, schema in model.definitions.items()
                if "properties" in schema  # a named type that is no object has gone into the fields that use it
            ),
        )
        for model in models
    }


def _generated(asked: Mapping[str, Schema], requests: frozenset[str]) -> str:
    """One run, every setting that matters said here: what is left out, it looks for in the current directory."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {n: bare(s) for n, s in asked.items()},
    }
    text = generate(
        json.dumps(document),
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        base_class=f"{_BASES}.Answer",
        aliases={name: str(param_name(name)) for name in sorted(HIDES_A_TYPE)},
        base_class_map=dict.fromkeys(sorted(requests), f"{_BASES}.Request"),
        class_name="UnusedRoot",
        # The plan's names are final. What is made up beside them must not look like a field: that would be renamed.
        custom_class_name_generator=lambda name: name if name in asked else f"Unasked_{name}",
        collapse_root_models=True,
        disable_timestamp=True,
        enable_version_header=False,
        enum_field_as_literal=LiteralType.All,
        field_constraints=True,
        field_extra_keys={"x-nullable"},
        formatters=[],
        keep_model_order=True,
        strict_nullable=True,
        use_annotated=True,
        use_standard_collections=True,
        use_union_operator=True,
    )
    if not isinstance(text, str):
        raise EmitError("datamodel-code-generator gave no single module")
    return text


def bare(schema: Schema) -> Schema:
    """A schema without its words; EmitError for a keyword that would get lost."""
    if unknown := sorted(set(schema) - KEPT - DROPPED):
        raise EmitError(f"datamodel-code-generator is not known to carry over {', '.join(unknown)}")
    made: Schema = {}
    for key, value in schema.items():
        match key, value:
            case "properties", dict():
                made[key] = {name: bare(cast("Schema", part)) for name, part in value.items()}
            case "anyOf", list():
                made[key] = [bare(cast("Schema", part)) for part in value]
            case "items", dict():
                made[key] = bare(value)
            case _ if key in KEPT:
                made[key] = value
            case _:
                pass
    return made


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) or (
        isinstance(node, ast.ImportFrom) and node.module not in {"__future__", _BASES}
    )


def _annotated(tree: ast.Module) -> Iterator[str]:
    """The import that `_Spoken` needs, where there is none; two of one name would be refused."""
    if not any(
        alias.name == "Annotated" for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ):
        yield "from typing import Annotated"


def _is_wrapper(node: ast.ClassDef) -> bool:
    """A class around a plain value: made for a bound within a union, and for the document as a whole."""
    return len(node.bases) == 1 and ast.unparse(node.bases[0]).startswith("RootModel[")


class _Unwrap(ast.NodeTransformer):
    """Puts the value's own type in the place of a wrapper: a wrapper would judge laxly, and show in the output."""

    def __init__(self, wrappers: Mapping[str, ast.ClassDef]) -> None:
        self._types = {
            name: statement.annotation
            for name, node in wrappers.items()
            for statement in node.body
            if isinstance(statement, ast.AnnAssign)
        }

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self._types.get(node.id)
        return self.visit(found) if found is not None else node


def _class_text(model: ModelPlan, name: str, node: ast.ClassDef | None, unwrap: _Unwrap) -> ClassText:
    if node is None:
        raise EmitError(f"datamodel-code-generator made no class {name} for {model.provider}/{model.id}")
    schema = model.definitions[name]
    node = cast("ast.ClassDef", unwrap.visit(node))
    properties = cast("dict[str, Schema]", schema["properties"])
    fields = prove(f"{model.provider}/{model.id}: {name}", schema, node, model.definitions)
    judged = name in model.request_classes
    spoken = _Spoken(exact=judged)
    fields = {wire: cast("ast.AnnAssign", spoken.visit(field)) for wire, field in fields.items()}
    return ClassText(
        name=Code(name),
        base=Code("Request" if judged else "Answer"),
        doc=str(schema.get("description", "")),
        fields=tuple(
            # What a caller reads about the input stands at the TypedDict; said twice it would only be longer.
            FieldText(Code(ast.unparse(field)), "" if judged else str(properties[wire].get("description", "")))
            for wire, field in fields.items()
        ),
        names_later=not set(_from(name, model.definitions)).isdisjoint(_names(fields.values())),
    )


class _Spoken(ast.NodeTransformer):
    """What the runtime has a name for: the pattern of addresses, and a comparison in which True is not 1."""

    def __init__(self, *, exact: bool) -> None:
        self._exact = exact

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Name("URI_PATTERN") if node.value == URI_PATTERN else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if not (isinstance(node.value, ast.Name) and node.value.id.startswith("Literal")):
            return self.generic_visit(node)
        values = [part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant)]
        if not self._exact or not any(isinstance(value, bool | int) and value in {0, 1} for value in values):
            return node
        return ast.Subscript(ast.Name("Annotated"), ast.Tuple([node, ast.Name("EXACT")]))


def _names(fields: Iterable[ast.AnnAssign]) -> Iterator[str]:
    return (node.id for field in fields for node in ast.walk(field.annotation) if isinstance(node, ast.Name))


def _from(name: str, names: Iterable[str]) -> Iterator[str]:
    """The names from one on: with the class itself, whose fields pydantic completes in the same late way."""
    return dropwhile(lambda other: other != name, names)

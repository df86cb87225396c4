"""datamodel-code-generator, driven: a bare schema in, its classes out as syntax trees.

It is given types, bounds, allowed values and defaults. Text is left out and comes back through the docstring filter;
formats are left out because the schema's pattern says all of a format that is judged.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from callsheet.emit import dcg
from callsheet.emit.filters import EmitError
from callsheet.plan.model import Code, Schema
from callsheet.plan.names import HIDES_A_TYPE, param_name
from callsheet.source.nodes import Plain

KEPT: Final = frozenset(
    {
        "$ref", "anyOf", "default", "enum", "exclusiveMaximum", "exclusiveMinimum", "items", "maxItems", "maxLength",
        "maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern", "properties", "required", "type",
        "x-nullable",
    }
)  # fmt: skip
"""What datamodel-code-generator is known to carry over. Anything else but `DROPPED` it might drop without a word."""

DROPPED: Final = frozenset({"$schema", "description", "examples", "format", "title"})

_KNOWN: Final = KEPT | DROPPED
_AS_IT_IS: Final = KEPT - {"$ref", "anyOf", "items", "properties"}

_ALIASES: Final = {name: str(param_name(name)) for name in sorted(HIDES_A_TYPE)}


@dataclass(frozen=True, slots=True)
class Generated:
    """One run: the classes that were asked for, and the imports that they need."""

    imports: Code
    classes: Mapping[str, ast.ClassDef]


def classes_for(asked: Mapping[str, Schema], run: dcg.Run = dcg.run) -> Generated:
    """One run for all of `asked`: object schemas without words, by class name, whose `$ref`s read `#/$defs/<name>`.

    A first run costs half a second, and a class far less, so few runs for many classes are what is quick.
    EmitError where a class is missing, or where one was made that nobody asked for.
    """
    if not asked:
        return Generated(Code(""), {})
    tree = ast.parse(run(_document(asked), tuple(asked), _ALIASES))
    made = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    wrappers = {name: node for name, node in made.items() if name not in asked and _is_wrapper(node)}
    if unasked := sorted(set(made) - set(asked) - set(wrappers)):
        raise EmitError(f"datamodel-code-generator made classes that nobody asked for: {unasked}")
    if missing := sorted(set(asked) - set(made)):
        raise EmitError(f"datamodel-code-generator made no class for {missing}")
    unwrap = _Unwrap(wrappers)
    return Generated(
        Code("\n".join([*(ast.unparse(node) for node in tree.body if _is_import(node)), *_annotated(tree)])),
        {name: cast("ast.ClassDef", unwrap.visit(made[name])) for name in asked},
    )


def bare(schema: Schema, ref: Callable[[str], Plain] = str) -> Schema:
    """A schema without its words; EmitError for a keyword that would get lost. `ref` says what a `$ref` becomes."""
    if unknown := sorted(schema.keys() - _KNOWN):
        raise EmitError(f"datamodel-code-generator is not known to carry over {', '.join(unknown)}")
    made: Schema = {}
    for key, value in schema.items():
        if key in _AS_IT_IS:
            made[key] = value
        elif key == "$ref":
            made[key] = ref(str(value))
        elif key == "properties":
            made[key] = {name: bare(part, ref) for name, part in cast("dict[str, Schema]", value).items()}
        elif key == "anyOf":
            made[key] = [bare(part, ref) for part in cast("list[Schema]", value)]
        elif key == "items":
            made[key] = bare(cast("Schema", value), ref)
    return made


def _document(asked: Mapping[str, Schema]) -> str:
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": asked})


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) or (
        isinstance(node, ast.ImportFrom) and node.module not in {"__future__", dcg.BASES}
    )


def _annotated(tree: ast.Module) -> Iterator[str]:
    """The import that `spoken` needs, where there is none; two of one name would be refused."""
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
        return self.visit(copy.deepcopy(found)) if found is not None else node

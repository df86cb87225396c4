"""Python types of parameters and outputs, read off the JSON Schema that everything else is judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from callsheet.plan.model import Code, Schema
from callsheet.plan.names import class_name

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

FILE_MARK: Final = "x-media"
"""Keyword of a schema for callers: the text may be a file. No judge ever sees it."""

Path = tuple[str, ...]
"""The way to an object type: field names, with `Item` and `Option1` for what has no name of its own."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Names of the classes of one endpoint on one side: `Scail2FileInput`, `Scail2File`, `Scail2FileParams`."""

    prefix: str
    suffix: str
    top: str
    """What the object as a whole is called: `Input`, `Output`, `Params`."""

    def root(self) -> Code:
        """The input or output itself."""
        return Code(f"{self.prefix}{self.top}")

    def named(self, name: str) -> Code:
        """A type that the spec names."""
        return Code(f"{self.prefix}{class_name(name)}{self.suffix}")

    def inline(self, path: Path) -> Code:
        """An object type without a name of its own."""
        return Code(f"{self.prefix}{''.join(map(class_name, path))}{self.suffix}") if path else self.root()


class Named(Naming):
    """For parts that refer to their classes by final names already."""

    def named(self, name: str) -> Code:
        """The name as it stands."""
        return Code(name)


def annotation(schema: Schema, naming: Naming, path: Path = ()) -> Code:
    """The Python type of what a schema accepts, strictly read."""
    return Code(" | ".join(dict.fromkeys(_options(schema, naming, path))))


def _options(schema: Schema, naming: Naming, path: Path) -> Iterator[str]:
    if ref := ref_name(schema):
        yield naming.named(ref)
    elif options := cast("list[Schema]", schema.get("anyOf")):
        for number, option in enumerate(options, 1):
            yield from _options(option, naming, option_path(options, number, path))
    elif "enum" in schema:
        yield from _literal(cast("list[str | int | float | bool | None]", schema["enum"]))
    else:
        kinds = schema.get("type")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            yield _one(cast("str | None", kind), schema, naming, path)


def _one(kind: str | None, schema: Schema, naming: Naming, path: Path) -> str:
    if kind == "array":
        item = annotation(cast("Schema", schema.get("items", {})), naming, (*path, "Item"))
        # A list of some other type than its declared one is refused by type-checkers, though all its items may fit.
        return "MediaInputs" if item == "MediaInput" else f"list[{item}]"
    if kind == "object":
        return naming.inline(path) if "properties" in schema else "dict[str, Any]"
    if kind == "string" and FILE_MARK in schema:
        return "MediaInput"
    return _PLAIN[kind] if kind else "Any"


def _literal(values: list[str | int | float | bool | None]) -> Iterator[str]:
    named = [value for value in values if value is not None]
    # Python has no Literal of a float; the judge knows the allowed values all the same.
    if any(isinstance(value, float) for value in named):
        yield "float"
    elif named:
        yield f"Literal[{', '.join(repr(value) for value in named)}]"
    if None in values:
        yield "None"


def ref_name(schema: Schema) -> str | None:
    """The name in `{"$ref": "#/$defs/<name>"}`."""
    ref = schema.get("$ref")
    return ref.removeprefix("#/$defs/") if isinstance(ref, str) else None


def option_path(options: list[Schema], number: int, path: Path) -> Path:
    """The way to one option of a union: counted only where there is more than one beside null."""
    real = [option for option in options if option.get("type") != "null"]
    return path if len(real) == 1 else (*path, f"Option{number}")


def allows_null(schema: Schema) -> bool:
    """Whether null is among what a schema accepts."""
    kinds = schema.get("type")
    return (
        kinds == "null"
        or (isinstance(kinds, list) and "null" in kinds)
        or any(allows_null(option) for option in cast("list[Schema]", schema.get("anyOf", [])))
    )

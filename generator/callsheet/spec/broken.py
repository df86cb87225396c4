"""What `jsonschema` finds, as plain typed values: which keyword of a schema is broken, where, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from callsheet.rules.words import join

NOUNS: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
"""The types of JSON in words."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken keyword. `limit` is what the schema says at the keyword, `value` what was found at `path`."""

    path: tuple[str | int, ...]
    keyword: str
    limit: Any
    value: Any
    schema: dict[str, Any]
    branch: int | None
    """Within an `anyOf`: the number of the branch."""
    of_key: bool
    """Whether it is the name of a key that is wrong; `value` is that key then, and `path` leads to its mapping."""
    inner: tuple[Broken, ...]
    """What is wrong with each branch of an `anyOf`."""

    def under(self, path: tuple[str | int, ...]) -> Broken:
        """The same, in a value that stands at a path of a larger one."""
        return replace(self, path=(*path, *self.path), inner=tuple(part.under(path) for part in self.inner))

    def wanted(self) -> tuple[str, ...]:
        """The types that a `type` keyword allows."""
        return (self.limit,) if isinstance(self.limit, str) else tuple(self.limit)

    def unknown(self) -> tuple[str, ...]:
        """The keys that `additionalProperties` refuses."""
        return tuple(key for key in self.value if key not in self.known())

    def known(self) -> tuple[str, ...]:
        """The keys that the schema declares."""
        return tuple(self.schema.get("properties", ()))

    def missing(self) -> tuple[str, ...]:
        """The keys that `required` misses."""
        return tuple(key for key in self.limit if key not in self.value)


def broken_by(validator: Draft202012Validator, value: object) -> Iterator[Broken]:
    """Everything that is wrong with a value."""
    return map(_broken, _errors(validator)(value))


def _errors(validator: Draft202012Validator) -> Callable[[object], Iterator[ValidationError]]:
    # Its stubs allow JSON types only, and `object` is what a payload is before it has been judged.
    return cast("Callable[[object], Iterator[ValidationError]]", validator.iter_errors)  # pyright: ignore[reportUnknownMemberType] - partly untyped in the stubs


def type_words(names: tuple[str, ...]) -> str:
    """Types as they are expected in a sentence: "text or null"."""
    return join([NOUNS[name] for name in names])


def _broken(error: ValidationError) -> Broken:
    inside = tuple(error.schema_path)
    return Broken(
        path=tuple(error.absolute_path),
        keyword=str(error.validator),
        limit=cast("Any", error.validator_value),
        value=cast("Any", error.instance),
        schema=cast("dict[str, Any]", error.schema),
        branch=inside[0] if inside and isinstance(inside[0], int) else None,
        of_key="propertyNames" in inside[-2:],
        inner=tuple(_broken(part) for part in error.context or ()),
    )

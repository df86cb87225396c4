"""Types, fields and named types."""

from __future__ import annotations

from typing import Final, cast, get_args

from callsheet.source.nodes import Node, plain
from callsheet.spec.model import Citation, Field, JsonType, Media, NamedType, Type, Value
from callsheet.spec.read.values import At

JSON_TYPES: Final[frozenset[str]] = frozenset(get_args(JsonType))


def read_type(at: At, cited: Citation, *, media: bool = True) -> Type:
    """The type that a mapping describes. Without `type`, fields make it an object and anything else text."""
    word = at.maybe_text("type")
    options = tuple(read_type(At.of(node), cited) for node in at.list("any_of"))
    if word is None and not options:
        word = "object" if at.has("fields") else "string"
    items = at.node.get("items")
    return Type(
        node=at.node,
        json=cast("JsonType", word) if word in JSON_TYPES else None,
        named=word if word not in JSON_TYPES else None,
        any_of=options,
        nullable=at.flag("nullable"),
        format=at.maybe_text("format"),
        media=cast("Media | None", at.maybe_text("media")) if media else None,
        enum=_enum(at.node.get("enum"), at),
        minimum=at.number("minimum"),
        maximum=at.number("maximum"),
        exclusive_minimum=at.number("exclusive_minimum"),
        exclusive_maximum=at.number("exclusive_maximum"),
        multiple_of=at.number("multiple_of"),
        min_length=at.maybe_whole("min_length"),
        max_length=at.maybe_whole("max_length"),
        pattern=at.maybe_text("pattern"),
        items=read_type(At.of(items), cited) if items is not None else None,
        min_items=at.maybe_whole("min_items"),
        max_items=at.maybe_whole("max_items"),
        fields=read_fields(at, "fields", cited),
        about=at.text("about"),
    )


def read_fields(at: At, key: str, cited: Citation) -> tuple[Field, ...]:
    """The fields of an object or of the input."""
    return tuple(
        Field(
            name=name,
            type=read_type(field, field.cited(cited)),
            node=field.node,
            required=field.flag("required"),
            has_default=field.has("default"),
            default=field.plain("default"),
            example=field.plain("example"),
            has_example=field.has("example"),
            unit=field.maybe_text("unit"),
            deprecated=field.flag("deprecated"),
            about=field.text("about"),
            cited=field.cited(cited),
        )
        for name, field in at.parts(key)
    )


def read_named(file: At, cited: Citation) -> tuple[NamedType, ...]:
    """The types that a file declares."""
    return tuple(
        NamedType(name=name, type=read_type(at, cited), about=at.text("about"), node=at.node)
        for name, at in file.parts("types")
    )


def _enum(node: Node | None, at: At) -> tuple[Value, ...] | None:
    return None if node is None else tuple(cast("Value", plain(item)) for item in at.list("enum"))

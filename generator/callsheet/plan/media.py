"""Where files stand in an input: which parameters take one, and how a caller's editor sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callsheet.plan.model import Schema
from callsheet.plan.types import FILE_MARK, ref_name
from callsheet.spec.model import Media, ModelSpec, NamedType, ProviderSpec, Type


def takes_files(provider: ProviderSpec) -> bool:
    """Whether a file can be given at all: sent along, or uploaded."""
    return provider.files is not None and (provider.files.data_uris or bool(provider.files.upload))


def files(spec: ModelSpec) -> dict[str, Media]:
    """Kinds of files by the way to their parameter: wire names, with `/` between them and `*` for any item."""
    named = {type_.name: type_ for type_ in spec.types}
    return {
        "/".join(path): kind
        for field in spec.input
        for path, kind in _within(field.type, None, (_escaped(field.name),), named, ())
    }


def _within(
    type_: Type, media: Media | None, path: tuple[str, ...], named: dict[str, NamedType], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Media]]:
    kind = type_.media or media
    if type_.named is not None:
        if type_.named in named and type_.named not in above:  # a type within itself has no end
            yield from _within(named[type_.named].type, kind, path, named, (*above, type_.named))
        return
    for option in type_.any_of:
        yield from _within(option, kind, path, named, above)
    if type_.items is not None:
        yield from _within(type_.items, kind, (*path, "*"), named, above)
    for field in type_.fields:
        # Of an object that is a file, only its address is one.
        inner = kind if field.type.format == "uri" else None
        yield from _within(field.type, inner, (*path, _escaped(field.name)), named, above)
    if type_.json == "string" and kind is not None:
        yield path, kind


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def marked(schema: Schema, places: dict[str, Media]) -> Schema:
    """A schema for callers, in which each text that may be a file says so. The one that was given stays as it is."""
    made = cast("Schema", _copy(schema))
    for place in places:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in place.split("/")]
        _mark(made, steps, cast("dict[str, Schema]", made.get("$defs", {})))
    return made


def _copy(part: object) -> object:
    match part:
        case dict():
            return {key: _copy(value) for key, value in cast("dict[str, object]", part).items()}
        case list():
            return [_copy(item) for item in cast("list[object]", part)]
        case _:
            return part


def _mark(schema: Schema, steps: list[str], named: dict[str, Schema]) -> None:
    if (name := ref_name(schema)) is not None:
        if name in named:
            _mark(named[name], steps, named)
        return
    for option in cast("list[Schema]", schema.get("anyOf", [])):
        _mark(option, steps, named)
    if not steps:
        kinds = schema.get("type")
        if kinds == "string" or (isinstance(kinds, list) and "string" in kinds):
            schema[FILE_MARK] = True
    elif steps[0] == "*" and "items" in schema:
        _mark(cast("Schema", schema["items"]), steps[1:], named)
    elif steps[0] in (properties := cast("dict[str, Schema]", schema.get("properties", {}))):
        _mark(properties[steps[0]], steps[1:], named)

"""The parts of an input or output as facts: a pointer and a word, such as `/0/path` and `maximum`.

A union is one part with the facts of all its forms. That says everything as long as no two forms are of one type:
`allowed` values then limit their own type, a `minimum` the numbers, `fields` the object. Of forms of one type only what
they share is said so; the rest of each is in the list `options`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from callsheet.plan.model import Schema
from callsheet.plan.schema import resolve
from callsheet.runtime.formats import URI_PATTERN
from callsheet.source.nodes import Plain
from callsheet.spec.model import Field, Type
from callsheet.spec.typeschema import WORDS

PartPath = tuple[str, str]
"""A pointer, "" for the whole, and a word."""
Parts = dict[PartPath, Plain]

_WORDS: Final = {"format": "format", **WORDS}


def part_facts(schema: Schema, root: Schema) -> Parts:
    """What a schema says of a value and of everything within it. `root` is what `$ref` refers to.

    A default, and whether it is required, is said of what is within; of the value itself the caller knows.
    """
    forms = list(_forms(resolve(schema, root), root))
    found = [_form(form, root) for form in forms if form.get("type") != "null"]
    made = _merged(found)
    if any(_allows_null(form) for form in forms):
        made["", "nullable"] = True
    return made


def _forms(schema: Schema, root: Schema) -> Iterator[Schema]:
    options = cast("list[Schema] | None", schema.get("anyOf"))
    if options is None:
        yield schema
    for option in options or ():
        yield from _forms(resolve(option, root), root)


def _allows_null(schema: Schema) -> bool:
    kinds = schema.get("type")
    return kinds == "null" or (isinstance(kinds, list) and "null" in kinds)


def _form(schema: Schema, root: Schema) -> Parts:
    """One form of a value: of one type, or of what its list of types says."""
    said = schema.get("type")
    kinds = [kind for kind in _as_list(said) if kind != "null"]
    found: Parts = {}
    if kinds:
        found["", "type"] = kinds[0] if len(kinds) == 1 else [*kinds]
    found |= {("", word): schema[keyword] for keyword, word in _WORDS.items() if keyword in schema}
    if "enum" in schema:
        found["", "allowed"] = [value for value in cast("list[Plain]", schema["enum"]) if value is not None]
    if schema.get("pattern", URI_PATTERN) != URI_PATTERN:  # that one comes with a format, and is no fact of a provider
        found["", "pattern"] = schema["pattern"]
    if "properties" in schema:
        properties = cast("dict[str, Schema]", schema["properties"])
        found["", "fields"] = list[Plain](properties)
        for name, part in properties.items():
            at = f"/{escaped(name)}"
            found |= _below(at, part_facts(part, root))
            found[at, "required"] = name in cast("list[str]", schema.get("required", []))
            # A reference keeps what stands beside it.
            if "default" in part:
                found[at, "default"] = part["default"]
    if "items" in schema:
        found |= _below("/0", part_facts(cast("Schema", schema["items"]), root))
    return found


def escaped(name: str) -> str:
    """A name as a step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _below(at: str, parts: Parts) -> Parts:
    return {(f"{at}{pointer}", word): value for (pointer, word), value in parts.items()}


def _merged(forms: list[Parts]) -> Parts:
    if len(forms) < 2:  # noqa: PLR2004 - no union
        return dict(forms[0]) if forms else {}
    shared: Parts = {}
    rests: list[Plain] = []
    for kind in dict.fromkeys(_kind(form) for form in forms):
        alike = [form for form in forms if _kind(form) == kind]
        common = {path: value for path, value in alike[0].items() if all(form.get(path) == value for form in alike)}
        shared |= {path: value for path, value in common.items() if path not in {("", "allowed"), ("", "type")}}
        allowed = cast("list[Plain]", common.get(("", "allowed"), []))
        if allowed:
            shared["", "allowed"] = [*cast("list[Plain]", shared.get(("", "allowed"), [])), *allowed]
        rests += _rests(alike, common)
    types = sorted({str(kind) for form in forms for kind in _as_list(form.get(("", "type")))})
    shared["", "type"] = types[0] if len(types) == 1 else [*types]
    if rests:
        shared["", "options"] = rests
    return shared


def _rests(alike: list[Parts], common: Parts) -> Iterable[Plain]:
    """What forms of one type do not share, each with its type first."""
    for form in alike:
        rest: dict[str, Plain] = {
            " ".join(filter(None, path)): value for path, value in form.items() if path not in common
        }
        if len(alike) > 1:
            yield {"type": form.get(("", "type")), **rest}


def _kind(form: Parts) -> str:
    """The type of a form, where an integer is a number like any other."""
    kinds = _as_list(form.get(("", "type")))
    return " ".join(sorted({"number" if kind == "integer" else str(kind) for kind in kinds}))


def _as_list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else [] if value is None else [value]


def told_facts(kind: Type, named: Mapping[str, Type]) -> Parts:
    """What a JSON Schema does not say of the parts of a value: kinds of files, units, what is going away."""
    return dict(_told(kind, named, ""))


def _told(kind: Type, named: Mapping[str, Type], at: str) -> Iterator[tuple[PartPath, Plain]]:
    # Of a union, the first form that says something; what is said of the whole comes last, and so counts.
    for option in reversed(kind.any_of):
        yield from ((path, value) for path, value in _told(option, named, at) if value is not None)
    if kind.items is not None:
        yield from _told(kind.items, named, f"{at}/0")
    if kind.named:
        yield from _told(named[kind.named], named, at)
    fields: tuple[Field, ...] = kind.fields
    for field in fields:
        here = f"{at}/{escaped(field.name)}"
        yield (here, "unit"), field.unit
        yield (here, "deprecated"), field.deprecated or None
        yield from _told(field.type, named, here)
    if kind.media is not None or not kind.any_of:
        yield (at, "media"), kind.media

"""The structure of a spec file, judged by its meta-schema. What `jsonschema` says is put at its place and into words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from callsheet.findings import Finding, Span
from callsheet.rules import structure as rules
from callsheet.rules import text as text_rules
from callsheet.rules.words import kind, listed, one_of, quoted
from callsheet.source.nodes import Node, Scalar, descend, key_place, place, plain

Kind = Literal["provider", "model"]

HEADERS: Final[dict[Kind, str]] = {"provider": "provider/1", "model": "model/1"}

_NOUNS: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}

_BOUNDS: Final = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}

Error = ValidationError
Path = tuple[str | int, ...]


@cache
def meta_schema(file_kind: Kind) -> dict[str, Any]:
    """The meta-schema of a kind of file, as it is published for editors."""
    return json.loads(files("callsheet.spec").joinpath(f"{file_kind}.schema.json").read_text("utf-8"))


@cache
def _validator(file_kind: Kind) -> Draft202012Validator:
    return Draft202012Validator(meta_schema(file_kind))


def check(node: Node, file_kind: Kind) -> tuple[Finding, ...]:
    """What is wrong with the structure of a file. With a wrong header, that alone is said."""
    header = descend(node, "callsheet")
    expected = HEADERS[file_kind]
    if isinstance(header, Scalar) and header.value != expected:
        what = f"this file should begin with `callsheet: {expected}`, found {quoted(header.value)}"
        mend = f"write `callsheet: {expected}`"
        if header.value in HEADERS.values():
            mend += ", or rename the file: a provider is provider.yaml, anything else a model"
        return (rules.WRONG_HEADER.at(header.span, what, mend),)
    return tuple(
        finding for error in _validator(file_kind).iter_errors(plain(node)) for finding in _findings(node, error)
    )


def _findings(node: Node, error: Error) -> Iterator[Finding]:
    path: Path = tuple(error.absolute_path)
    at = place(node, *path)
    # jsonschema leaves its values untyped: they are JSON, of the shape that the keyword demands.
    value: Any = error.validator_value
    if "propertyNames" in tuple(error.absolute_schema_path)[-2:]:
        yield rules.MALFORMED.at(key_place(node, *path, error.instance), *_form(error.instance, error.schema))
        return
    match error.validator:
        case "additionalProperties":
            known = list(error.schema.get("properties", ()))
            for key in error.instance:
                if key not in known:
                    yield rules.UNKNOWN_KEY.at(
                        key_place(node, *path, key), f"{quoted(key)} is no key of {_holder(path)}", one_of(key, known)
                    )
        case "required":
            for key in value:
                if key not in error.instance:
                    yield _missing(node, path, key, error)
        case "type" | "const":
            yield _wrong_type(node, path, error)
        case "enum":
            yield _unknown_word(node, path, error, value)
        case "anyOf":
            yield from _any_of(node, path, error)
        case "pattern":
            yield rules.MALFORMED.at(at, *_form(error.instance, error.schema))
        case "minLength" | "minItems" | "minProperties":
            yield rules.EMPTY_VALUE.at(at, f"{_here(path)} has {_few(error)}", str(error.schema.get("description", "")))
        case "uniqueItems":
            yield rules.REPEATED_ITEM.at(at, f"{_here(path)} names {quoted(_repeated(error.instance))} twice")
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            bound = f"{_BOUNDS[str(error.validator)]} {value}"
            yield rules.OUT_OF_BOUNDS.at(at, f"{_here(path)} is {error.instance}", f"write {bound}")
        case "dependentRequired":
            missing = [key for have, need in value.items() if have in error.instance for key in need]
            for key in missing:
                if key not in error.instance:
                    yield _missing(node, path, key, error)
        case _:
            yield rules.MALFORMED.at(at, f"{_here(path)} does not fit: {error.validator}")


def _missing(node: Node, path: Path, key: str, error: Error) -> Finding:
    about = error.schema.get("properties", {}).get(key, {}).get("description", "")
    # At the name of the thing that lacks it: a mapping of many lines would be marked as a whole.
    span = key_place(node, *path) if path else _top(node)
    return rules.MISSING_KEY.at(span, f"{_holder(path)} has no {quoted(key)}", f"add `{key}:`{f' ({about})' if about else ''}")


def _top(node: Node) -> Span:
    return Span(node.span.path, node.span.line, node.span.column, node.span.line, node.span.column + 1)


def _wrong_type(node: Node, path: Path, error: Error) -> Finding:
    found = descend(node, *path)
    at = found.span if found else place(node, *path)
    if error.validator == "const":
        return rules.UNKNOWN_WORD.at(at, f"{_here(path)} is {kind(error.instance)}", f"write `{_json(error.validator_value)}`")
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    return wrong_type(found, at, path, " or ".join(_NOUNS[name] for name in wanted), text="string" in wanted)


def wrong_type(found: Node | None, at: Span, path: Path, wanted: str, *, text: bool) -> Finding:
    """The finding for a value of another type. Where text was meant, an unquoted number or truth value says so."""
    if text and isinstance(found, Scalar) and not found.quoted and isinstance(found.value, bool | int | float):
        rule = text_rules.UNQUOTED_BOOLEAN if isinstance(found.value, bool) else text_rules.UNQUOTED_NUMBER
        noun = "truth value" if isinstance(found.value, bool) else "number"
        return rule.at(at, f"{_here(path)} expects {wanted}, found the {noun} {found.text}", f'write "{found.text}"')
    value = plain(found) if found is not None else None
    return rules.WRONG_TYPE.at(at, f"{_here(path)} expects {wanted}, found {kind(value)}", f"write {wanted}")


def _unknown_word(node: Node, path: Path, error: Error, allowed: list[Any]) -> Finding:
    found = descend(node, *path)
    at = found.span if found else place(node, *path)
    if not isinstance(error.instance, str):
        return wrong_type(found, at, path, f"one of {listed(allowed)}", text=True)
    return rules.UNKNOWN_WORD.at(at, f"{_here(path)} does not know {quoted(error.instance)}", one_of(error.instance, allowed))


def _any_of(node: Node, path: Path, error: Error) -> Iterator[Finding]:
    """One branch is meant by the type of what was found; where none is, the title says what was expected."""
    branches: list[Any] = error.validator_value
    shape = "object" if isinstance(error.instance, dict) else "string" if isinstance(error.instance, str) else ""
    if shape == "object":
        for n, branch in enumerate(branches):
            if branch.get("type") == "object":
                yield from (f for part in error.context or () if part.schema_path[0] == n for f in _findings(node, part))
                return
    allowed = [word for branch in branches for word in branch.get("enum", ())]
    found = descend(node, *path)
    at = found.span if found else place(node, *path)
    wanted = str(error.schema.get("title", "something else"))
    if shape == "string" and allowed:
        yield rules.UNKNOWN_WORD.at(
            at, f"{_here(path)} expects a {wanted}, found {quoted(error.instance)}", one_of(error.instance, allowed)
        )
    elif shape == "string" and error.instance == "":
        yield rules.EMPTY_VALUE.at(at, f"{_here(path)} is empty", f"write a {wanted}")
    else:
        yield wrong_type(found, at, path, f"a {wanted}", text=True)


def _form(value: object, schema: dict[str, Any]) -> tuple[str, str]:
    title = str(schema.get("title", "text in the form that is expected here"))
    return f"{quoted(value)} is no {title}", str(schema.get("description", ""))


def _few(error: Error) -> str:
    least = error.validator_value
    noun = {"minLength": "text", "minItems": "items", "minProperties": "entries"}[str(error.validator)]
    return f"no {noun}" if least == 1 else f"fewer than {least} {noun}"


def _repeated(items: list[Any]) -> object:
    return next((item for n, item in enumerate(items) if item in items[:n]), items[-1])


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _here(path: Path) -> str:
    """The last key of a path, as the subject of a sentence."""
    keys = [step for step in path if isinstance(step, str)]
    if not keys:
        return "the file"
    return f"an item of {quoted(keys[-1])}" if isinstance(path[-1], int) else quoted(keys[-1])


def _holder(path: Path) -> str:
    return "the top level" if not path else _here(path)

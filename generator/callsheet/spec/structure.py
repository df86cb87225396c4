"""The structure of a spec file, judged by its meta-schema.

`jsonschema_rs` says whether a file fits. Where it does not, what `jsonschema` says is put at its place and into words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast

import jsonschema_rs
from jsonschema import Draft202012Validator

from callsheet.findings import Finding, Span
from callsheet.rules import structure as rules
from callsheet.rules import text as text_rules
from callsheet.rules.words import join, kind, one_of, quoted
from callsheet.source.nodes import Node, Plain, Scalar, descend, key_place, place, plain
from callsheet.spec.bodyform import broken_choices, choice_schema
from callsheet.spec.broken import Broken, broken_by, type_words
from callsheet.spec.gaps import Gaps
from callsheet.spec.salvage import Salvaged, salvage

Kind = Literal["provider", "model"]
Path = tuple[str | int, ...]

HEADERS: Final[dict[Kind, str]] = {"provider": "provider/1", "model": "model/1"}

_BOUNDS: Final = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}
_JSON_TYPES: Final[dict[type, str]] = {str: "string", dict: "object", list: "array"}
_EMPTY: Final = {"minLength": "text", "minItems": "items", "minProperties": "entries"}


@cache
def meta_schema(file_kind: Kind) -> dict[str, Any]:
    """The meta-schema of a kind of file, as it is published for editors."""
    text = files("callsheet.spec").joinpath(f"{file_kind}.schema.json").read_text("utf-8")
    return cast("dict[str, Any]", json.loads(text))


@cache
def _validator(file_kind: Kind) -> Draft202012Validator:
    schema = meta_schema(file_kind)
    return Draft202012Validator(_described(schema, schema["$defs"]))


@cache
def _of_choice() -> Draft202012Validator:
    parts = meta_schema("model")["$defs"]
    return Draft202012Validator(_described(choice_schema(parts), parts))


def _broken(value: Plain, file_kind: Kind) -> Iterator[Broken]:
    yield from broken_by(_validator(file_kind), value)
    if file_kind == "model":
        yield from broken_choices(value, _of_choice())


@cache
def _gate(file_kind: Kind) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(meta_schema(file_kind))


def _fits(value: Plain, file_kind: Kind) -> bool:
    """Whether nothing is wrong: the same judgement without words, a hundred times quicker. Most files are fine."""
    try:
        fits = _gate(file_kind).is_valid(value)
    except ValueError:  # a lone surrogate, which it cannot take in
        return False
    return fits and (file_kind == "provider" or not any(broken_choices(value, _of_choice())))


def _described(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """A schema in which whoever refers to a part bears its description, too, so that remedies can quote it."""
    described = dict(schema)
    if str(schema.get("pattern", "")).endswith("$"):
        # Python's `$` lets a newline follow; that of JSON Schema, and of editors, does not.
        described["pattern"] = schema["pattern"][:-1] + r"\Z"
    for keyword in ("properties", "$defs"):
        named: dict[str, dict[str, Any]] = schema.get(keyword, {})
        if named:
            described[keyword] = {name: _described(part, parts) for name, part in named.items()}
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if schema.get(keyword):
            described[keyword] = _described(schema[keyword], parts)
    if "anyOf" in schema:
        described["anyOf"] = [_described(part, parts) for part in schema["anyOf"]]
    if "$ref" in schema:
        described.setdefault("description", parts[schema["$ref"].removeprefix("#/$defs/")].get("description", ""))
    return described


def check(node: Node, file_kind: Kind) -> tuple[Finding, ...]:
    """What is wrong with the structure of a file. With the header of the other kind, that alone is said."""
    value = plain(node)
    if _fits(value, file_kind):
        return ()
    header = descend(node, "callsheet")
    if isinstance(header, Scalar) and is_other(header.value, file_kind):
        return (_wrong_header(header, file_kind),)
    return tuple(finding for broken in _broken(value, file_kind) for finding in _findings(node, broken))


def is_other(header: object, file_kind: Kind) -> bool:
    """Whether a file says that it is of another kind, so that nothing else in it can be judged."""
    return header in HEADERS.values() and header != HEADERS[file_kind]


def salvaged(file: str, node: Node, file_kind: Kind) -> Salvaged:
    """What is left of a file without its faults of structure."""
    header = descend(node, "callsheet")
    if isinstance(header, Scalar) and is_other(header.value, file_kind):
        return Salvaged(None, Gaps())
    return salvage(file, node, meta_schema(file_kind), lambda value: _broken(value, file_kind))


def _wrong_header(header: Scalar, file_kind: Kind) -> Finding:
    expected = HEADERS[file_kind]
    what = f"this file should begin with `callsheet: {expected}`, found {quoted(header.value)}"
    mend = f"write `callsheet: {expected}`"
    if header.value in HEADERS.values():
        mend += ", or rename the file: a provider is provider.yaml, anything else a model"
    return rules.WRONG_HEADER.at(header.span, what, mend)


def _findings(node: Node, broken: Broken) -> Iterator[Finding]:
    if broken.of_key:
        at = key_place(node, *broken.path, str(broken.value))
        yield rules.MALFORMED.at(at, *_form(broken))
    elif broken.keyword in _WORDS:
        yield from _WORDS[broken.keyword](node, broken)
    else:
        what = f"{_here(broken.path)} does not fit: {broken.keyword}"
        yield rules.MALFORMED.at(place(node, *broken.path), what)


def _unknown_keys(node: Node, broken: Broken) -> Iterator[Finding]:
    for key in broken.unknown():
        at = key_place(node, *broken.path, key)
        what = f"{quoted(key)} is no key of {_holder(broken.path)}"
        yield rules.UNKNOWN_KEY.at(at, what, one_of(key, broken.known()))


def _missing_keys(node: Node, broken: Broken) -> Iterator[Finding]:
    # jsonschema reports each of them anew; the same finding counts once in the end.
    for key in broken.missing():
        yield _missing(node, broken, key)


def _missing_companions(node: Node, broken: Broken) -> Iterator[Finding]:
    needs: dict[str, list[str]] = broken.limit
    for have, needed in needs.items():
        for key in needed:
            if have in broken.value and key not in broken.value:
                yield _missing(node, broken, key)


def _missing(node: Node, broken: Broken, key: str) -> Finding:
    about = broken.schema.get("properties", {}).get(key, {}).get("description", "")
    # At the name of the thing that lacks it: a mapping of many lines would be marked as a whole.
    span = key_place(node, *broken.path) if broken.path else _top(node)
    mend = f"add `{key}:`{f' ({about})' if about else ''}"
    return rules.MISSING_KEY.at(span, f"{_holder(broken.path)} has no {quoted(key)}", mend)


def _top(node: Node) -> Span:
    return Span(node.span.path, node.span.line, node.span.column, node.span.line, node.span.column + 1)


def _type(node: Node, broken: Broken) -> Iterator[Finding]:
    wanted = broken.wanted()
    yield _wrong_type(node, broken.path, type_words(wanted), text="string" in wanted)


def _wrong_type(node: Node, path: Path, wanted: str, *, text: bool) -> Finding:
    """A value of another type. Where text was meant, an unquoted number or truth value says so."""
    found = descend(node, *path)
    if text and isinstance(found, Scalar) and not found.quoted and isinstance(found.value, bool | int | float):
        truth = isinstance(found.value, bool)
        rule = text_rules.UNQUOTED_BOOLEAN if truth else text_rules.UNQUOTED_NUMBER
        what = f"{_here(path)} expects {wanted}, found the {'truth value' if truth else 'number'} {found.text}"
        return rule.at(found.span, what, f'write "{found.text}"')
    value = None if found is None else plain(found)
    return rules.WRONG_TYPE.at(
        place(node, *path), f"{_here(path)} expects {wanted}, found {kind(value)}", f"write {wanted}"
    )


def _constant(node: Node, broken: Broken) -> Iterator[Finding]:
    header = descend(node, *broken.path)
    if broken.path == ("callsheet",) and isinstance(header, Scalar):
        yield _wrong_header(header, "provider" if broken.limit == HEADERS["provider"] else "model")
        return
    said = broken.limit if isinstance(broken.limit, str) else json.dumps(broken.limit)
    what = f"{_here(broken.path)} is {kind(broken.value)}"
    yield rules.UNKNOWN_WORD.at(place(node, *broken.path), what, f"write `{said}`, or leave the key out")


def _word(node: Node, broken: Broken) -> Iterator[Finding]:
    allowed = [str(word) for word in broken.limit]
    if isinstance(broken.value, str):
        what = f"{_here(broken.path)} does not know {quoted(broken.value)}"
        yield rules.UNKNOWN_WORD.at(place(node, *broken.path), what, one_of(broken.value, allowed))
    else:
        yield _wrong_type(node, broken.path, join(allowed), text=False)


def _branches(node: Node, broken: Broken) -> Iterator[Finding]:
    """One branch is meant by the type of what was found; where none is, the title says what was expected."""
    branches: list[dict[str, Any]] = broken.limit
    value: object = broken.value
    allowed = [word for branch in branches for word in branch.get("enum", ())]
    meant = [n for n, branch in enumerate(branches) if branch.get("type") == _JSON_TYPES.get(type(value))]
    if len(meant) == 1 and value and not (allowed and isinstance(value, str)):
        yield from (found for part in broken.inner if part.branch == meant[0] for found in _findings(node, part))
        return
    wanted = str(broken.schema.get("title", "something else"))
    at = place(node, *broken.path)
    if isinstance(value, str) and allowed:
        what = f"{_here(broken.path)} expects {wanted}, found {quoted(value)}"
        yield rules.UNKNOWN_WORD.at(at, what, one_of(value, allowed))
    elif isinstance(value, str):
        yield rules.EMPTY_VALUE.at(at, f"{_here(broken.path)} is empty", f"write {wanted}")
    else:
        yield _wrong_type(node, broken.path, wanted, text=True)


def _pattern(node: Node, broken: Broken) -> Iterator[Finding]:
    yield rules.MALFORMED.at(place(node, *broken.path), *_form(broken))


def _form(broken: Broken) -> tuple[str, str]:
    title = str(broken.schema.get("title", "text in the form that is expected here"))
    return f"{quoted(broken.value)} is no {title}", str(broken.schema.get("description", ""))


def _empty(node: Node, broken: Broken) -> Iterator[Finding]:
    noun = _EMPTY[broken.keyword]
    few = f"no {noun}" if broken.limit == 1 else f"fewer than {broken.limit} {noun}"
    mend = str(broken.schema.get("description", ""))
    yield rules.EMPTY_VALUE.at(place(node, *broken.path), f"{_here(broken.path)} has {few}", mend)


def _repeated(node: Node, broken: Broken) -> Iterator[Finding]:
    items: list[Any] = broken.value
    for n, item in enumerate(items):
        if item in items[:n]:
            what = f"{_here(broken.path)} names {quoted(item)} twice"
            yield rules.REPEATED_ITEM.at(place(node, *broken.path, n), what)


def _bound(node: Node, broken: Broken) -> Iterator[Finding]:
    mend = f"write {_BOUNDS[broken.keyword]} {broken.limit}"
    yield rules.OUT_OF_BOUNDS.at(place(node, *broken.path), f"{_here(broken.path)} is {broken.value}", mend)


_WORDS: Final[dict[str, Callable[[Node, Broken], Iterator[Finding]]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "dependentRequired": _missing_companions,
    "type": _type,
    "const": _constant,
    "enum": _word,
    "anyOf": _branches,
    "pattern": _pattern,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "uniqueItems": _repeated,
    "minimum": _bound,
    "exclusiveMinimum": _bound,
    "maximum": _bound,
    "exclusiveMaximum": _bound,
}
"""How each keyword that the meta-schemas use is put into words. A test sees to it that none is missing."""


def _here(path: Path) -> str:
    """The last key of a path, as the subject of a sentence."""
    keys = [step for step in path if isinstance(step, str)]
    if not keys:
        return "the file"
    return f"an item of {quoted(keys[-1])}" if isinstance(path[-1], int) else quoted(keys[-1])


def _holder(path: Path) -> str:
    return _here(path) if path else "the top level"

"""Whether a value that a page prints fits the type that the same page gives, by the language's own judgement."""

from __future__ import annotations

from collections.abc import Mapping

from callsheet.draft.house import Tree, as_yaml
from callsheet.source.nodes import Plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec.check import judging
from callsheet.spec.model import Field, NamedType, Type
from callsheet.spec.read.types import read_fields, read_named
from callsheet.spec.read.values import NOTHING, At
from callsheet.spec.typeschema import schema_of


def refusals(kind: Mapping[str, Tree], types: Mapping[str, Tree], value: Plain) -> list[str]:
    """Why a value does not fit a type, in words; empty where it does."""
    (field,), named, _ = _read({"value": {**kind, "about": "TODO"}}, types)
    return [fault.what for fault in judging.faults(schema_of(field.type, named, closed=True), value)]


def refused_payload(fields: Mapping[str, Tree], types: Mapping[str, Tree], payload: Mapping[str, Plain]) -> list[str]:
    """Why the input does not take a payload. What is required and has a default may be left out, as by a caller."""
    read, named, at = _read(fields, types)
    judge = schema_of(Type(node=at.node, json="object", fields=read), named, closed=True)
    filled = {field.name: field.default for field in read if field.required and field.has_default}
    found = judging.faults(judge, {**filled, **payload})
    return [f"{'.'.join(map(str, fault.path))}: {fault.what}" if fault.path else fault.what for fault in found]


def _read(fields: Mapping[str, Tree], types: Mapping[str, Tree]) -> tuple[tuple[Field, ...], dict[str, NamedType], At]:
    """Fields and types as the language has them."""
    node, findings = read_yaml("draft", as_yaml({"input": fields, "types": types}).encode())
    assert node is not None  # noqa: S101 - what `as_yaml` writes is read back
    assert not findings  # noqa: S101 - the same
    at = At.of(node)
    return read_fields(at, "input", NOTHING), {one.name: one for one in read_named(at, NOTHING)}, at

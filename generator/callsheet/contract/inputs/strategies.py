"""Payloads that an endpoint's wire schema accepts, drawn by Hypothesis.

Boundaries are drawn beside the middle, every allowed value is drawn, and what may be left out is left out at times.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Final, cast

from hypothesis import strategies as st

from callsheet.contract.inputs.rules import Ruled
from callsheet.contract.inputs.schemas import accepts, required_defaults
from callsheet.plan.model import ModelPlan, Schema
from callsheet.plan.schema import resolve
from callsheet.source.nodes import Plain

Values = st.SearchStrategy[Plain]

URIS: Final = (
    "https://example.com/a.mp4",
    "HTTPS://EXAMPLE.COM:8443/%7Euser/a%20b.mp4?x=1&y=&x=2#end",
    "http://[::1]/",
    "https://example.com",
    "https://bücher.example/größe.png",
    "https://example.com/日本語/😀.mp4",
    "data:video/mp4;base64,AAAAIGZ0eXA=",
    "s3://bucket/key",
    "ab:c",
)
"""Addresses that a client may be tempted to rewrite: port, case, escapes, no path, other scripts, a data URI."""

_WORDS: Final = (
    "",
    " ",
    "a",
    "0",
    "true",
    "null",
    "16:9",
    'quote " and \\',
    "line\nbreak\ttab",
    "\u0000",
    "é\u0301",
    "😀" * 3,
)
_INTEGERS: Final = (0, 1, -1, 2**31, -(2**31) - 1, 2**53 + 1, -(2**63), 2**64, 10**30)
_NUMBERS: Final = (0, 0.0, -0.0, 0.1, -1.5, 1e-300, 1e300, sys.float_info.max, 2**53 + 1)


def valid_payloads(model: ModelPlan) -> st.SearchStrategy[dict[str, Plain]]:
    """What a caller may give: accepted by the wire schema once the required defaults are filled in."""
    return payloads(model.wire_schema, required_defaults(model))


def payloads(root: Schema, defaults: Mapping[str, Plain]) -> st.SearchStrategy[dict[str, Plain]]:
    """The same, of a schema and its required defaults. Those may be left out."""
    drawn = cast("st.SearchStrategy[dict[str, Plain]]", _objects(callers_schema(root, defaults), root))
    return Ruled(root, defaults, values).kept(drawn) if "allOf" in root else drawn


def callers_schema(root: Schema, defaults: Mapping[str, Plain]) -> Schema:
    """A wire schema as it is for the caller, who need not give what has a default."""
    required = [name for name in cast("list[str]", root.get("required", [])) if name not in defaults]
    return {**root, "required": cast("Plain", required)}


def values(schema: Schema, root: Schema) -> Values:
    """Every kind of value that a schema accepts. `root` is the document that its `$ref`s point into."""
    schema = resolve(schema, root)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(cast("list[Plain]", schema["enum"]))
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return st.one_of([_deferred(option, root) for option in cast("list[Schema]", schema[word])])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of([values({**schema, "type": one}, root) for one in kind])
    return _of_kind(kind, schema, root)


def _deferred(schema: Schema, root: Schema) -> Values:
    """A type may hold itself, so its parts are looked into when one is drawn."""
    return st.deferred(lambda: values(schema, root)) if "$ref" in schema else values(schema, root)


def _of_kind(kind: Plain, schema: Schema, root: Schema) -> Values:  # noqa: PLR0911 - one line for each type of JSON
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return _integers(schema)
        case "number":
            return _numbers(schema)
        case "string":
            return _strings(schema)
        case "array":
            return _arrays(schema, root)
        case "object":
            return _objects(schema, root)
        case _:
            return any_json()


def any_json() -> Values:
    """Any JSON value, small."""
    leaves: Values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
        max_leaves=5,
    )


def bounds(schema: Schema) -> tuple[float | None, float | None]:
    """Lowest and highest number that a schema accepts, exclusive bounds as they stand."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    return cast("float | None", low), cast("float | None", high)


def _integers(schema: Schema) -> Values:
    low, high = bounds(schema)
    low_whole = None if low is None else math.floor(low) + 1 if "exclusiveMinimum" in schema else math.ceil(low)
    high_whole = None if high is None else math.ceil(high) - 1 if "exclusiveMaximum" in schema else math.floor(high)
    edges = [
        *(edge for bound in (low_whole, high_whole) if bound is not None for edge in (bound - 1, bound, bound + 1)),
        *_INTEGERS,
    ]
    fitting = [edge for edge in edges if accepts(schema, edge)]
    whole: Values = st.integers(low_whole, high_whole).filter(lambda number: accepts(schema, number))
    drawn: Values = st.one_of(st.sampled_from(fitting), whole) if fitting else whole
    # JSON Schema and JSON itself know one kind of number: 5.0 is an integer.
    return st.one_of(drawn, drawn.map(_integral))


def _integral(number: Plain) -> Plain:
    return float(number) if isinstance(number, int) and abs(number) < 2**53 else number


def _numbers(schema: Schema) -> Values:
    low, high = bounds(schema)
    edges: list[int | float] = [*_NUMBERS]
    for bound in (low, high):
        if bound is not None:
            edges += [bound, float(bound), math.nextafter(bound, math.inf), math.nextafter(bound, -math.inf)]
    fitting = [edge for edge in edges if accepts(schema, edge)]
    least = None if low is None else float(low)
    most = None if high is None else float(high)
    floats = st.floats(least, most, allow_nan=False, allow_infinity=False)
    whole = st.integers(None if low is None else math.ceil(low), None if high is None else math.floor(high))
    inside: Values = st.one_of(floats, whole).filter(lambda number: accepts(schema, number))
    return st.one_of(st.sampled_from(fitting), inside) if fitting else inside


def _strings(schema: Schema) -> Values:
    least = cast("int", schema.get("minLength", 0))
    most = cast("int | None", schema.get("maxLength"))
    if schema.get("format") == "uri":
        fitting = [uri for uri in URIS if accepts(schema, uri)]
        others: Values = st.text(max_size=20).map("https://example.com/{}".format)
        if "pattern" not in schema:
            return st.one_of(st.sampled_from(fitting), others) if fitting else others
        patterned = st.from_regex(str(schema["pattern"]))
        return st.one_of(*map(st.just, fitting), others, patterned).filter(lambda text: accepts(schema, text))
    if "pattern" in schema:
        return st.from_regex(str(schema["pattern"])).filter(lambda text: accepts(schema, text))
    fitting = [word for word in (*_WORDS, "x" * least, "x" * (most or 0)) if accepts(schema, word)]
    drawn: Values = st.text(min_size=least, max_size=most)
    return st.one_of(st.sampled_from(fitting), drawn) if fitting else drawn


def _arrays(schema: Schema, root: Schema) -> Values:
    items = _deferred(cast("Schema", schema["items"]), root) if "items" in schema else any_json()
    least = cast("int", schema.get("minItems", 0))
    most = cast("int", schema.get("maxItems", least + 3))
    sizes = st.sampled_from(sorted({least, min(least + 1, most), most}))
    drawn = sizes.flatmap(lambda size: st.lists(items, min_size=size, max_size=size))
    return drawn.filter(lambda found: accepts({"uniqueItems": True}, found)) if schema.get("uniqueItems") else drawn


def _objects(schema: Schema, root: Schema) -> Values:
    properties = cast("dict[str, Schema]", schema.get("properties", {}))
    if not properties and schema.get("additionalProperties", True) is not False:
        return st.dictionaries(st.text(max_size=5), any_json(), max_size=3)
    must = set(cast("list[str]", schema.get("required", [])))
    parts = {name: _deferred(part, root) for name, part in properties.items()}
    return st.fixed_dictionaries(
        {name: part for name, part in parts.items() if name in must},
        optional={name: part for name, part in parts.items() if name not in must},
    )

"""Schemas that nobody wrote, and the facts that fal's pages would state of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

PROSE = {"a", "an", "the", "of", "for", "in", "on", "to", "and", "or", "is", "if", "use", "see", "this", "note"}
NAMES = st.one_of(
    st.from_regex(r"[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,5}){0,2}", fullmatch=True),
    st.sampled_from(["required", "input", "output", "default", "string", "type", "prompt", "loras", "seed_2"]),
).filter(lambda name: name not in PROSE)
ABOUTS = st.sampled_from(
    [
        "What to show.",
        "",
        "One line.\nAnd one more, of the same.",
        "Not required, and no string* required either.",
        "Between 0 and 1; 0.5 is the default.",
        "Use 'LOUD' for noise. The default is what you make of it.",
        "Input or output: see https://example.com/a/b#required.",
        "The input\n\nThe output",
        "seed integer of the noise",
        "Costs $0.05 more.",
        "For example:\n{ this is no JSON }",
        "As an object: {",
        "For example (\n{",
        "- first\n- second",
    ]
)
WORDS = st.text("abcxyzÄ .'-_/()0123456789", min_size=1, max_size=16).map(lambda text: " ".join(text.split()))
TRICKY = st.sampled_from(["", 'say "hi"', "5", "true", "null", "a, b", "C:\\dir", "Default value: 3", "[]", "`x`"])
CHOICES = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_:.-]{0,8}", fullmatch=True)


@dataclass(frozen=True)
class Field:
    """A field of a type: `kind` as the page shows it, `facts` as they are read, `inner` the type that it leads to."""

    name: str
    kind: str
    required: bool
    about: str
    facts: dict[str, Any]
    limits: dict[str, int] = field(default_factory=dict[str, int])
    inner: str = ""
    listed: bool = False


@dataclass(frozen=True)
class Schema:
    """Fields of the input and the output, and the types that the page shows beside them."""

    input: list[Field]
    output: list[Field]
    types: dict[str, list[Field]]


@st.composite
def _field(draw: st.DrawFn, name: str, types: Sequence[str]) -> Field:
    kinds = [
        "string",
        "integer",
        "float",
        "boolean",
        "texts",
        "numbers",
        "choices",
        "list",
        "union",
        *(["named", "many"] if types else []),
    ]
    kind = draw(st.sampled_from(kinds))
    facts: dict[str, Any] = {}
    limits: dict[str, int] = {}
    inner, listed = "", False
    value: st.SearchStrategy[Any] = st.one_of(WORDS, TRICKY)
    shown = kind
    match kind:
        case "string" | "boolean":
            facts["type"] = kind
            value = value if kind == "string" else st.booleans()
        case "integer" | "float":
            facts["type"] = "number" if kind == "float" else kind
            low = draw(st.integers(-5, 100))
            value = st.integers(low, low + 50) if kind == "integer" else st.sampled_from([low + 0.5, low + 1.25])
            limits = draw(st.sampled_from([{}, {"minimum": low, "maximum": low + 50}, {"minimum": low}]))
        case "texts" | "numbers":
            shown = f"{name.title().replace('_', '')}Enum"
            shown = shown if re.match("[A-Z]", shown) else f"The{shown}"
            choice = CHOICES if kind == "texts" else st.integers(1, 2_000)
            facts["allowed"] = draw(st.lists(choice, min_size=1, max_size=5, unique=True))
            facts["type"] = "string" if kind == "texts" else "integer"
            value = st.sampled_from(facts["allowed"])
        case "choices":
            shown = "list<MadeEnum>"
            items = draw(st.lists(CHOICES, min_size=1, max_size=4, unique=True))
            facts["type"], facts["items"] = "array", items
            value = st.lists(st.sampled_from(items), max_size=3)
        case "list" | "union":
            shown = "list<string>" if kind == "list" else "string | list<string>"
            facts["type"] = "array" if kind == "list" else ["array", "string"]
            value = st.lists(WORDS, max_size=3)
        case _:
            inner, listed = draw(st.sampled_from(list(types))), kind == "many"
            shown = f"list<{inner}>" if listed else inner
            facts["type"] = "array" if listed else "object"
            value = st.just([]) if listed else st.nothing()
    if kind != "named" and draw(st.booleans()):
        facts["default"] = draw(value)
    return Field(name, shown, draw(st.booleans()), draw(ABOUTS), facts, limits, inner, listed)


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """An input and an output of some fields each, and two types that they may be of."""
    names = st.lists(NAMES, min_size=1, max_size=5, unique=True)
    types = {
        "File": [Field("url", "string", True, "Where it is.", {"type": "string"})],
        "StyleWeight": [draw(_field(name, [])) for name in draw(names)],
    }
    return Schema(
        [draw(_field(name, list(types))) for name in draw(names)],
        [draw(_field(name, list(types))) for name in draw(names)],
        types,
    )


def facts_of(schema: Schema, *, inner: bool, limits: bool) -> dict[tuple[str, ...], Any]:
    """What there is to read. `inner`: the page shows the other types; `limits`: and ranges."""
    found: dict[tuple[str, ...], Any] = {("parameter_names",): [one.name for one in schema.input]}

    def of(one: Field, where: tuple[str, str], *, defaults: bool) -> None:
        said = {**one.facts, **(one.limits if limits else {}), "required": one.required}
        items = said.pop("items", None)
        found.update({(*where, word): value for word, value in said.items() if defaults or word != "default"})
        root, name = where
        if items is not None:
            found[root, f"{name}/0", "allowed"] = items
        if one.facts["type"] in ("array", ["array", "string"]):
            name = f"{name}/0"
            found[root, name, "type"] = "object" if one.inner else "string"
        if one.inner and inner:
            found[root, name, "fields"] = [part.name for part in schema.types[one.inner]]
            for part in schema.types[one.inner]:
                of(part, (root, f"{name}/{part.name}"), defaults=defaults)

    for one in schema.input:
        of(one, ("parameters", one.name), defaults=True)
    found["output", "", "type"] = "object"
    found["output", "", "fields"] = [one.name for one in schema.output]
    for one in schema.output:
        of(one, ("output", f"/{one.name}"), defaults=False)
    return found

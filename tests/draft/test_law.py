"""What was read of a page is what its draft says: over invented pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.spec.load import load
from callsheet.spec.model import Field, ModelSpec, Type

sys.path.insert(0, str(Path(__file__).parent))
from made import REEL, checked, drafted, reading

NAMES = st.one_of(
    st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True),
    st.sampled_from(["on", "no", "null", "1st", "Scene 1", "a/b", "x-y", "image_url", "fields", "about", "größe"]),
)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
BOUNDS = {
    "integer": ("minimum", "maximum"),
    "number": ("exclusive_minimum", "exclusive_maximum"),
    "string": ("min_length", "max_length"),
    "array": ("min_items", "max_items"),
}


@st.composite
def scalars(draw: st.DrawFn) -> dict[str, Any]:
    """A type without parts, in the words of facts; values that it lists fit it."""
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean"]))
    said: dict[str, Any] = {"type": kind}
    values = {"string": WORDS, "integer": st.integers(-99, 99), "number": st.floats(-9, 9), "boolean": st.booleans()}[
        kind
    ]
    if draw(st.booleans()):
        said["allowed"] = draw(st.lists(values, min_size=1, max_size=4, unique=True))
        said["default"] = draw(st.sampled_from(said["allowed"]))
    elif kind in BOUNDS and draw(st.booleans()):
        lower, upper = BOUNDS[kind]
        said |= {lower: draw(st.integers(0, 5)), upper: draw(st.integers(20, 30))}
    elif draw(st.booleans()):
        said["default"] = draw(values)
    if draw(st.booleans()):
        said["nullable"] = True
        if draw(st.booleans()):
            said["default"] = None
    return said


def lists(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A list of something."""
    held = inner.map(lambda said: {key: part for key, part in said.items() if key != "default"})
    return st.builds(lambda item, most: {"type": "array", "max_items": most, "/0": item}, held, st.integers(1, 9))


def objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with fields."""
    fields = st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    return fields.map(
        lambda held: {"type": "object", "fields": [*held], **{f"/{escaped(name)}": part for name, part in held.items()}}
    )


KINDS = st.recursive(scalars(), lambda inner: lists(inner) | objects(inner), max_leaves=5)


def escaped(name: str) -> str:
    """A name as a step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def flat(at: str, said: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    """What is said of a parameter and its parts as facts."""
    found: dict[tuple[str, ...], Any] = {}
    for word, value in said.items():
        found |= flat(at + word, value) if word.startswith("/") else {("parameters", at, word): value}
    return found


def said_of(type_: Type, model: ModelSpec) -> dict[str, Any]:
    """What a spec says of a type, in the words of facts."""
    if type_.named:
        named = next(one.type for one in model.types if one.name == type_.named)
        inner = said_of(named, model)
        return {**inner, "nullable": True} if type_.nullable else inner
    words = (
        "minimum",
        "maximum",
        "exclusive_minimum",
        "exclusive_maximum",
        "min_length",
        "max_length",
        "min_items",
        "max_items",
    )
    found: dict[str, Any] = {"type": type_.json}
    found |= {word: value for word in words if (value := getattr(type_, word)) is not None}
    found |= {"allowed": [*type_.enum]} if type_.enum is not None else {}
    found |= {"nullable": True} if type_.nullable else {}
    found |= {"/0": said_of(type_.items, model)} if type_.items else {}
    if type_.fields:
        found["fields"] = [field.name for field in type_.fields]
        found |= {f"/{escaped(field.name)}": said_of_field(field, model) for field in type_.fields}
    return found


def said_of_field(field: Field, model: ModelSpec) -> dict[str, Any]:
    """A parameter's type and default."""
    return said_of(field.type, model) | ({"default": field.default} if field.has_default else {})


@settings(max_examples=25)
@given(st.dictionaries(NAMES, KINDS, min_size=1, max_size=4), st.sets(st.integers(0, 3)))
def test_a_draft_says_what_was_read(parameters: dict[str, dict[str, Any]], needed: set[int]) -> None:
    """Types, limits, defaults and parts are the page's, in its order; nothing is found but what is left to a person."""
    known: dict[tuple[str, ...], Any] = {("parameter_names",): [*parameters]}
    for number, (name, said) in enumerate(parameters.items()):
        known |= flat(name, said) | {("parameters", name, "required"): number in needed}
    made = drafted(reading(known), id_="clip-2")

    assert {"todo-left"} == {found.rule for found in checked(made)}
    files = {
        "specs/reel/provider.yaml": (REEL / "provider.yaml").read_bytes(),
        "specs/reel/clip-2.yaml": made.text.encode(),
    }
    (model,) = load(files).specs.models
    assert [*parameters.items()] == [(field.name, said_of_field(field, model)) for field in model.input]
    assert [number in needed for number in range(len(parameters))] == [field.required for field in model.input]


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.tuples(
            st.just("parameters"),
            st.sampled_from(["a", "a/0", "a/0/b", "c", "c/d", "b"]),
            st.sampled_from(
                [
                    "type",
                    "default",
                    "allowed",
                    "minimum",
                    "maximum",
                    "pattern",
                    "format",
                    "min_items",
                    "fields",
                    "required",
                    "nullable",
                ]
            ),
        ),
        st.one_of(
            st.sampled_from(["string", "integer", "array", "object", "boolean", "uri", "(?=a)", "[a", "3", ""]),
            st.integers(-5, 5),
            st.booleans(),
            st.none(),
            st.lists(st.sampled_from(["string", "integer", "object", 5, "5", None, True, 1, 1.0]), max_size=3),
            st.just({"b": [1, "x"]}),
        ),
        max_size=12,
    ),
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.integers() | WORDS | st.lists(st.integers()), max_size=2), max_size=2
    ),
)
def test_a_page_that_contradicts_itself_is_drafted_all_the_same(facts: dict[Any, Any], samples: list[Any]) -> None:
    """Whatever a page says, its draft is a spec: what cannot hold is left out, and left to a person."""
    facts[("parameter_names",)] = ["a", "b", "c"]
    facts |= {("sample", f"page-{number}"): sample for number, sample in enumerate(samples)}
    made = drafted(reading(facts), id_="clip-2")
    rules = {found.rule for found in checked(made)}

    # An object without fields is the one thing that the language has no word for.
    assert rules <= {"todo-left", "items-not-said", "missing-key"}
    assert "todo-left" in rules

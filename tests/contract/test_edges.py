"""The edges of schemas, against judges that were not written here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from every_kind import DEFAULTS, EVERYTHING

from callsheet.contract.inputs.edges import Edge, edges, edges_in
from callsheet.contract.inputs.numbers import faults
from callsheet.contract.inputs.schemas import refusals
from callsheet.contract.plans import planned
from callsheet.plan.model import Schema
from callsheet.source.nodes import Plain

EDGES = edges_in(EVERYTHING, DEFAULTS)
RULED: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["resolution"],
    "properties": {
        "resolution": {"type": "string", "enum": ["720p", "1080p"], "default": "720p"},
        "seconds": {"type": "integer", "minimum": 1, "maximum": 10},
        "first": {"type": "string"},
        "last": {"type": "string"},
        "loop": {"type": "boolean"},
    },
    "allOf": [
        {
            "title": "long",
            "description": "1080p needs eight seconds",
            "if": {"properties": {"resolution": {"const": "1080p"}}, "required": ["resolution"]},
            "then": {"properties": {"seconds": {"minimum": 8}}, "required": ["seconds"]},
        },
        {"title": "both", "description": "a last frame needs a first", "dependentRequired": {"last": ["first"]}},
        {
            "title": "one",
            "description": "not a loop and a last frame",
            "not": {"anyOf": [{"required": ["last", "loop"]}]},
        },
    ],
}


def by_name(edges: tuple[Edge, ...]) -> dict[str, Edge]:
    """Edges as failures name them."""
    return {str(edge): edge for edge in edges}


def given(edge: Edge, *path: str | int) -> Plain:
    """A value within an edge's payload."""
    found: Any = edge.payload
    for step in path:
        found = found[step]
    return cast("Plain", found)


def test_jsonschema_takes_the_good_ones_and_refuses_the_others_at_their_field() -> None:
    """What an edge says of itself was worked out without that judge."""
    assert [] == [
        str(edge)
        for edge in EDGES
        if edge.json and refusals(EVERYTHING, {**DEFAULTS, **edge.payload}) != edge.judged_at
    ]


def test_edges_are_named_once_and_are_the_same_each_time() -> None:
    """A failure that names an edge can be found again."""
    assert len({str(edge) for edge in EDGES}) == len(EDGES)
    assert [(str(one), one.payload) for one in edges_in({**EVERYTHING}, {**DEFAULTS})] == [
        (str(edge), edge.payload) for edge in EDGES
    ]


def test_every_kind_has_its_edges() -> None:
    """Each keyword, nested ones included: exactly at it, within and beyond."""
    known = by_name(EDGES)

    assert (2, 3, 1) == tuple(given(known[f"steps-{word}"], "steps") for word in ("lowest", "above_lowest", "below"))
    assert (50, 51) == tuple(given(known[f"steps-{word}"], "steps") for word in ("highest", "above"))
    assert known["steps-lowest_integral"].good
    assert not known["steps-true"].good
    assert not known["steps-five_in_quotes"].good
    assert known["seed-huge"].good
    assert known["free-minus_zero"].good
    assert not known["scale-lowest"].good  # the bound itself is left out
    assert known["scale-highest"].good
    assert not known["scale-just_above"].good
    assert known["even-above_lowest"].good
    assert not known["even-off_the_multiple"].good
    assert known["mode-left_out"].good
    assert known["mode-default"].good
    assert known["mode-allowed:animation"].good
    assert not any(known[f"mode-{word}:replace"].good for word in ("upper_case", "space_behind", "a_letter_less"))
    assert known["level-integral:5"].good
    assert not known["level-as_text:5"].good
    assert not known["level-one_more:10"].good
    assert known["title-longest_in_pairs"].good
    assert not known["title-too_long_in_pairs"].good
    assert not known["title-too_short"].good
    assert known["size-pattern_0"].good
    assert known["note-null"].good
    assert not known["flag-null"].good
    assert not known["flag-one"].good
    assert known["tags-most"].good
    assert not known["tags-too_many"].good
    assert not known["tags-empty"].good
    assert not known["tags.1-too_short"].good
    assert not known["layers.0.url-missing"].good
    assert not known["layers.1.surprise-unknown"].good
    assert not known["layers.0.under.url-no_address:words"].good
    assert known["either-zero"].good
    assert known["either-null"].good
    assert not known["either-fraction"].good
    assert not known["either.url-missing"].good
    assert not known["video-missing"].good
    assert {"nan", "infinity"} <= {edge.word for edge in EDGES if edge.field == "free" and not edge.json}
    assert {"half_a_character"} == {edge.word for edge in EDGES if edge.field == "note" and not edge.json}


def test_rules_are_kept_and_broken_one_by_one() -> None:
    """Each rule is broken at each field that is to blame, beside rows that keep it; no row breaks two."""
    found = edges_in(RULED, {"resolution": "720p"})
    rows = [edge for edge in found if edge.word.startswith(("keeps_", "breaks_"))]

    assert {("long", "seconds"), ("both", "first"), ("one", "loop")} <= {
        (edge.word.split("_")[1], edge.field) for edge in rows if not edge.good
    }
    assert {"long", "both", "one"} == {edge.word.split("_")[1] for edge in rows if edge.good}
    assert {7, 8} <= {edge.payload.get("seconds") for edge in rows if edge.payload.get("resolution") == "1080p"}
    for edge in found:
        if edge.json:
            assert edge.judged_at == refusals(RULED, {"resolution": "720p", **edge.payload}), edge


def test_an_allowed_value_that_a_rule_asks_more_of_has_it_beside_it() -> None:
    """`1080p` needs eight seconds: its edge is a payload that has them."""
    known = by_name(edges_in(RULED, {"resolution": "720p"}))

    assert known["resolution-allowed:1080p"].payload == {"resolution": "1080p", "seconds": 8}


@pytest.mark.parametrize(
    "changed",
    [
        {"minimum": 3},
        {"minimum": 1},
        {"maximum": 49},
        {"maximum": 51},
        {"type": "number"},
        {"exclusiveMinimum": 2},
        {"type": ["integer", "null"]},
        {"multipleOf": 2},
    ],
)
def test_a_fact_that_is_changed_by_one_is_noticed(changed: Schema) -> None:
    """The edges of one schema do not fit another that differs in any fact."""
    properties = cast("dict[str, Schema]", EVERYTHING["properties"])
    other: Schema = {**EVERYTHING, "properties": {**properties, "steps": {**properties["steps"], **changed}}}

    assert any(refusals(other, {**DEFAULTS, **edge.payload}) != edge.judged_at for edge in EDGES if edge.json)


def test_numbers_are_judged_as_they_are_written() -> None:
    """0.3 is a multiple of 0.1, whatever the machine makes of it."""
    assert 0 == faults({"multipleOf": 0.1}, 0.3, whole=False)
    assert 1 == faults({"multipleOf": 0.1}, 0.35, whole=False)
    assert 0 == faults({"minimum": 5}, 5.0, whole=True)
    assert 2 == faults({"minimum": 5}, 0.5, whole=True)


def test_no_endpoint_is_without_edges() -> None:
    """Every parameter of every spec here has good ones and, unless it takes anything, bad ones."""
    for _, model in planned(Path(__file__).parents[2] / "specs").endpoints():
        for name in cast("dict[str, Schema]", model.wire_schema["properties"]):
            own = [edge for edge in edges(model) if edge.field == name]
            assert {True, False} == {edge.good for edge in own}, name

"""The drawn payloads against a judge that was not written here."""

from __future__ import annotations

from every_kind import DEFAULTS, EVERYTHING
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from callsheet.contract.inputs.broken import Broken, breakable_in, broken_by
from callsheet.contract.inputs.schemas import accepts, refusals
from callsheet.contract.inputs.strategies import payloads
from callsheet.source.nodes import Plain

FACTS = breakable_in(EVERYTHING, DEFAULTS)
BROKEN: st.SearchStrategy[Broken] = st.sampled_from(FACTS).flatmap(broken_by)


@given(payloads(EVERYTHING, DEFAULTS))
def test_what_is_called_valid_is_accepted(payload: dict[str, Plain]) -> None:
    """A drawn payload, completed with the required defaults, is accepted by jsonschema."""
    assert refusals(EVERYTHING, {**DEFAULTS, **payload}) == frozenset()


@settings(max_examples=300)
@given(BROKEN)
def test_what_is_called_broken_is_refused_there_and_nowhere_else(broken: Broken) -> None:
    """A broken payload is refused at the place that it names, and at that place only."""
    found = refusals(EVERYTHING, {**DEFAULTS, **broken.payload})

    # Where a value has options, jsonschema reports the value as a whole.
    assert len(found) == 1
    (place,) = found
    assert place == broken.fact.path or broken.fact.path[: len(place)] == place == ("either",)


def test_every_fact_of_every_kind_can_be_broken() -> None:
    """Each keyword of the schema above has its mistake; a kind that drops out would be a hole in every property."""
    words: dict[str, set[str]] = {}
    for fact in FACTS:
        words.setdefault(".".join(map(str, fact.path)), set()).add(fact.word)

    assert words["video"] >= {"missing", "null", "number_for_string", "true_for_string", "uri", "array", "object"}
    assert words["mode"] >= {"enum", "null", "number_for_string"}
    assert "missing" not in words["mode"]
    assert words["steps"] >= {"below", "above", "fraction", "true_for_number", "string_for_number", "null"}
    assert words["even"] >= {"below", "not_a_multiple"}
    assert words["scale"] >= {"below", "above"}
    assert words["flag"] >= {"number_for_boolean", "string_for_boolean"}
    assert words["title"] >= {"too_short", "too_long"}
    assert words["size"] >= {"pattern"}
    assert words["level"] >= {"enum"}
    assert "null" not in words["note"]
    assert words["tags"] >= {"too_few", "too_many", "item_for_list"}
    assert words["tags.0"] >= {"too_short", "number_for_string"}
    assert words["layers.0.url"] >= {"missing", "uri"}
    assert words["layers.0.under.url"] >= {"missing"}
    assert words["either.url"] >= {"missing", "uri"}
    assert words["surprise"] == {"unknown"}


def test_the_corners_are_drawn() -> None:
    """Bounds, every allowed value, left out and given, integral floats, large, negative and foreign text do occur."""
    drawn = payloads(EVERYTHING, DEFAULTS)
    corners = {
        "lowest": lambda p: p.get("steps") == 2,
        "highest": lambda p: p.get("steps") == 50,
        "first": lambda p: p.get("mode") == "animation",
        "last": lambda p: p.get("mode") == "replace",
        "left out": lambda p: "mode" not in p,
        "integral float": lambda p: isinstance(p.get("seed"), float),
        "large": lambda p: isinstance(p.get("seed"), int) and p["seed"] > 2**64,
        "negative": lambda p: isinstance(p.get("seed"), int) and p["seed"] < 0,
        "null": lambda p: "note" in p and p["note"] is None,
        "foreign": lambda p: not p["video"].isascii(),
        "longest": lambda p: len(p.get("title", "")) == 5,
    }
    missing = [*corners]

    def all_seen(payload: dict[str, Plain]) -> bool:
        missing[:] = [name for name in missing if not corners[name](payload)]
        return not missing

    # One will do, however large it is.
    find(drawn, all_seen, settings=settings(phases=[Phase.generate], max_examples=2_000, derandomize=True))


def test_the_judge_names_the_place() -> None:
    """Missing and unknown fields are reported at the field, not at the object that lacks or has them."""
    assert refusals(EVERYTHING, {"mode": "x", "layers": [{}], "typo": 1}) == {
        ("video",),
        ("mode",),
        ("layers", 0, "url"),
        ("typo",),
    }
    assert not accepts(EVERYTHING, None)

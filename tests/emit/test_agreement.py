"""The generated judge and the wire schema, judged by an outside validator, agree on right and on wrong payloads."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callsheet.emit import PACKAGE, emit
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan
from callsheet.spec.judge import JUDGE
from callsheet.spec.load import load
from callsheet.write import write

CASES = Path(__file__).parents[1] / "cases_emit"
URL = "https://reel.example/a.MP4"

RIGHT: dict[str, list[dict[str, Any]]] = {
    "object_or_null": [
        {},
        {"first": None, "others": [None, {"url": URL}], "camera": None},
        {"first": {"url": URL}, "camera": {"pan": 1}},
    ],
    "allowed_fractions": [{"strength": 1}, {"strength": 1.5}, {"steps": [0.25, 0.75]}, {"pace": None}, {"pace": 1.5}],
    "pattern_beside_an_address": [
        {"clip": URL, "style": "noir"},
        {"clip": URL, "still": None, "parts": []},
        {"clip": URL, "still": "https://reel.example/a.png", "parts": ["https://reel.example/a#t=1"]},
    ],
    "types_that_name_later_ones": [
        {"scene": {"shot": None, "next": None}},
        {"scene": {"next": {"shot": {"takes": 2}, "next": {"shot": None}}}},
    ],
    "field_is_called_like_a_type": [{"list": ["a"], "str": "a", "Annotated": 1, "after": [0]}],
    "defaults_that_hold_objects": [{}, {"size": {"width": 1}}, {"sizes": []}, {"marks": [3]}],
    "true_beside_one": [
        {"chosen": True},
        {"chosen": False},
        {"chosen": 2.0},
        {"switch": True},
        {"switch": 1},
        {"switch": 0},
        {"off": False},
        {"grid": [[0, 1.0], []]},
        {"pace": "auto"},
        {"pace": 0},
        {"pace": 7},
    ],
}

WRONG: dict[str, list[dict[str, Any]]] = {
    "object_or_null": [
        {"first": {"url": "x"}},
        {"first": {}},
        {"first": 1},
        {"others": None},
        {"others": [{}]},
        {"camera": {"pan": None}},
        {"camera": {"tilt": 1}},
    ],
    "allowed_fractions": [
        {"strength": 0.6},
        {"strength": True},
        {"strength": None},
        {"steps": [0.5]},
        {"steps": None},
        {"pace": 2},
    ],
    "pattern_beside_an_address": [
        {"clip": "a.mp4"},
        {"clip": "https://reel.example/a.gif"},
        {"clip": URL, "style": "No"},
    ],
    "types_that_name_later_ones": [
        {"scene": None},
        {"scene": {"shot": {"takes": True}}},
        {"scene": {"shot": {"takes": None}}},
        {"scene": {"next": {"shot": {"takes": 3}}}},
    ],
    "field_is_called_like_a_type": [
        {"list": [1], "str": "a", "Annotated": 1, "after": [0]},
        {"list": ["a"], "str": 1, "Annotated": 1, "after": [0]},
        {"list": ["a"], "str": "a", "Annotated": 0, "after": [0]},
        {"list": ["a"], "str": "a", "Annotated": 1, "after": [-1]},
    ],
    "true_beside_one": [
        {"chosen": 0},
        {"chosen": 3},
        {"chosen": "1"},
        {"switch": False},
        {"switch": 6},
        {"off": 0},
        {"off": True},
        {"grid": [[True]]},
        {"grid": [[0], [False]]},
        {"pace": True},
        {"pace": False},
        {"pace": 6},
    ],
    "defaults_that_hold_objects": [{"size": {"width": 0}}, {"size": {}}, {"sizes": [{}]}, {"marks": ["a"]}],
}


def place(payload: Any, steps: list[str]) -> bool:
    """Whether steps lead somewhere in a payload, the last one perhaps to what is missing there."""
    for step in steps[:-1]:
        payload = payload[int(step)] if isinstance(payload, list) else payload.get(step)
        if payload is None:
            return False
    return not isinstance(payload, list) or int(steps[-1]) < len(payload)


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[ModelPlan, Any]]]:
    """Plan and client's endpoint for each case."""
    folder = tmp_path_factory.mktemp("agreement")
    made: dict[str, tuple[ModelPlan, Any]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for name in RIGHT:
            files = {
                "specs/reel/provider.yaml": (CASES / "provider.yaml").read_bytes(),
                "specs/reel/clip.yaml": (CASES / name / "spec.yaml").read_bytes(),
            }
            plan = build(load(files).specs).plan
            write(folder / name, emit(plan))
            (folder / name / PACKAGE).rename(folder / f"agree_{name}")
            client = importlib.import_module(f"agree_{name}.reel").Reel(api_key="k")
            made[name] = (plan.providers[0].models[0], client.clip)
        yield made


@pytest.mark.parametrize("name", RIGHT)
def test_right_payloads_are_right_to_both(endpoints: dict[str, tuple[ModelPlan, Any]], name: str) -> None:
    """What the schema accepts, the client would send."""
    model, endpoint = endpoints[name]
    for payload in RIGHT[name]:
        assert JUDGE(model.wire_schema).is_valid({**model.table.required_defaults, **payload}), payload
        assert endpoint.validate(payload) == (), payload


@pytest.mark.parametrize("name", WRONG)
def test_wrong_payloads_are_wrong_to_both(endpoints: dict[str, tuple[ModelPlan, Any]], name: str) -> None:
    """What the schema refuses, the client refuses."""
    model, endpoint = endpoints[name]
    for payload in WRONG[name]:
        assert not JUDGE(model.wire_schema).is_valid({**model.table.required_defaults, **payload}), payload
        found = endpoint.validate(payload)
        assert found != (), payload
        # At a place of the payload, as its caller knows it.
        assert all(place(payload, violation.field.split(".")) for violation in found), found

"""Made-up endpoints: inputs of every form, as specs that are read and planned like any other."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, cast

from hypothesis import strategies as st

from callsheet.facts import Facts, facts_of
from callsheet.findings import errors
from callsheet.plan.build import build
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec.load import load

HERE = Path(__file__).parent
PROVIDER = (HERE.parent / "base_specs/reel/provider.yaml").read_bytes()
_CLIP, _ = read_yaml("clip.yaml", (HERE.parent / "base_specs/reel/clip.yaml").read_bytes())
assert _CLIP is not None
CLIP = cast("dict[str, Any]", plain(_CLIP))

Spec = dict[str, Any]


def planned(model: Spec) -> tuple[ProviderPlan, ModelPlan] | None:
    """The plan of one endpoint of the base provider; None where the spec has errors."""
    text = json.dumps({**copy.deepcopy(CLIP), **model}, indent=1)
    loaded = load({"specs/reel/provider.yaml": PROVIDER, "specs/reel/clip.yaml": text.encode()})
    if errors(loaded.findings):
        return None
    built = build(loaded.specs)
    return None if errors(built.findings) else (built.plan.providers[0], built.plan.providers[0].models[0])


def facts(model: Spec) -> Facts:
    """The facts of an endpoint whose spec is right."""
    made = planned(model)
    assert made is not None
    return facts_of(*made)


def _some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Spec]:
    return st.fixed_dictionaries({}, optional=cast("Any", optional))


_SMALL = st.integers(0, 4)
_TEXTS = st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=3, unique=True)
_NUMBERS = st.lists(_SMALL, min_size=1, max_size=3, unique=True)


def _kind(name: str, limits: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    return limits.map(lambda said: {"type": name, **said})


LEAVES = st.one_of(
    _kind("string", _some(enum=_TEXTS)),
    _kind("string", _some(min_length=st.integers(0, 1), max_length=st.integers(2, 4), format=st.just("uri"))),
    _kind("string", _some(pattern=st.sampled_from(["^x", "^[xy]"]))),
    _kind("integer", _some(minimum=_SMALL, maximum=st.integers(5, 8), exclusive_minimum=_SMALL)),
    _kind("integer", _some(multiple_of=st.integers(1, 4), enum=_NUMBERS)),
    _kind("number", _some(minimum=_SMALL, exclusive_maximum=st.integers(5, 8))),
    _kind("number", _some(enum=_NUMBERS)),
    _kind("boolean", st.just({})),
)
NULLS = st.sampled_from([{}, {}, {"nullable": True}])


def _with_null(kinds: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    return st.tuples(kinds, NULLS).map(lambda pair: {**pair[0], **pair[1]})


def _field(kinds: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    return st.tuples(_with_null(kinds), _some(required=st.booleans())).map(
        lambda pair: {**pair[0], **pair[1], "about": "It."}
    )


def _wider(kinds: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    fields = st.dictionaries(st.sampled_from(["p", "q"]), _field(kinds), max_size=2)
    return st.one_of(
        fields.map(lambda inside: {"type": "object", "fields": inside}),
        st.tuples(_with_null(kinds), _some(min_items=st.integers(0, 1), max_items=st.integers(1, 3))).map(
            lambda pair: {"type": "array", "items": pair[0], **pair[1]}
        ),
        st.lists(kinds, min_size=2, max_size=3).map(lambda forms: {"any_of": forms}),
    )


TYPES = st.one_of(LEAVES, LEAVES, _wider(LEAVES), _wider(_wider(LEAVES)))


@st.composite
def _parameter(draw: st.DrawFn) -> Spec:
    made = draw(_field(TYPES))
    if "enum" in made and draw(st.booleans()):
        made["default"] = draw(st.sampled_from(made["enum"]))
    return made


RULES = st.dictionaries(
    st.sampled_from(["r", "s"]),
    st.sampled_from(
        [
            {"one_of": ["a", "b"]},
            {"any_of": ["a", "b"]},
            {"at_most_one": ["a", "b"]},
            {"when": {"a": {"present": True}}, "then": {"b": {"present": True}}},
            {"when": {"a": {"present": True}}, "then": {"b": {"present": False}}},
            {"when": {"a": "x"}, "then": {"b": {"present": True}}},
            {"when": {"a": {"in": ["x", "y"]}}, "then": {"b": {"present": True}}},
            {"when": {"b": 1}, "then": {"a": {"in": ["x", "y"]}}},
            {"when": {"b": 1}, "then": {"a": "x"}},
        ]
    ).map(lambda rule: {"about": "So it is.", **rule}),
    max_size=2,
)
INPUTS = st.tuples(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), _parameter(), min_size=1, max_size=3),
    st.one_of(st.just({}), RULES),
).map(lambda pair: {"input": pair[0], **({"rules": pair[1]} if pair[1] else {})})


def _changed(draw: st.DrawFn, kind: Spec) -> Spec:
    """A type with one thing about it changed, here or within."""
    made = copy.deepcopy(kind)
    within = [key for key in ("items", "fields", "any_of") if made.get(key)]
    if within and draw(st.booleans()):
        key = draw(st.sampled_from(within))
        if key == "items":
            made[key] = _changed(draw, made[key])
        else:
            at = draw(st.sampled_from([*range(len(made[key]))] if key == "any_of" else sorted(made[key])))
            made[key][at] = _changed(draw, made[key][at])
        return made
    match draw(st.integers(0, 4)):
        case 0:
            made["nullable"] = not made.get("nullable", False)
        case 1:
            made = {**draw(TYPES), **{word: made[word] for word in ("about", "required") if word in made}}
        case 2:
            made.pop(draw(st.sampled_from(sorted(made))), None)
        case 3 if "enum" in made:
            made["enum"] = draw(_TEXTS if made.get("type") == "string" else _NUMBERS)
        case _:
            for word in ("minimum", "exclusive_minimum", "maximum", "exclusive_maximum", "multiple_of", "max_items"):
                if word in made:
                    made[word] = max(1, made[word] + draw(st.sampled_from([-1, 1])))
    return made


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Spec, Spec]:
    """Two versions of an endpoint: of the second, one or two things are other than of the first."""
    old = draw(INPUTS)
    new = copy.deepcopy(old)
    for _ in range(draw(st.integers(1, 2))):
        names = sorted(new["input"])
        name = draw(st.sampled_from(names))
        match draw(st.integers(0, 7)):
            case 0:
                new["input"][draw(st.sampled_from(["a", "b", "c"]))] = draw(_parameter())
            case 1 if len(names) > 1:
                del new["input"][name]
            case 2:
                new["input"][name]["required"] = not new["input"][name].get("required", False)
            case 3:
                new["rules"] = draw(RULES)
            case 4 if "enum" in new["input"][name]:
                new["input"][name]["default"] = new["input"][name]["enum"][0]
            case 5:
                new["input"][name].pop("default", None)
            case _:
                new["input"][name] = _changed(draw, new["input"][name])
    return old, new

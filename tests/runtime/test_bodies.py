"""Bodies from templates, options of a call, and conditions: pure, with laws."""

from __future__ import annotations

import pytest
import reel
from hypothesis import given
from hypothesis import strategies as st

from callsheet.runtime import bodies, options
from callsheet.runtime.conditions import holds, says
from callsheet.runtime.offers import Option
from callsheet.runtime.words import Choice, Criterion

NAMES = st.text("abcdefgh_", min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(NAMES, v)
)
PAYLOADS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(PAYLOADS)
def test_the_input_alone_is_sent_as_it_is(payload):
    """Without a template the body is the caller's mapping itself."""
    assert bodies.fill("{input}", payload, {}) is payload


@given(PAYLOADS, st.data())
def test_nothing_of_the_input_is_lost_or_doubled(payload, data):
    """Whatever a template names by itself is not among the rest, and both together are the input."""
    named = data.draw(st.lists(st.sampled_from(sorted(payload)), unique=True)) if payload else []
    template = {"own": {name: f"{{input.{name}}}" for name in named}, "others": "{rest}"}
    filled = bodies.fill(template, payload, {})

    assert payload == {**filled["own"], **filled["others"]}
    assert not set(filled["own"]) & set(filled["others"])


@given(st.text(), st.text())
def test_what_a_value_says_is_no_template(prompt, model):
    """A caller's text that looks like a placeholder stays text."""
    filled = bodies.fill({"m": "v-{model}", "p": "{input.prompt}"}, {"prompt": f"{{model}}{prompt}"}, {"model": model})

    assert {"m": f"v-{model}", "p": f"{{model}}{prompt}"} == filled


def test_a_parameter_that_is_not_given_leaves_its_key_out():
    """Nothing is sent for it, not even null; an item of a list goes, too."""
    template = {"a": "{input.a}", "list": ["{input.b}", {"c": "{input.c}"}], "fixed": 1}

    assert {"list": [{"c": 0}], "fixed": 1} == bodies.fill(template, {"c": 0}, {})


def test_the_first_choice_that_holds_is_the_one():
    """Conditions see defaults; a choice without a condition holds always."""
    choices = (
        Choice({"image": Criterion(), "size": Criterion(one_of=("hd",))}, "hd-image"),
        Choice({"image": Criterion()}, "image"),
        Choice({}, "text"),
    )

    assert "hd-image" == bodies.chosen(choices, {"size": "hd", "image": "x"})
    assert "image" == bodies.chosen(choices, {"size": "sd", "image": "x"})
    assert "text" == bodies.chosen(choices, {"size": "hd", "image": None})


@pytest.mark.parametrize(
    ("criterion", "passing", "failing"),
    [
        (Criterion(one_of=(1, "a")), [1, 1.0, "a"], [True, "1", None, 2]),
        (Criterion(none_of=(0,)), [1, False, "x"], [0, 0.0, None]),
        (Criterion(minimum=2, maximum=3), [2, 2.5, 3], [1, 4, True, "2", None]),
        (Criterion(), [0, "", False, []], [None]),
        (Criterion(present=False), [None], [0, "", False]),
    ],
)
def test_criteria(criterion, passing, failing):
    """True is not 1, 5 is 5.0, null is as good as nothing."""
    assert [holds({"p": criterion}, {"p": value}) for value in passing] == [True] * len(passing)
    assert [says({"/p": criterion}, {"p": value}) for value in failing] == [False] * len(failing)
    assert says({"/p": criterion}, {}) is (not criterion.present)


OPTIONS = {
    "priority": Option("header", "X-Priority", one_of=("low", "normal")),
    "within": Option("header", "X-Within", "number", above=0.1, maximum=60),
    "hook": Option("query", "hook"),
    "quick": Option("body", "fast", "boolean"),
    "life": Option("header", "X-Life", "object"),
}


def test_options_travel_where_the_spec_says():
    """Headers and query are text, the body keeps types."""
    given_ones = {"priority": "low", "within": 0.5, "hook": "https://a.test/?x=1", "quick": True, "life": {"s": 1}}

    assert not list(options.faults(OPTIONS, given_ones))
    sent = options.sent(OPTIONS, given_ones)
    assert {"X-Priority": "low", "X-Within": "0.5", "X-Life": '{"s": 1}'} == sent.headers
    assert ({"hook": "https://a.test/?x=1"}, {"fast": True}) == (sent.query, sent.body)


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("priorty", "low", "unknown"),
        ("priority", "high", "enum"),
        ("within", 0.1, "minimum"),
        ("within", 61, "maximum"),
        ("within", True, "type"),
        ("within", float("nan"), "type"),
        ("quick", "true", "type"),
        ("hook", 3, "type"),
        ("priority", "low\r\nX: 1", "enum"),
    ],
)
def test_a_wrong_option_is_told(name, value, fact):
    """Each with its place; a slip in its name brings the one that was meant."""
    (found,) = options.faults(OPTIONS, {name: value})

    assert (f"call.{name}", fact) == (found.field, found.fact)
    assert found.hint == ("priority" if name == "priorty" else None)


def test_a_header_cannot_be_smuggled_in():
    """Text for a header is one visible line."""
    (found,) = options.faults({"hint": Option("header", "X-Hint")}, {"hint": "a\r\nX-Key: b"})

    assert "format" == found.fact


def test_the_body_of_a_model_replaces_that_of_the_protocol():
    """And falls back to it where none of its choices holds."""
    model = reel.changed(body=(Choice({"image": Criterion()}, {"i": "{input.image}", "rest": "{rest}"}),))

    assert {"i": "x", "rest": {"b": 1}} == bodies.body(model, {"image": "x", "b": 1}, {})
    assert {"b": 1} == bodies.body(model, {"b": 1}, {})

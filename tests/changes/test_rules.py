"""Each kind of change is told by its rule, and by that alone."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.changes import ABSENT, compare
from callsheet.facts import Facts
from callsheet.rules import RULES
from callsheet.rules.change import ChangeRule

Short = dict[str, Any]
"""Facts with their paths as words."""

PARAMETER = {"parameters seed type": "integer", "parameters seed required": False}
MUST = {"parameters seed type": "integer", "parameters seed required": True}
PRICE: Short = {"price stated": True, "price amount": 0.2, "price currency": "USD", "price per": "call"}
QUEUE: Short = {"protocols": ["queue"], "queue kind": "queue"}
FIELD: Short = {"output /seed type": "integer", "output /seed required": True}

CASES: list[tuple[str, Short, Short]] = [
    ("parameter-gone", PARAMETER, {}),
    ("parameter-new", {}, PARAMETER),
    ("parameter-new", {}, {**MUST, "parameters seed default": 1}),
    ("parameter-new", {"parameter_names": ["a"]}, {"parameter_names": ["a", "seed"]}),
    ("required-parameter-new", {}, MUST),
    (
        "required-parameter-new",
        {"parameters a type": "object"},
        {
            "parameters a type": "object",
            "parameters a/b type": "string",
            "parameters a/b required": True,
            "parameters a/b default": "x",
        },
    ),
    ("newly-required", PARAMETER, MUST),
    ("required-with-default", {**PARAMETER, "parameters seed default": 1}, {**MUST, "parameters seed default": 1}),
    ("no-longer-required", MUST, PARAMETER),
    ("allowed-value-gone", {"parameters a allowed": ["x", "y"]}, {"parameters a allowed": ["x"]}),
    ("allowed-value-new", {"parameters a allowed": [1]}, {"parameters a allowed": [2, 1]}),
    ("values-limited", {"parameters a type": "string"}, {"parameters a type": "string", "parameters a allowed": ["x"]}),
    (
        "values-limited",
        {"parameters a type": ["integer", "string"], "parameters a allowed": ["x"]},
        {"parameters a type": ["integer", "string"], "parameters a allowed": ["x", 1]},
    ),
    (
        "values-unlimited",
        {"parameters a type": ["integer", "string"], "parameters a allowed": ["x", 1]},
        {"parameters a type": ["integer", "string"], "parameters a allowed": ["x"]},
    ),
    (
        "values-unlimited",
        {"parameters a type": "string", "parameters a allowed": ["x"]},
        {"parameters a type": "string"},
    ),
    ("limit-tightened", {"parameters a maximum": 5}, {"parameters a maximum": 4.5}),
    ("limit-tightened", {"parameters a type": "array"}, {"parameters a type": "array", "parameters a min_items": 1}),
    ("limit-tightened", {"parameters a multiple_of": 4}, {"parameters a multiple_of": 3}),
    ("limit-loosened", {"parameters a multiple_of": 4}, {"parameters a multiple_of": 2}),
    ("limit-loosened", {"parameters a minimum": 5}, {"parameters a minimum": 4}),
    ("limit-loosened", {"parameters a max_length": 5}, {"parameters a max_length": 6}),
    (
        "limit-reworded",
        {"parameters a type": "integer", "parameters a minimum": 1},
        {"parameters a type": "integer", "parameters a minimum": 0.5},
    ),
    ("pattern-asked", {"parameters a pattern": "^x"}, {"parameters a pattern": "^y"}),
    (
        "pattern-gone",
        {"parameters a type": "string", "parameters a pattern": "^x"},
        {"parameters a type": "string"},
    ),
    ("format-asked", {"parameters a type": "string"}, {"parameters a type": "string", "parameters a format": "uri"}),
    ("format-gone", {"parameters a type": "string", "parameters a format": "uri"}, {"parameters a type": "string"}),
    ("type-changed", {"parameters a type": "string"}, {"parameters a type": "integer"}),
    ("type-changed", {"parameters a type": "number"}, {"parameters a type": "integer"}),
    (
        "type-changed",
        {"parameters a type": "array", "parameters a/0 type": "string", "parameters a min_items": 1},
        {"parameters a type": "integer", "parameters a minimum": 3},
    ),
    ("type-widened", {"parameters a type": "integer"}, {"parameters a type": "number"}),
    ("type-widened", {"parameters a type": "string"}, {"parameters a type": ["boolean", "string"]}),
    ("null-refused", {**PARAMETER, "parameters seed nullable": True}, PARAMETER),
    ("null-taken", PARAMETER, {**PARAMETER, "parameters seed nullable": True}),
    ("default-changed", {"parameters a default": 1}, {"parameters a default": 2}),
    ("default-gone", {**PARAMETER, "parameters seed default": 2}, PARAMETER),
    ("default-stated", PARAMETER, {**PARAMETER, "parameters seed default": 2}),
    (
        "default-in-a-rule",
        {**PARAMETER, "rule r": {"when": {"seed": 2}, "then": {"a": 1}}},
        {**PARAMETER, "rule r": {"when": {"seed": 2}, "then": {"a": 1}}, "parameters seed default": 2},
    ),
    ("null-default", PARAMETER, {**PARAMETER, "parameters seed default": None}),
    ("unit-changed", {"parameters a unit": "s"}, {"parameters a unit": "frames"}),
    ("unit-stated", PARAMETER, {**PARAMETER, "parameters seed unit": "s"}),
    ("file-kind-changed", {"parameters a media": "image"}, {"parameters a media": "video"}),
    ("file-kind-stated", PARAMETER, {**PARAMETER, "parameters seed media": "image"}),
    ("deprecation-changed", PARAMETER, {**PARAMETER, "parameters seed deprecated": True}),
    ("union-narrowed", {"parameters a options": [{"x": 1}, {"x": 2}]}, {"parameters a options": [{"x": 1}, {"x": 3}]}),
    ("union-widened", {"parameters a options": [{"x": 1}]}, {"parameters a options": [{"x": 2}, {"x": 1}]}),
    ("rule-between-parameters-new", {}, {"rule r": {"one_of": ["a", "b"]}}),
    ("rule-between-parameters-new", {"rule r": {"then": {"a": {"in": [1, 2]}}}}, {"rule r": {"then": {"a": 1}}}),
    ("rule-between-parameters-loosened", {"rule r": {"one_of": ["a", "b"]}}, {}),
    ("rule-between-parameters-loosened", {"rule r": {"then": {"a": 1}}}, {"rule r": {"then": {"a": {"in": [1, 2]}}}}),
    (
        "rule-between-parameters-loosened",
        {"rule r": {"then": {"a": 1}}},
        {"rule r": {"when": {"b": 1}, "then": {"a": 1}}},
    ),
    ("rule-between-parameters-renamed", {"rule r": {"one_of": ["a", "b"]}}, {"rule s": {"one_of": ["a", "b"]}}),
    ("order-changed", {"parameter_names": ["a", "b"]}, {"parameter_names": ["b", "a"]}),
    ("order-changed", {"parameters a allowed": [1, 2]}, {"parameters a allowed": [2, 1]}),
    ("sample-changed", {"sample page": {"a": 1}}, {"sample page": {"a": 2}}),
    ("wording-changed", {"parameters a about": "12ab"}, {"parameters a about": "34cd"}),
    ("unknown-fact-changed", {"weather": "fine"}, {"weather": "rain"}),
    ("output-field-gone", FIELD, {}),
    ("output-field-new", {}, {**FIELD, "output /seed/x type": "string"}),
    ("output-type-changed", {"output /a type": "integer"}, {"output /a type": "number"}),
    ("output-promises-more", {"output /a type": "number"}, {"output /a type": "integer"}),
    ("output-promises-more", {"output /a required": False}, {"output /a required": True}),
    ("output-promises-less", {"output /a required": True}, {"output /a required": False}),
    ("output-promises-less", FIELD, {**FIELD, "output /seed nullable": True}),
    ("output-promises-less", {"output /a min_items": 1}, {"output /a min_items": 0}),
    ("output-value-new", {"output /a allowed": ["x"]}, {"output /a allowed": ["x", "y"]}),
    ("output-value-new", {"output /a maximum": 1}, {"output /a maximum": 2}),
    ("output-file-moved", {"output_media": "/a"}, {"output_media": "/b"}),
    ("error-gone", {"error_codes": [400, 406]}, {"error_codes": [400]}),
    ("error-new", {"error_codes": [400]}, {"error_codes": [400, 406]}),
    ("error-class-gone", {"error slow http": 429, "error slow retry": "never"}, {}),
    ("error-means-other", {"error slow accepted": "never"}, {"error slow accepted": "maybe"}),
    ("error-mended-by-others", {"error slow mend": "caller"}, {"error slow mend": "provider"}),
    ("billed-more", {"error slow billed": "never"}, {"error slow billed": "maybe"}),
    ("billed-less", {"error slow billed": "always"}, {"error slow billed": "maybe"}),
    ("price-raised", PRICE, {**PRICE, "price amount": 0.25}),
    ("price-lowered", PRICE, {**PRICE, "price amount": 0.1}),
    ("price-lowered", PRICE, {**PRICE, "price max": 10}),
    ("price-counted-otherwise", PRICE, {**PRICE, "price currency": "EUR"}),
    ("price-stated", {"price stated": False}, PRICE),
    ("price-unstated", PRICE, {"price stated": False}),
    ("typical-time-changed", {"typical_seconds": 5}, {"typical_seconds": 6}),
    ("kept-shorter", {**QUEUE, "queue retention seconds": 7200}, {**QUEUE, "queue retention seconds": 3600}),
    ("kept-shorter", QUEUE, {**QUEUE, "queue retention seconds": 3600, "queue retention from": "submit"}),
    ("kept-longer", {**QUEUE, "queue retention seconds": 3600}, QUEUE),
    (
        "answer-field-gone",
        {**QUEUE, "queue submit answer_keys": ["id", "url"]},
        {**QUEUE, "queue submit answer_keys": ["id"]},
    ),
    (
        "answer-field-new",
        {**QUEUE, "queue submit answer_keys": ["id"]},
        {**QUEUE, "queue submit answer_keys": ["id", "url"]},
    ),
    ("played-otherwise", {"request_ids": "hex"}, {"request_ids": "uuid4"}),
    ("protocol-gone", {**QUEUE, "sync kind": "call", "sync cutoff": 5, "protocols": ["queue", "sync"]}, QUEUE),
    ("protocol-new", QUEUE, {**QUEUE, "sync kind": "call", "sync cutoff": 5, "protocols": ["queue", "sync"]}),
    ("protocol-new", {"queue kind": "queue"}, {"queue kind": "queue", "sync kind": "call", "sync cutoff": 5}),
    ("first-protocol-changed", {"protocols": ["queue", "sync"]}, {"protocols": ["sync", "queue"]}),
    ("protocol-changed", {"queue kind": "queue"}, {"queue kind": "call"}),
    (
        "request-changed",
        {**QUEUE, "queue urls u": "https://a/1", "queue status url": "https://a/1"},
        {**QUEUE, "queue urls u": "https://a/2", "queue status url": "https://a/2"},
    ),
    ("address-new", QUEUE, {**QUEUE, "queue urls u": "https://a/1"}),
    ("credential-changed", {"credential header": "x-api-key"}, {"credential header": "authorization"}),
    ("key-to-another-host", {"credential hosts": ["https://a"]}, {"credential hosts": ["https://a", "https://b"]}),
    ("http-code-changed", {**QUEUE, "queue submit http": 200}, {**QUEUE, "queue submit http": 202}),
    ("read-elsewhere", {**QUEUE, "queue submit request_id": "/a"}, {**QUEUE, "queue submit request_id": "/b"}),
    ("read-elsewhere", {"error_message /a": 1, "error_message /b": 2}, {"error_message /b": 1}),
    ("told-more", QUEUE, {**QUEUE, "queue status position": "/p"}),
    (
        "final-state-new",
        {**QUEUE, "queue states RUN": "running", "queue final": ["OK"], "queue next RUN": ["OK"]},
        {
            **QUEUE,
            "queue states RUN": "running",
            "queue final": ["OK", "LATE"],
            "queue next RUN": ["OK", "LATE"],
            "queue states LATE": "failed",
            "queue state_http LATE": 200,
            "queue status answer_keys LATE": ["x"],
        },
    ),
    (
        "final-state-new",
        {**QUEUE, "queue states RUN": "running", "queue final": ["OK"]},
        {**QUEUE, "queue states RUN": "failed", "queue final": ["OK", "RUN"]},
    ),
    ("state-new", QUEUE, {**QUEUE, "queue states WARM": "running", "queue state_http WARM": 200}),
    (
        "final-state-gone",
        {**QUEUE, "queue states BAD": "failed", "queue final": ["OK", "BAD"]},
        {**QUEUE, "queue final": ["OK"]},
    ),
    ("state-gone", {**QUEUE, "queue states WARM": "running", "queue initial": "WARM"}, {**QUEUE, "queue initial": "X"}),
    ("state-means-other", {**QUEUE, "queue states OK": "succeeded"}, {**QUEUE, "queue states OK": "ended"}),
    ("states-follow-otherwise", {**QUEUE, "queue initial": "A"}, {**QUEUE, "queue initial": "B"}),
    ("poll-slower", QUEUE, {**QUEUE, "queue poll_floor": 7}),
    ("poll-faster", {**QUEUE, "queue poll_floor": 7.0}, {**QUEUE, "queue poll_floor": 2}),
    ("cut-sooner", QUEUE, {**QUEUE, "queue cutoff": 100}),
    ("cut-later", {**QUEUE, "queue cutoff": 60}, {**QUEUE, "queue cutoff": 100}),
    ("judged-otherwise", {**QUEUE, "queue judged": "at_submit"}, {**QUEUE, "queue judged": "after_queueing"}),
    ("offer-new", QUEUE, {**QUEUE, "queue cancel method": "PUT", "queue cancel 202 means": "requested"}),
    ("offer-gone", {**QUEUE, "queue options X-P type": "string", "queue options X-P to": "header"}, QUEUE),
    ("offer-new", {}, {"webhook output": "/o", "webhook signature kind": "ed25519"}),
    ("step-changed", QUEUE, {**QUEUE, "queue file method": "GET", "queue file url": "{u}"}),
    ("webhook-proven-otherwise", {"webhook signature header": "a"}, {"webhook signature header": "b"}),
    ("delivered-less", {"webhook deliveries retries": 10}, {"webhook deliveries retries": 3}),
    ("delivered-more", {"webhook deliveries retries": 3}, {"webhook deliveries retries": 10}),
    ("name-changed", {"python class": "Clip"}, {"python class": "Clips"}),
    (
        "rule-for-new-parameters",
        {"parameters a type": "string", "parameter_names": ["a"]},
        {"parameters a type": "string", "parameter_names": ["a"], "rule r": {"when": {"b": 1}, "then": {"a": 1}}},
    ),
]


def facts(short: Short) -> Facts:
    """Facts of their short form."""
    return {tuple(path.split()): value for path, value in short.items()}


@pytest.mark.parametrize(("rule", "old", "new"), CASES)
def test_a_change_is_one_change_of_its_rule(rule: str, old: Short, new: Short) -> None:
    """What a caller would call one change is one, however many facts it touches, with the class of its rule."""
    found = compare(facts(old), facts(new))

    assert [change.rule for change in found] == [rule], found
    named = RULES[rule]
    assert isinstance(named, ChangeRule)
    assert found[0].kind == named.kind
    assert compare(facts(new), facts(new)) == ()


SAME: list[tuple[Short, Short]] = [
    ({"parameters a maximum": 5}, {"parameters a maximum": 5.0}),
    ({"parameters a allowed": [1, 2]}, {"parameters a allowed": [1.0, 2]}),
    ({"error_message /a": 1, "error_message /b": 3}, {"error_message /a": 1, "error_message /b": 2}),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_what_says_the_same_is_no_change(old: Short, new: Short) -> None:
    """5 is 5.0, in lists as well; places that are looked at in order are an order."""
    assert compare(facts(old), facts(new)) == ()


def test_true_is_not_one() -> None:
    """A default of true is another than one of 1."""
    (change,) = compare(facts({"parameters a default": 1}), facts({"parameters a default": True}))
    assert (change.rule, change.old, change.new) == ("default-changed", 1, True)


def test_each_value_that_comes_or_goes_is_a_change_of_its_own() -> None:
    """Two values gone and one new are three changes, each with the one value."""
    found = compare(facts({"parameters a allowed": [1, 2, 3]}), facts({"parameters a allowed": [2, 4]}))
    assert [(change.rule, change.old, change.new) for change in found] == [
        ("allowed-value-gone", 1, ABSENT),
        ("allowed-value-gone", 3, ABSENT),
        ("allowed-value-new", ABSENT, 4),
    ]


def test_both_words_of_one_limit_are_judged_together() -> None:
    """`greater than 4` in the place of `at least 5` leaves more, and is not taken for a new limit."""
    old, new = {"parameters a type": "number", "parameters a minimum": 5}, {"parameters a exclusive_minimum": 4}
    found = compare(facts(old), facts({"parameters a type": "number", **new}))
    assert {change.rule for change in found} == {"limit-loosened"}


def test_every_rule_of_changes_is_tried() -> None:
    """No rule is left without a change that it names; those on whole models are tried in `test_specs.py`."""
    tried = {rule for rule, _, _ in CASES} | {"model-gone", "model-new"}
    assert {rule.id for rule in RULES.values() if isinstance(rule, ChangeRule)} == tried

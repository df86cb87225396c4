"""Whole specs in two versions: what is said where, and which version of a client follows."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from callsheet.changes import ABSENT, Change
from callsheet.changes.specs import compare_plans
from callsheet.changes.versions import proposed, version
from callsheet.changes.wording import sentence
from callsheet.findings import errors
from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.source.files import read_folder
from callsheet.spec.load import load

ROOT = Path(__file__).parents[2]
FILES = {name[name.rindex("specs/") :]: text for name, text in read_folder(ROOT / "specs")[0].items()}
SEGMIND = "specs/segmind/provider.yaml"
SCAIL = "specs/segmind/scail.yaml"
ANIMATE = "specs/segmind/wan-animate.yaml"


def plan(*edits: tuple[str, str, str], without: str = "") -> Plan:
    """The plan of the repository's specs with texts replaced, or a file left out."""
    files = copy.copy(FILES)
    for name, old, new in edits:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode(), 1)
    files.pop(without, None)
    loaded = load(files)
    built = build(loaded.specs)
    assert not errors((*loaded.findings, *built.findings))
    return built.plan


BASE = plan()


def told(new: Plan, old: Plan = BASE) -> list[tuple[str, str, str]]:
    """Where, which rule, what."""
    return [
        (part.name, change.rule, sentence(change))
        for one in compare_plans(old, new)
        for part in one.parts
        for change in part.changes
    ]


def test_the_same_specs_have_no_change() -> None:
    """Every provider is there, with its version and nothing to tell."""
    found = compare_plans(BASE, BASE)
    assert [(one.id, one.old_version, one.changes) for one in found] == [("fal", "0.1.0", ()), ("segmind", "0.1.0", ())]


def test_a_change_of_one_endpoint_stands_with_it() -> None:
    """A value that is gone is told of the endpoint alone."""
    new = plan((ANIMATE, '["480p", "576p", "720p"]', '["480p", "720p"]'))
    assert told(new) == [("segmind/wan-animate", "allowed-value-gone", '`resolution`, allowed: "576p" is gone')]


def test_what_all_endpoints_share_is_said_once() -> None:
    """A header of the key, and the time after which a blocking call is broken off, are the provider's."""
    new = plan((SEGMIND, "header: x-api-key", "header: x-key"), (SEGMIND, "after: 100s", "after: 60s"))
    assert told(new) == [
        ("segmind", "credential-changed", 'credential header: "x-api-key" → "x-key"'),
        ("segmind", "cut-sooner", "sync cutoff: 100 → 60"),
    ]


def test_a_host_that_moved_is_one_change() -> None:
    """However many addresses it has; what changed about one of them beside that is told as ever."""
    host = (SEGMIND, "https://api.segmind.com", "https://api.segmind.test")
    moved = ("segmind", "request-changed", 'hosts api: "https://api.segmind.com" → "https://api.segmind.test"')
    assert told(plan(host)) == [moved]
    first, *others = told(plan(host, (SEGMIND, 'path: "/v2/{model}"', 'path: "/v3/{model}"')))
    assert first == moved
    assert [rule for _, rule, _ in others] == ["request-changed"]


def test_an_error_with_another_code_is_one_change() -> None:
    """That it is listed by its endpoints, and answers them, follows from it."""
    new = plan((SEGMIND, "http: 406", "http: 416"))
    assert told(new) == [("segmind", "http-code-changed", "error `insufficient_credits`, http: 406 → 416")]


def test_an_endpoint_comes_and_goes_as_one() -> None:
    """It is one change, however many facts it has."""
    fewer = plan(without=SCAIL)
    assert [(place, name) for place, name, _ in told(fewer)] == [("segmind/scail", "model-gone")]
    assert [(place, name) for place, name, _ in told(BASE, fewer)] == [("segmind/scail", "model-new")]


def test_a_provider_that_is_gone_has_no_next_version() -> None:
    """It is one change, and says which version was the last."""
    gone = Plan(tuple(provider for provider in BASE.providers if provider.id != "fal"))
    (change,) = compare_plans(BASE, gone)[0].changes
    assert (change.rule, change.old, change.new) == ("model-gone", "fal", ABSENT)
    assert (compare_plans(BASE, gone)[0].old_version, compare_plans(BASE, gone)[0].new_version) == ("0.1.0", None)


def test_a_text_is_a_rewording_and_nothing_more() -> None:
    """What a parameter is for, in other words, is editorial."""
    new = plan((ANIMATE, "about: Animates", "about: Still animates"))
    assert {rule for _, rule, _ in told(new)} == {"wording-changed"}


BREAKING = Change("parameter-gone", "breaking", ("parameters", "a"), 1, ABSENT)
ADDITIVE = Change("parameter-new", "additive", ("parameters", "a"), ABSENT, 1)
EDITORIAL = Change("wording-changed", "editorial", ("about",), "a", "b")


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("1.4.2", [BREAKING, ADDITIVE], "2.0.0"),
        ("1.4.2", [ADDITIVE, EDITORIAL], "1.5.0"),
        ("1.4.2", [EDITORIAL], "1.4.3"),
        ("1.4.2", [], "1.4.2"),
        ("0.1.0", [BREAKING], "0.2.0"),
        ("0.1.0", [ADDITIVE], "0.2.0"),
        ("0.1.0", [EDITORIAL], "0.1.1"),
        ("a version", [BREAKING], "a version"),
    ],
)
def test_versions_follow_the_worst_change(before: str, changes: list[Change], after: str) -> None:
    """The policy of docs/versioning.md; below 1.0.0 what breaks is a minor version."""
    assert proposed(before, changes) == after


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "01.2.3", "1.2.3-rc1", "v1.2.3", "", "1.2.3\n"])
def test_what_is_no_version_is_none(text: str) -> None:
    """Three numbers without leading zeros, and nothing around them."""
    assert version(text) is None

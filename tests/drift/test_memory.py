"""What a page said is remembered in a file that people can read in a diff, and that gives back exactly that."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.drift import memory
from callsheet.drift.against import held_against
from callsheet.drift.memory import Remembered
from callsheet.drift.whose import Endpoint
from callsheet.facts import facts_of
from callsheet.pages import Reading
from callsheet.source.nodes import Plain
from callsheet.spec.load import load

Page = Callable[..., Reading]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: st.SearchStrategy[Plain] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
PATHS = st.lists(TEXT, min_size=1, max_size=4).map(tuple)


@given(st.dictionaries(PATHS, VALUES, max_size=4), st.dictionaries(PATHS, st.just("0123456789abcdef"), max_size=2))
def test_what_is_written_is_read_again(
    facts: dict[tuple[str, ...], Plain], wordings: dict[tuple[str, ...], str]
) -> None:
    """Whatever a page says, however its names are spelled: the file gives back the same facts."""
    kept = {"page": Remembered("segmind/model", "2026-11-19", "0" * 64, facts, {}, wordings)}

    found, findings = memory.read("clip.page.yaml", memory.text("reel", "clip", kept).encode())

    assert not findings
    assert found == kept


def test_sentences_are_not_kept(clip: Endpoint, page: Page) -> None:
    """The file holds a digest for each text, and the text nowhere."""
    reading = page(clip, wordings={("about",): "A sentence of the provider's."})
    text = memory.text("reel", "clip", {"page": Remembered.of(reading, "2026-01-02")})

    assert "sentence" not in text
    assert '"about": "' in text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"callsheet: model/1\n",
        b"callsheet: page/1\n",
        b"callsheet: page/1\npages: [page]\n",
        b"callsheet: page/1\npages: {page: 1}\n",
        b"callsheet: page/1\npages: {page: {layout: 1}}\n",
        b"callsheet: page/1\npages: {page: {layout: a, read: a, sha256: a, facts: []}}\n",
        b"callsheet: page/1\npages: {page: {layout: a, read: a, sha256: a, wordings: {about: 1}}}\n",
        b"callsheet: page/1\npages: {page: {layout: a, layout: b}}\n",
        b"\xff\xfe",
    ],
)
def test_a_broken_file_is_said_to_be_broken(data: bytes) -> None:
    """Each fault is a finding of one rule, and nothing is remembered."""
    found, findings = memory.read("clip.page.yaml", data)

    assert found == {}
    assert {one.rule for one in findings} == {"page-memory-broken"}


def test_it_is_no_spec(base: dict[str, bytes]) -> None:
    """Beside the specs it disturbs nothing, whatever it holds."""
    assert not load({**base, "specs/reel/clip.page.yaml": b"["}).findings


def test_a_changed_sentence_is_editorial(clip: Endpoint, page: Page) -> None:
    """Texts that changed, came or went are told as that, and white space is no change."""
    old = page(clip, wordings={("about",): "One  two.", ("parameters", "prompt", "about"): "Three."})
    new = page(clip, wordings={("about",): "One\ntwo.", ("error_codes", "404", "about"): "Four."})
    before = {"page": Remembered.of(old, "2026-01-02")}

    told = held_against(clip, "page", new, before).differences

    assert {(one.rule, one.kind, one.path) for one in told} == {
        ("page-reworded", "editorial", ("parameters", "prompt", "about")),
        ("page-reworded", "editorial", ("error_codes", "404", "about")),
    }
    assert held_against(clip, "page", new).differences == ()


def test_what_the_spec_does_not_have_is_compared_with_the_last_reading(
    clip: Endpoint, page: Page, gone: object
) -> None:
    """A fact that no spec holds, such as a pace that the page asks for, is told when it changes or is left out."""
    at = ("queue", "state_names")
    old = page(clip, {at: ["WAITING", "DONE", "FAILED"]})
    before = {"page": Remembered.of(old, "2026-01-02")}

    (less,) = held_against(clip, "page", page(clip, {at: gone}), before).differences
    (other,) = held_against(clip, "page", page(clip, {at: ["DONE", "WAITING", "FAILED"]}), before).differences

    assert (less.rule, less.kind, less.path) == ("no-longer-stated", "editorial", at)
    assert (other.rule, other.kind, other.path) == ("page-changed", "editorial", at)


def test_a_page_that_catches_up_with_the_spec(clip: Endpoint, page: Page) -> None:
    """Once the spec follows a change, the page is told to have changed until it is accepted, and no more than that."""
    old = page(clip, {("typical_seconds",): 60.0})
    before = {"page": Remembered.of(old, "2026-01-02")}

    (told,) = held_against(clip, "page", page(clip), before).differences

    assert (told.rule, told.kind, told.old, told.new) == ("page-changed", "editorial", 60.0, 30.0)


def test_marks_that_are_gone_are_told_once(clip_with: Callable[..., Endpoint], page: Page, gone: object) -> None:
    """A page that marks nothing any more is one finding, at a line of the page, however many parameters it has."""
    prompt = "  prompt: {type: string, required: true, about: What the clip shows.}\n"
    endpoint = clip_with((prompt, f"{prompt}  seed: {{type: integer, about: Number.}}\n"))
    known = {"page": Remembered.of(page(endpoint), "2026-11-19")}
    marks = {path: gone for path in facts_of(*endpoint) if path[0] == "parameters" and path[-1] == "required"}
    silent = page(endpoint, marks)
    reading = dataclasses.replace(silent, tells=silent.tells - {"required"})
    (one,) = held_against(endpoint, "page", reading, known).differences

    assert len(marks) > 1
    assert (one.rule, one.kind, one.path[-1]) == ("no-longer-stated", "editorial", "required")
    assert one.page.line


def test_a_parameter_that_was_left_out_goes_as_one(clip_with: Callable[..., Endpoint], page: Page) -> None:
    """When the page drops it, the decision is outdated, and what the page said of it is not told beside that."""
    end = "output: {type: string, format: uri, media: video, about: Address of the clip.}\n"
    settles = "{parameters: {bag: {type: array, required: false}, bag/0: {type: object}}}"
    endpoint = clip_with((end, f"{end}decisions:\n  - {{about: bag, found: F., decided: D., settles: {settles}}}\n"))
    names = facts_of(*endpoint)["parameter_names",]
    assert isinstance(names, list)
    bag = {
        ("parameter_names",): [*names, "bag"],
        ("parameters", "bag", "type"): "array",
        ("parameters", "bag", "required"): False,
        ("parameters", "bag/0", "type"): "object",
    }
    known = {"page": Remembered.of(page(endpoint, bag), "2026-11-19")}

    assert held_against(endpoint, "page", page(endpoint, bag), known).differences == ()
    assert [one.rule for one in held_against(endpoint, "page", page(endpoint), known).differences] == [
        "decision-outdated"
    ]


def test_a_page_that_is_the_same_keeps_its_day(clip: Endpoint, page: Page) -> None:
    """Accepting it again on another day changes no byte; the day follows when the page is another one."""
    first = Remembered.of(page(clip), "2026-11-19")
    (again,) = memory.read("clip.page.yaml", memory.text("reel", "clip", {"page": first}).encode())[0].values()

    assert Remembered.of(page(clip), "2026-11-26").since(again) == first
    assert Remembered.of(page(clip, sha256="1" * 64), "2026-11-26").since(again).read == "2026-11-26"

"""What a decision settles is silent as long as the page says exactly that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callsheet.drift.against import held_against
from callsheet.drift.memory import Remembered
from callsheet.drift.whose import Endpoint
from callsheet.pages import Conflict, Place, Reading, Said
from callsheet.source.nodes import Plain
from callsheet.spec.load import load

Page = Callable[..., Reading]
With = Callable[..., Endpoint]


def decision(settles: str) -> tuple[str, str]:
    """A change of the endpoint's file: a decision at its end."""
    end = "output: {type: string, format: uri, media: video, about: Address of the clip.}\n"
    return end, f"{end}decisions:\n  - about: it\n    found: Two things.\n    decided: One.\n    settles: {settles}\n"


PROMPT = "  prompt: {type: string, required: true, about: What the clip shows.}\n"
MODE = (PROMPT, f"{PROMPT}  mode: {{type: string, enum: [slow, fast], default: fast, about: How.}}\n")
DEFAULT = ("parameters", "mode", "default")


def rules(endpoint: Endpoint, reading: Reading, kind: str = "page") -> list[str]:
    """The rules of what is told."""
    return [one.rule for one in held_against(endpoint, kind, reading).differences]


def test_a_settled_difference_is_silent(clip_with: With, page: Page) -> None:
    """The page may say what was settled. A third value is told as any other, and that alone; agreement as outdated."""
    endpoint = clip_with(MODE, decision("{parameters: {mode: {default: slow}}}"))

    assert rules(endpoint, page(endpoint, {DEFAULT: "slow"})) == []
    assert rules(endpoint, page(endpoint, {DEFAULT: "medium"})) == ["default-changed"]
    assert rules(endpoint, page(endpoint)) == ["decision-outdated"]


def test_what_another_page_may_still_say_is_not_outdated(clip_with: With, page: Page) -> None:
    """While one of the endpoint's pages has not been remembered, nobody knows whether it says what was settled."""
    other = (
        "sources:\n",
        'sources:\n  llms: {url: "https://x.test/llms", read: "2026-11-19", sha256: "' + "0" * 64 + '"}\n',
    )
    endpoint = clip_with(MODE, decision("{parameters: {mode: {default: slow}}}"), other)
    llms = Remembered.of(page(endpoint, {DEFAULT: "slow"}), "2026-11-19")
    silent = Remembered.of(page(endpoint), "2026-11-19")

    assert rules(endpoint, page(endpoint)) == []
    for memory, told in ((llms, []), (silent, ["decision-outdated"])):
        found = held_against(endpoint, "page", page(endpoint), {"llms": memory}).differences
        assert [one.rule for one in found] == told


def test_a_page_may_be_settled_to_say_nothing(clip_with: With, page: Page, gone: object) -> None:
    """With null, a fact that the page leaves out is not missed, and one that it states is compared as ever."""
    endpoint = clip_with(MODE, decision("{parameters: {mode: {default: null}}}"))

    assert rules(endpoint, page(endpoint, {DEFAULT: gone})) == []
    assert rules(endpoint, page(endpoint)) == []
    assert rules(endpoint, page(endpoint, {DEFAULT: "slow"})) == ["default-changed"]


@pytest.mark.parametrize(
    ("settles", "odd", "silent"),
    [
        ("{parameters: {mode: {allowed: Fast}}}", ["Fast"], True),
        ("{parameters: {mode: {allowed: [Fast, Slow]}}}", ["Fast", "Slow"], True),
        ("{parameters: {mode: {allowed: [Fast]}}}", ["Fast", "Slow"], False),
        ("{parameters: {mode: {default: Fast}}}", ["Fast"], False),
    ],
)
def test_the_odd_word_of_a_contradiction_is_settled(
    clip_with: With, page: Page, settles: str, odd: list[Plain], *, silent: bool
) -> None:
    """Each thing that a page says beside what the spec follows has to be settled, at its own fact."""
    endpoint = clip_with(MODE, decision(settles))
    at = ("parameters", "mode", "allowed")
    says = (Said(at, ["slow", "fast"], Place(3)), *(Said(at, word, Place(9), "text") for word in odd))
    reading = page(endpoint, conflicts=(Conflict(at, "another spelling", says),))

    assert ("page-conflict" not in rules(endpoint, reading)) == silent


def test_what_is_odd_only_together_is_settled_by_one_of_the_two(clip_with: With, page: Page) -> None:
    """Required with a default: the spec agrees with both, and the decision names what is required."""
    at = ("parameters", "mode", "required")
    both = (Said(at, False, Place(3)), Said(DEFAULT, "fast", Place(5)))
    conflict = Conflict(at, "required, and has a default", both)
    bare = clip_with(MODE)
    settled = clip_with(MODE, decision("{parameters: {mode: {required: false}}}"))

    assert rules(bare, page(bare, conflicts=(conflict,))) == ["page-conflict"]
    assert rules(settled, page(settled, conflicts=(conflict,))) == []


def test_a_way_that_the_spec_leaves_out(clip_with: With, page: Page) -> None:
    """A page may offer another way to call the endpoint, and a spec may decide to go without."""
    more = {("sync", "kind"): "call", ("sync", "submit", "url"): "https://api.reel.test/v1/clip"}
    bare, settled = clip_with(), clip_with(decision("{sync: {kind: call}}"))

    assert rules(bare, page(bare, more)) == ["protocol-new"]
    assert rules(settled, page(settled, more)) == []


def test_another_page_is_not_asked_for_what_this_one_says(clip_with: With, page: Page) -> None:
    """What is settled of one page is not outdated because another page of the endpoint is right."""
    endpoint = clip_with(MODE, decision("{parameters: {mode: {default: slow}}}"))
    odd, right = page(endpoint, {DEFAULT: "slow"}), page(endpoint)
    memory = {"llms": Remembered.of(odd, "2026-01-02")}

    def outdated(kind: str, reading: Reading) -> bool:
        found = held_against(endpoint, kind, reading, memory).differences
        return "decision-outdated" in [one.rule for one in found]

    assert rules(endpoint, right, "openapi") == []
    assert not outdated("page", right)
    assert outdated("llms", right)


@pytest.mark.parametrize(
    ("settles", "meant"),
    [
        ("{parameters: {prompt: {defualt: x}}}", "did you mean `default`?"),
        ("{paramters: {prompt: {default: x}}}", "did you mean `parameters`?"),
        ("{queue: {submit: {ulr: x}}}", "did you mean `url`?"),
        ("{queue: {statess: {X: queued}}}", "did you mean `states`?"),
        ("{price: {amuont: 1}}", "did you mean `amount`?"),
    ],
)
def test_a_fact_that_nothing_says_is_refused(base: dict[str, bytes], settles: str, meant: str) -> None:
    """A slip in a settled fact is found by `check`, at its line, with the word that was probably meant."""
    old, new = decision(settles)
    text = base["specs/reel/clip.yaml"].decode().replace(old, new)
    (found,) = load({**base, "specs/reel/clip.yaml": text.encode()}).findings

    assert found.rule == "unknown-fact"
    assert text.split("\n")[found.span.line - 1].lstrip().startswith("settles:")
    assert meant in found.mend


def test_what_a_decision_settles_is_read_as_facts(clip_with: With) -> None:
    """Mappings are paths; lists, samples and defaults are values."""
    endpoint = clip_with(
        decision("{parameters: {prompt: {default: {a: 1}}}, sample: {page: {prompt: x}}, error_codes: [1, 2]}")
    )
    (made,) = endpoint[1].spec.decisions

    assert {one.path: one.value for one in made.settles} == {
        ("parameters", "prompt", "default"): {"a": 1},
        ("sample", "page"): {"prompt": "x"},
        ("error_codes",): [1, 2],
    }

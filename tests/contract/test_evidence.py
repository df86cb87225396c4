"""Evidence files, and the comparison that convicts a spec."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.contract.evidence import files as evidence
from callsheet.contract.evidence.files import NOT_STATED
from callsheet.facts import Facts
from callsheet.source.nodes import Plain

TEXT = """
evidence: model/1
of: reel/clip
sources: {page: {url: "https://example.com"}, other: {url: "https://example.com/other"}}
facts:
  - source: page
    certainty: documented
    says:
      parameters:
        ratio: {required: true, default: "16:9", allowed: ["16:9", "9:16"]}
        seed: {default: 1, without: [minimum]}
      sample: {page: {ratio: "9:16", nested: {a: 1}}}
  - source: other
    certainty: captured
    says: {parameters: {ratio: {type: string}}}
answers:
  - {on: submit, http: 429, source: other, means: refused, accepted: never}
"""
AGREED: Facts = {
    ("parameters", "ratio", "required"): True,
    ("parameters", "ratio", "default"): "16:9",
    ("parameters", "ratio", "allowed"): ["16:9", "9:16"],
    ("parameters", "ratio", "type"): "string",
    ("parameters", "seed", "default"): 1,
    ("sample", "page"): {"ratio": "9:16", "nested": {"a": 1}},
}


@pytest.fixture
def known(tmp_path: Path) -> evidence.Evidence:
    """The text above, read."""
    path = tmp_path / "evidence" / "reel" / "clip.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    return evidence.read(path)


def test_a_file_is_read_as_single_facts(known: evidence.Evidence) -> None:
    """Each leaf is one fact with its own source, certainty and place; what is not stated is a fact, too."""
    facts = {fact.path: fact for fact in known.facts}

    assert {*AGREED, ("parameters", "seed", "minimum")} == facts.keys()
    assert facts["parameters", "seed", "minimum"].value == NOT_STATED
    assert (facts["parameters", "ratio", "type"].source, facts["parameters", "ratio", "type"].certainty) == (
        "other",
        "captured",
    )
    assert str(facts["parameters", "ratio", "default"].span) == "evidence/reel/clip.yaml:10:42"
    assert [(answer.on, answer.http, dict(answer.expected)) for answer in known.answers] == [
        ("submit", 429, {"means": "refused", "accepted": "never"})
    ]


def test_agreement_is_silent(known: evidence.Evidence) -> None:
    """Nothing is reported where all facts agree; facts that nobody has read are listed apart."""
    more: Facts = {**AGREED, ("typical_seconds",): 3.0}

    assert evidence.compare(known, more) == ()
    assert evidence.undefended(known, more) == (("typical_seconds",),)


@pytest.mark.parametrize("path", AGREED)
def test_each_fact_convicts(known: evidence.Evidence, path: tuple[str, ...]) -> None:
    """One fact changed or gone is one disagreement, and it is that one."""
    for facts in ({**AGREED, path: "changed"}, {at: value for at, value in AGREED.items() if at != path}):
        assert [found.known.path for found in evidence.compare(known, facts)] == [path]


def test_a_fact_that_no_page_states_convicts(known: evidence.Evidence) -> None:
    """A bound that was made up is noticed."""
    (found,) = evidence.compare(known, {**AGREED, ("parameters", "seed", "minimum"): 0})

    assert str(found) == (
        "evidence/reel/clip.yaml:11:37: `parameters seed minimum`: "
        "page (documented) says (not stated), the spec comes to 0"
    )


def test_a_disagreement_says_both_values_and_the_place(known: evidence.Evidence) -> None:
    """The message leads to the line of the evidence and names its source."""
    (found,) = evidence.compare(known, {**AGREED, ("parameters", "ratio", "default"): "9:16"})

    assert str(found) == (
        "evidence/reel/clip.yaml:10:42: `parameters ratio default`: "
        'page (documented) says "16:9", the spec comes to "9:16"'
    )


def test_what_is_known_of_a_protocol_counts_for_those_who_have_it(tmp_path: Path) -> None:
    """An endpoint's own file says which protocols it has; facts and answers of the provider's others are left out."""
    folder = tmp_path / "reel"
    folder.mkdir()
    (folder / "provider.yaml").write_text(
        """
protocols: [queue, sync]
sources: {docs: {}}
facts: [{source: docs, certainty: documented, says: {credential: {env: KEY}, queue: {initial: A}, sync: {cutoff: 9}}}]
answers:
  - {on: submit, http: 500, source: docs}
  - {on: status, http: 422, source: docs, protocols: [queue]}
"""
    )
    (folder / "clip.yaml").write_text(
        "sources: {page: {}}\nfacts: [{source: page, certainty: documented, says: {protocols: [sync]}}]\n"
    )
    known = evidence.of_endpoint(tmp_path, "reel", "clip")

    assert {("credential", "env"), ("sync", "cutoff"), ("protocols",)} == {fact.path for fact in known.facts}
    assert [500] == [answer.http for answer in known.answers]


def test_a_fact_needs_a_source_that_exists(tmp_path: Path) -> None:
    """Evidence without a source is none."""
    path = tmp_path / "clip.yaml"
    path.write_text("sources: {}\nfacts:\n  - {source: page, certainty: documented, says: {typical_seconds: 1}}\n")

    with pytest.raises(ValueError, match="`page` is not among the file's `sources`"):
        evidence.read(path)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_value_is_the_same_as_itself(value: Plain) -> None:
    """Every JSON value equals itself, and no list of it."""
    assert evidence.same(value, value)
    assert not evidence.same(value, [value])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(5, 5.0, True), (1, True, False), (0, False, False), ([1], [True], False), ({"a": 0}, {"a": False}, False)],
)
def test_numbers_are_no_truths(one: Plain, other: Plain, equal: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    """5 and 5.0 are one JSON number; 1 and true are two values."""
    assert evidence.same(one, other) == equal

"""The laws: each is broken by a story of its own, and by no other; a good story breaks none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callsheet.contract.flows.laws import LAWS, Sent, Story, Told, breaches

KEY = "secret-key-0123456789"


class OwnError(Exception):
    """Stands for what a client raises on purpose."""


SUBMIT = Sent(1, 0.0, "submit", "POST", "https://queue.example/m", carries_key=True, accepted="a1", names_job=True)
LOOK = Sent(2, 1.0, "status", "GET", "https://queue.example/m/a1", carries_key=True, job="a1")
LAST = Sent(3, 2.0, "status", "GET", "https://queue.example/m/a1", carries_key=True, job="a1", ends=True)
GOOD = Story(
    (SUBMIT, LOOK, LAST),
    Told(began=0.0, ended=2.0, deadline=10.0, job="a1"),
    secrets=frozenset({KEY}),
    least_pause=0.5,
    most_looks=2,
)
LOST = Told(began=0.0, ended=2.0, deadline=10.0, error=OwnError("the connection broke"))

BROKEN = {
    "charges": [replace(GOOD, sent=(replace(SUBMIT, number=0, came="broken"), *GOOD.sent))],
    "handles": [
        replace(GOOD, told=LOST),
        replace(GOOD, sent=(replace(SUBMIT, came="broken"),), told=LOST),
        replace(GOOD, sent=(replace(SUBMIT, came="nothing"),), told=LOST),
        replace(GOOD, sent=(replace(SUBMIT, accepted="b2"), *GOOD.sent[1:])),
        replace(GOOD, told=replace(GOOD.told, job="made-up")),
    ],
    "deadlines": [replace(GOOD, told=replace(GOOD.told, ended=10.5))],
    "polls": [
        replace(GOOD, most_looks=1),
        replace(GOOD, least_pause=1.5),
        replace(GOOD, most_looks=None, sent=(*GOOD.sent, replace(LOOK, number=4, at=3.0))),
    ],
    "secrets": [
        replace(GOOD, sent=(*GOOD.sent, Sent(4, 3.0, "download", "GET", "https://x.example/f", False, True))),
        replace(GOOD, told=replace(GOOD.told, error=OwnError("no"), written=f"Authorization: Key {KEY}")),
    ],
    "typed errors": [replace(GOOD, told=replace(GOOD.told, error=KeyError("status"), typed=False))],
}


def test_a_good_story_breaks_no_law() -> None:
    """One job, its id known, in time, with few looks, the key at home."""
    assert breaches(GOOD) == ()


def test_who_is_misled_is_not_to_blame() -> None:
    """A submission that is answered with another job's id: the caller knows what was said, and that is all."""
    misled = replace(SUBMIT, names_job=False, misleads="b2")

    assert breaches(replace(GOOD, sent=(misled, LOOK), told=replace(LOST, job="b2"))) == ()


def test_whose_call_told_its_end_lost_nothing() -> None:
    """A blocking call that says how the job ended leaves no job that could be asked for."""
    assert breaches(replace(GOOD, sent=(replace(SUBMIT, ends=True),), told=LOST)) == ()


@pytest.mark.parametrize(
    ("law", "story"),
    [(law, story) for law, stories in BROKEN.items() for story in stories],
    ids=[f"{law}-{n}" for law, stories in BROKEN.items() for n in range(len(stories))],
)
def test_each_law_is_broken_by_its_own_story(law: str, story: Story) -> None:
    """What is wrong is named by its law, with the request that shows it, and without the secret."""
    found = breaches(story)

    assert {one.law for one in found} == {law}
    assert not any(KEY in str(one) for one in found)


def test_a_doubt_that_is_told_is_no_loss() -> None:
    """An answer that never came: the caller knows that a job may run, and that is all that can be known."""
    story = replace(GOOD, sent=(replace(SUBMIT, came="nothing"),), told=replace(LOST, admits=True))

    assert breaches(story) == ()


def test_every_law_has_a_story_that_breaks_it() -> None:
    """A law that no story can break would prove nothing."""
    assert BROKEN.keys() == LAWS.keys()

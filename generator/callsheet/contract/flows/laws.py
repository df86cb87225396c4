"""What holds for every call of every client, whatever befalls it on the way. Stated here and nowhere else.

A test gathers a `Story`, from sockets, a transport in memory or a recording, and asks `breaches` what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from callsheet.runtime.words import Phase

Came = Literal["whole", "broken", "nothing"]
"""How much of an answer reached the caller's side."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a story, as the provider saw it, in the order of arrival."""

    number: int
    at: float
    """Seconds, by any clock that the whole story shares."""
    phase: Phase
    method: str
    url: str
    declared: bool = True
    """Whether its host is one of the provider's."""
    carries_key: bool = False
    job: str | None = None
    """The job that it is about."""
    accepted: str | None = None
    """Id of the job that was started, and charged, because of it."""
    came: Came = "whole"
    names_job: bool = False
    """The answer, as it left the provider, names the id of the job that was accepted."""
    misleads: str | None = None
    """Another job's id, which the answer names in its place."""
    ends: bool = False
    """The answer told how the job had ended."""

    def __str__(self) -> str:
        """As a breach names it."""
        return f"request {self.number} ({self.phase}, {self.method} {self.url}, at {self.at:.3f} s)"


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller was left with: a result, or an exception."""

    began: float
    ended: float
    deadline: float
    """Seconds from `began` on that the caller granted."""
    job: str | None = None
    """Id of the job that the caller knows of: by the result, by the exception's handle, or by the journal."""
    error: BaseException | None = None
    typed: bool = True
    """The exception is one that the client raises on purpose."""
    admits: bool = False
    """The exception says that a job may be running whose id nobody knows."""
    written: str = ""
    """All that was shown: words, repr, notes and traceback of the exception; logs and warnings."""


@dataclass(frozen=True, slots=True)
class Story:
    """One intent of a caller, from the call to its end."""

    sent: tuple[Sent, ...]
    told: Told
    secrets: frozenset[str] = field(default_factory=frozenset[str], repr=False)
    least_pause: float = 0.0
    """Seconds that have to pass between two looks at a job that is under way."""
    most_looks: int | None = None
    grace: float = 0.0
    """Seconds that a machine may add to a deadline."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A law that a story breaks, and how."""

    law: str
    words: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.law}: {self.words}"


Law = Callable[[Story], Iterator[str]]


def charges(story: Story) -> Iterator[str]:
    """One intent starts one job at most."""
    started = [one for one in story.sent if one.accepted is not None]
    if len(started) > 1:
        yield f"one intent was charged {len(started)} times: {'; '.join(map(str, started))}"


def handles(story: Story) -> Iterator[str]:
    """No job is lost: its id is the caller's once an answer brought it; before that, the caller knows of the doubt."""
    for one in story.sent:
        if one.accepted is None or story.told.job == one.accepted:
            continue
        if one.came == "whole" and one.misleads is not None and story.told.job == one.misleads:
            continue  # nobody could know better
        if one.came == "whole" and one.ends:
            continue  # it is over, and that is what the caller was told
        if story.told.job is not None:
            yield f"{one} started {one.accepted}, and the caller was told of {story.told.job}"
        elif one.came == "whole" and one.names_job:
            yield f"{one} was answered with the id {one.accepted}, and the caller was not told of it: {_end(story)}"
        elif not story.told.admits and story.told.error is not None:
            yield f"{one} started {one.accepted}, and the caller was not told that a job may run: {_end(story)}"
    known = {job for one in story.sent for job in (one.accepted, one.job, one.misleads)}
    if story.told.job is not None and story.told.job not in known:
        yield f"the caller was told of {story.told.job}, which nobody started"


def deadlines(story: Story) -> Iterator[str]:
    """A call is over when its time is, whatever the other side does."""
    lasted = story.told.ended - story.told.began
    if lasted > story.told.deadline + story.grace:
        yield f"it lasted {lasted:.2f} s, and {story.told.deadline:.2f} s were granted: {_end(story)}"


def polls(story: Story) -> Iterator[str]:
    """Looks keep their distance, are about jobs that were started, and stop with the job's end."""
    looks = [one for one in story.sent if one.phase == "status"]
    if story.most_looks is not None and len(looks) > story.most_looks:
        yield f"{len(looks)} looks, where {story.most_looks} are enough"
    for before, after in pairwise(looks):
        # A clock of floats: what is a billionth short is not short.
        if before.came == "whole" and after.at - before.at < story.least_pause - 1e-9:
            yield f"{after} came {after.at - before.at:.3f} s after the look before it, {story.least_pause:g} are due"
    ended = next((one for one in looks if one.ends and one.came == "whole"), None)
    if ended is not None:
        for late in looks:
            if late.number > ended.number and late.job == ended.job:
                yield f"{late} came after {ended} had told that the job was over"
    for one in story.sent:
        if one.phase == "submit" and ended is not None and one.number > ended.number:
            yield f"{one} came after the job of the same intent was over"


def secrets(story: Story) -> Iterator[str]:
    """A key goes to the provider's hosts, and nowhere else: no other host, no address, no word that is shown."""
    for one in story.sent:
        if one.carries_key and not one.declared:
            yield f"{one} took the key to a host that the spec does not declare"
    if any(secret and secret in story.told.written for secret in story.secrets):
        yield f"a secret is in what was shown: {_end(story)}"


def typed_errors(story: Story) -> Iterator[str]:
    """Whatever happens on the way, what a caller catches is one of the client's own exceptions."""
    if story.told.error is not None and not story.told.typed:
        yield f"the caller got {type(story.told.error).__module__}.{type(story.told.error).__qualname__}: {_end(story)}"


LAWS: Final[dict[str, Law]] = {
    "charges": charges,
    "handles": handles,
    "deadlines": deadlines,
    "polls": polls,
    "secrets": secrets,
    "typed errors": typed_errors,
}
"""All of them, by name."""


def breaches(story: Story) -> tuple[Breach, ...]:
    """Every law that the story breaks."""
    return tuple(Breach(name, words) for name, law in LAWS.items() for words in law(story))


def _end(story: Story) -> str:
    error = story.told.error
    if error is None:
        return "it ended with a result"
    words = str(error)
    for secret in story.secrets:
        words = words.replace(secret, "…") if secret else words
    return f"it ended with {type(error).__name__}: {words[:300]}"

"""What is raised: its words, its parts, and that neither gets lost on the way to another process."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import reel

from callsheet.runtime import errors
from callsheet.runtime.errors import ProviderError, Violation, carrying
from callsheet.runtime.file_errors import UploadFailed, WebhookRefused
from callsheet.runtime.handle import Handle, Update
from callsheet.runtime.tables import ErrorRow

JOB = reel.HANDLE
ANSWER = reel.reply(503, {"error": "down"})
UNKNOWN = (
    "reel/clip: the outcome of a submission is unknown (cut). One request was sent, body sha256 aaaaaaaaaaaaaaaa…; a "
    "job may be running and may be charged. It was not sent again: look at the provider's own list of requests first."
)
HELP = "Change the request; sending the same again will not help."
LOOK = "Check the id, and that the key is of the account that submitted; what has expired is gone."
NOT_KNOWN = "The spec does not know this answer."
WAIT = "The job was not cancelled: wait again, in this process or with `job(token)` in another."


def row(**parts: Any) -> ErrorRow:
    """A row that says nothing in particular."""
    plain = {
        "name": "row",
        "http": 400,
        "means": "refused",
        "about": "About it.",
        "accepted": "never",
        "billed": "never",
        "retry": "never",
        "mend": "caller",
    }
    return ErrorRow(**{**plain, **parts})


def kind(**parts: Any) -> type[ProviderError]:
    """An error with that row."""
    return type("Known", (ProviderError,), {"row": row(**parts)})


class Later(ProviderError):
    row = row(retry="after_delay")


class Lost(ProviderError):
    row = row(means="unknown_job", accepted="always", billed="always")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            errors.InvalidInput("reel/clip", (Violation("a", "type", "is wrong"), Violation("", "x", "all", hint="b"))),
            "reel/clip: the input was not sent, 2 fault(s):\n  a: is wrong\n  all; did you mean 'b'?",
        ),
        (errors.SubmissionUnknown("reel/clip", "a" * 64, "cut"), UNKNOWN),
        (
            errors.SubmissionUnknown("reel/clip", "a" * 64, "cut", ANSWER, Path("/s/a")),
            f"{UNKNOWN} What came of the file is kept in /s/a.",
        ),
        (
            errors.WaitTimeout(JOB, 8.6, None),
            f"reel/clip j1 is not finished after 9 s, its state was never seen. {WAIT}",
        ),
        (
            errors.WaitTimeout(JOB, 8.6, Update(JOB, "BUSY", "running", 1.0, 1), OSError("reset.")),
            f"reel/clip j1 is not finished after 9 s, last state BUSY; last trouble: reset. {WAIT}",
        ),
        (
            errors.WaitTimeout(JOB, 8.6, Update(JOB, "NEW", None, 1.0, 1)),
            f"reel/clip j1 is not finished after 9 s, last state NEW (a state that the spec does not know). {WAIT}",
        ),
        (errors.DownloadFailed("https://x.test", "HTTP 404", JOB), "could not save https://x.test: HTTP 404"),
        (
            UploadFailed("reel/clip", "image", "a.png, 3 bytes", "HTTP 500."),
            "reel/clip: image (a.png, 3 bytes) could not be sent: HTTP 500. Nothing was submitted.",
        ),
        (
            WebhookRefused("Reel", "time", "it is old"),
            "a webhook that calls itself one of Reel is refused: it is old",
        ),
        (
            ProviderError(provider="Reel"),
            f"Reel gives no reason. The spec does not know this answer. Not billed. {HELP}",
        ),
        (
            ProviderError(provider="Reel", http=400, message="no", code="E1"),
            f"Reel says 'no' (HTTP 400, E1). The spec does not know this answer. Not billed. {HELP}",
        ),
        (
            ProviderError(provider="Reel", code="E1", handle=JOB, state="BROKEN"),
            f"reel/clip j1 ended BROKEN: Reel gives no reason (E1). {NOT_KNOWN} It may have been billed. {HELP}",
        ),
        (
            Later(provider="Reel", http=429),
            "Reel gives no reason (HTTP 429). About it. Not billed. Wait before you ask again.",
        ),
        (
            Lost(provider="Reel", handle=JOB),
            f"reel/clip j1: Reel gives no reason. About it. Billed. {LOOK}",
        ),
        (errors.NotFinished(provider="Reel", handle=JOB), "reel/clip j1 is not finished: wait for it."),
        (
            errors.NotFinished(provider="Reel", handle=JOB, state="BUSY"),
            "reel/clip j1 is not finished, its state is BUSY: wait for it.",
        ),
    ],
)
def test_the_words_of_an_error(error: Exception, words: str) -> None:
    """The same wherever it is read, also when it comes from another process, with all its parts."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert str(error) == str(again) == words
    assert vars(again).keys() == vars(error).keys()
    assert type(again) is type(error)


@pytest.mark.parametrize(
    ("error", "accepted", "billed", "retry", "mend", "moderation"),
    [
        (ProviderError(provider="Reel"), "never", "never", "never", "caller", False),
        (ProviderError(provider="Reel", handle=JOB), "always", "maybe", "never", "caller", False),
        (kind(accepted="maybe", billed="maybe")(provider="R"), "maybe", "maybe", "never", "caller", False),
        (kind()(provider="R", handle=JOB), "always", "maybe", "never", "caller", False),
        (
            kind(accepted="always", billed="never", retry="reads_only", mend="provider", moderation=True)(
                provider="R", handle=JOB
            ),
            "always",
            "never",
            "reads_only",
            "provider",
            True,
        ),
    ],
)
def test_what_an_error_means(  # noqa: PLR0913 - the parts of an error
    error: ProviderError, accepted: str, billed: str, retry: str, mend: str, *, moderation: bool
) -> None:
    """A row is about the request that was answered so; that a job runs is not undone by it."""
    assert (error.accepted, error.billed, error.retry, error.mend) == (accepted, billed, retry, mend)
    assert error.moderation is moderation
    assert error.request_id == ("j1" if error.handle else None)


def test_whatever_is_raised_carries_its_job() -> None:
    """Ctrl-C too; what knows its job already keeps it, and errors of ours say it in their own words."""
    other = Handle("reel", "clip", "queue", "j2")
    struck, own, knows = KeyboardInterrupt(), errors.ConnectionFailed("x"), errors.UnexpectedAnswer("y", handle=other)
    for error in (struck, own, knows):
        with pytest.raises(type(error)), carrying(JOB, ANSWER):
            raise error

    note = f"The job is at the provider: reel/clip j1. It can be taken up with this token: {JOB.token}"
    assert struck.__notes__ == [note]
    assert not hasattr(own, "__notes__")
    assert (struck.handle, own.handle, knows.handle) == (JOB, JOB, other)  # type: ignore[attr-defined]
    assert (struck.answer, own.answer, knows.answer) == (ANSWER, ANSWER, None)  # type: ignore[attr-defined]


class Closed(Exception):
    """Takes nothing."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("__"):
            raise TypeError(name)
        super().__setattr__(name, value)

    def add_note(self, note: str, /) -> None:
        """Refuse."""
        raise TypeError(note)


def test_what_takes_nothing_is_raised_as_it_is() -> None:
    """Nothing is put in its place."""
    with pytest.raises(Closed), carrying(JOB, ANSWER):
        raise Closed

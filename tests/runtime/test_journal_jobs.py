"""What the lines of a journal come to: each part of a submission, from each line that may tell it."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.runtime.handle import Handle
from callsheet.runtime.journal_jobs import Submitted, job_key, number, submissions, text

JOB = {"provider": "reel", "model": "clip", "protocol": "queue"}
SENT = {"event": "intent", "intent": "i1", **JOB, "sha256": "aa", "at": 5.0, "within": 100.0, "spool": "/s/a.part"}
HANDLE = Handle("reel", "clip", "queue", "j1", {"status_url": "https://x.test"}, 7.0)
ACCEPTED = {"event": "accepted", "intent": "i1", "token": HANDLE.token, "at": 6.0}
ENDED = {"event": "ended", **JOB, "request_id": "j1", "how": "failed", "why": "too dark", "at": 9.0}
LONG_AFTER = 1e9


def known(**parts: Any) -> Submitted:
    """A submission whose intent is all that is known, with these parts beside it."""
    plain = {
        "intent": "i1",
        "state": "sending",
        **JOB,
        "request_id": None,
        "token": None,
        "end": None,
        "why": None,
        "submitted_at": 5.0,
        "ended_at": None,
        "sha256": "aa",
        "files": (),
        "urls": (),
        "spool": "/s/a.part",
        "pid": None,
        "host": None,
    }
    return Submitted(**{**plain, **parts})


LOST = "the process that sent it ended, or gave up, before it could write down an answer"
ON_HOST = "process 17 on far.test ended, or gave up, before it could write down an answer"
TOKEN = {"request_id": "j1", "token": HANDLE.token}


@pytest.mark.parametrize(
    ("lines", "now", "expected"),
    [
        ([{**SENT, "pid": 17, "host": "far.test"}], 105.0, {"pid": 17, "host": "far.test"}),
        (
            [{**SENT, "pid": 17, "host": "far.test"}],
            105.5,
            {"pid": 17, "host": "far.test", "state": "unknown", "why": ON_HOST},
        ),
        ([SENT], 5.0, {"state": "unknown", "why": LOST}),
        ([SENT, ACCEPTED], LONG_AFTER, {"state": "open", **TOKEN}),
        (
            [SENT, ACCEPTED, ENDED],
            LONG_AFTER,
            {"state": "ended", **TOKEN, "end": "failed", "why": "too dark", "ended_at": 9.0},
        ),
        (
            [SENT, ACCEPTED, {**ENDED, "how": "lost"}],
            LONG_AFTER,
            {"state": "ended", **TOKEN, "why": "too dark", "ended_at": 9.0},
        ),
        (
            [SENT, {"event": "refused", "intent": "i1", "why": "no credits", "at": 6}],
            7.0,
            {"state": "refused", "why": "no credits"},
        ),
        ([SENT, {"event": "unknown", "intent": "i1", "why": "cut", "at": 6}], 7.0, {"state": "unknown", "why": "cut"}),
        ([SENT, {"event": "unknown", "intent": "i1", "at": 6}], 7.0, {"state": "unknown", "why": LOST}),
        (
            [SENT, {"event": "unknown", "intent": "i1", "why": "cut", "at": 6}, ACCEPTED],
            LONG_AFTER,
            {"state": "open", **TOKEN},
        ),
        (
            [SENT, ACCEPTED, {"event": "saved", **JOB, "request_id": "j1", "file": "/a.mp4", "at": 9}],
            LONG_AFTER,
            {"state": "open", **TOKEN, "files": ("/a.mp4",)},
        ),
        (
            [SENT, {**ENDED, "intent": "i1", "how": "succeeded", "why": None, "urls": ["https://x.test/a", 5, "b"]}],
            LONG_AFTER,
            {
                "state": "ended",
                "request_id": "j1",
                "end": "succeeded",
                "ended_at": 9.0,
                "urls": ("https://x.test/a", "b"),
            },
        ),
        ([SENT, {**ACCEPTED, "token": "{}"}], LONG_AFTER, {"state": "unknown", "why": LOST}),
        (
            [{k: v for k, v in SENT.items() if k != "at"}, ACCEPTED],
            LONG_AFTER,
            {"state": "open", **TOKEN, "submitted_at": 7.0},
        ),
        (
            [{**SENT, "protocol": 5, "model": "", "sha256": None}],
            5.0,
            {"state": "unknown", "why": LOST, "protocol": "", "model": "", "sha256": None},
        ),
    ],
)
def test_what_the_lines_of_a_submission_come_to(
    lines: list[dict[str, Any]], now: float, expected: dict[str, Any]
) -> None:
    """What is certain outweighs what was feared; what a line does not say, or says in another type, is not known."""
    assert submissions(lines, now) == (known(**expected),)


def test_lines_find_the_submission_that_they_are_about() -> None:
    """By its intent, or by the job; of an id that came back, the latest. What is about none is passed over."""
    again = {**SENT, "intent": "i2", "at": 50.0}
    lines = [
        {"event": "saved", **JOB, "request_id": "j1", "file": "/early.mp4", "at": 1},
        SENT,
        ACCEPTED,
        ENDED,
        again,
        {**ACCEPTED, "intent": "i2", "at": 51.0},
        {"event": "saved", **JOB, "request_id": "j1", "file": "/b.mp4", "at": 60},
        {"event": "saved", **JOB, "request_id": "j2", "file": "/c.mp4", "at": 60},
        {"event": "saved", **JOB, "model": "other", "request_id": "j1", "file": "/d.mp4", "at": 60},
    ]
    first, second = submissions(lines, LONG_AFTER)

    assert (first.intent, first.state, first.files) == ("i1", "ended", ())
    assert (second.intent, second.state, second.files) == ("i2", "open", ("/b.mp4",))


@pytest.mark.parametrize("missing", ["provider", "model", "protocol", "request_id"])
def test_a_job_has_four_names(missing: str) -> None:
    """Without one of them a line is about none."""
    whole = {**JOB, "request_id": "j1"}

    assert job_key(whole) == ("reel", "clip", "queue", "j1")
    assert job_key({name: value for name, value in whole.items() if name != missing}) is None
    assert job_key({**whole, missing: ""}) is None
    assert job_key({**whole, missing: 5}) is None


@pytest.mark.parametrize(
    ("value", "told"), [(0, 0), (1.5, 1.5), (-9e10, -9e10), (1e11, None), (-1e11, None), (True, None), ("5", None)]
)
def test_a_number_of_a_line(value: object, told: float | None) -> None:
    """Of a size that a time or a process may have."""
    assert number({"at": value}, "at") == told
    assert number({}, "at") is None
    assert (text({"a": "b"}, "a"), text({"a": ""}, "a"), text({"a": 5}, "a"), text({}, "a")) == ("b", None, None, None)

"""Options of a call: what may be given, what is sent where, and every word about what may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import lab
import pytest
import reel

from callsheet.runtime import noting, options, received
from callsheet.runtime.errors import InvalidInput, JobFailed, Unavailable, Violation
from callsheet.runtime.handle import Handle
from callsheet.runtime.offers import Option
from callsheet.runtime.received import Received
from callsheet.runtime.result import READ_LIMIT
from callsheet.runtime.retry import backoff
from callsheet.runtime.tables import Retention

KNOWN = {
    "priority": Option("header", "X-Priority", one_of=("low", "normal")),
    "seconds": Option("query", "seconds", "number", minimum=0.5, maximum=9.0),
    "share": Option("body", "share", "number", above=0),
    "count": Option("query", "count", "integer", minimum=1),
    "again": Option("body", "again", "boolean"),
    "more": Option("body", "more", "object"),
    "hook": Option("query", "webhook"),
}


def test_each_option_travels_where_it_belongs() -> None:
    """As text in headers and queries, as it is in a body."""
    given = {"priority": "low", "seconds": 2.5, "share": 1, "count": 3, "again": True, "more": {"a": 1}, "hook": "x"}
    found = options.sent(KNOWN, given)

    assert dict(found.headers) == {"X-Priority": "low"}
    assert dict(found.query) == {"seconds": "2.5", "count": "3", "webhook": "x"}
    assert dict(found.body) == {"share": 1, "again": True, "more": {"a": 1}}
    assert options.sent(KNOWN, {}) == options.Sent({}, {}, {})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"priority": "normal"}, ()),
        ({"seconds": 0.5}, ()),
        ({"seconds": 9}, ()),
        ({"share": 0.001}, ()),
        ({"count": 1}, ()),
        ({"again": False}, ()),
        ({"more": {}}, ()),
        ({"hook": "http://127.0.0.1:8000/a?b=c"}, ()),
        (
            {"priority": "high"},
            ("priority", "enum", "'high' is not one of 'low', 'normal'", "high", ("low", "normal")),
        ),
        ({"priority": 5}, ("priority", "type", "a string is expected, not int", 5, ("low", "normal"))),
        ({"seconds": 0.49}, ("seconds", "minimum", "0.49 is not at least 0.5", 0.49)),
        ({"seconds": 9.1}, ("seconds", "maximum", "9.1 is not at most 9.0", 9.1)),
        ({"seconds": True}, ("seconds", "type", "a number is expected, not bool", True)),
        ({"share": 0}, ("share", "minimum", "0 is not more than 0", 0)),
        ({"share": float("inf")}, ("share", "type", "a number that JSON knows is expected", float("inf"))),
        ({"count": 1.0}, ("count", "type", "an integer is expected, not float", 1.0)),
        ({"count": 0}, ("count", "minimum", "0 is not at least 1", 0)),
        ({"again": 1}, ("again", "type", "a boolean is expected, not int", 1)),
        ({"more": []}, ("more", "type", "an object is expected, not list", [])),
        (
            {"hook": "localhost"},
            (
                "hook",
                "format",
                "'localhost' is no address that the provider could call: https://… is expected",
                "localhost",
            ),
        ),
        (
            {"prioritty": "low"},
            (
                "prioritty",
                "unknown",
                "there is no such option; there are priority, seconds, share, count, again, more, hook",
                "low",
                tuple(KNOWN),
                "priority",
            ),
        ),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_option(given: dict[str, object], expected: tuple[Any, ...]) -> None:
    """The whole violation, or none."""
    found = tuple(options.faults(KNOWN, given, "hook"))

    assert found == ((Violation(f"call.{expected[0]}", *expected[1:]),) if expected else ())


def test_a_header_takes_what_a_header_can() -> None:
    """Nothing that could end it, and ASCII."""
    known = {"note": Option("header", "X-Note")}
    for value in ("a\nb", "größe", "a\x7f"):
        (fault,) = options.faults(known, {"note": value})
        assert (fault.fact, fault.message) == ("format", "it holds characters that no header can carry")
    assert not [*options.faults(known, {"note": "plain text"})]
    assert not [*options.faults({"note": Option("query", "n")}, {"note": "größe"})]
    (fault,) = options.faults({}, {"note": 1})
    assert (fault.message, fault.allowed, fault.hint) == ("there is no such option; this endpoint has none", (), None)


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://x.test", True),
        ("http://x.test:80/a", True),
        ("ftp://x.test", False),
        ("https://", False),
        ("https:///a", False),
        ("https://x.test:0", False),
        ("https://x.test:99999", False),
        ("https://x.test/a b", False),
        ("https://x.test/é", False),
        ("https://x.test/\n", False),
        (5, False),
        ("https://[", False),
    ],
)
def test_where_a_webhook_can_go(url: object, *, fine: bool) -> None:
    """To an address of the web, with a host and a port that there can be."""
    assert options._is_address(url) is fine


def test_pauses_between_tries() -> None:
    """Half a second, doubled each time, half a minute at most; between half of it and the whole."""
    assert [backoff(attempt, lambda: 1.0) for attempt in (1, 2, 3, 6, 7, 8, 99)] == [
        0.5,
        1.0,
        2.0,
        16.0,
        30.0,
        30.0,
        30.0,
    ]
    assert [backoff(attempt, lambda: 0.0) for attempt in (1, 2, 99)] == [0.25, 0.5, 15.0]
    assert READ_LIMIT == 67_108_864


def test_a_payload_that_is_no_object_is_told() -> None:
    """By whoever judges it, and by whoever would send it; nothing is sent."""
    server = lab.Server()
    for endpoint in (lab.client(server).clip, lab.client(server).now):
        for payload in ([1], "text", None, 5):
            (fault,) = endpoint.validate(payload)
            assert fault == Violation("", "type", f"an object is expected, not a {type(payload).__name__}", payload)
        assert endpoint.validate({}) == ()
    assert server.requests == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"provider": "other"}, "this token is of other/clip, not of lab/clip"),
        ({"model": "other"}, "this token is of lab/other, not of lab/clip"),
        ({"protocol": "other"}, "this token is of the protocol other, not of queue"),
    ],
)
def test_a_job_of_something_else_is_refused(part: dict[str, str], words: str) -> None:
    """Before anything is asked; a bare id is taken at its word."""
    clip = lab.client(lab.Server()).clip
    handle = Handle(**{"provider": "lab", "model": "clip", "protocol": "queue", "request_id": "j1", **part})
    for job in (handle, handle.token, f"  {handle.token}"):
        with pytest.raises(ValueError, match=f"^{words}$"):
            clip.job(job)
    assert clip.job(" j1 ").handle == Handle("lab", "clip", "queue", "j1")
    assert clip.job(clip.job("j1").handle.token).handle == Handle("lab", "clip", "queue", "j1")
    with pytest.raises(ValueError, match="the id of a job must not be empty"):
        clip.job("  ")
    with pytest.raises(TypeError, match="a job is named by its id, its token or its handle, not by a int"):
        clip.job(5)


def test_extra_is_no_way_around_a_parameter() -> None:
    """Its names are those that the spec does not know."""
    clip = lab.client(lab.Server()).clip
    with pytest.raises(ValueError, match=r"^lab/clip: image, steps is a parameter: give it as one, not in `extra`$"):
        clip.with_options(extra={"steps": 3, "seed": 1, "image": "x"}).submit(steps=3)
    with pytest.raises(InvalidInput):
        clip.with_options(extra={"seed": 1}).submit(steps=99)


def test_what_the_journal_says_of_trouble() -> None:
    """The kind of it, the status, the provider's code; none of its words, which may repeat what was sent."""
    assert (
        noting.why(JobFailed(provider="Lab", http=422, message="secret prompt", code="E5")) == "JobFailed, HTTP 422, E5"
    )
    assert noting.why(Unavailable(provider="Lab", http=503, message="x")) == "Unavailable, HTTP 503"
    assert noting.why(JobFailed(provider="Lab", code="E" * 300)) == ("JobFailed, " + "E" * 300)[:200]
    assert noting.why(InvalidInput("lab/clip", ())) == "InvalidInput"
    assert noting.job(Handle("a", "b", "c", "d")) == {"provider": "a", "model": "b", "protocol": "c", "request_id": "d"}


@pytest.mark.parametrize(
    ("retention", "submitted", "now", "over"),
    [
        (Retention(50.0, "submit"), 1000.0, 1050.0, False),
        (Retention(50.0, "submit"), 1000.0, 1050.1, True),
        (Retention(50.0, "end"), 1000.0, 9999.0, False),
        (Retention(50.0, "submit"), None, 9999.0, False),
        (None, 1000.0, 9999.0, False),
    ],
)
def test_when_an_unknown_job_is_given_up(
    retention: Retention | None, submitted: float | None, now: float, *, over: bool
) -> None:
    """When the time is over for which the provider keeps results, counted from a moment that is known."""
    context = reel.of(reel.changed(protocol=replace(reel.QUEUE, retention=retention)))

    assert noting._is_over(context, replace(reel.HANDLE, submitted_at=submitted), now) is over


def test_ten_thousand_webhooks_are_remembered() -> None:
    """The oldest is forgotten for one more."""
    memory = Received()
    for number in range(10_000):
        assert not memory.again(str(number), 0.0, 100.0)
    assert memory.again("0", 0.0, 100.0)
    assert not memory.again("new", 0.0, 100.0)
    assert memory.again("1", 0.0, 100.0)
    assert not memory.again("0", 0.0, 100.0)


def test_a_webhook_is_forgotten_when_it_is_too_old_to_be_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the moment: at its end it could still be believed."""
    monkeypatch.setattr(received, "_MOST", 3)
    memory = Received()
    for name, until in (("a", 50.0), ("b", 10.0), ("c", 60.0)):
        assert not memory.again(name, 0.0, until)
    assert not memory.again("d", 50.0, 90.0)
    assert [memory.again(name, 50.0, 90.0) for name in ("a", "c", "d")] == [True, True, True]

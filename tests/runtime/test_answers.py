"""What an answer says: its state, how far the job is, which error it is, and whether that may pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import reel

from callsheet.runtime import answers
from callsheet.runtime.errors import (
    JobCancelled,
    JobFailed,
    ProviderError,
    Refused,
    Unavailable,
)
from callsheet.runtime.tables import ErrorBody, ErrorRow, Logs, State
from callsheet.runtime.words import Criterion


def told(**parts: Any) -> Any:
    """The endpoint with another status."""
    status = replace(reel.QUEUE.status, **parts)
    return reel.of(reel.changed(protocol=replace(reel.QUEUE, status=status)))


SEEN = {
    "OVER": State("succeeded", seen={"/done": Criterion((True,))}),
    "HELD": State("queued", 202, seen={"/held": Criterion()}),
    "BY_CODE": State("running", 202, by_http=True, seen={}),
}


@pytest.mark.parametrize(
    ("http", "body", "name"),
    [
        (202, {"status": "BUSY"}, "BUSY"),
        (200, {"status": "BUSY"}, "BUSY"),
        (422, {"status": "BROKEN"}, "BROKEN"),
        (422, {"status": "BUSY"}, None),
        (500, {"status": "DONE"}, None),
        (200, {"status": "NEW"}, "NEW"),
        (404, {"status": "NEW"}, None),
        (200, {"status": 5}, "5"),
        (200, {"status": True}, "true"),
        (200, {"status": 2.5}, "2.5"),
        (200, {"status": None}, None),
        (200, {"status": ["DONE"]}, None),
        (200, {}, None),
    ],
)
def test_the_name_of_a_state(http: int, body: dict[str, object], name: str | None) -> None:
    """A known word with the code that goes with it or a success; any other word with a success alone."""
    assert answers.state_name(reel.context(), reel.reply(http, body), body) == name


@pytest.mark.parametrize(
    ("http", "body", "name"),
    [
        (200, {"done": True, "held": 1}, "OVER"),
        (202, {"held": 1}, "HELD"),
        (200, {"held": 1}, "HELD"),
        (404, {"held": 1}, None),
        (202, {}, "BY_CODE"),
        (200, {}, None),
        (201, {"done": False}, None),
    ],
)
def test_a_state_without_a_word(http: int, body: dict[str, object], name: str | None) -> None:
    """The first whose sign is there; one that its code tells needs that code."""
    assert answers.state_name(told(state=None, states=SEEN), reel.reply(http, body), body) == name


@pytest.mark.parametrize(
    ("given", "of", "percent"),
    [
        (12, 100, 12.0),
        (0.5, 1, 50.0),
        ("37.5 %", 100, 37.5),
        (" 40 ", 100, 40.0),
        (-3, 100, 0.0),
        (101, 100, 100.0),
        (True, 100, None),
        ("soon", 100, None),
        (None, 100, None),
        ([5], 100, None),
    ],
)
def test_how_much_is_done(given: object, of: int, percent: float | None) -> None:
    """From 0 to 100, as a number or as text; whatever is neither is not told."""
    context = told(percent="/percent", percent_of=of)

    assert answers.update(context, reel.HANDLE, "BUSY", {"percent": given}, 1.5, 3).percent == percent


def test_all_that_a_look_tells() -> None:
    """Each part at its place, in the answer's own words."""
    context = told(failure_message="/why/text", failure_code="/why/code", logs=Logs("/logs", "/message"))
    body = {
        "status": "BROKEN",
        "ahead": 0,
        "logs": [{"message": "a"}, {"message": ""}, {"text": "b"}, "c", {"message": "d"}],
        "why": {"text": "too dark", "code": 17},
    }
    update = answers.update(context, reel.HANDLE, "BROKEN", body, 1.5, 3)

    assert (update.handle, update.state, update.means) == (reel.HANDLE, "BROKEN", "failed")
    assert (update.elapsed, update.looks, update.position, update.percent) == (1.5, 3, 0, None)
    assert (update.logs, update.message, update.code) == (("a", "d"), "too dark", "17")
    assert update.body is body
    assert answers.is_final(update)
    bare = answers.update(told(logs=None, position=None), reel.HANDLE, "NEW", {"ahead": 1, "logs": []}, 0.0, 1)
    assert (bare.means, bare.position, bare.logs, bare.message, bare.code) == (None, None, (), None, None)
    assert not answers.is_final(bare)
    for position in (True, "1", 1.0, None):
        assert answers.update(reel.context(), reel.HANDLE, "BUSY", {"ahead": position}, 0.0, 1).position is None


@pytest.mark.parametrize(
    ("http", "phases", "kind"),
    [
        (402, ("submit",), reel.NoMoney),
        (402, ("status",), reel.NoMoney),
        (404, ("status",), reel.Gone),
        (404, ("submit",), Refused),
        (404, ("submit", "result"), reel.Gone),
        (400, ("result",), reel.TooEarly),
        (400, ("status",), ProviderError),
        (400, ("submit",), Refused),
        (499, ("submit",), Refused),
        (500, ("submit",), Unavailable),
        (500, ("status",), Unavailable),
        (502, ("status",), reel.Down),
        (307, ("status",), ProviderError),
    ],
)
def test_which_error_an_answer_is(http: int, phases: Any, kind: type[ProviderError]) -> None:
    """The row of its status that is of its phase; without one, a refusal of what was submitted, or no service."""
    reply = reel.reply(http, {"error": "no secret-key", "code": "E5"}, headers={"retry-after": "7"})
    error = answers.error(reel.context(), phases, reply, reel.HANDLE)

    assert type(error) is kind
    assert (error.http, error.message, error.code) == (http, "no ***", "E5")
    assert (error.retry_after, error.handle, error.answer) == (7.0, reel.HANDLE, reply)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", ""),
        (b" one\n\ttwo  ", "one two"),
        (b"a" * 300, "a" * 200),
        (b"a " * 300, ("a " * 100).rstrip() + " "),
        (b"\xff", "\ufffd"),
        (b'{"error": ""}', '{"error": ""}'),
        (b'{"error": {"deep": 1}}', '{"error": {"deep": 1}}'),
    ],
)
def test_the_words_of_an_error_without_a_message(raw: bytes, message: str) -> None:
    """The beginning of the answer, on one line."""
    assert answers.error(reel.context(), ("status",), reel.reply(500, None, raw=raw)).message == message


class Coded(Refused):
    row = ErrorRow("coded", 200, "refused", "", "never", "never", "never", "caller", code="E7")


class Matched(Refused):
    row = ErrorRow(
        "matched", 200, "refused", "", "never", "never", "never", "caller", match={"/ok": Criterion((False,))}
    )


class Bare(Refused):
    row = ErrorRow("bare", 200, "refused", "", "never", "never", "never", "caller")


class Elsewhere(Refused):
    row = ErrorRow("elsewhere", 200, "refused", "", "never", "never", "never", "caller", protocols=("sync",), code="E8")


@pytest.mark.parametrize(
    ("http", "body", "headers", "kind"),
    [
        (200, {"code": "E7"}, {}, Coded),
        (200, {"code": ""}, {"x-code": "E7"}, Coded),
        (200, {"code": "E6"}, {"x-code": "E7"}, None),
        (200, {"ok": False}, {}, Matched),
        (200, {"ok": True}, {}, None),
        (200, {}, {}, None),
        (200, {"code": "E8"}, {}, None),
        (201, {"code": "E7"}, {}, None),
    ],
)
def test_an_error_within_a_success(http: int, body: Any, headers: dict[str, str], kind: type | None) -> None:
    """It has a code or a sign of its own: a success is no error because of its status alone."""
    rule = ErrorBody(("/error",), ("/code",), "X-Code")
    context = replace(
        reel.context(),
        provider=replace(reel.PROVIDER, error_body=rule),
        errors=(Bare, Elsewhere, Coded, Matched),
    )
    found = answers.error_within(context, ("submit",), reel.reply(http, body, headers=headers), reel.HANDLE)

    assert (None if found is None else type(found)) is kind
    if found is not None:
        assert found.handle == reel.HANDLE


class Dark(JobFailed):
    row = ErrorRow("dark", 422, "failed", "", "always", "never", "never", "caller", ("status",), code="E9")


class DarkElsewhere(JobFailed):
    row = ErrorRow(
        "dark", 422, "failed", "", "always", "never", "never", "caller", ("status",), protocols=("sync",), code="E9"
    )


@pytest.mark.parametrize(
    ("state", "body", "kind", "found", "message", "code"),
    [
        ("BROKEN", {"error": "it", "code": "E9"}, JobFailed, Dark, "it", "E9"),
        ("BROKEN", {"error": "it", "code": "E1"}, JobFailed, reel.Broke, "it", "E1"),
        ("BROKEN", {"error": "key secret-key"}, JobFailed, reel.Broke, "key ***", None),
        ("BROKEN", {}, JobFailed, reel.Broke, None, None),
        ("DONE", {"code": "E9"}, JobCancelled, JobCancelled, None, "E9"),
    ],
)
def test_the_error_that_an_end_stands_for(  # noqa: PLR0913, PLR0917 - the parts of an error
    state: str, body: Any, kind: Any, found: type, message: str | None, code: str | None
) -> None:
    """That of the provider's own code where one is known, or the state's, or none in particular."""
    context = replace(reel.context(), errors=(DarkElsewhere, *reel.ERRORS, Dark))
    update = answers.update(context, reel.HANDLE, state, body, 0.0, 1)
    error = answers.failure(context, reel.HANDLE, update, kind)

    assert (type(error), error.message, error.code) == (found, message, code)
    assert (error.handle, error.state) == (reel.HANDLE, state)


def test_a_code_of_the_status_itself_comes_first() -> None:
    """Where the spec says where a failed job tells its code, that of errors in general is none of it."""
    context = replace(told(failure_code="/why"), errors=(*reel.ERRORS, Dark))
    for body, kind in (({"why": "E9"}, Dark), ({"code": "E9"}, reel.Broke)):
        update = answers.update(context, reel.HANDLE, "BROKEN", body, 0.0, 1)
        assert type(answers.failure(context, reel.HANDLE, update, JobFailed)) is kind


@pytest.mark.parametrize(
    ("http", "body", "says"),
    [
        (422, {"status": "BROKEN"}, True),
        (200, {"status": "BROKEN"}, True),
        (200, {"status": "BUSY"}, False),
        (200, {"status": "NEW"}, False),
        (404, {}, False),
    ],
)
def test_a_state_may_be_the_error_that_comes_with_it(http: int, body: Any, *, says: bool) -> None:
    """A job that failed is told by its state; the error in the same answer is that, and no trouble of the look."""
    problem = reel.Broke(provider="Reel", http=422)

    assert answers.says_its_end(reel.context(), reel.reply(http, body), problem) is says
    assert not answers.says_its_end(reel.context(), reel.reply(http, body), ProviderError(provider="Reel", http=http))


@pytest.mark.parametrize(
    ("kind", "http", "may"),
    [
        (reel.Down, 502, True),
        (reel.Slow, 429, True),
        (reel.NoMoney, 402, False),
        (reel.Gone, 404, False),
        (reel.Broke, 422, False),
        (reel.TooEarly, 400, False),
        *((ProviderError, http, True) for http in (408, 425, 429, 500, 503, 599)),
        *((ProviderError, http, False) for http in (400, 404, 407, 409, 424, 426, 428, 430, 499, None)),
    ],
)
def test_what_may_pass(kind: type[ProviderError], http: int | None, *, may: bool) -> None:
    """What the spec says of a row; without one, no service and what asks for another try."""
    assert answers.passing(kind(provider="Reel", http=http)) is may

"""Cancelling, listening, states without a word, results within the status, files behind a further request."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import reel
from hypothesis import given
from hypothesis import strategies as st
from test_blocking import Play

from callsheet.emulator.clock import VirtualClock
from callsheet.runtime import answers, cancelling, context, events, exchanges, files, flows
from callsheet.runtime.addresses import Address
from callsheet.runtime.errors import (
    CallsheetError,
    JobFailed,
    NotFinished,
    NotSupported,
    Refused,
    UnknownJob,
    UnusableHandle,
)
from callsheet.runtime.handle import Handle
from callsheet.runtime.steps import Broken, Call, Listen, Moment, Now
from callsheet.runtime.tables import Cancel, CancelAnswer, Credential, ErrorBody, ErrorRow, File, Result, State, Stream
from callsheet.runtime.words import Criterion


def with_queue(**parts):
    """The endpoint with another protocol."""
    return reel.of(reel.changed(protocol=replace(reel.QUEUE, **parts)))


CANCEL = Cancel(
    "result_url",
    (
        CancelAnswer("requested", 202, {"/status": Criterion(one_of=("HEARD",))}),
        CancelAnswer("cancelled", 200),
        CancelAnswer("too_late", 400),
        CancelAnswer("unknown_job", 404),
    ),
    "PUT",
)


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (reel.reply(202, {"status": "HEARD"}), "requested"),
        (reel.reply(204, None, raw=b""), "requested"),
        (reel.reply(200, {}), "cancelled"),
        (reel.reply(400, {"status": "DONE"}), "too_late"),
    ],
)
def test_cancel_tells_what_the_provider_answers(answer, means):
    """One of three words; a success that nobody documented is a wish that was heard."""
    play = Play(cancelling.cancel(with_queue(cancel=CANCEL), reel.HANDLE), [answer])

    assert means == play.run()
    assert ("PUT", "https://api.reel.test/jobs/j1") == (play.calls[0].method, play.calls[0].url)


@pytest.mark.parametrize(
    ("look", "means"),
    [
        (reel.reply(200, {"status": "DONE"}), "too_late"),
        (reel.reply(422, {"status": "BROKEN"}), "too_late"),
        (reel.reply(422, {"error": "it broke"}), "too_late"),
        (reel.reply(200, {"status": "STOPPED"}), "cancelled"),
        (reel.reply(404, {}), "cancelled"),
        (reel.reply(202, {"status": "BUSY"}), "requested"),
        (reel.reply(418, {}), "requested"),
    ],
)
def test_a_cancellation_is_believed_when_it_shows(look, means):
    """Where every answer says "cancelled", a job that had ended would, too: one more look tells what became of it."""
    cancel = Cancel("result_url", (CancelAnswer("cancelled", 204),), "DELETE")
    status = replace(reel.QUEUE.status, states={**reel.QUEUE.status.states, "STOPPED": State("cancelled")})
    gone = reel.reply(204, None, raw=b"")
    play = Play(cancelling.cancel(with_queue(cancel=cancel, status=status), reel.HANDLE), [gone, look])

    assert means == play.run()
    assert ["DELETE", "GET"] == [call.method for call in play.calls]


def test_cancel_of_what_cannot_be_cancelled():
    """Where nothing is documented nothing is sent; an unknown job is one; trouble is tried again."""
    with pytest.raises(NotSupported):
        Play(cancelling.cancel(reel.context(), reel.HANDLE), []).run()
    with pytest.raises(UnknownJob) as caught:
        Play(cancelling.cancel(with_queue(cancel=CANCEL), reel.HANDLE), [reel.reply(404, {})]).run()
    play = Play(
        cancelling.cancel(with_queue(cancel=CANCEL), reel.HANDLE),
        [Broken("x"), reel.reply(502, {}), reel.reply(200, {})],
    )

    assert (reel.HANDLE, "cancelled") == (caught.value.handle, play.run())


@pytest.mark.parametrize(
    ("answers_", "tries", "slept"),
    [
        ([Broken("x")] * 9, 3, None),
        ([reel.reply(502, {})] * 9, 3, None),
        ([reel.reply(500, {}, headers={"retry-after": "7"})] * 9, 3, [7.0, 7.0]),
        ([reel.reply(429, {}, headers={"retry-after": "60"})] * 9, 3, [60.0, 60.0]),
        ([reel.reply(429, {}, headers={"retry-after": "61"})] * 9, 1, []),
        ([reel.reply(402, {})] * 9, 1, []),
        ([reel.reply(409, {})] * 9, 1, []),
    ],
)
def test_a_wish_that_is_not_heard_is_repeated_so_often(answers_, tries, slept):
    """What may pass is waited out, as often as a read and no longer than the caller's patience lasts."""
    ctx = replace(with_queue(cancel=CANCEL), options=context.Options(read_attempts=3))
    play = Play(cancelling.cancel(ctx, reel.HANDLE), answers_)
    with pytest.raises(CallsheetError) as caught:
        play.run()

    assert (tries, reel.HANDLE) == (len(play.calls), caught.value.handle)
    assert slept is None or slept == play.slept
    if isinstance(answers_[0], Broken):
        assert "reel/clip j1: Reel could not be reached (x)" == str(caught.value)
        assert caught.value.__cause__ is answers_[0]
    (call,) = {step.timeout: step for step in play.calls}.values()
    assert (30.0, "secret-key") == (call.timeout, call.headers["x-key"])


def test_an_unknown_job_of_another_word_is_one_too():
    """What the spec says of a cancellation counts, whatever the error of that status is; its words are kept."""
    cancel = Cancel("result_url", (CancelAnswer("unknown_job", 402),))
    with pytest.raises(UnknownJob) as caught:
        Play(cancelling.cancel(with_queue(cancel=cancel), reel.HANDLE), [reel.reply(402, {"error": "no such"})]).run()

    assert (402, "no such", reel.HANDLE) == (caught.value.http, caught.value.message, caught.value.handle)
    assert 402 == caught.value.answer.status


def test_trouble_with_the_look_after_a_cancellation_is_none_of_it():
    """The wish was heard, and that is all that is known."""
    cancel = Cancel("result_url", (CancelAnswer("cancelled", 204),))
    ctx = replace(with_queue(cancel=cancel), options=context.Options(read_attempts=1))

    assert "requested" == Play(cancelling.cancel(ctx, reel.HANDLE), [reel.reply(204, None, raw=b""), Broken("x")]).run()


def seen(queue, status, body):
    """The state that an answer reports."""
    return answers.state_name(with_queue(**queue), reel.reply(status, body), body)


def test_states_without_a_word():
    """By a truth value, by the presence of a field, by the status code; in order, and `{}` is all the rest."""
    states = {
        "failed": State("failed", seen={"/error": Criterion()}, error="broke"),
        "done": State("succeeded", seen={"/done": Criterion(one_of=(True,))}),
        "running": State("running", seen={}),
    }
    status = replace(reel.QUEUE.status, state=None, states=states)

    assert "failed" == seen({"status": status}, 200, {"done": True, "error": {"code": 3}})
    assert "done" == seen({"status": status}, 200, {"done": True, "error": None})
    assert "running" == seen({"status": status}, 200, {"name": "x"})
    assert seen({"status": status}, 500, {"done": True}) is None
    by_code = {
        "busy": State("running", 202, by_http=True, seen={}),
        "done": State("succeeded", 200, by_http=True, seen={}),
    }
    status = replace(status, states=by_code)
    assert ("busy", "done") == (seen({"status": status}, 202, {}), seen({"status": status}, 200, {}))


def test_a_failure_that_a_success_reports_is_its_state():
    """Words and state come along, wherever the provider puts its words, and the key is in none of them."""

    class Within(JobFailed):
        row = ErrorRow("broke", 200, "failed", "It broke.", "always", "maybe", "never", "caller", ("status",))

    Within.row = replace(Within.row, match={"/status": Criterion(one_of=("BROKEN",))})
    body = {"status": "BROKEN", "words": "no secret-key"}
    states = {**reel.QUEUE.status.states, "BROKEN": State("failed", error="broke")}
    status = replace(reel.QUEUE.status, states=states, failure_message="/error")
    ctx = replace(
        with_queue(status=status),
        provider=replace(reel.PROVIDER, error_body=ErrorBody(("/error", "/words"))),
        errors=(Within,),
    )
    with pytest.raises(Within) as caught:
        Play(flows.wait(ctx, reel.HANDLE), [reel.reply(200, body)]).run()

    assert ("BROKEN", "no ***") == (caught.value.state, caught.value.message)


def test_a_word_may_be_a_number_or_a_truth_value():
    """They count as their text, as in `states: {"2": …}`."""
    status = replace(reel.QUEUE.status, states={"2": State("succeeded"), "true": State("succeeded")})

    assert ["2", "true", "3"] == [seen({"status": status}, 200, {"status": value}) for value in (2, True, 3)]


def test_percent_is_told_from_0_to_100():
    """Whatever the provider counts to, and never beyond."""
    for count_to, value, told in (
        (1, 0.25, 25.0),
        (100, 25, 25.0),
        (100, "25%", 25.0),
        (100, 140, 100.0),
        (100, "x", None),
    ):
        ctx = with_queue(status=replace(reel.QUEUE.status, percent="/p", percent_of=count_to))
        assert told == answers.update(ctx, reel.HANDLE, "BUSY", {"p": value}, 0.0, 1).percent


WITHIN = replace(reel.QUEUE, result=Result(None, "/clip"))


def test_a_result_within_the_status_needs_no_further_request():
    """`wait` makes one request less, `result` is a look, and a job that runs is not finished."""
    ctx = reel.of(reel.changed(protocol=WITHIN))
    done = reel.reply(200, {"status": "DONE", "clip": "https://cdn.test/c"})
    play = Play(flows.wait(ctx, replace(reel.HANDLE, submitted_at=None)), [done])

    assert ("https://cdn.test/c", 1) == (play.run().output, len(play.calls))
    assert "https://cdn.test/c" == Play(flows.result(ctx, reel.HANDLE), [done]).run().output
    with pytest.raises(NotFinished):
        Play(flows.result(ctx, reel.HANDLE), [reel.reply(202, {"status": "BUSY"})]).run()


def test_an_error_within_a_success_is_an_error():
    """A row with the status of a success and a condition is told, on a look too; no match, no error."""

    class Blocked(JobFailed):
        row = ErrorRow(
            "blocked",
            200,
            "failed",
            "Blocked.",
            "always",
            "never",
            "never",
            "caller",
            match={"/code": Criterion(none_of=(0,))},
        )

    ctx = replace(reel.context(), errors=(Blocked, *reel.ERRORS))
    with pytest.raises(Blocked):
        Play(flows.status(ctx, reel.HANDLE), [reel.reply(200, {"status": "BUSY", "code": 7})]).run()
    assert "BUSY" == Play(flows.status(ctx, reel.HANDLE), [reel.reply(200, {"status": "BUSY", "code": 0})]).run().state


def test_a_file_behind_a_further_request():
    """Its id comes from the result; its address from the answer, or the request itself is the file, with the key."""
    rule = File(Address("api", "/files/{id}", {"f": "{id}"}), {"id": "/file_id"}, "address", "/url")
    done = [reel.reply(200, {"status": "DONE"}), reel.reply(200, {"clip": "x", "file_id": 7})]
    play = Play(flows.wait(with_queue(file=rule), reel.HANDLE), [*done, reel.reply(200, {"url": "https://cdn.test/7"})])
    outcome = play.run()

    assert (("https://cdn.test/7",), False) == (outcome.media, outcome.keyed)
    assert "https://api.reel.test/files/7?f=7" == play.calls[-1].url
    outcome = Play(flows.wait(with_queue(file=replace(rule, gives="bytes")), reel.HANDLE), done).run()
    fetch = next(files.save(with_queue(), outcome, Path("x")))
    assert (outcome.keyed, "secret-key") == (True, fetch.headers["x-key"])


def test_the_code_of_a_failed_job():
    """It stands where the status says, else where any error's does; and it finds the row of that code."""

    class Blocked(JobFailed):
        row = ErrorRow("blocked", 422, "failed", "Blocked.", "always", "never", "never", "caller", code="7")

    for code, at in [(None, "/code"), ("/why/code", "/why/code")]:
        status = replace(reel.QUEUE.status, failure_code=code)
        ctx = replace(with_queue(status=status), errors=(Blocked, *reel.ERRORS))
        told = {"status": "BROKEN", "code": 7, "why": {"code": 7}}
        with pytest.raises(Blocked) as caught:
            Play(flows.wait(ctx, reel.HANDLE), [reel.reply(422, told)]).run()
        assert caught.value.code == "7", at
    silent = replace(with_queue(status=replace(reel.QUEUE.status, failure_code="/no")), errors=(Blocked, *reel.ERRORS))
    with pytest.raises(reel.Broke):
        Play(flows.wait(silent, reel.HANDLE), [reel.reply(422, told)]).run()


def test_an_error_of_another_protocol_is_none_of_this_one():
    """Neither by its code nor in the place of a row that any may answer."""

    class Elsewhere(Refused):
        row = ErrorRow(
            "elsewhere", 429, "refused", "No.", "never", "never", "never", "caller", protocols=("direct",), code="full"
        )

    ctx = replace(reel.context(), errors=(Elsewhere, *reel.ERRORS))
    answer = reel.reply(429, {"code": "full"})
    assert type(answers.error(ctx, ("submit",), answer)) is reel.Slow
    direct = replace(ctx, model=reel.changed(protocol=replace(reel.QUEUE, name="direct")))
    assert type(answers.error(direct, ("submit",), answer)) is Elsewhere


def test_an_address_that_must_not_be_made_up():
    """A bare id is not enough then, and that is said; the token is."""
    urls = {**reel.QUEUE.urls, "status_url": Address("api", "/s/{request_id}", only_given=True)}
    with pytest.raises(UnusableHandle, match="its id alone is not enough"):
        Play(flows.status(with_queue(urls=urls), Handle("reel", "clip", "queue", "j1")), []).run()
    play = Play(flows.status(with_queue(urls=urls), reel.HANDLE), [reel.reply(202, {"status": "BUSY"})])
    assert "BUSY" == play.run().state


def test_a_key_in_the_query_is_seen_nowhere():
    """It is in no URL that is told, no repr and no error; only what is sent has it."""
    keyed = replace(reel.PROVIDER, credential=Credential("REEL_KEY", "{key}", ("api",), query="key"))
    ctx = replace(reel.context(), provider=keyed)
    play = Play(flows.status(ctx, reel.HANDLE), [reel.reply(404, {"error": "no secret-key"})])
    with pytest.raises(UnknownJob) as caught:
        play.run()

    (call,) = play.calls
    assert ("key=secret-key", False) == (str(call.secret_query), "secret-key" in f"{call!r}{call.url}{caught.value}")


def test_a_key_in_the_query_goes_with_every_request_of_a_job():
    """Looks, streams, results, files and the wish to cancel: all are the provider's own."""
    keyed = replace(reel.PROVIDER, credential=Credential("REEL_KEY", "{key}", ("api",), query="key"))
    job = with_queue(stream=STREAM, cancel=Cancel("status_url", ()))
    ctx = replace(job, provider=keyed, options=context.Options(stream=True))
    for start in (flows.wait, flows.status, flows.result, cancelling.cancel):
        flow = start(ctx, reel.HANDLE)
        step = next(flow)
        while isinstance(step, Now):
            step = flow.send(reel.START)
        call = step.call if isinstance(step, Listen) else step

        assert "key=secret-key" == str(call.secret_query)


def test_the_pace_that_the_provider_asks_for():
    """A header says when to look again, and the documented interval still holds."""
    ctx = with_queue(pace_header="X-Poll-After", poll_floor=2.0)
    busy = [reel.reply(202, {"status": "BUSY"}, headers={"x-poll-after": asked}) for asked in ("9", "1")]
    last = [reel.reply(200, {"status": "DONE"}), reel.reply(200, {"clip": "x"})]
    play = Play(flows.wait(ctx, replace(reel.HANDLE, submitted_at=None)), [*busy, *last])
    play.run()

    assert [9.0, 2.0] == play.slept


STREAM = Stream("status_url", query={"logs": "1"}, logs="incremental")


def heard(updates, events_, end=None):
    """A wait that listens: what it asks for afterwards, and what it ends with."""
    ctx = replace(with_queue(stream=STREAM), options=context.Options(stream=True, on_update=updates.append))
    flow = flows.wait(ctx, reel.HANDLE)
    step = next(flow)
    while not isinstance(step, Listen):
        step = flow.send(reel.START)
    for n, event in enumerate(events_):
        found = step.take(json.dumps(event), Moment(float(n), 1000.0 + n))
        if found.tell:
            found.tell.listener(found.tell.update)
        if found.done:
            break
    return step, flow.throw(end) if end else flow.send(None), flow


def test_a_stream_tells_every_look_and_its_end():
    """Logs add up, and the result is fetched right after; nothing is polled."""
    updates = []
    step, following, _ = heard(
        updates,
        [
            {"status": "WAITING", "logs": []},
            {"noise": 1},
            {"status": "BUSY", "logs": [{"message": "a"}]},
            {"status": "DONE", "logs": [{"message": "b"}]},
        ],
    )

    assert ("text/event-stream", "https://api.reel.test/jobs/j1/status?logs=1") == (
        step.call.headers["accept"],
        step.call.url,
    )
    assert [("WAITING", ()), ("BUSY", ("a",)), ("DONE", ("a", "b"))] == [(u.state, u.logs) for u in updates]
    assert isinstance(following, Now | Call)


def test_a_stream_that_breaks_is_polled_on():
    """Nobody loses a job because of it."""
    _, following, flow = heard([], [{"status": "BUSY"}], Broken("cut"))
    while not isinstance(following, Call):
        following = flow.send(reel.START if isinstance(following, Now) else None)

    assert following.url.startswith("https://api.reel.test/jobs/j1/status")


def test_events_are_put_together_as_the_standard_says():
    """Several data lines are one event, comments and other fields are passed over, an event without data is none."""
    lines = [": ping", "event: x", "data: a", "data:b", "", "", "id: 3", "", "data", "", "data: c"]
    feed = events.Events()

    assert ["a\nb", ""] == [event for line in lines if (event := feed.feed(line)) is not None]


@given(st.data())
def test_events_do_not_depend_on_how_they_come(data):
    """Wherever a stream is cut into pieces, in a character or between CR and LF, the events are the same."""
    stream = "data: größe\r\n\r\n: ping\rdata: a\ndata: b\n\n\n\rdata: c\u2028d\n\ndata: never".encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)))))
    pieces = [stream[begins:ends] for begins, ends in pairwise([0, *cuts, len(stream)])]
    feed = events.Events()

    assert ["größe", "a\nb", "c\u2028d"] == [event for piece in pieces for event in feed.take(piece)]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_stream_without_ends_of_lines_ends_at_the_deadline(asynchronous: bool):  # noqa: FBT001 - a parameter
    """Bytes that come one by one, and never a line, do not keep a caller beyond the time that was granted."""
    clock = VirtualClock()

    def crawl():
        for _ in range(1000):
            clock.advance(1.0)
            yield b"x"

    async def acrawl():
        for piece in crawl():
            yield piece

    step = Listen(Call("GET", "https://reel.test/stream", 60.0), lambda *_: None, until=30.0)
    answers = httpx.MockTransport(lambda _: httpx.Response(200, content=acrawl() if asynchronous else crawl()))

    async def ahear():
        async with httpx.AsyncClient(transport=answers) as http:
            await exchanges.alisten(step, http, clock)

    def hear():
        with httpx.Client(transport=answers) as http:
            exchanges.listen(step, http, clock)

    with pytest.raises(Broken, match="deadline"):
        asyncio.run(ahear()) if asynchronous else hear()

    assert clock.monotonic() == 31.0


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_stream_is_not_led_elsewhere(asynchronous: bool):  # noqa: FBT001 - a parameter
    """The key would go along: what is redirected is no stream, and is polled on."""
    asked = []

    def answer(request):
        asked.append(str(request.url))
        return httpx.Response(307, headers={"location": "https://elsewhere.test/stream"})

    step = Listen(Call("GET", "https://reel.test/stream", 60.0), lambda *_: None, until=30.0)

    async def ahear():
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            await exchanges.alisten(step, http, VirtualClock())

    def hear():
        with httpx.Client(transport=httpx.MockTransport(answer)) as http:
            exchanges.listen(step, http, VirtualClock())

    with pytest.raises(Broken, match="HTTP 307"):
        asyncio.run(ahear()) if asynchronous else hear()

    assert ["https://reel.test/stream"] == asked


def test_whose_time_is_almost_over_does_not_wait_for_a_sign_of_life():
    """A stream may be silent for a minute, but not for longer than the wait lasts."""
    ctx = replace(with_queue(stream=STREAM), options=context.Options(stream=True, timeout=5.0))
    flow = flows.wait(ctx, reel.HANDLE)
    step = next(flow)
    while not isinstance(step, Listen):
        step = flow.send(reel.START)

    assert step.call.timeout == 5.0

"""What the client writes into a journal, and when: before it sends, as soon as it knows, and whatever comes between."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import reel

from callsheet.emulator.serving.memory import VirtualClock
from callsheet.runtime import blocking, cancelling, files, flows
from callsheet.runtime.context import Options
from callsheet.runtime.drive import adrive, drive
from callsheet.runtime.errors import (
    CallsheetError,
    ConnectionFailed,
    JobFailed,
    JournalFailed,
    JournalWarning,
    Refused,
    SubmissionUnknown,
    UnexpectedAnswer,
    UnknownJob,
    WaitTimeout,
)
from callsheet.runtime.journal import Journal
from callsheet.runtime.submission import submit
from callsheet.runtime.tables import Blocking, Cancel, CancelAnswer, Model, Retention, Submit
from callsheet_clients.segmind import AsyncSegmind, Segmind

PAYLOAD = {"prompt": "a very private prompt"}
SYNC = Model("clip", Blocking("sync", Submit("api", "/{model}"), decode="bytes"), {"model": "clip"}, {}, 100.0)


class Provider:
    """Reel, with a script: an answer, or something to raise, for each request in turn; then a job that goes well."""

    def __init__(self, *script):
        self.script = list(script)
        self.requests = []
        self.seen = []
        self.journal = None

    def __call__(self, request):
        self.requests.append(request)
        self.seen.append([entry["event"] for entry in self.journal.entries()])
        told = self.script.pop(0) if self.script else self.usual(request)
        if isinstance(told, BaseException):
            raise told
        return told

    def usual(self, request):
        if request.method == "POST":
            return httpx.Response(200, json={"id": "j1"})
        if request.url.path.endswith("/status"):
            return httpx.Response(200, json={"status": "DONE"})
        return httpx.Response(200, json={"clip": "https://files.reel.test/clip.mp4"})


@pytest.fixture(params=["blocking", "asyncio"])
def perform(request, tmp_path):
    """Run flows in one of the two worlds, with a journal."""

    def run(provider, *making, **context):
        provider.journal = journal
        given = replace(reel.context(), journal=journal, **context)
        clock = VirtualClock()
        if request.param == "blocking":
            with httpx.Client(transport=httpx.MockTransport(provider)) as http:
                for make in making:
                    result = drive(make(given), http, clock)
                return result

        async def main():
            async with httpx.AsyncClient(transport=httpx.MockTransport(provider)) as http:
                for make in making:
                    result = await adrive(make(given), http, clock)
                return result

        return asyncio.run(main())

    journal = Journal(tmp_path / "jobs.journal")
    run.journal = journal
    return run


def sending(context):
    """A submission."""
    return submit(context, PAYLOAD)


def running(context):
    """A submission, and the wait."""
    return flows.run(context, PAYLOAD)


def calling(context):
    """A call that lasts until the job is done."""
    return blocking.run(context, PAYLOAD)


def told(journal):
    """The events so far, and what the only submission comes to."""
    (job,) = journal.read().jobs(journal.entries()[-1]["at"])
    return [entry["event"] for entry in journal.entries()], job


def test_the_intent_is_there_before_the_request_and_the_id_right_after(perform):
    """When the request arrives its intent is written down; when the first look arrives, so is the id."""
    provider = Provider()

    outcome = perform(provider, running)

    assert provider.seen == [["intent"], ["intent", "accepted"], ["intent", "accepted"]]
    events, job = told(perform.journal)
    assert events == ["intent", "accepted", "ended"]
    assert (job.state, job.end, job.request_id, job.handle) == ("ended", "succeeded", "j1", outcome.handle)


def test_an_intent_says_how_long_it_may_take(perform):
    """The time of the request, the caller's patience with a provider that asks to wait, and a little."""
    perform(Provider(), sending, options=Options(submit_timeout=50.0, submit_patience=7.0))
    intent, accepted = perform.journal.entries()

    assert 72.0 == intent["within"]
    assert ("reel", "clip", "queue") == tuple(intent[name] for name in ("provider", "model", "protocol"))
    assert intent["intent"] == accepted["intent"]


def test_neither_key_nor_payload_is_written(perform):
    """A journal can be shown around: it has the digest of the body, and nothing of what it said."""
    perform(Provider(httpx.Response(402, json={"error": "too poor for 'a very private prompt'"})), failing(sending))
    perform(Provider(httpx.ReadTimeout("secret-key timed out")), failing(sending))
    perform(Provider(), running)

    text = perform.journal.path.read_text()
    assert "private" not in text
    assert "secret-key" not in text
    assert hashlib.sha256(json.dumps(PAYLOAD).encode()).hexdigest() in text


def failing(make):
    """The same, for who does not care that it fails."""

    def flow(context):
        try:
            return (yield from make(context))
        except CallsheetError:
            return None

    return flow


@pytest.mark.parametrize(
    ("answer", "error", "state", "why"),
    [
        ((402, {"error": "no"}), Refused, "refused", "NoMoney, HTTP 402"),
        ((403, ""), Refused, "refused", "Refused, HTTP 403"),
        ((502, None), SubmissionUnknown, "unknown", "HTTP 502"),
        ((200, {}), SubmissionUnknown, "unknown", "HTTP 200, but the answer holds no request id"),
        (httpx.ReadTimeout("slow"), SubmissionUnknown, "unknown", "ReadTimeout: slow"),
        ((422, {"error": "no"}), JobFailed, "ended", "Broke, HTTP 422"),
    ],
)
def test_what_became_of_a_submission(perform, answer, error, state, why):
    """Refused, unknown, over: as the caller is told, so it stands in the journal."""
    made = httpx.Response(answer[0], json=answer[1]) if isinstance(answer, tuple) else answer
    errors = tuple(replace_row(kind) for kind in reel.ERRORS)

    with pytest.raises(error):
        perform(Provider(made), sending, errors=errors)

    _, job = told(perform.journal)
    assert (job.state, job.why) == (state, why)


def replace_row(kind):
    """The error, in any phase."""
    return type(kind.__name__, (kind,), {"row": replace(kind.row, on=())})


def test_what_could_not_be_reached_is_refused(perform):
    """No connection: nothing was accepted, however often it was tried."""
    provider = Provider(*[httpx.ConnectError("no")] * 9)

    with pytest.raises(ConnectionFailed):
        perform(provider, sending)

    assert len(provider.requests) == 5
    assert told(perform.journal)[0] == ["intent", "refused"]


def test_one_intent_for_all_attempts(perform):
    """What certainly was not accepted is sent again under the same intent."""
    perform(Provider(httpx.ConnectError("no"), httpx.Response(429)), sending)

    assert told(perform.journal)[0] == ["intent", "accepted"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interrupted_submission_is_unknown(perform, interruption):
    """Ctrl-C or a cancelled task while the request is under way: nobody knows, and that is written down."""
    with pytest.raises(interruption):
        perform(Provider(interruption()), sending)

    _, job = told(perform.journal)
    assert (job.state, job.why) == ("unknown", f"interrupted ({interruption.__name__})")


def test_interrupted_between_two_attempts(perform, monkeypatch):
    """Ctrl-C while nothing is under way: it certainly was not accepted."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(VirtualClock, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        perform(Provider(httpx.ConnectError("no")), sending)

    assert told(perform.journal)[1].state == "refused"


class Broken(Journal):
    """A journal of which the line about one event cannot be written."""

    def __init__(self, path, event, fault=None):
        super().__init__(path)
        self.event, self.fault = event, fault or JournalFailed("the disk is full")

    def append(self, entry):
        if entry["event"] == self.event:
            raise self.fault
        return super().append(entry)


def breaking(journal, event, make, fault=None):
    """A flow with a journal that breaks at an event; `make` gets a context with it."""
    return lambda context: make(replace(context, journal=Broken(journal.path, event, fault)))


def test_without_an_intent_nothing_is_sent(perform):
    """A journal that cannot be written keeps the submission back."""
    provider = Provider()

    with pytest.raises(JournalFailed) as caught:
        perform(provider, breaking(perform.journal, "intent", sending))

    assert provider.requests == []
    assert caught.value.handle is None


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, asyncio.CancelledError])
def test_interrupted_before_it_was_sent(perform, interruption):
    """Ctrl-C while the intent is written: the line may be there, and says that nothing was sent."""
    provider = Provider()

    def late(context):
        class Late(Journal):
            def append(self, entry):
                super().append(entry)
                if entry["event"] == "intent":
                    raise interruption

        return sending(replace(context, journal=Late(perform.journal.path)))

    with pytest.raises(interruption):
        perform(provider, late)

    assert provider.requests == []
    assert told(perform.journal)[1].state == "refused"


@pytest.mark.parametrize("fault", [None, KeyboardInterrupt()])
def test_an_id_that_cannot_be_written_is_not_lost(perform, fault):
    """The job runs: the error carries its handle, and says the token in words."""
    with pytest.raises((JournalFailed, KeyboardInterrupt)) as caught:
        perform(Provider(), breaking(perform.journal, "accepted", sending, fault))

    assert caught.value.handle.request_id == "j1"
    assert caught.value.handle.token in str(caught.value) + "".join(getattr(caught.value, "__notes__", []))
    assert [entry["event"] for entry in perform.journal.entries()] == ["intent"]


@pytest.mark.parametrize("event", ["refused", "unknown"])
def test_trouble_is_told_though_the_journal_has_some_too(perform, event):
    """A second fault does not hide the first; without its line the submission counts as unknown."""
    answer = httpx.Response(402 if event == "refused" else 502)

    with pytest.raises((Refused, SubmissionUnknown)) as caught:
        perform(Provider(answer), breaking(perform.journal, event, sending))

    assert "the disk is full" in caught.value.__notes__[0]


def test_a_result_is_not_lost_to_a_full_disk(perform):
    """What is over and paid for comes back, with a warning."""
    with pytest.warns(JournalWarning, match="the disk is full"):
        outcome = perform(Provider(), breaking(perform.journal, "ended", running))

    assert outcome.media == ("https://files.reel.test/clip.mp4",)


@pytest.mark.parametrize(("state", "error", "end"), [("BROKEN", JobFailed, "failed"), ("WAITING", WaitTimeout, None)])
def test_how_a_wait_ended(perform, state, error, end):
    """A job that failed is over; a wait that is over leaves the job open."""
    looks = [httpx.Response(200, json={"status": state}) for _ in range(500)]

    with pytest.raises(error):
        perform(Provider(httpx.Response(200, json={"id": "j1"}), *looks), running)

    _, job = told(perform.journal)
    assert (job.state, job.end) == ("open" if end is None else "ended", end)


@pytest.mark.parametrize(("kept", "state"), [(50.0, "ended"), (5000.0, "open"), (None, "open")])
def test_an_unknown_job_is_over_when_nothing_is_kept_so_long(perform, kept, state):
    """Another key or another host does not know it either: a job is given up only when the provider's time is over."""
    queue = replace(reel.QUEUE, retention=None if kept is None else Retention(kept, "submit"))
    waiting = [httpx.Response(200, json={"status": "BUSY"})] * 60

    with pytest.raises(UnknownJob):
        perform(
            Provider(httpx.Response(200, json={"id": "j1"}), *waiting, *[httpx.Response(404)] * 5),
            running,
            model=replace(reel.MODEL, protocol=queue),
        )

    assert told(perform.journal)[1].state == state


def test_fetching_a_result_ends_a_job_too(perform):
    """Whoever takes a job up elsewhere and fetches what it made has seen its end."""
    perform(Provider(), sending, lambda context: flows.result(context, replace(reel.HANDLE, urls={})))

    assert told(perform.journal)[1].end == "succeeded"


def test_a_cancelled_job_is_over(perform):
    """Where the provider says that the job is cancelled."""
    answers = (CancelAnswer("cancelled", 200), CancelAnswer("too_late", 409))
    queue = replace(reel.QUEUE, cancel=Cancel("status_url", answers, "DELETE"))

    perform(
        Provider(),
        sending,
        lambda context: cancelling.cancel(context, replace(reel.HANDLE, urls={})),
        model=replace(reel.MODEL, protocol=queue),
    )

    assert told(perform.journal)[1].end == "cancelled"


def test_a_saved_file_is_named(perform, tmp_path):
    """Where the file went stands in the journal."""

    def saving(context):
        outcome = yield from running(context)
        return (yield from files.save(context, outcome, tmp_path / "clip.mp4"))

    class Serving(Provider):
        def usual(self, request):
            return (
                httpx.Response(200, content=b"video")
                if request.url.host == "files.reel.test"
                else super().usual(request)
            )

    perform(Serving(), saving)

    assert told(perform.journal)[1].files == (str(tmp_path / "clip.mp4"),)


def test_the_same_again_after_a_crash_is_told_first(perform):
    """A body of which a crash left the outcome open raises before it is sent again; the second time is the caller's."""
    perform.journal.append(
        {
            "event": "intent",
            "intent": "crashed",
            "provider": "reel",
            "model": "clip",
            "protocol": "queue",
            "sha256": hashlib.sha256(json.dumps(PAYLOAD).encode()).hexdigest(),
            "within": 1.0,
            "at": 1_700_000_000.0,
        }
    )
    provider = Provider()

    with pytest.raises(SubmissionUnknown, match="sent at 2023-11-14 22:13:20 UTC"):
        perform(provider, sending)
    assert provider.requests == []

    perform(provider, sending)
    assert [job.state for job in perform.journal.read().jobs()] == ["unknown", "open"]


def blocking_call(perform, *script, **options):
    """One blocking call."""
    return perform(Provider(*script), calling, model=SYNC, options=replace(reel.context().options, **options))


def test_a_blocking_call_has_an_intent_and_an_end(perform, tmp_path):
    """It has no id to keep: the journal knows where its bytes go."""
    outcome = blocking_call(perform, httpx.Response(200, content=b"video"), spool=str(tmp_path))

    events, job = told(perform.journal)
    assert events == ["intent", "ended"]
    assert (job.state, job.end, job.spool) == ("ended", "succeeded", str(outcome.file))
    assert outcome.file.read_bytes() == b"video"


@pytest.mark.parametrize("decode", ["json", "bytes"])
def test_a_file_within_json_is_on_the_disk_before_it_is_saved(perform, tmp_path, decode):
    """A process that dies between the answer and `save` leaves the file where the journal says."""
    content = bytes(range(256))
    answer = httpx.Response(200, json={"video": base64.b64encode(content).decode()})
    model = replace(SYNC, protocol=replace(SYNC.protocol, decode=decode, output="/video"))
    options = replace(reel.context().options, spool=str(tmp_path))
    outcome = perform(Provider(answer), calling, model=model, options=options)

    job = told(perform.journal)[1]
    assert job.end == "succeeded"
    assert Path(job.spool).read_bytes() == content == outcome.inline
    assert (outcome.file, outcome.spooled) == (Path(job.spool), True)
    perform(Provider(), sending, lambda context: files.save(context, outcome, tmp_path / "clip.mp4"))
    assert (tmp_path / "clip.mp4").read_bytes() == content
    assert not Path(job.spool).exists()


def test_addresses_of_a_blocking_call_are_kept(perform):
    """Nothing can be asked for them again."""
    url = "https://files.reel.test/clip.mp4"
    model = replace(SYNC, protocol=Blocking("sync", Submit("api", "/{model}"), media=("/clip",)))

    perform(Provider(httpx.Response(200, json={"clip": url})), calling, model=model)

    assert told(perform.journal)[1].urls == (url,)


class Dripping(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, fault):
        self.fault = fault

    def __iter__(self):
        yield b"half a vid"
        raise self.fault

    async def __aiter__(self):
        yield b"half a vid"
        raise self.fault


@pytest.mark.parametrize("fault", [httpx.ReadError("cut"), KeyboardInterrupt(), asyncio.CancelledError()])
def test_what_came_of_a_blocking_call_is_found_again(perform, tmp_path, fault):
    """A call that breaks off leaves its bytes, and the journal names them."""
    with pytest.raises((SubmissionUnknown, KeyboardInterrupt, asyncio.CancelledError)) as caught:
        blocking_call(perform, httpx.Response(200, stream=Dripping(fault)), spool=str(tmp_path))

    _, job = told(perform.journal)
    assert job.state == "unknown"
    assert Path(str(job.spool)).read_bytes() == b"half a vid"
    assert str(job.spool) in str(caught.value) + "".join(getattr(caught.value, "__notes__", []))


def test_a_refused_blocking_call_leaves_no_file(perform, tmp_path):
    """Nothing came, nothing stays."""
    with pytest.raises(Refused):
        blocking_call(perform, httpx.Response(402), spool=str(tmp_path))

    assert [path.suffix for path in tmp_path.iterdir()] == [".journal"]
    assert told(perform.journal)[1].state == "refused"


def test_an_answer_that_cannot_be_read_is_paid_for_all_the_same(perform):
    """The call is over, whatever it brought."""
    model = replace(SYNC, protocol=Blocking("sync", Submit("api", "/{model}"), output="/clip"))

    with pytest.raises(UnexpectedAnswer):
        perform(
            Provider(httpx.Response(200, json={})),
            calling,
            model=model,
            options=replace(reel.context().options, strict=True),
        )

    _, job = told(perform.journal)
    assert (job.state, job.end, job.why) == ("ended", "succeeded", "UnexpectedAnswer")


def test_a_cancelled_task_does_not_take_the_id_with_it(tmp_path):
    """The line is written to its end, also when the task is cancelled while it waits for the disk."""
    journal = Journal(tmp_path / "jobs.journal")
    provider = Provider()
    provider.journal = journal

    async def main():
        loop = asyncio.get_running_loop()

        class Slow(Journal):
            def append(self, entry):
                if entry["event"] == "accepted":
                    loop.call_soon_threadsafe(task.cancel)
                return super().append(entry)

        async with httpx.AsyncClient(transport=httpx.MockTransport(provider)) as http:
            context = replace(reel.context(), journal=Slow(journal.path))
            task = asyncio.create_task(adrive(sending(context), http, VirtualClock()))
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return caught.value.handle

    handle = asyncio.run(main())

    assert handle.request_id == "j1"
    assert [job.state for job in journal.jobs()] == ["open"]


def test_without_a_journal_nothing_is_written(monkeypatch):
    """It is opt-in: no line, no file, no step."""
    monkeypatch.setattr(Journal, "append", lambda *_: pytest.fail("written"))
    context = reel.context()
    with httpx.Client(transport=httpx.MockTransport(Provider().usual)) as http:
        assert drive(running(context), http, VirtualClock()) is not None


@pytest.mark.parametrize("client", [Segmind, AsyncSegmind])
def test_what_a_client_takes_for_a_journal(client, tmp_path):
    """A path, or anything that is one's own and can append."""
    assert client("k", journal=tmp_path / "a")._journal.path == tmp_path / "a"
    assert client("k", journal=str(tmp_path / "a"))._journal.path == tmp_path / "a"
    own = Journal(tmp_path / "b")
    assert client("k", journal=own)._journal is own
    assert client("k")._journal is None
    with pytest.raises(TypeError, match="journal must be a path or a Journal, not int"):
        client("k", journal=7)
    with pytest.raises(ValueError, match="must not be empty"):
        client("k", journal="")

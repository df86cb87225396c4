"""Watching and fetching, tested by hand: no network, no time."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise

import pytest
import reel

from callsheet.runtime import files, flows, reads
from callsheet.runtime.errors import (
    ConnectionFailed,
    DownloadFailed,
    NotFinished,
    UnexpectedAnswer,
    UnknownStateWarning,
    WaitTimeout,
)
from callsheet.runtime.steps import Broken, Call, Fetch, NotSent, Now, Sleep, Tell

STATUS = "https://api.reel.test/jobs/j1/status?logs=1"
RESULT = "https://api.reel.test/jobs/j1"


class Play:
    """Carries a flow out on a clock that only sleeps move, with answers from a list."""

    def __init__(self, flow, answers):
        self.flow, self.answers, self.now, self.calls, self.told = flow, list(answers), 0.0, [], []

    def run(self):
        reply = failure = None
        while True:
            try:
                step = self.flow.send(reply) if failure is None else self.flow.throw(failure)
            except StopIteration as end:
                return end.value
            reply = failure = None
            match step:
                case Now():
                    reply = reel.Moment(self.now, 1000.0 + self.now)
                case Sleep():
                    self.now += step.seconds
                case Tell():
                    self.told.append(step.update)
                case Call() | Fetch():
                    self.calls.append((step.method if isinstance(step, Call) else "FETCH", step.url, self.now))
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                    if isinstance(answer, BaseException):
                        failure = answer
                    else:
                        status, body, *headers = answer
                        reply = reel.reply(status, body, self.now, *headers)


OLD = reel.Handle("reel", "clip", "queue", "j1", reel.HANDLE.urls, 900.0)
"""A job that was submitted a hundred seconds ago."""


def waiting(answers, handle=reel.HANDLE, **options):
    """A wait for a job, to be played with these answers."""
    return Play(flows.wait(reel.context(**options), handle), answers)


WAITING = (202, {"status": "WAITING", "ahead": 2, "logs": [{"message": "hello"}]})
BUSY = (202, {"status": "BUSY"})
DONE = (200, {"status": "DONE"})
CLIP = (200, {"clip": "https://cdn.test/c.mp4"})


def test_wait_looks_until_the_end_and_fetches_once():
    """A job is looked at until it ends, then its result is fetched from its own address."""
    play = waiting([WAITING, BUSY, DONE, CLIP])
    outcome = play.run()

    assert ("https://cdn.test/c.mp4",) == outcome.media
    assert [STATUS, STATUS, STATUS, RESULT] == [url for _, url, _ in play.calls]
    assert {"GET"} == {method for method, _, _ in play.calls}


def test_the_first_looks_come_early():
    """A job that fails at once is seen within seconds: looks at 2, 4, 8, 16 s."""
    play = waiting([BUSY], timeout=20)
    with pytest.raises(WaitTimeout):
        play.run()

    assert [2, 4, 8, 16] == [when for _, _, when in play.calls][:4]


def test_an_update_tells_position_and_logs():
    """Each look is told to the listener, with what the provider said."""
    play = waiting([WAITING, DONE, CLIP], on_update=print)
    play.run()

    assert [("WAITING", 2, ("hello",)), ("DONE", None, ())] == [(u.state, u.position, u.logs) for u in play.told]


def test_a_failed_state_is_an_error_of_its_class():
    """FAILED served with 422 ends the wait at once, with the provider's words."""
    play = waiting([(422, {"status": "BROKEN", "error": "bad face"})])
    with pytest.raises(reel.Broke, match=r"ended BROKEN.*'bad face'.*Not billed") as caught:
        play.run()

    assert (1, reel.HANDLE) == (len(play.calls), caught.value.handle)


def test_passing_trouble_does_not_end_a_wait():
    """Lost connections, 502, 429 and cut JSON on a read are waited out; the job is the same all along."""
    trouble = [Broken("reset"), NotSent("refused"), (502, {}), (429, {}, {"retry-after": "5"}), (200, "cut"), (503, {})]
    play = waiting([BUSY, *trouble, DONE, CLIP])
    play.run()

    assert {STATUS, RESULT} == {url for _, url, _ in play.calls}


def test_a_timeout_carries_the_handle_and_the_last_state():
    """A wait ends at its deadline, not a moment later, and the token is enough to go on."""
    play = waiting([BUSY], timeout=30)
    with pytest.raises(WaitTimeout, match="last state BUSY") as caught:
        play.run()

    assert (reel.HANDLE, 30.0) == (caught.value.handle, play.now)


def test_trouble_until_the_deadline_is_a_timeout_with_its_cause():
    """Where the provider is never reached, the time-out says so."""
    play = waiting([NotSent("refused")], timeout=30)
    with pytest.raises(WaitTimeout, match="refused") as caught:
        play.run()

    assert isinstance(caught.value.__cause__, ConnectionFailed)
    assert play.now <= 30


def test_an_unknown_state_is_waited_through_with_one_warning():
    """A state that the spec does not know is no end; it is said once."""
    play = waiting([(200, {"status": "PAUSED"}), (200, {"status": "PAUSED"}), DONE, CLIP])
    with pytest.warns(UnknownStateWarning, match="PAUSED") as told:
        play.run()

    assert 1 == len(told)


def test_strict_raises_on_an_unknown_state():
    """With `strict`, a state that the spec does not know ends the wait, with the evidence."""
    with pytest.raises(UnexpectedAnswer, match="PAUSED"):
        waiting([(200, {"status": "PAUSED"})], strict=True).run()


def test_an_unknown_job_ends_the_wait():
    """404 is final: the provider does not know the job."""
    play = waiting([(404, {"error": "no such job"})], OLD)
    with pytest.raises(reel.Gone) as caught:
        play.run()

    assert (1, "j1") == (len(play.calls), caught.value.request_id)


def test_a_job_that_is_not_known_yet_is_given_a_moment():
    """A 404 in the first seconds after the submission does not end the wait; one that stays does."""
    play = waiting([(404, {}), DONE, CLIP])
    play.run()

    with pytest.raises(reel.Gone):
        waiting([(404, {})]).run()


def test_refused_reads_do_not_call_a_running_job_refused():
    """401 on a look is about the look: the job that has an id was accepted, and may be billed."""
    with pytest.raises(reel.NoMoney) as caught:
        waiting([(402, {"error": "no credits"})], OLD).run()

    assert ("always", "maybe") == (caught.value.accepted, caught.value.billed)
    assert "Not billed" not in str(caught.value)


def test_an_error_survives_pickling():
    """An error that comes from a worker process still has its handle and its words."""
    with pytest.raises(WaitTimeout) as caught:
        waiting([BUSY], timeout=5).run()
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes

    assert (str(caught.value), reel.HANDLE) == (str(copy), copy.handle)


def test_a_key_that_the_provider_repeats_is_hidden():
    """Words of ours that quote an answer never show the key."""
    with pytest.raises(reel.NoMoney) as caught:
        waiting([(402, {"error": "bad key secret-key"})], OLD).run()

    assert "secret-key" not in str(caught.value)


def test_a_status_object_in_place_of_a_result_is_not_a_result():
    """An answer with another code than the result's, and a state in it, means that the job is not finished."""
    with pytest.raises(NotFinished, match="BUSY"):
        Play(flows.result(reel.context(), reel.HANDLE), [(202, {"status": "BUSY"})]).run()


def test_a_result_behind_its_status_is_asked_for_again():
    """Where the status is ahead of the result, the result is fetched a moment later."""
    play = waiting([DONE, (400, {"error": "early"}), (400, {"error": "early"}), CLIP])

    assert ("https://cdn.test/c.mp4",) == play.run().media


@pytest.mark.parametrize(
    ("answer", "error"),
    [((202, {"status": "BUSY"}), NotFinished), ((400, {}), NotFinished), ((422, {"status": "BROKEN"}), reel.Broke)],
)
def test_result_of_a_job_that_has_none(answer, error):
    """`result` never takes a status object for an output, and knows a failed job."""
    with pytest.raises(error):
        Play(flows.result(reel.context(), reel.HANDLE), [answer]).run()


def test_an_output_that_is_not_there_is_kept():
    """An answer without the documented output raises with the whole answer attached: it was paid for."""
    with pytest.raises(UnexpectedAnswer) as caught:
        Play(flows.result(reel.context(), reel.HANDLE), [(200, {"video": "elsewhere"})]).run()

    assert b"elsewhere" in caught.value.answer.body


def test_an_address_on_another_host_is_not_followed():
    """A status address on an undeclared host is left alone: the known one is asked, and the key stays home."""
    stray = reel.Handle("reel", "clip", "queue", "j1", {"status_url": "https://evil.test/steal"}, 1000.0)
    play = Play(flows.wait(reel.context(), stray), [DONE, CLIP])
    play.run()

    assert [STATUS, RESULT] == [url for _, url, _ in play.calls]


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), ZeroDivisionError("in the caller's listener")])
def test_whatever_ends_a_wait_carries_the_handle(interrupt):
    """Ctrl-C, or an error of the caller's own, loses no job: the token is in a note, the handle on the exception."""
    with pytest.raises(type(interrupt)) as caught:
        waiting([interrupt]).run()

    assert reel.HANDLE.token in caught.value.__notes__[0]
    assert reel.HANDLE == caught.value.handle


def test_a_read_without_a_deadline_gives_up_after_a_few_tries():
    """One `status()` is tried a bounded number of times, then says what was in the way."""
    play = Play(flows.status(reel.context(), reel.HANDLE), [(502, {"error": "nginx"})])
    with pytest.raises(reel.Down):
        play.run()

    assert 5 == len(play.calls)


def test_a_download_is_repeated_then_told(tmp_path):
    """A file that cannot be fetched is tried again a few times; the error names its address and the job."""
    play = Play(files.save(reel.context(), reel.outcome("https://cdn.test/c.mp4"), tmp_path / "c"), [(404, {})])
    with pytest.raises(DownloadFailed, match=r"cdn\.test.*404") as caught:
        play.run()

    assert (5, reel.HANDLE) == (len(play.calls), caught.value.handle)


@pytest.mark.parametrize("answer", [BUSY, (503, {}), NotSent("refused")], ids=["busy", "in trouble", "refused"])
@pytest.mark.parametrize("timeout", [3.0, 20.0, 24.0, 30.0])
def test_the_last_look_keeps_the_interval_and_is_at_the_deadline(timeout, answer):
    """However the deadline falls, no two looks are closer than the provider asks for, and no time is given away."""
    ctx = reel.of(reel.changed(protocol=replace(reel.QUEUE, poll_floor=7.0)))
    ctx = replace(ctx, options=replace(ctx.options, timeout=timeout))
    play = Play(flows.wait(ctx, OLD), [answer])
    with pytest.raises(WaitTimeout):
        play.run()

    looks = [at for *_, at in play.calls]
    # A look in trouble may be repeated later than the interval says: the pauses grow.
    assert all(after - before >= 7.0 for before, after in pairwise(looks))
    assert looks[-1] == (timeout if timeout >= 7.0 else 0.0)
    assert play.now == timeout


@pytest.mark.parametrize(("submitted", "elapsed"), [(None, 0.0), (1000.0, 0.0), (1007.0, 0.0), (990.0, 10.0)])
def test_the_age_of_a_job_is_never_less_than_nothing(submitted, elapsed):
    """Where it is not known, and where the clock of whoever submitted it is ahead, it begins now."""
    told = []
    flow = flows.wait(reel.context(on_update=told.append), replace(reel.HANDLE, submitted_at=submitted))
    step = next(flow)
    while not told:
        if isinstance(step, Tell):
            step.listener(step.update)
            break
        step = flow.send(reel.START if isinstance(step, Now) else reel.reply(202, {"status": "BUSY"}))

    assert elapsed == told[0].elapsed


@pytest.mark.parametrize(("at", "tries"), [(9.9, 2), (10.0, 1)])
def test_a_read_is_tried_until_the_deadline_itself(at, tries):
    """As long as anything is left of the time there is one more try, at its very end."""
    play = Play(reads.read(reel.context(), reel.HANDLE, "status", 10.0), [Broken("cut")])
    play.now = at
    with pytest.raises(reads.OutOfTime):
        play.run()

    assert [at, 10.0][:tries] == [when for _, _, when in play.calls]


@pytest.mark.parametrize("limit", [0.0, -5.0])
def test_a_wait_of_no_time_is_one_look(limit):
    """At once: a pause is never less than nothing."""
    play = waiting([BUSY], timeout=limit)
    with pytest.raises(WaitTimeout):
        play.run()

    assert (1, 0.0) == (len(play.calls), play.now)


@pytest.mark.parametrize(("asked", "pause"), [(None, None), ("7", 7.0), ("61", 60.0)])
def test_a_download_is_tried_again_after_a_pause(tmp_path, asked, pause):
    """As long as the storage asks for, and no longer than the caller's patience lasts; five times in all."""
    headers = {} if asked is None else {"retry-after": asked}
    flow = files.save(reel.context(), reel.outcome("https://cdn.test/c.mp4"), tmp_path / "c.mp4")
    play = Play(flow, [(503, None, headers)])
    with pytest.raises(DownloadFailed, match="HTTP 503"):
        play.run()
    times = [when for _, _, when in play.calls]

    assert 5 == len(times)
    for attempt, (one, next_) in enumerate(pairwise(times)):
        assert pause == next_ - one if pause else 0.25 * 2**attempt <= next_ - one <= 0.5 * 2**attempt

"""One call that lasts until the job is done: what it asks for, and what each end means for money."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
import reel

from callsheet.runtime import blocking, files
from callsheet.runtime.errors import (
    AnswerWarning,
    ConnectionFailed,
    JobFailed,
    Refused,
    SpoolFailed,
    SubmissionUnknown,
    UnexpectedAnswer,
)
from callsheet.runtime.steps import Broken, Call, NotSent, Now, Sleep, Store


class Play:
    """A flow, answered call by call on a clock that stands still. An answer may be an exception, or make one.

    The disk is full.
    """

    def __init__(self, flow, answers):
        self.flow, self.answers, self.calls, self.slept = flow, list(answers), [], []

    def run(self):
        """The flow's result."""
        value = None
        while True:
            try:
                step = self.flow.send(value) if not isinstance(value, BaseException) else self.flow.throw(value)
            except StopIteration as end:
                return end.value
            match step:
                case Now():
                    value = reel.START
                case Sleep():
                    self.slept.append(step.seconds)
                    value = None
                case Call():
                    self.calls.append(step)
                    answer = self.answers.pop(0) if self.answers else Broken("no more answers")
                    value = answer(step) if callable(answer) else answer
                case Store():
                    value = OSError(28, "No space left on device")


def spooled(content=b"video", kind="video/mp4"):
    """An answer that is a file: it goes where the call says."""

    def answer(step):
        step.spool.write_bytes(content)
        return replace(
            reel.reply(200, None, raw=b"", headers={"content-type": kind}), file=step.spool, size=len(content)
        )

    return answer


@pytest.fixture
def context(tmp_path):
    """A call that answers with bytes, and its own folder for them."""
    return reel.of(reel.blocking(decode="bytes", cutoff=100.0, request_id_header="X-Request-Id"), spool=str(tmp_path))


def test_the_bytes_go_to_a_file_as_they_come(context, tmp_path):
    """They are kept until they are saved; the call is one POST with the key."""
    play = Play(blocking.run(context, {"a": 1}), [spooled()])
    outcome = play.run()

    assert (b"video", tmp_path) == (outcome.file.read_bytes(), outcome.file.parent)
    (call,) = play.calls
    assert ("POST", "https://api.reel.test/now/clip", "secret-key") == (call.method, call.url, call.headers["x-key"])
    assert 130.0 == call.timeout  # the gateway's cut-off and a little


@pytest.mark.parametrize(
    ("typical", "cutoff", "limit"), [(5.0, 100.0, 130.0), (429.0, 100.0, 1716.0), (5.0, None, 600.0)]
)
def test_a_call_is_not_broken_off_while_it_may_go_on(typical, cutoff, limit):
    """What lasts longer than the cut-off as a rule is waited for: to hang up would lose what it costs."""
    model = replace(reel.blocking(cutoff=cutoff), typical=typical)

    assert limit == blocking.limit(reel.of(model))
    assert 7.0 == blocking.limit(reel.of(model, timeout=7.0))


@pytest.mark.parametrize(
    "end",
    [
        Broken("reset"),
        reel.reply(504, {}),
        reel.reply(502, {"error": "down"}),
        reel.reply(408, {}),
        reel.reply(499, {}),
    ],
)
def test_a_call_that_breaks_leaves_the_outcome_unknown(context, tmp_path, end):
    """The gateway's cut-off, a reset, a server error: one POST, no second, no empty file left behind."""
    play = Play(blocking.run(context, {}), [end])
    with pytest.raises(SubmissionUnknown) as caught:
        play.run()

    assert (1, None, []) == (len(play.calls), caught.value.partial, list(tmp_path.iterdir()))


def test_a_file_that_breaks_off_is_kept(context):
    """What was paid for and came is told, and is not deleted."""

    def cut(step):
        step.spool.write_bytes(b"half")
        return Broken("reset")

    with pytest.raises(SubmissionUnknown, match="is kept in") as caught:
        Play(blocking.run(context, {}), [cut]).run()

    assert b"half" == caught.value.partial.read_bytes()


def test_only_what_was_certainly_refused_is_sent_again(context):
    """No connection, and a refusal that allows another try; both leave no doubt."""
    play = Play(
        blocking.run(context, {}), [NotSent("refused"), reel.reply(429, {}, headers={"retry-after": "3"}), spooled()]
    )
    play.run()

    assert (3, 3.0) == (len(play.calls), play.slept[1])
    with pytest.raises(ConnectionFailed):
        Play(blocking.run(context, {}), [NotSent("x")] * 9).run()
    with pytest.raises(Refused):
        Play(blocking.run(context, {}), [reel.reply(402, {})]).run()


def test_a_job_that_failed_is_told_as_one(context):
    """A row that is documented for results is meant here, too: the call is submission and result in one."""
    with pytest.raises(JobFailed) as caught:
        Play(blocking.run(context, {}), [reel.reply(422, {"error": "too dark"})]).run()

    assert ("always", "too dark") == (caught.value.accepted, caught.value.message)


def test_base64_in_place_of_bytes_is_the_file(context, tmp_path):
    """An answer in JSON that holds the file as text ends as the same file."""
    content = bytes(range(256))
    text = base64.b64encode(content).decode()
    outcome = Play(
        blocking.run(reel.of(reel.blocking(decode="bytes", media=("/video",))), {}),
        [reel.reply(200, {"video": text}, headers={"content-type": "application/json"})],
    ).run()

    assert content == outcome.inline
    (step,) = [next(files.save(context, outcome, tmp_path / "x"))]
    assert Store(tmp_path / "x", content) == step


def test_an_answer_in_place_of_bytes_has_to_hold_the_file():
    """The file is all that is missed of it: with it nobody is warned, without it the answer is none."""
    context = reel.of(reel.blocking(decode="bytes", output="/clip", media=("/video",)))
    text = base64.b64encode(bytes(range(256))).decode()

    assert Play(blocking.run(context, {}), [reel.reply(200, {"video": text})]).run().inline == bytes(range(256))
    with pytest.raises(UnexpectedAnswer, match="holds nothing at '/clip'"):
        Play(blocking.run(context, {}), [reel.reply(200, {"video": "soon"})]).run()


def test_a_file_within_json_that_cannot_be_kept_is_there_all_the_same(tmp_path):
    """A full disk costs the copy, and not the result; without a journal or a folder none is made."""
    content = bytes(range(256))
    answer = reel.reply(200, {"video": base64.b64encode(content).decode()})
    model = reel.blocking(output="/video")
    with pytest.warns(AnswerWarning, match="could not be kept .* save it at once"):
        outcome = Play(blocking.run(reel.of(model, spool=str(tmp_path)), {}), [answer]).run()

    assert (outcome.inline, outcome.file, list(tmp_path.iterdir())) == (content, None, [])
    assert Play(blocking.run(reel.of(model), {}), [answer]).run().inline == content


def test_nowhere_to_put_the_bytes(tmp_path):
    """A folder that takes no file is told before anything is sent."""
    gone = reel.of(reel.blocking(decode="bytes"), spool=str(tmp_path / "gone"))
    play = Play(blocking.run(gone, {}), [])
    with pytest.raises(SpoolFailed, match=r"gone takes no file .* Nothing was sent.*`spool`"):
        play.run()

    assert [] == play.calls


def test_a_json_call_gives_its_output(tmp_path):
    """No file is made for an answer in JSON."""
    context = reel.of(reel.blocking(output="/clip"), spool=str(tmp_path))
    outcome = Play(blocking.run(context, {}), [reel.reply(200, {"clip": "https://cdn.test/c.mp4"})]).run()

    assert ("https://cdn.test/c.mp4", ("https://cdn.test/c.mp4",), []) == (
        outcome.output,
        outcome.media,
        list(Path(tmp_path).iterdir()),
    )

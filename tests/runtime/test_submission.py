"""Sending a job, tested by hand: what the flow asks for, and what it does with each answer."""

from __future__ import annotations

import pytest
import reel
from hypothesis import given
from hypothesis import strategies as st

from callsheet.runtime.errors import ConnectionFailed, MissingKey, Refused, SubmissionUnknown
from callsheet.runtime.steps import Broken, Call, NotSent, Now, Sleep
from callsheet.runtime.submission import submit


class Steps:
    """A flow, stepped by hand, on a clock that stands still: questions for the time are answered on the way."""

    def __init__(self, flow):
        self.flow = flow

    def _on(self, step):
        while isinstance(step, Now):
            step = self.flow.send(reel.START)
        return step

    def __next__(self):
        return self._on(next(self.flow))

    def send(self, value):
        """Answer a step; the next one."""
        return self._on(self.flow.send(value))

    def throw(self, error):
        """Let a step fail; the next one."""
        return self._on(self.flow.throw(error))


def submission(*arguments):
    """A submission, to be stepped."""
    return Steps(submit(*arguments))


ACCEPTED = {"id": "j1", "status_url": "https://api.reel.test/jobs/j1/status"}


def test_the_first_step_is_one_post_with_the_key_and_the_payload_as_given():
    """A submission is one POST to the endpoint's address, with the key, and the body that the caller gave."""
    step = next(submission(reel.context(), {"b": 5.0, "a": "é", "n": 1}))

    assert isinstance(step, Call)
    assert ("POST", "https://api.reel.test/clip") == (step.method, step.url)
    assert "secret-key" == step.headers["x-key"]
    assert '{"b": 5.0, "a": "é", "n": 1}'.encode() == step.body


def test_the_key_is_in_no_repr():
    """Printing a step or a context never shows the key."""
    context = reel.context()

    assert "secret-key" not in repr(next(submit(context, {}))) + repr(context)


def test_an_accepted_job_has_id_addresses_and_time():
    """The handle holds what the answer told."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(reel.reply(200, ACCEPTED, at=1))

    assert ("j1", {"status_url": ACCEPTED["status_url"]}, 1001.0) == (
        end.value.value.request_id,
        end.value.value.urls,
        end.value.value.submitted_at,
    )


def test_a_broken_exchange_is_never_repeated():
    """No answer to a submission: its outcome is unknown, and nothing else is sent."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(SubmissionUnknown, match="ReadTimeout") as caught:
        flow.throw(Broken("ReadTimeout"))

    assert 64 == len(caught.value.fingerprint)


def test_no_connection_is_tried_again_and_then_told():
    """Where no connection was made nothing was accepted: a few tries, each after a pause, then ConnectionFailed."""
    flow = submission(reel.context(submit_attempts=3), {})
    step = next(flow)
    for _ in range(2):
        assert isinstance(step, Call)
        assert isinstance(flow.throw(NotSent("refused")), Sleep)
        step = flow.send(None)
    with pytest.raises(ConnectionFailed, match="nothing was accepted"):
        flow.throw(NotSent("refused"))


def test_retry_after_is_kept_to():
    """A status that the spec calls never accepted is repeated after the pause that the provider asks for."""
    flow = submission(reel.context(), {})
    next(flow)

    assert Sleep(7.0) == flow.send(reel.reply(429, {"error": "slow"}, headers={"retry-after": "7"}))
    assert isinstance(flow.send(None), Call)


def test_a_long_retry_after_is_the_callers_to_wait_out():
    """A pause beyond the patience for submissions raises, and says how long the provider asked for."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(reel.Slow) as caught:
        flow.send(reel.reply(429, {"error": "slow"}, headers={"retry-after": "3600"}))

    assert 3600.0 == caught.value.retry_after


def test_a_documented_refusal_is_typed():
    """A refusal says what the provider said, that nothing was billed, and who can mend it."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(reel.NoMoney, match=r"no credits left.*Not billed") as caught:
        flow.send(reel.reply(402, {"error": "no credits left"}))

    assert ("never", "account", 402) == (caught.value.billed, caught.value.mend, caught.value.http)


@given(status=st.integers(100, 599), body=st.binary(max_size=40))
def test_any_answer_ends_in_a_handle_a_refusal_or_an_unknown_outcome(status: int, body: bytes):
    """Whatever comes back, at most one POST is open at a time, and an accepted job is never thrown away."""
    flow = submission(reel.context(submit_attempts=1), {})
    next(flow)
    with pytest.raises((Refused, SubmissionUnknown)) as caught:
        flow.send(reel.reply(status, None, raw=body))

    unclear = status < 400 or status >= 500 or status in {408, 409, 425, 499}
    assert unclear == isinstance(caught.value, SubmissionUnknown)


def test_ctrl_c_during_a_submission_says_what_it_means():
    """An interrupt while the answer is awaited is passed on, with a note that a job may be running."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(KeyboardInterrupt) as caught:
        flow.throw(KeyboardInterrupt())

    assert "may be running" in caught.value.__notes__[0]


@pytest.mark.parametrize("key", [None, "", "  ", "kéy", "a\nb"])
def test_an_unusable_key_sends_nothing(key: str | None):
    """Without a key that a header can carry, not one step is asked for."""
    with pytest.raises(MissingKey, match="Nothing was sent"):
        next(submission(reel.context(key=key), {}))


def test_text_is_sent_in_its_own_letters():
    """UTF-8 and no escapes: half the bytes, and readable in a provider's logs."""
    assert '{"prompt": "größer 🎬"}'.encode() == next(submission(reel.context(), {"prompt": "größer 🎬"})).body


def test_what_is_no_json_is_not_sent():
    """An `extra` that nobody judged is no way around it."""
    with pytest.raises(ValueError, match="JSON"):
        next(submission(reel.context(extra={"seed": float("nan")}), {}))


@pytest.mark.parametrize(
    "answer", [{}, {"id": None}, {"id": ""}, {"id": True}, {"id": ["j1"]}, {"id": {"a": 1}}, {"id": 1.5}]
)
def test_an_answer_without_an_id_leaves_the_outcome_unknown(answer):
    """The provider said yes, and not to what: a job may run."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(SubmissionUnknown, match="the answer holds no request id") as caught:
        flow.send(reel.reply(200, answer))

    assert answer == caught.value.answer.json


def test_an_id_may_be_a_number():
    """It is kept as text, which is what addresses and tokens are made of."""
    flow = submission(reel.context(), {})
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(reel.reply(200, {"id": 17}))

    assert "17" == end.value.value.request_id

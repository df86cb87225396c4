"""What the core says of webhooks: pure, with no one who sends them."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from emulated import NOW, TAKES, Caller, caller
from hypothesis import given
from hypothesis import strategies as st

from callsheet.emulator import Delivery, Emulator, Options, Outcome, State, UnknownScenarioError, names
from callsheet.emulator.faults.scenarios import read
from callsheet.emulator.webhook_faults import FAULTS
from callsheet.emulator.webhooks.hooking import _after
from callsheet.plan.model import Plan
from callsheet.spec.model import DeliverySpec

HOOK = "http://127.0.0.1:9000/hook"
FINE, BUSY = Outcome(200), Outcome(503)


@dataclass
class Post:
    """A caller whose jobs are followed by webhooks, and who delivers them."""

    caller: Caller
    sent: list[tuple[float, Delivery]] = field(default_factory=list)
    now: float = NOW

    def submit(self, scenario: str = "", **how: Any) -> str:
        """Submit a job with a webhook; its id."""
        headers = {"x-callsheet-scenario": scenario} if scenario else {}
        model = self.caller.emulator.plan.provider("fal").model("scail-2")
        body = json.dumps({**model.samples["page"], **how}).encode()
        url = f"/fal-ai/scail-2?fal_webhook={HOOK}"
        reply = self.caller.ask("POST", url, self.now, body, **{"content-type": "application/json", **headers})
        assert reply.status == 200, reply
        return str(reply.json()["request_id"])

    def until(self, time: float, *answers: Outcome) -> None:
        """Deliver what is due until then. The answers come in turn; the last one to all that follow."""
        left = list(answers) or [FINE]
        while True:
            found = self.caller.emulator.due(self.caller.state, self.now)
            self.caller.state = found.state
            for delivery in found.deliveries:
                self.sent.append((self.now - NOW, delivery))
                went = left.pop(0) if len(left) > 1 else left[0]
                self.caller.state = self.caller.emulator.delivered(self.caller.state, delivery, went, self.now)
            if not found.deliveries:
                if found.again is None or found.again > NOW + time:
                    self.now = NOW + time
                    return
                self.now = found.again

    @property
    def times(self) -> list[float]:
        return [round(time, 3) for time, _ in self.sent]


@pytest.fixture
def post(plan: Plan) -> Post:
    """One whose jobs take `TAKES` seconds."""
    return Post(caller(plan, "fal"))


def proves(emulator: Emulator, delivery: Delivery, now: float) -> bool:
    """Whether a webhook is fal's own, as its documentation says that it is checked; nothing of ours takes part."""
    reply = Caller(emulator, "fal", key=None)
    request = changed(reply.request("GET", "/.well-known/jwks.json"), host=("fal", "rest"))
    keys = emulator.handle(State(), request, NOW)[1].json()["keys"]
    headers = {name.lower(): value for name, value in delivery.headers}
    try:
        signature = bytes.fromhex(headers["x-fal-webhook-signature"])
        message = "\n".join(
            [
                headers["x-fal-webhook-request-id"],
                headers["x-fal-webhook-user-id"],
                headers["x-fal-webhook-timestamp"],
                hashlib.sha256(delivery.body).hexdigest(),
            ]
        ).encode()
    except KeyError:
        return False
    for key in keys:
        try:
            # without mending the padding, as the sample of the documentation does
            Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"])).verify(signature, message)
        except InvalidSignature:
            continue
        return abs(int(headers["x-fal-webhook-timestamp"]) - now) <= 300
    return False


def deliveries(plan: Plan) -> DeliverySpec:
    """What fal's spec says of attempts."""
    webhook = plan.provider("fal").spec.webhook
    assert webhook is not None
    assert webhook.deliveries is not None
    return webhook.deliveries


def test_a_job_that_ends_is_told(post: Post) -> None:
    """Once, when it ends and not before, with the output, and in a form that fal's own rules prove."""
    job = post.submit()
    post.until(TAKES - 0.1)
    assert post.sent == []
    post.until(TAKES)
    (_, delivery) = post.sent[0]
    body = json.loads(delivery.body)

    assert (post.times, delivery.url, delivery.timeout) == ([TAKES], HOOK, 15.0)
    assert (body["request_id"], body["status"]) == (job, "OK")
    assert body["payload"]["video"]["url"].startswith("http://127.0.0.1:8801/__callsheet__/media/")
    assert proves(post.caller.emulator, delivery, NOW + TAKES)
    post.until(20_000)
    assert len(post.sent) == 1
    assert post.caller.state.hooks == {}
    assert [str(attempt) for attempt in post.caller.state.attempts] == [
        f"fal/scail-2 {job}: webhook 1 to {HOOK}: HTTP 200"
    ]


def test_a_job_that_fails_or_is_cancelled_is_told_too(post: Post) -> None:
    """With the error that the result's address answers; a cancelled one as soon as it is over."""
    failed = post.submit("generation_timeout")
    cancelled = post.submit()
    post.caller.ask("PUT", f"/fal-ai/scail-2/requests/{cancelled}/cancel", NOW + 1)
    post.until(TAKES)
    told = {json.loads(delivery.body)["request_id"]: (time, json.loads(delivery.body)) for time, delivery in post.sent}
    answer = post.caller.ask("GET", f"/fal-ai/scail-2/requests/{failed}", NOW + TAKES)

    assert told[failed][0] == TAKES
    assert told[failed][1]["error"] == f"Invalid status code: {answer.status}"
    assert told[failed][1]["payload"] == answer.json()
    assert told[cancelled][0] == 1
    assert told[cancelled][1]["payload"]["error_type"] == "client_cancelled"
    assert {body["status"] for _, body in told.values()} == {"ERROR"}


def test_a_bad_input_is_told_with_its_violations(post: Post) -> None:
    """Fal finds it after queueing, and the webhook is how a caller hears of it."""
    post.submit(mode="sideways")
    post.until(TAKES)
    body = json.loads(post.sent[0][1].body)

    assert body["payload"]["detail"][0]["loc"] == ["body", "mode"]


def test_it_is_repeated_until_it_was_received(post: Post) -> None:
    """Anything but 2xx brings another attempt, signed anew; redirects too, which nobody follows."""
    post.submit()
    post.until(20_000, BUSY, Outcome(302), Outcome(None, "no answer"), Outcome(204))
    stamps = [delivery.header("x-fal-webhook-timestamp") for _, delivery in post.sent]

    assert [delivery.attempt for _, delivery in post.sent] == [1, 2, 3, 4]
    assert stamps == [str(int(NOW + time)) for time, _ in post.sent]
    assert len({delivery.body for _, delivery in post.sent}) == 1
    assert post.caller.state.hooks == {}


def test_it_is_given_up_as_the_spec_says(post: Post) -> None:
    """Fal's page: ten more times within two hours. The pauses grow."""
    post.submit()
    post.until(50_000, BUSY)
    pauses = [after - before for before, after in zip(post.times, post.times[1:], strict=False)]

    assert len(post.sent) == 11
    assert post.times[-1] - post.times[0] == 7200
    assert pauses == sorted(pauses)
    assert post.caller.state.attempts[-1].next is None


@given(retries=st.integers(1, 1000), within=st.floats(1, 1e6))
def test_however_often_the_last_comes_when_the_time_is_over(plan: Plan, retries: int, within: float) -> None:
    """No pause is shorter than the one before it, and the last attempt comes `within` after the first."""
    rule = changed(deliveries(plan), retries=retries, within=within)
    times = [0.0, *(_after(rule, within, made) for made in range(1, retries + 1))]

    pauses = [after - before for before, after in itertools.pairwise(times)]

    assert times[-1] == pytest.approx(within)
    assert all(after >= before * 0.999 for before, after in itertools.pairwise(pauses))


def test_nothing_is_sent_once_the_result_has_expired(plan: Plan) -> None:
    """Where the spec says `until_expiry`: fal keeps a result for an hour."""
    fal = plan.provider("fal")
    assert fal.spec.webhook is not None
    rule = changed(deliveries(plan), until_expiry=True, later_timeout=120.0)
    spec = changed(fal.spec, webhook=changed(fal.spec.webhook, deliveries=rule))
    post = Post(Caller(Emulator(Plan((changed(fal, spec=spec),)), Options(seconds=TAKES)), "fal"))
    post.submit()
    post.until(50_000, BUSY)

    assert post.times[-1] < TAKES + 3600 < TAKES + 7200
    assert [delivery.timeout for _, delivery in post.sent] == [15.0, *[120.0] * (len(post.sent) - 1)]


def test_while_it_is_under_way_it_is_not_due(post: Post) -> None:
    """Asking again gives nothing, and what is said of a job that is not known changes nothing."""
    post.submit()
    emulator, state = post.caller.emulator, post.caller.state
    first = emulator.due(state, NOW + TAKES)
    again = emulator.due(first.state, NOW + TAKES + 5)

    assert (len(first.deliveries), again.deliveries, again.again) == (1, (), None)
    stray = changed(first.deliveries[0], request_id="nobody's")
    assert emulator.delivered(first.state, stray, FINE, NOW) is first.state
    assert emulator.due(state, NOW + TAKES) == first, "it depends on nothing but its arguments"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_forged_one_is_no_proof_and_any_other_is(post: Post, fault: Any) -> None:
    """By fal's own rules: what is stale, changed or signed by another is refused, and nothing else."""
    post.submit(f"{fault.name}@webhook")
    post.submit()
    post.until(1000)
    first = next(iter(post.caller.state.jobs))
    mine = [(NOW + time, delivery) for time, delivery in post.sent if delivery.request_id == first]

    emulator = post.caller.emulator
    assert [proves(emulator, delivery, now) for now, delivery in mine] == [not fault.forges] * len(mine)
    assert len(mine) == (0 if not fault.sends else 2 if fault.repeats or fault.copies > 1 else 1)


def test_an_output_that_cannot_be_sent_is_told(post: Post) -> None:
    """The job has succeeded all the same: null in the place of its output, and words; its result is where it was."""
    job = post.submit("no_output@webhook")
    post.until(TAKES)
    body = json.loads(post.sent[0][1].body)
    assert (body["request_id"], body["status"], body["payload"]) == (job, "OK", None)
    assert body["payload_error"]
    assert "video" in post.caller.ask("GET", f"/fal-ai/scail-2/requests/{job}", NOW + TAKES).json()


def test_when_and_how_often_a_fault_sends(post: Post) -> None:
    """Never, a minute late, twice the same, once more though received; the second of two jobs before the first."""
    for scenario, times in {
        "never@webhook": [],
        "late@webhook": [TAKES + 60],
        "duplicate@webhook": [TAKES, TAKES],
        "repeated@webhook": [TAKES, TAKES + 5],
    }.items():
        one = Post(Caller(post.caller.emulator, "fal"))
        one.submit(scenario)
        one.until(20_000)
        assert one.times == times, scenario
    two = Post(Caller(post.caller.emulator, "fal"))
    first, second = two.submit("reordered@webhook"), two.submit("reordered@webhook")
    two.until(20_000)
    assert [delivery.request_id for _, delivery in two.sent] == [second, first]
    assert two.times == [TAKES, TAKES]


def test_a_fault_befalls_so_many_attempts(post: Post) -> None:
    """`*2`: the third is as it should be. Several are joined, also with what befalls the job."""
    post.submit("tampered@webhook*2+late@webhook+generation_timeout")
    post.until(20_000, BUSY)
    proven = [proves(post.caller.emulator, each, NOW + time) for time, each in post.sent]

    assert post.times[0] == TAKES + 60
    assert proven == [False, False, *[True] * 9]
    bodies = [json.loads(delivery.body) for _, delivery in post.sent]
    assert ["tampered" in body for body in bodies] == [True, True, *[False] * 9]
    assert {body["status"] for body in bodies} == {"ERROR"}


def test_a_fault_that_there_is_not_is_refused_with_those_that_there_are(plan: Plan) -> None:
    """An unknown name, a number that is none, and faults of webhooks for a provider that sends none."""
    fal, segmind = plan.provider("fal").spec, plan.provider("segmind").spec
    for text in ("nonsense@webhook", "late@webhook*many", "late@webhook*", "late", "late@webhook+nonsense"):
        with pytest.raises(UnknownScenarioError):
            read(text, fal)
    with pytest.raises(UnknownScenarioError, match="segmind has no webhook"):
        read("late@webhook", segmind)
    assert {name for name in names(fal) if name.endswith("@webhook")} == {f"{each.name}@webhook" for each in FAULTS}
    for name in names(fal):
        assert read(name, fal).text == name


def test_the_public_keys_need_no_key_and_are_never_two_alike(plan: Plan) -> None:
    """JWKS with the key in use and an older one; they follow from the seed alone."""
    asked = changed(
        Caller(Emulator(plan), "fal", key=None).request("GET", "/.well-known/jwks.json"), host=("fal", "rest")
    )
    first, again = (Emulator(plan, Options(seed="a")).handle(State(), asked, NOW)[1] for _ in range(2))
    other = Emulator(plan, Options(seed="b")).handle(State(), asked, NOW)[1]
    keys = first.json()["keys"]

    assert (first.status, first) == (200, again)
    assert len({key["x"] for key in keys + other.json()["keys"]}) == 4
    assert all((key["kty"], key["crv"], len(key["x"])) == ("OKP", "Ed25519", 44) for key in keys)
    assert Emulator(plan).handle(State(), changed(asked, method="POST"), NOW)[1].status == 405


def test_without_the_package_it_is_said(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """No webhook is sent unsigned, and the attempt says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    post = Post(caller(plan, "fal"))
    post.submit()
    post.until(1000)

    assert post.sent == []
    assert "pip install" in str(post.caller.state.attempts[0])


def test_every_fault_is_documented() -> None:
    """In the table of docs/emulator.md."""
    text = (Path(__file__).parents[2] / "docs/emulator.md").read_text("utf-8")

    assert [fault.name for fault in FAULTS if f"`{fault.name}`" not in text] == []


def test_the_control_api_tells_what_became_of_it(post: Post) -> None:
    """With the job that it is about; after a reset an answer to an older webhook means nothing."""
    job = post.submit()
    post.until(TAKES, BUSY)
    told = post.caller.ask("GET", f"/__callsheet__/jobs/{job}", post.now).json()["webhooks"]
    assert [(one["number"], one["url"], one["http"], one["trouble"]) for one in told] == [(1, HOOK, 503, None)]
    assert told[0]["next"] > told[0]["at"]

    emulator = post.caller.emulator
    under_way = emulator.due(post.caller.state, NOW + 300).deliveries[0]
    post.caller.ask("POST", "/__callsheet__/reset", post.now)
    post.now = NOW
    assert post.submit() == job, "ids begin anew"
    assert emulator.delivered(post.caller.state, under_way, FINE, NOW + 300) is post.caller.state

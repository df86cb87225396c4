"""Webhooks that arrive, in memory and over sockets, at receivers that ask the generated client what to believe."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any, Self

import httpx
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.emulator import Delivery, Options
from callsheet.emulator.serving import memory_httpx2
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
from callsheet.emulator.serving.posting import delivering, is_loopback
from callsheet.emulator.serving.receiving import NoAnswer, through
from callsheet.emulator.serving.server import Served, serving
from callsheet.emulator.webhook_faults import FAULTS
from callsheet.plan.model import Plan
from callsheet_clients.fal import AsyncFal, Fal, errors

KEYS = frozenset({"k:s"})
REFUSED_AS = {
    "stale": "time",
    "tampered": "signature",
    "wrong_signature": "signature",
    "unsigned": "header",
    "wrong_key": "signature",
}
HOOK = {"webhook": "https://shop.example/hook"}


def sample(plan: Plan) -> dict[str, Any]:
    """The page's own."""
    return dict(plan.provider("fal").model("scail-2").samples["page"])


@dataclass
class Shop:
    """A receiver in memory: notes what the client makes of each webhook, and answers in turn."""

    plan: Plan
    options: dict[str, Any] = field(default_factory=dict)
    answers: list[int] = field(default_factory=lambda: [200])
    found: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        options = Options(**{"keys": KEYS, "seconds": 100, **self.options})
        self.emulated = MemoryTransport(self.plan, options, receiver=self.receive)
        self.fal = Fal("k:s", http=httpx.Client(transport=self.emulated), clock=self.emulated.clock)

    def receive(self, delivery: Delivery) -> int:
        try:
            event = self.fal.verify_webhook(delivery.headers, delivery.body)
        except errors.WebhookRefused as refused:
            self.found.append((self.emulated.clock.monotonic(), refused.fault))
        else:
            self.found.append((self.emulated.clock.monotonic(), "good" if event.succeeded else str(event.message)))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def submit(self) -> Any:
        return self.fal.scail_2.with_options(call=HOOK).submit(**sample(self.plan))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_client_believes_what_is_good_and_refuses_what_is_forged(plan: Plan, fault: Any) -> None:
    """Each fault, by the words that docs/webhooks.md has for it; a copy is known for one, a repetition is not."""
    shop = Shop(plan, {"scenario": f"{fault.name}@webhook"})
    shop.submit()
    shop.emulated.clock.advance(10_000)
    once = [REFUSED_AS.get(fault.name, "good")]
    expected = {"never": [], "duplicate": ["good", "replay"], "repeated": ["good", "good"]}.get(fault.name, once)

    assert [found for _, found in shop.found] == expected


def test_it_comes_while_the_client_waits(plan: Plan) -> None:
    """At its own time, between two looks at the job; a failure comes with the provider's words."""
    shop = Shop(plan)
    shop.submit().wait()
    assert shop.found == [(100, "good")]
    assert shop.emulated.clock.monotonic() >= 100

    shop = Shop(plan, {"scenario": "generation_timeout"})
    with pytest.raises(errors.GenerationTimeout):
        shop.submit().wait()
    assert shop.found == [(100, "Invalid status code: 504")]


def test_it_comes_again_until_it_is_received(plan: Plan) -> None:
    """A receiver that is down hears of the job later, and each attempt is proven, though hours have passed."""
    shop = Shop(plan, answers=[500, 301, 200])
    shop.submit()
    shop.emulated.clock.advance(20_000)

    assert [found for _, found in shop.found] == ["good"] * 3
    assert [attempt.outcome.status for attempt in shop.emulated.attempts] == [500, 301, 200]
    assert shop.emulated.attempts[0].next == shop.emulated.attempts[1].at


def test_a_forgery_is_followed_by_the_real_one(plan: Plan) -> None:
    """A receiver that refuses with 4xx gets the next attempt."""
    shop = Shop(plan, {"scenario": "wrong_key@webhook*1"}, answers=[400, 200])
    shop.submit()
    shop.emulated.clock.advance(20_000)

    assert [found for _, found in shop.found] == ["signature", "good"]


def test_without_a_receiver_nothing_happens(plan: Plan) -> None:
    """It stays owed; no error, and no request to the address."""
    emulated = MemoryTransport(plan, Options(keys=KEYS, seconds=1))
    fal = Fal("k:s", http=httpx.Client(transport=emulated), clock=emulated.clock)
    fal.scail_2.with_options(call=HOOK).run(**sample(plan))
    emulated.clock.advance(1000)

    assert len(emulated.state.hooks) == 1
    assert emulated.attempts == ()


def test_what_a_receiver_raises_comes_out_where_the_clock_is_moved(plan: Plan) -> None:
    """An assertion in a handler fails the test; the other webhooks have been delivered all the same."""
    told: list[str] = []

    def receive(delivery: Delivery) -> None:
        told.append(delivery.request_id)
        if len(told) == 1:
            raise AssertionError("the handler is wrong")

    emulated = MemoryTransport(plan, Options(keys=KEYS, seconds=1), receiver=receive)
    fal = Fal("k:s", http=httpx.Client(transport=emulated), clock=emulated.clock)
    for _ in range(2):
        fal.scail_2.with_options(call=HOOK).submit(**sample(plan))
    with pytest.raises(AssertionError, match="the handler is wrong"):
        emulated.clock.advance(2)
    emulated.clock.advance(1000)

    assert len(told) == 3
    assert told[0] == told[2] != told[1]


def test_no_answer_is_no_answer(plan: Plan) -> None:
    """A receiver may play dead: the words stand in the attempt, and it comes again."""

    def receive(delivery: Delivery) -> None:
        if delivery.attempt == 1:
            raise NoAnswer("the line is dead")

    emulated = MemoryTransport(plan, Options(keys=KEYS, seconds=1), receiver=receive)
    fal = Fal("k:s", http=httpx.Client(transport=emulated), clock=emulated.clock)
    fal.scail_2.with_options(call=HOOK).submit(**sample(plan))
    emulated.clock.advance(1000)

    assert [str(attempt).partition(": ")[2].partition(": ")[2] for attempt in emulated.attempts] == [
        "the line is dead, again in 130.9 s",
        "HTTP 200",
    ]


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """A WSGI application that says what it got."""
    GOT.append((environ["PATH_INFO"], environ["HTTP_X_FAL_WEBHOOK_REQUEST_ID"], environ["wsgi.input"].read()))
    start_response("204 No Content", [])
    return []


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """The same as ASGI."""
    body = (await receive())["body"]
    await asyncio.sleep(0)
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    GOT.append((scope["path"], headers["x-fal-webhook-request-id"], body))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def dead(request: httpx.Request) -> httpx.Response:
    """Nobody answers."""
    raise httpx.ConnectError("nobody listens", request=request)


GOT: list[Any] = []


@pytest.mark.parametrize(
    ("transport", "told"),
    [
        (httpx.WSGITransport(application), "HTTP 204"),
        (httpx.ASGITransport(asgi), "HTTP 204"),
        (httpx.MockTransport(lambda _: httpx.Response(503)), "HTTP 503, again in 130.9 s"),
        (type("Dead", (httpx.AsyncBaseTransport,), {"handle_async_request": staticmethod(dead)})(), "nobody listens"),
    ],
    ids=["wsgi", "asgi", "mock", "dead"],
)
def test_applications_receive_it_as_a_request(plan: Plan, transport: Any, told: str) -> None:
    """Behind a transport of httpx, also while an event loop runs."""
    GOT.clear()

    async def run() -> MemoryTransport:
        emulated = MemoryTransport(plan, Options(keys=KEYS, seconds=1), receiver=through(transport))
        async with httpx.AsyncClient(transport=emulated) as http:
            fal = AsyncFal("k:s", http=http, clock=emulated.clock)
            job = await fal.scail_2.with_options(call=HOOK).submit(**sample(plan))
            await job.wait()
        return emulated

    emulated = asyncio.run(run())
    (attempt,) = emulated.attempts
    if told == "HTTP 204":
        ((path, request_id, body),) = GOT
        assert (path, request_id) == ("/hook", attempt.request_id)
        assert request_id.encode() in body
    assert told in str(attempt)


def test_it_is_the_same_behind_httpx2(plan: Plan) -> None:
    """The receiver does not depend on the library of the client."""
    got: list[Delivery] = []
    emulated = memory_httpx2.MemoryTransport(plan, Options(keys=KEYS, seconds=1), receiver=got.append)
    with httpx2.Client(transport=emulated, headers={"authorization": "Key k:s"}) as http:
        http.post("https://queue.fal.run/fal-ai/scail-2?fal_webhook=https://shop.example/", json=sample(plan))
    emulated.clock.advance(1)

    assert len(got) == 1


def test_a_clock_moves_on_whoever_moves_it_meanwhile() -> None:
    """What happens by itself happens in order, at its own time; sleeping within it rings nothing."""
    clock, rung = VirtualClock(0), list[float]()

    def alarm() -> float | None:
        rung.append(clock.time())
        clock.sleep(5)
        return next((at for at in (10.0, 20.0, 30.0) if at > clock.time()), None)

    clock.alarms.append(alarm)
    clock.advance(25)
    assert rung == [0, 10, 20]
    assert clock.time() == 25
    clock.advance(1)
    assert clock.time() == 30, "the sleep within took longer"


# Over sockets


class Receiver:
    """A web server on loopback that keeps what it is sent, and answers in turn."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers or (200,))
        self.got: list[tuple[str, list[tuple[str, str]], bytes]] = []
        self.silent = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append((self.path, self.headers.items(), body))
                status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                if not status:
                    receiver.silent.wait(20)
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.silent.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def fal_served(plan: Plan, *, reach: Any = "loopback", **options: Any) -> Iterator[tuple[Served, Fal]]:
    """An emulator behind sockets, whose hours are seconds."""
    chosen = Options(**{"keys": KEYS, "seconds": 60, "speed": 1000.0, **options})
    with serving(plan, chosen, webhooks=reach) as served:
        hosts = {name: url for (owner, name), url in served.hosts.items() if owner == "fal"}
        with Fal("k:s", hosts=hosts) as fal:
            yield served, fal


def attempts(served: Served, count: int) -> list[str]:
    """What is said of the attempts once there are so many, without the names at the beginning."""
    until = time.monotonic() + 10
    while len(served.session.attempts) < count:
        assert time.monotonic() < until, served.session.attempts
        time.sleep(0.01)
    return [str(one).split(": ", 2)[2].partition(",")[0] for one in served.session.attempts]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.sends], ids=lambda fault: fault.name)
def test_a_web_server_believes_what_is_good_and_refuses_what_is_forged(plan: Plan, fault: Any) -> None:
    """Over sockets, by the machine's own clock, with the public keys from the emulator."""
    count = 2 if fault.repeats or fault.copies > 1 else 1
    with Receiver() as receiver, fal_served(plan, scenario=f"{fault.name}@webhook") as (served, fal):
        job = fal.scail_2.with_options(call={"webhook": receiver.url}).submit(**sample(plan))
        assert attempts(served, count) == ["HTTP 200"] * count
        found = []
        for path, headers, body in receiver.got:
            assert path == "/hook"
            try:
                event = fal.verify_webhook(headers, body)
            except errors.WebhookRefused as refused:
                found.append(refused.fault)
            else:
                assert (event.request_id, event.succeeded) == (job.request_id, True)
                found.append("good")
    once = [REFUSED_AS.get(fault.name, "good")]

    assert found == {"duplicate": ["good", "replay"], "repeated": ["good", "good"]}.get(fault.name, once)


def test_a_web_server_is_asked_again_until_it_answers_with_2xx(plan: Plan) -> None:
    """Errors, and redirects, which are not followed."""
    with Receiver(500, 307, 204) as receiver, fal_served(plan) as (served, fal):
        fal.scail_2.with_options(call={"webhook": receiver.url}).submit(**sample(plan))
        assert attempts(served, 3) == ["HTTP 500", "HTTP 307", "HTTP 204"]
        for _, headers, body in receiver.got:
            assert fal.verify_webhook(headers, body).succeeded

    assert {path for path, _, _ in receiver.got} == {"/hook"}


def impatient(plan: Plan) -> Plan:
    """A fal that waits a moment only."""
    fal = plan.provider("fal")
    assert fal.spec.webhook is not None
    assert fal.spec.webhook.deliveries is not None
    rule = changed(fal.spec.webhook.deliveries, timeout=0.2)
    return Plan((changed(fal, spec=changed(fal.spec, webhook=changed(fal.spec.webhook, deliveries=rule))),))


def test_a_web_server_that_is_not_there_or_does_not_answer(plan: Plan) -> None:
    """It is said, and it comes again."""
    with Receiver(0, 200) as receiver, fal_served(impatient(plan)) as (served, fal):
        fal.scail_2.with_options(call={"webhook": receiver.url}).submit(**sample(plan))
        assert attempts(served, 2) == ["no answer within 0.2 s", "HTTP 200"]
    with Receiver() as closed:
        pass
    with fal_served(impatient(plan)) as (served, fal):
        fal.scail_2.with_options(call={"webhook": closed.url}).submit(**sample(plan))
        assert attempts(served, 2)[0].startswith("no answer: ")


def test_the_emulator_stops_while_a_webhook_is_under_way(plan: Plan) -> None:
    """And while others wait for their turn."""
    with Receiver(0) as receiver:
        with fal_served(plan) as (_, fal):
            for _ in range(12):
                fal.scail_2.with_options(call={"webhook": receiver.url}).submit(**sample(plan))
            until = time.monotonic() + 10
            while len(receiver.got) < 8 and time.monotonic() < until:
                time.sleep(0.01)
            stopped = time.monotonic()
        assert time.monotonic() - stopped < 5
    assert len(receiver.got) == 8, "no more than eight are posted at one time"


@pytest.mark.parametrize(
    ("url", "reach", "said"),
    [
        ("http://192.0.2.1/hook", "loopback", "not sent: 192.0.2.1 is not this machine"),
        ("https://shop.example/hook", "loopback", "not sent: shop.example is not this machine"),
        ("http://127.0.0.1.shop.example/", "loopback", "not sent: 127.0.0.1.shop.example is not this machine"),
        ("http://127.0.0.1@shop.example/", "loopback", "not sent: shop.example is not this machine"),
        ("http://127.0.0.1:1/", "nowhere", "not sent: webhooks are switched off"),
    ],
)
def test_nothing_is_posted_to_others(plan: Plan, url: str, reach: Any, said: str) -> None:
    """Unless that was asked for: one attempt that was none, with the reason."""
    with fal_served(plan, reach=reach) as (served, fal):
        fal.scail_2.with_options(call={"webhook": url}).submit(**sample(plan))
        assert attempts(served, 1)[0].startswith(said)
        assert served.session.attempts[0].next is None


def test_no_proxy_of_the_environment_is_asked(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """It might be anywhere, and pass on what it is given."""
    with Receiver() as proxy, Receiver() as receiver:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/hook"))
        monkeypatch.setenv("ALL_PROXY", proxy.url.removesuffix("/hook"))
        with serving(plan, Options(keys=KEYS, seconds=0), webhooks="anywhere") as served:
            with httpx.Client(trust_env=False, headers={"authorization": "Key k:s"}) as http:
                url = f"{served.hosts['fal', 'queue']}/fal-ai/scail-2"
                http.post(url, params={"fal_webhook": receiver.url}, json=sample(plan))
            assert attempts(served, 1) == ["HTTP 200"]
    assert (len(proxy.got), len(receiver.got)) == (0, 1)


def test_a_virtual_clock_brings_them_as_it_is_moved(plan: Plan) -> None:
    """By the control API: a job of an hour is told at once."""
    with Receiver() as receiver, fal_served(plan, clock="virtual", speed=1.0, seconds=3600) as (served, fal):
        fal.scail_2.with_options(call={"webhook": receiver.url}).submit(**sample(plan))
        time.sleep(0.3)
        assert receiver.got == []
        served.session.clock.advance(3600)
        assert attempts(served, 1) == ["HTTP 200"]
        _, headers, body = receiver.got[0]
        assert fal.verify_webhook(headers, body).succeeded, "its time is that of the receiver"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.8.7", "::1", "[::1]", "::ffff:127.0.0.1"])
def test_this_machine_is_known(host: str) -> None:
    """By its usual name, and by every address of the loopback."""
    assert is_loopback(host)


@given(st.text(max_size=30) | st.ip_addresses().map(str))
def test_no_other_host_is_taken_for_this_machine(host: str) -> None:
    """Names are not looked up; the unspecified address and short forms are no address of the loopback."""
    other = {"", "0.0.0.0", "::", "127.1", "0x7f000001", "2130706433", "localhost.", "a.localhost", "127.0.0.1.", host}  # noqa: S104 - not bound
    ours = [each for each in other if is_loopback(each)]

    assert all(each.startswith("127.") or each in {"::1", "localhost"} or "ffff:127" in each for each in ours), ours
    assert not {"127.1", "127.0.0.1."} & set(ours)


@pytest.mark.parametrize("turns", range(6))
def test_who_delivers_ends_when_it_is_told_to(turns: int) -> None:
    """Also when something is to be delivered just then, however far it has got with noticing that."""

    async def begun_and_ended() -> None:
        owed = SimpleNamespace(hooks=["one"])
        session: Any = SimpleNamespace(
            state=owed, clock=VirtualClock(), due=lambda _now: ((), None), on_webhooks=lambda: None
        )
        async with delivering(session):
            await asyncio.sleep(0.01)
            session.on_webhooks()
            for _ in range(turns):
                await asyncio.sleep(0)

    async def ends() -> bool:
        _, waiting = await asyncio.wait({asyncio.create_task(begun_and_ended())}, timeout=2)
        return not waiting

    assert asyncio.run(ends())

"""One wish, one charge: in one thread and in many, blocking and not, in memory and over sockets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from test_transports import KEYS, PATHS, payload

from callsheet.emulator import ChargedTwiceError, Options, Session, UnclearIntentError
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.emulator.serving.server import serving
from callsheet.plan.model import Plan


@contextmanager
def world(plan: Plan, kind: str) -> Iterator[tuple[Session, httpx.Client, str]]:
    """A session, a client for it, and where to submit."""
    if kind == "memory":
        emulated = MemoryTransport(plan)
        with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http:
            yield emulated.session, http, "https://queue.fal.run" + PATHS["fal"]
    else:
        with serving(plan) as served, httpx.Client(trust_env=False, headers=KEYS["fal"]) as http:
            yield served.session, http, served.hosts["fal", "queue"] + PATHS["fal"]


worlds = pytest.mark.parametrize("kind", ["memory", "sockets"])


@worlds
def test_an_intent_charged_twice_names_both_requests(plan: Plan, kind: str) -> None:
    """With number, method, path, time and job of each; what lies outside of it is no concern of its."""
    with world(plan, kind) as (session, http, url):
        http.post(url, json=payload(plan, "fal"))
        with session.intent("fine") as fine:
            http.get(url)
            http.post(url, json=payload(plan, "fal"))
        assert len(fine.charges) == 1
        with pytest.raises(ChargedTwiceError) as caught, session.intent("video"):  # it ends so
            jobs = [http.post(url, json=payload(plan, "fal")).json()["request_id"] for _ in range(2)]
        text = str(caught.value)
        assert text.startswith(
            "the intent `video` was charged more than once:\n  request 4, POST /fal-ai/scail-2 at 20"
        )
        assert "request 5, POST" in text
        assert all(job in text for job in jobs)
        session.check()
        left_open = session.intent("left open")
        left_open.__enter__()
        for _ in range(2):
            http.post(url, json=payload(plan, "fal"))
        with pytest.raises(ChargedTwiceError, match="left open"):
            session.check()


@worlds
def test_an_error_within_an_intent_is_not_lost(plan: Plan, kind: str) -> None:
    """It goes on by itself where all is well, and stands behind the other where not."""
    with world(plan, kind) as (session, http, url):
        with pytest.raises(KeyError), session.intent("fine"):
            raise KeyError
        with pytest.raises(ChargedTwiceError) as caught, session.intent("twice"):  # noqa: PT012  # it ends so
            for _ in range(2):
                http.post(url, json=payload(plan, "fal"))
            raise KeyError
        assert isinstance(caught.value.__context__, KeyError)


@worlds
def test_what_is_never_billed_is_no_charge(plan: Plan, kind: str) -> None:
    """Another try after a job that costs nothing is the same intent's right."""
    with world(plan, kind) as (session, http, url), session.intent("video"):
        http.post(url, json=payload(plan, "fal"), headers={"x-callsheet-scenario": "model_crashed"})
        http.post(url, json=payload(plan, "fal"))
        assert [charge.billed for charge in session.ledger] == ["never", "always"]


@worlds
def test_intents_within_one_another_are_told_apart(plan: Plan, kind: str) -> None:
    """The inner one has what happens in it; a thread that is given no context belongs to what is open."""
    with world(plan, kind) as (session, http, url), ThreadPoolExecutor(1) as pool:
        with session.intent("outer") as outer:
            http.post(url, json=payload(plan, "fal"))
            with session.intent("inner") as inner:
                pool.submit(http.post, url, json=payload(plan, "fal")).result()
        assert (len(outer.charges), len(inner.charges)) == (1, 1)


def test_tasks_and_threads_each_have_their_own(plan: Plan) -> None:
    """In memory: many intents at once, each charged once, by the context that the request is made in."""
    emulated = MemoryTransport(plan)
    url = "https://queue.fal.run" + PATHS["fal"]
    seen: list[int] = []

    async def one(number: int) -> None:
        async with httpx.AsyncClient(transport=emulated, headers=KEYS["fal"]) as http:
            with emulated.session.intent(f"task {number}") as intent:
                await asyncio.sleep(0)
                await asyncio.gather(http.get(url), http.post(url, json=payload(plan, "fal")))
                await asyncio.sleep(0)
            seen.append(len(intent.charges))

    async def many() -> None:
        await asyncio.gather(*(one(number) for number in range(5)))

    barrier = threading.Barrier(3)

    def another(number: int) -> None:
        with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http:
            with emulated.session.intent(f"thread {number}") as intent:
                barrier.wait(5)
                http.post(url, json=payload(plan, "fal"))
                barrier.wait(5)
            seen.append(len(intent.charges))

    asyncio.run(many())
    threads = [threading.Thread(target=another, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8


def test_over_sockets_what_cannot_be_told_apart_is_said(plan: Plan) -> None:
    """Two intents that are open at once, and not one within the other: no guess is made."""
    with world(plan, "sockets") as (session, http, url):
        opened, done = threading.Event(), threading.Event()
        caught: list[Any] = []

        def other() -> None:
            try:
                with session.intent("other"):
                    opened.set()
                    done.wait(5)
            except UnclearIntentError as problem:
                caught.append(problem)

        thread = threading.Thread(target=other)
        thread.start()
        opened.wait(5)
        with pytest.raises(UnclearIntentError, match="came while `other` and `mine` were open"), session.intent("mine"):
            http.post(url, json=payload(plan, "fal"))
        done.set()
        thread.join()
        assert caught


def test_a_blocking_call_is_a_charge_like_any_other(plan: Plan) -> None:
    """One that a gateway gave up on runs on, and is charged: asked for again, it is charged twice."""
    emulated = MemoryTransport(plan, Options(seconds=5000))
    sample = next(iter(plan.provider("segmind").model("wan2.1-t2v").samples.values()))
    http = httpx.Client(transport=emulated, headers=KEYS["segmind"], timeout=None)  # noqa: S113  # time is virtual
    with http, pytest.raises(ChargedTwiceError), emulated.session.intent("video"):
        answers = [http.post("https://api.segmind.com/v1/wan2.1-t2v", json=sample) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [504, 504]

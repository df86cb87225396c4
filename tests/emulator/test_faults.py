"""Each fault of the table, as a plain HTTP client meets it, in memory and over a real socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any, cast

import httpx
import pytest

from callsheet.emulator import Options, UnknownScenarioError
from callsheet.emulator.faults import FAULTS, Fault, FaultPhase
from callsheet.emulator.memory import MemoryTransport
from callsheet.emulator.server import serving
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

KEY = {"authorization": "Key test-key"}
PATIENCE = 0.2
"""Seconds that the client waits for bytes."""
SPEED = 100.0
"""Over sockets: so that a drip takes hundredths of a second."""

Seen = str | int | Callable[[Any, Any], bool]
"""The class of an error, a status, or a question about the answer and about what it would have been."""


def state(name: str) -> Seen:
    return lambda answer, _: answer.json()["status"] == name


def whole(answer: httpx.Response, usual: httpx.Response) -> bool:
    """Whether it is the provider's own answer. Numbers in it may have other digits."""
    if not usual.content.startswith(b"{"):
        return len(answer.content) == len(usual.content)
    try:
        told: dict[str, Any] = answer.json()
    except ValueError:
        return False
    return told.keys() == usual.json().keys()


def not_json(answer: httpx.Response, _: httpx.Response) -> bool:
    try:
        answer.json()
    except ValueError:
        return "json" in answer.headers["content-type"] and answer.status_code < 300
    return False


def nulls(answer: httpx.Response, usual: httpx.Response) -> bool:
    was, told = usual.json(), answer.json()
    return told.keys() == was.keys() and not any(isinstance(value, str | dict | list) for value in told.values())


def _about(answer: httpx.Response) -> dict[str, Any]:
    """What tells which job an answer is about."""
    told = answer.json()
    return {"request_id": told["request_id"]} if "request_id" in told else {"video": told["video"]}


def foreign(answer: httpx.Response, usual: httpx.Response) -> bool:
    return answer.text.count("https://elsewhere.invalid/") == usual.text.count("http") > 0


EXPECTED: dict[str, Seen] = {
    "refused": "ConnectError",
    "reset": "ReadError",
    "reset_unheard": "ReadError",
    "closed": "RemoteProtocolError",
    "closed_unheard": "RemoteProtocolError",
    "silent": "ReadTimeout",
    "silent_unheard": "ReadTimeout",
    "cut": "RemoteProtocolError",
    "reset_body": "ReadError",
    "stalled": "ReadTimeout",
    "drip": lambda answer, usual: whole(answer, usual),
    "too_short": "RemoteProtocolError",
    "too_long": lambda answer, usual: not whole(answer, usual) and (
        len(answer.content) == int(answer.headers["content-length"])
    ),
    "garbled": "RemoteProtocolError",
    "bad_json": not_json,
    "null_body": lambda answer, _: answer.json() is None,
    "null_fields": nulls,
    "empty_body": lambda answer, usual: (answer.status_code, answer.content) == (usual.status_code, b""),
    "giant_body": lambda answer, usual: whole(answer, usual) and len(answer.content) > 65 * 2**20,
    "giant_header": "RemoteProtocolError",
    "wrong_type": lambda answer, usual: (
        answer.headers["content-type"] == "text/plain" and whole(answer, usual)
    ),
    "html_ok": lambda answer, _: (
        (answer.status_code, answer.headers["content-type"], b"<html>" in answer.content) == (200, "text/html", True)
    ),
    "html_page": lambda answer, _: answer.status_code == 502 and b"<html>" in answer.content.replace(b"nginx", b""),
    "html_page_nginx": lambda answer, _: answer.status_code == 502 and b"nginx" in answer.content,
    **{
        f"http_{http}{after}": lambda answer, _, http=http, after=after: (
            answer.status_code == http
            and {"": answer.headers.get("retry-after") is None}.get(after, answer.headers.get("retry-after", ""))
            in ({True} if not after else {"2"} if after == "_seconds" else {answer.headers["retry-after"]})
        )
        for http in (408, 409, 429)
        for after in ("", "_seconds", "_date")
    },
    **{f"http_{http}{after}": http for http in (500, 502, 503, 504) for after in ("", "_accepted")},
    **{
        f"redirect_{http}": lambda answer, _, http=http: (
            answer.status_code == http and answer.headers["location"].startswith("https://elsewhere.invalid/")
        )
        for http in (301, 302, 307, 308)
    },
    "file_missing": 404,
    "file_forbidden": 403,
    "foreign_urls": foreign,
    "unknown_state": state("CALLSHEET_NEW_STATE"),
    "result_missing": 404,
    "expired": 404,
    "other_job": lambda answer, usual: (
        (answer.status_code, answer.json()) == (usual.status_code, {**answer.json(), **_about(usual)})
    ),
}
"""By hand, and not by what the table says."""


@dataclass
class World:
    """A client, the addresses of fal's hosts, and the emulator that it speaks to."""

    http: httpx.Client
    hosts: dict[str, str]
    session: Session
    payload: Any

    def submit(self, **headers: str) -> httpx.Response:
        """The page's own sample."""
        return self.http.post(self.hosts["queue"] + "/fal-ai/scail-2", json=self.payload, headers={**KEY, **headers})

    def ask(self, phase: FaultPhase) -> httpx.Response:
        """A request of a phase. What goes before it is asked for with no scenario."""
        plain = {"x-callsheet-scenario": "success"}
        if phase in {"submit", "connect"}:
            return self.submit()
        if phase == "upload":
            url = self.hosts["rest"] + "/storage/upload/initiate?storage_type=fal-cdn-v3"
            return self.http.post(url, json={"file_name": "a.png", "content_type": "image/png"}, headers=KEY)
        job = self.submit(**({"x-callsheet-progress": "running 1h"} if phase == "cancel" else {})).json()
        if phase == "cancel":
            return self.http.put(job["cancel_url"], headers=KEY)
        if phase == "download":
            result = self.http.get(job["response_url"], headers={**KEY, **plain}).json()
            return self.http.get(result["video"]["url"])
        return self.http.get(job[{"status": "status_url", "result": "response_url"}[phase]], headers=KEY)


@pytest.fixture(scope="module")
def worlds(plan: Plan) -> Iterator[dict[str, World]]:
    """Both of them. Over sockets, one emulator serves all tests."""
    fal = plan.provider("fal")
    payload = fal.model("scail-2").samples["page"]
    options = Options(seconds=0)
    memory = MemoryTransport(plan, options)
    with (
        serving(plan, Options(seconds=0, speed=SPEED)) as served,
        httpx.Client(timeout=PATIENCE, trust_env=False) as outside,
        httpx.Client(timeout=PATIENCE, transport=memory) as inside,
    ):
        hosts = {name: served.hosts["fal", name] for name in fal.table.hosts}
        yield {
            "memory": World(inside, dict(fal.table.hosts), memory.session, payload),
            "sockets": World(outside, hosts, served.session, payload),
        }


@pytest.fixture(params=["memory", "sockets"])
def world(worlds: dict[str, World], request: pytest.FixtureRequest) -> Iterator[World]:
    """One of them, as at the beginning."""
    found = worlds[request.param]
    found.session.choose(None)
    yield found
    found.session.choose(None)


def cases() -> list[Any]:
    """Every fault with every phase that a job of fal's has, as far as one exchange shows it."""
    there = {"connect", "submit", "status", "result", "cancel", "upload", "download"}
    pairs = ((fault, phase) for fault in FAULTS.values() for phase in fault.phases if phase in there)
    more = {"crawl", "endless_queue", "endless_run", "back_in_queue", "running_again"}
    return [pytest.param(fault, phase, id=f"{fault.name}@{phase}") for fault, phase in pairs if fault.name not in more]


@pytest.mark.parametrize(("fault", "phase"), cases())
def test_a_client_sees_what_the_table_says(world: World, fault: Fault, phase: FaultPhase) -> None:
    """Over HTTP as in memory: the same class of error, or the same answer; acted upon where the table says so."""
    usual = world.ask(phase)
    before = len(world.session.ledger)
    try:
        world.session.choose(f"{fault.name}@{phase}")
    except UnknownScenarioError as problem:
        pytest.fail(str(problem))
    expected = EXPECTED[fault.name]
    if isinstance(expected, str):
        with pytest.raises(getattr(httpx, expected)):
            world.ask(phase)
    else:
        answer = world.ask(phase)
        assert answer.status_code == expected if isinstance(expected, int) else expected(answer, usual), answer
    charged = len(world.session.ledger) - before
    asked = {"submit": fault.acts, "connect": False, "upload": False}
    assert charged == asked.get(phase, True)

"""The emulator behind an httpx transport, and behind sockets."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from typing import Any

import httpx
import pytest

from callsheet.emulator import Charge, Options
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
from callsheet.emulator.serving.server import running, serve, serve_until_stopped, serving
from callsheet.plan.model import Plan

KEYS = {"segmind": {"x-api-key": "test-key"}, "fal": {"authorization": "Key test-key"}}
PATHS = {"segmind": "/v2/wan-animate", "fal": "/fal-ai/scail-2"}


def payload(plan: Plan, provider: str) -> Any:
    """The page's own sample."""
    return plan.provider(provider).model({"segmind": "wan-animate", "fal": "scail-2"}[provider]).samples["page"]


@pytest.mark.parametrize(
    ("provider", "origin"), [("segmind", "https://api.segmind.com"), ("fal", "https://queue.fal.run")]
)
def test_a_client_runs_against_the_declared_hosts_in_memory(plan: Plan, provider: str, origin: str) -> None:
    """Default addresses, hours in no time, and the file downloads too."""
    clock, charged = VirtualClock(), list[Any]()
    emulated = MemoryTransport(plan, Options(seconds=3000), clock=clock, on_effect=charged.append)
    with httpx.Client(transport=emulated, headers=KEYS[provider]) as http:
        job = http.post(origin + PATHS[provider], json=payload(plan, provider)).json()
        assert job["status_url"].startswith(origin)
        while http.get(job["status_url"]).json()["status"] != "COMPLETED":
            clock.sleep(60)
        result = http.get(job["response_url"]).json() if provider == "fal" else None
        assert clock.monotonic() == 3000
        assert len(clock.slept) == 50
        if result:
            file = http.get(result["video"]["url"], headers={"authorization": ""})
            assert (file.headers["content-type"], len(file.content)) == ("video/mp4", result["video"]["file_size"])
    assert charged == list(emulated.ledger)
    assert len(emulated.requests) >= 52


def test_blocking_and_asynchronous_clients_see_the_same_jobs(plan: Plan) -> None:
    """One transport serves both."""
    emulated = MemoryTransport(plan, Options(seconds=1))
    url = "https://queue.fal.run"

    async def look(address: str) -> int:
        async with httpx.AsyncClient(transport=emulated, headers=KEYS["fal"]) as http:
            await emulated.clock.asleep(1)
            return (await http.get(address)).status_code

    with httpx.Client(transport=emulated, headers=KEYS["fal"]) as http:
        job = http.post(url + PATHS["fal"], json=payload(plan, "fal")).json()
    assert asyncio.run(look(job["status_url"])) == 200


def test_every_declared_host_is_served_on_a_port_of_its_own(plan: Plan) -> None:
    """A job over real sockets, from the submission to the file; the addresses are those that the client used."""
    with running(plan, Options(seconds=0)) as hosts, httpx.Client(timeout=5, trust_env=False) as http:
        assert set(hosts) == {(provider.id, name) for provider in plan.providers for name in provider.table.hosts}
        assert len(set(hosts.values())) == len(hosts)
        fal = hosts["fal", "queue"]
        job = http.post(fal + PATHS["fal"], json=payload(plan, "fal"), headers=KEYS["fal"]).json()
        assert job["response_url"] == f"{fal}/fal-ai/scail-2/requests/{job['request_id']}"
        video = http.get(job["response_url"], headers=KEYS["fal"]).json()["video"]
        assert video["url"].startswith(fal)
        assert http.get(video["url"]).content[4:8] == b"ftyp"
        assert http.head(video["url"]).headers["content-length"] == str(video["file_size"])
        named = fal.replace("127.0.0.1", "localhost")
        again = http.get(
            f"{fal}{PATHS['fal']}/requests/{job['request_id']}", headers={**KEYS["fal"], "host": named[7:]}
        )
        assert again.json()["video"]["url"].startswith(named)
        refused = http.post(
            hosts["segmind", "api"] + PATHS["segmind"], content=b"x" * (11 << 20), headers=KEYS["segmind"]
        )
        assert refused.status_code == 413


def test_the_server_leaves_nothing_behind(plan: Plan) -> None:
    """After the block its ports are free and its thread has ended, also where a connection was left open."""
    before = threading.active_count()
    with serving(plan) as served:
        port = int(served.hosts["fal", "queue"].rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port), timeout=5)
        assert served.session.ledger == ()
    idle.close()
    assert threading.active_count() == before
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_taken_port_is_said_at_once(plan: Plan) -> None:
    """OSError from the call itself, not from a thread."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="in use"),
        running(plan, port=taken.getsockname()[1]),
    ):
        pytest.fail("it must not start")


def test_it_serves_on_an_event_loop_of_the_caller(plan: Plan) -> None:
    """`serve` for asynchronous code; two at once do not meet."""

    async def main() -> tuple[int, int]:
        async with serve(plan) as one, serve(plan) as two, httpx.AsyncClient(trust_env=False) as http:
            url = one.hosts["segmind", "api"] + PATHS["segmind"]
            await http.post(url, json=payload(plan, "segmind"), headers=KEYS["segmind"])
            return len(one.session.ledger), len(two.session.ledger)

    assert asyncio.run(main()) == (1, 0)


def test_in_the_foreground_it_announces_its_addresses_and_stops_on_a_signal(plan: Plan) -> None:
    """What `callsheet emulate` runs: addresses that answer already, charges as they come, a clean return."""
    seen: list[Any] = []

    def announce(served: Any) -> None:
        def use() -> None:
            url = served.hosts["segmind", "api"] + PATHS["segmind"]
            seen.append(httpx.post(url, json={}, headers=KEYS["segmind"], trust_env=False).status_code)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=use).start()

    serve_until_stopped(plan, announce=announce, on_effect=seen.append)
    assert isinstance(seen[0], Charge)
    assert "segmind/wan-animate accepted as" in str(seen[0])
    assert seen[1] == 200

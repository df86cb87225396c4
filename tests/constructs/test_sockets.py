"""Cases over real sockets: what a transport in memory cannot prove. Every wait is a fraction of a second."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from constructed import Case, case

from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator import Options
from callsheet.emulator.serving.server import Served, serving

SPEED = 100.0
PROMPT = {"prompt": "a cat"}


class Quick:
    """A clock that runs faster than the machine's."""

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float, /) -> None:
        time.sleep(seconds / SPEED)

    async def asleep(self, seconds: float, /) -> None:
        await asyncio.sleep(seconds / SPEED)


@contextmanager
def served(of: Case, **options: Any) -> Iterator[tuple[Served, dict[str, Any]]]:
    """An emulator behind sockets, and how a client is made for it."""
    chosen = Options(**{"keys": frozenset({KEY}), "speed": SPEED, **options})
    with serving(of.plan, chosen) as emulated:
        hosts = {name: emulated.hosts[of.provider.id, name] for name in of.provider.table.hosts}
        yield emulated, {"hosts": hosts, "clock": Quick()}


@pytest.mark.parametrize(
    "name",
    [
        "bytes_from_a_blocking_call",
        "json_from_a_blocking_call",
        "done_is_a_boolean",
        "file_of_its_own",
        "file_behind_the_key",
        "id_with_slashes",
        "polling_url_of_each_request",
        "path_and_body_by_input",
        "result_within_the_status",
        "state_by_http",
        "status_stream",
    ],
)
def test_a_call_succeeds(name: str, world: str, tmp_path: Path) -> None:
    """From the submission to the file, with addresses on the hosts that serve."""
    of = case(name)
    with served(of) as (emulated, how):
        steps: list[Any] = [("run", of.expected["input"]), ("save", {"path": tmp_path / "clip.mp4"})]
        of.caller(world=world).perform(steps, **how)

        assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
        assert len(emulated.session.ledger) == 1


def test_a_blocking_call_lasts() -> None:
    """As long as its job, divided by the speed; others are served meanwhile."""
    of = case("bytes_from_a_blocking_call")
    with served(of, seconds=50) as (emulated, how):
        begun = time.monotonic()
        thread = threading.Thread(target=of.caller().perform, args=([("run", PROMPT)],), kwargs=how)
        thread.start()
        quick = httpx.get(how["hosts"]["api"] + "/nowhere", trust_env=False)
        between = time.monotonic() - begun
        thread.join()

        assert quick.status_code == 404
        assert between < 0.45 < time.monotonic() - begun < 5
        assert len(emulated.session.ledger) == 1


def test_a_gateway_gives_up(world: str) -> None:
    """The answer comes at the cut-off, though the job would take longer."""
    of = case("bytes_from_a_blocking_call")
    with served(of, seconds=400, speed=1000) as (emulated, how):
        caller = of.caller(world=world)
        with pytest.raises(caller.error("SubmissionUnknown"), match="504"):
            caller.perform([("with_options", {"timeout": 600}), ("run", PROMPT)], **how)

        assert len(emulated.session.ledger) == 1


def test_a_connection_breaks(world: str, tmp_path: Path) -> None:
    """In the middle of the file: what came is kept, and the outcome is unknown."""
    of = case("bytes_from_a_blocking_call")
    with served(of, scenario="cut") as (emulated, how):
        caller = of.caller(world=world)
        with pytest.raises(caller.error("SubmissionUnknown")) as caught:
            caller.perform([("with_options", {"spool": tmp_path}), ("run", PROMPT)], **how)
        problem: Any = caught.value

        assert problem.partial.read_bytes()[4:8] == b"ftyp"
        assert len(emulated.session.ledger) == 1


def test_a_client_that_leaves_keeps_nobody_waiting() -> None:
    """The server notices, and stops at once when it is told to."""
    of = case("bytes_from_a_blocking_call")
    begun = time.monotonic()
    with served(of, seconds=60, speed=1.0) as (emulated, how):
        url = how["hosts"]["api"] + "/v1/clip"
        body = {**PROMPT, "seconds": 5}
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(url, json=body, headers={"x-api-key": KEY}, timeout=0.2, trust_env=False)

        assert len(emulated.session.ledger) == 1
    assert time.monotonic() - begun < 10


def test_events_come_as_the_states_change(world: str) -> None:
    """A client listens on one connection until the job has ended, and fetches the result."""
    of, seen = case("status_stream"), list[Any]()
    with served(of) as (emulated, how):
        options = {"stream": True, "on_update": seen.append}
        of.caller(world=world).perform([("with_options", options), ("run", PROMPT)], **how)
        looks = [update for update in seen if update.looks]

        assert [update.state for update in looks] == ["IN_QUEUE"] + ["IN_PROGRESS"] * 4 + ["COMPLETED"]
        assert looks[-1].logs[-1] == "Done."
        assert len(emulated.session.ledger) == 1


def test_a_stream_tells_that_a_job_was_cancelled() -> None:
    """The wish comes on another connection, while the stream is open."""
    of = case("status_stream")
    key = {"authorization": f"Key {KEY}"}
    with served(of, seconds=60, speed=1.0) as (_, how), httpx.Client(headers=key, trust_env=False) as http:
        job = http.post(how["hosts"]["queue"] + "/clip", json=PROMPT).json()
        url = f"{how['hosts']['queue']}/clip/requests/{job['request_id']}/status/stream?logs=1"
        with http.stream("GET", url, timeout=5) as stream:
            lines = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: "))
            first = json.loads(next(lines))
            assert httpx.put(job["cancel_url"], headers=key, trust_env=False).status_code == 202
            last = [json.loads(line) for line in lines][-1]

        assert (first["status"], last["status"], last["error"]) == ("IN_QUEUE", "COMPLETED", "Client cancelled")
        assert http.get(job["response_url"]).status_code == 499


def test_a_file_is_uploaded() -> None:
    """To the place that was made up for it, on the host that was asked; larger than any submission may be."""
    of = case("uploads")
    content = b"x" * 999_999
    with served(of) as (_, how):
        body = {"name": "b.png", "content_type": "image/png"}
        url = how["hosts"]["rest"] + "/uploads?type=cdn"
        key = {"authorization": f"Key {KEY}"}
        place = httpx.post(url, json=body, headers=key, trust_env=False).json()
        assert place["upload_url"].startswith(how["hosts"]["rest"])
        assert httpx.put(place["upload_url"], content=content, trust_env=False).status_code == 200
        assert httpx.get(place["file_url"], trust_env=False).content == content

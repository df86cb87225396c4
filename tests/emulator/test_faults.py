"""Each fault of the table, as a plain HTTP client meets it, in memory and over a real socket."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from callsheet.emulator import Options, UnknownScenarioError, names
from callsheet.emulator.faults.scenarios import read
from callsheet.emulator.faults.table import FAULTS, Fault, FaultPhase
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.emulator.serving.server import serving
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

KEY = {"authorization": "Key test-key"}
PATIENCE = 0.2
"""Seconds that the client waits for bytes that never come."""
SPEED = 100.0
"""Over sockets: so that a drip takes hundredths of a second."""

Seen = str | int | Callable[[Any, Any], bool]
"""The class of an error, a status, or a question about the answer and about what it would have been."""


def state(name: str) -> Seen:
    """A status with that state."""
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
    """Said to be JSON, and is not."""
    try:
        answer.json()
    except ValueError:
        return "json" in answer.headers["content-type"] and answer.status_code < 300
    return False


def nulls(answer: httpx.Response, usual: httpx.Response) -> bool:
    """The same keys, and null at all of them but numbers."""
    was, told = usual.json(), answer.json()
    return told.keys() == was.keys() and not any(isinstance(value, str | dict | list) for value in told.values())


def _about(answer: httpx.Response) -> dict[str, Any]:
    """What tells which job an answer is about."""
    told = answer.json()
    return {"request_id": told["request_id"]} if "request_id" in told else {"video": told["video"]}


def foreign(answer: httpx.Response, usual: httpx.Response) -> bool:
    """As many addresses, all on another host."""
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
    "drip": whole,
    "too_short": "RemoteProtocolError",
    "too_long": lambda answer, usual: (
        not whole(answer, usual) and (len(answer.content) == int(answer.headers["content-length"]))
    ),
    "garbled": "RemoteProtocolError",
    "bad_json": not_json,
    "null_body": lambda answer, _: answer.json() is None,
    "null_fields": nulls,
    "empty_body": lambda answer, usual: (answer.status_code, answer.content) == (usual.status_code, b""),
    "giant_body": lambda answer, usual: whole(answer, usual) and len(answer.content) > 65 * 2**20,
    "giant_header": "RemoteProtocolError",
    "wrong_type": lambda answer, usual: answer.headers["content-type"] == "text/plain" and whole(answer, usual),
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
    other: str
    hosts: dict[str, str]
    session: Session
    payload: Any

    @property
    def control(self) -> str:
        """The control API, on a host of another provider's."""
        return self.other + "/__callsheet__"

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
        httpx.Client(trust_env=False) as outside,
        httpx.Client(transport=memory) as inside,
    ):
        hosts = {name: served.hosts["fal", name] for name in fal.table.hosts}
        yield {
            "memory": World(
                inside, plan.provider("segmind").table.hosts["api"], dict(fal.table.hosts), memory.session, payload
            ),
            "sockets": World(outside, served.hosts["segmind", "api"], hosts, served.session, payload),
        }


@pytest.fixture(params=["memory", "sockets"])
def world(worlds: dict[str, World], request: pytest.FixtureRequest) -> Iterator[World]:
    """One of them, as at the beginning."""
    found = worlds[request.param]
    found.session.choose(None)
    found.http.timeout = httpx.Timeout(10)
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
    world.http.timeout = httpx.Timeout(PATIENCE if expected == "ReadTimeout" else 10)
    if isinstance(expected, str):
        with pytest.raises(getattr(httpx, expected)):
            world.ask(phase)
    else:
        answer = world.ask(phase)
        assert answer.status_code == expected if isinstance(expected, int) else expected(answer, usual), answer
    charged = len(world.session.ledger) - before
    asked = {"submit": fault.acts, "connect": False, "upload": False}
    assert charged == asked.get(phase, True)


def test_every_fault_is_tried(plan: Plan) -> None:
    """What the table has, the tests above and below have; only webhooks are tried elsewhere, and so is nothing else."""
    here = {name for name, fault in FAULTS.items() if fault.hook is None}
    assert here == {*EXPECTED, *ONE_BY_ONE}
    for fault in FAULTS.values():
        done = [fault.wire, fault.http, fault.body, fault.view, fault.hook]
        assert any(each is not None for each in done), fault.name
        assert fault.phases
        assert not fault.about.endswith(".")
    assert set(FAULTS) <= {name.partition("@")[0] for name in names(plan.provider("fal").spec)}


ONE_BY_ONE = {"crawl", "endless_queue", "endless_run", "back_in_queue", "running_again"}
"""What takes more than one exchange to see."""


def test_a_crawl_comes_byte_by_byte(worlds: dict[str, World]) -> None:
    """The read time-out of a client never strikes, and its patience is at the emulator's mercy."""
    for world in worlds.values():
        job = world.submit().json()
        world.session.choose("crawl@status")
        began = world.session.clock.time()
        with world.http.stream("GET", job["status_url"], headers=KEY) as answer:
            pieces = answer.iter_raw()
            assert [next(pieces) for _ in range(3)] == [b"{", b'"', b"s"]
        world.session.choose(None)
        assert world.session.clock.time() - began >= 3


def looks(world: World, job: Any, number: int) -> list[str]:
    """What so many looks at a job tell."""
    return [world.http.get(job["status_url"], headers=KEY).json()["status"] for _ in range(number)]


@pytest.mark.parametrize(
    ("scenario", "progress", "told"),
    [
        ("endless_queue", "at once", ["IN_QUEUE"] * 4),
        ("endless_queue*2", "at once", ["IN_QUEUE", "IN_QUEUE", "COMPLETED", "COMPLETED"]),
        ("endless_run", "at once", ["IN_PROGRESS"] * 4),
        ("endless_run", "queued 1h", ["IN_QUEUE"] * 4),
        ("back_in_queue", "running 1h", ["IN_PROGRESS", "IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS"]),
        ("back_in_queue*2", "running 1h", ["IN_PROGRESS", "IN_QUEUE", "IN_QUEUE", "IN_PROGRESS"]),
        ("running_again", "at once", ["COMPLETED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]),
        ("running_again", "queued 1 poll, running 1 poll", ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "IN_PROGRESS"]),
        ("unknown_state*1", "at once", ["CALLSHEET_NEW_STATE", "COMPLETED", "COMPLETED", "COMPLETED"]),
        ("endless_queue*1+endless_run*1@status", "at once", []),
        (
            "endless_queue@status*1+endless_run@status*2",
            "at once",
            ["IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED"],
        ),
    ],
)
def test_states_out_of_order(world: World, scenario: str, progress: str, told: list[str]) -> None:
    """A job is told of as it is not, so often as was asked for; parts follow each other in order."""
    if not told:
        with pytest.raises(UnknownScenarioError, match="is not NAME"):
            world.session.choose(scenario)
        return
    world.session.choose(scenario)
    job = world.submit(**{"x-callsheet-progress": progress}).json()
    assert looks(world, job, 4) == told


def test_a_job_in_an_endless_queue_can_be_cancelled(world: World) -> None:
    """It waits, whatever time it is; then it is over, and its result says so."""
    world.session.choose("endless_queue")
    job = world.submit().json()
    assert looks(world, job, 1) == ["IN_QUEUE"]
    assert world.http.get(job["response_url"], headers=KEY).status_code == 400, "not finished"
    assert world.http.put(job["cancel_url"], headers=KEY).status_code == 202
    assert looks(world, job, 1) == ["COMPLETED"]
    assert world.http.get(job["response_url"], headers=KEY).status_code == 499


def test_nobody_listens_for_as_long_as_the_scenario_holds(worlds: dict[str, World]) -> None:
    """The port itself is shut, also for who was connected; afterwards it is the same port. Others are not touched."""
    world = worlds["sockets"]
    job = world.submit().json()
    for _ in range(2):
        world.session.choose("refused", "fal")
        for ask in (world.submit, lambda: world.http.get(job["status_url"], headers=KEY)):
            with pytest.raises(httpx.ConnectError, match="refused"):
                ask()
        assert world.http.get(world.control + "/ledger").status_code == 200
        answer = world.http.delete(world.control + "/scenario")
        assert answer.json()["scenario"]["fal"] == "success"
        assert looks(world, job, 1) == ["COMPLETED"]


def test_a_scenario_that_shuts_every_door_needs_one_that_can_open_them(worlds: dict[str, World]) -> None:
    """Through the control API it is refused for all providers at once, since nobody could be told that it is over."""
    world = worlds["sockets"]
    refused = world.http.put(world.control + "/scenario", json={"scenario": "refused"})
    assert (refused.status_code, "steer at another" in refused.text) == (400, True)
    assert world.submit().status_code == 200
    with pytest.raises(UnknownScenarioError, match="leave `\\*2` out"):
        world.session.choose("refused*2")
    with (
        pytest.raises(ValueError, match="reset@connect"),
        serving(world.session.emulator.plan, Options(scenario="refused*2")),
    ):
        pytest.fail("it must not start")


def test_connections_are_counted(world: World) -> None:
    """So many are reset, and the next is served. In memory each request is a connection."""
    world.session.choose("reset@connect*2")
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            world.submit()
    assert world.submit().status_code == 200


def test_a_server_may_start_with_its_doors_shut(plan: Plan) -> None:
    """As an option; whoever holds the session opens them."""
    with serving(plan, Options(scenario="refused")) as served, httpx.Client(trust_env=False) as http:
        for url in served.hosts.values():
            with pytest.raises(httpx.ConnectError):
                http.get(url)
        served.session.choose("success")
        assert {http.get(url).status_code for url in served.hosts.values()} == {404}


@pytest.mark.parametrize("name", ["reset", "reset_body", "cut", "silent", "too_long", "garbled", "closed"])
def test_behind_tls_it_is_the_same(plan: Plan, name: str) -> None:
    """What is broken is the connection below."""
    with serving(plan, Options(seconds=0, scenario=f"{name}@status"), tls=True) as served:
        assert served.tls is not None
        context = ssl.create_default_context(cafile=served.tls.ca)
        url = served.hosts["fal", "queue"] + "/fal-ai/scail-2"
        payload = plan.provider("fal").model("scail-2").samples["page"]
        with httpx.Client(verify=context, trust_env=False, headers=KEY) as http:
            job = http.post(url, json=payload).json()
            http.timeout = httpx.Timeout(PATIENCE if name == "silent" else 10)
            if name == "too_long":
                assert not_json(http.get(job["status_url"]), job)
                return
            # Above TLS, Python's `ssl` tells a reset as an end.
            either = httpx.ReadError, httpx.RemoteProtocolError
            with pytest.raises(either if "reset" in name else getattr(httpx, cast("str", EXPECTED[name]))):
                http.get(job["status_url"])


def test_a_request_may_choose_a_fault_for_itself(world: World) -> None:
    """By its header, and a job keeps what its submission chose; but how it is connected is settled by then."""
    job = world.submit(**{"x-callsheet-scenario": "cut@status*1+http_503@result*1"}).json()
    with pytest.raises(httpx.RemoteProtocolError):
        looks(world, job, 1)
    assert looks(world, job, 1) == ["COMPLETED"]
    assert [world.http.get(job["response_url"], headers=KEY).status_code for _ in range(2)] == [503, 200]
    late = world.submit(**{"x-callsheet-scenario": "refused"})
    assert (late.status_code, "too late" in late.text) == (400, True)


def test_a_file_is_uploaded_under_trouble(world: World) -> None:
    """Each request of an upload counts, at the host and at the place of the file."""
    world.session.choose("http_500@upload*1+http_502_accepted@upload*1")
    url = world.hosts["rest"] + "/storage/upload/initiate?storage_type=fal-cdn-v3"

    def begin() -> httpx.Response:
        return world.http.post(url, json={"file_name": "a.png", "content_type": "image/png"}, headers=KEY)

    before = len(world.session.state.uploads)
    assert [begin().status_code for _ in range(2)] == [500, 502]
    assert len(world.session.state.uploads) == before + 1
    place = begin().json()
    world.session.choose("http_503@upload*1")
    sent = [world.http.put(place["upload_url"], content=b"x").status_code for _ in range(2)]
    assert sent == [503, 200]
    assert world.http.get(place["file_url"]).content == b"x"


def test_what_makes_no_sense_is_refused_with_words(plan: Plan) -> None:
    """All of it at once, with what would make sense."""
    fal, segmind = plan.provider("fal").spec, plan.provider("segmind").spec
    for text, words in {
        "bad_json@download": "makes sense at status, submit, result, cancel, upload",
        "cut@nowhere": "with a phase of connect, submit",
        "cut*0": "is not NAME",
        "COMPLETED@status": "a job ends in a state",
        "success@status": "success takes no phase",
        "rate_limited@connect": "is an answer",
        "result_missing@file": "fal has no file",
        "nonsense+cut@connect+cut": "no scenario `nonsense`.*cut@connect.*makes sense at",
    }.items():
        with pytest.raises(UnknownScenarioError, match=words):
            read(text, fal)
    with pytest.raises(UnknownScenarioError, match="segmind has no cancel"):
        read("cut@cancel", segmind)


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("endless_queue", "protocol sync is one blocking call"),
        ("COMPLETED", "protocol sync has no such final state"),
        ("http_504_accepted", ""),
        ("cut", ""),
    ],
)
def test_a_protocol_that_lacks_it_says_so(plan: Plan, scenario: str, words: str) -> None:
    """400 in place of a job that would succeed as if nothing had been asked for."""
    memory = MemoryTransport(plan, Options(scenario=scenario))
    model = plan.provider("segmind").model("scail")
    with httpx.Client(transport=memory, timeout=None) as http:  # noqa: S113 - time is virtual
        sent: dict[str, Any] = {"json": model.samples["page"], "headers": {"x-api-key": "test-key"}}
        if not words:
            with suppress(httpx.TransportError):
                assert http.post("https://api.segmind.com/v1/scail", **sent).status_code == 504
            return
        answer = http.post("https://api.segmind.com/v1/scail", **sent)
    assert (answer.status_code, words in answer.text) == (400, True)
    assert not memory.ledger


def test_a_final_state_is_a_scenario(world: World) -> None:
    """Of so many jobs, or of all. fal has one, which is success; segmind's has an error."""
    world.session.choose("COMPLETED", "fal")
    assert world.http.get(world.submit().json()["response_url"], headers=KEY).status_code == 200
    plan = world.session.emulator.plan
    memory = MemoryTransport(plan, Options(seconds=0, scenario="FAILED*1"))
    with httpx.Client(transport=memory, headers={"x-api-key": "test-key"}) as http:
        sample = plan.provider("segmind").model("wan-animate").samples["page"]
        jobs = [http.post("https://api.segmind.com/v2/wan-animate", json=sample).json() for _ in range(2)]
        assert [http.get(job["status_url"]).status_code for job in jobs] == [422, 200]


def test_what_a_client_is_told_to_wait_is_told_by_its_own_clock(plan: Plan) -> None:
    """The date of Retry-After is two seconds ahead, also where the emulator's clock runs a hundred times faster."""
    with serving(plan, Options(speed=SPEED, scenario="http_429_date")) as served, httpx.Client(trust_env=False) as http:
        time.sleep(0.1)
        answer = http.post(served.hosts["fal", "queue"] + "/fal-ai/scail-2", json={}, headers=KEY)
    when = parsedate_to_datetime(answer.headers["retry-after"]).timestamp()
    assert 0 < when - time.time() <= 3


def table() -> str:
    """The table as docs/faults.md has it."""
    answers = {"submit", "status", "result", "file", "cancel", "upload", "download"}
    lines = ["| fault | at | the answer | done |", "|---|---|---|---|"]
    for fault in FAULTS.values():
        if fault.hook is None:
            others = [phase for phase in fault.phases[1:] if phase not in answers]
            every = answers <= set(fault.phases)
            at = f"{fault.phases[0]}, any other" if every else ", ".join(fault.phases)
            at = ", ".join([at, *others]) if every else f"*{at}*" if fault.everywhere else at
            changes = not {"submit", "cancel", "upload"}.isdisjoint(fault.phases)
            lines.append(
                f"| `{fault.name}` | {at} | {fault.about} | {'' if not changes else 'yes' if fault.acts else 'no'} |"
            )
    return "\n".join(lines)


def test_the_documentation_has_the_same_table() -> None:
    """With CALLSHEET_GOLDEN=1 it is written."""
    page = Path(__file__).parents[2] / "docs/faults.md"
    before, _, rest = page.read_text("utf-8").partition("<!-- faults -->\n")
    _, _, after = rest.partition("<!-- /faults -->")
    whole_page = f"{before}<!-- faults -->\n{table()}\n<!-- /faults -->{after}"
    if os.environ.get("CALLSHEET_GOLDEN") == "1":
        page.write_text(whole_page, "utf-8")
    assert page.read_text("utf-8") == whole_page

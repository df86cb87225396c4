"""The ways in for other projects' tests, without pytest's help."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

from callsheet.cli import specs as cli_specs
from callsheet.testing import ChargedTwiceError, Emulated, asgi_app, serving, transport
from callsheet.testing.finding import folder_of, plan_of
from callsheet_clients.fal import AsyncFal, Fal
from callsheet_clients.segmind import Segmind

ROOT = Path(__file__).parents[2]
KEY = {"authorization": "Key test-key"}
INPUT = {"image_url": "https://example.com/a.png", "video_url": "https://example.com/b.mp4", "prompt": "a cat"}


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this repository were the project under test."""
    monkeypatch.chdir(ROOT)


def sample(emulated: Emulated, provider: str, model: str) -> Any:
    """A payload that the provider's page shows."""
    return next(iter(emulated.session.emulator.plan.provider(provider).model(model).samples.values()))


def finished(http: Any, url: str, payload: Any) -> list[str]:
    """Submit, look until it is done, and the states that were seen."""
    job = http.post(url, json=payload).json()
    seen: list[str] = []
    while "COMPLETED" not in seen:
        seen.append(http.get(job["status_url"]).json()["status"])
    video = http.get(http.get(job["response_url"]).json()["video"]["url"])
    assert video.content[4:8] == b"ftyp"
    return seen


def test_a_client_of_httpx_and_one_of_httpx2_reach_the_same_emulator() -> None:
    """With no more than a transport; the third look finds a job done, and no time has to pass."""
    emulated = Emulated()
    payload = sample(emulated, "fal", "scail-2")
    url = emulated.hosts["fal", "queue"] + "/fal-ai/scail-2"
    with httpx.Client(transport=emulated.transport(), headers=KEY) as one:
        assert finished(one, url, payload) == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    with httpx2.Client(transport=emulated.transport("httpx2"), headers=KEY) as two:
        assert finished(two, url, payload) == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    assert (len(emulated.ledger), len(emulated.jobs)) == (2, 2)
    assert [request.number for request in emulated.requests] == list(range(1, 13))


def test_generated_clients_need_a_transport_and_a_clock() -> None:
    """Blocking and not; a provider whose typical seconds are asked for takes them, and nobody waits."""
    emulated = Emulated(progress="", cutoff=False)
    with httpx.Client(transport=emulated.transport()) as http:
        segmind = Segmind("test-key", http=http, clock=emulated.clock)
        segmind.wan_animate.run(**sample(emulated, "segmind", "wan-animate"))

    async def fal() -> None:
        async with httpx.AsyncClient(transport=emulated.transport()) as http:
            client = AsyncFal("test-key", http=http, clock=emulated.clock)
            await client.scail_2.run(**sample(emulated, "fal", "scail-2"))

    asyncio.run(fal())
    assert emulated.clock.monotonic() > 400
    assert len(emulated.ledger) == 2


def test_what_happens_can_be_changed_while_a_test_runs() -> None:
    """Scenario, progress, time, a new beginning; what there is not is refused in words."""
    emulated = Emulated(seconds=100)
    http = httpx.Client(transport=emulated.transport(), headers=KEY)
    url = "https://queue.fal.run/fal-ai/scail-2"
    emulated.use(scenario="rate_limited")
    assert http.post(url, json=sample(emulated, "fal", "scail-2")).status_code == 429
    emulated.use(scenario="success", progress="1 poll")
    assert finished(http, url, sample(emulated, "fal", "scail-2")) == ["COMPLETED"]
    emulated.reset()
    job = http.post(url, json=sample(emulated, "fal", "scail-2")).json()
    emulated.advance(100)
    assert http.get(job["status_url"]).json()["status"] == "COMPLETED"
    assert len(emulated.ledger) == 1
    with pytest.raises(ValueError, match="has no scenario `nope`"):
        emulated.use(scenario="nope")
    with pytest.raises(ValueError, match="no step of a progress"):
        emulated.use(progress="nope")


def test_one_wish_is_charged_once() -> None:
    """An intent of the emulator's; both requests are named."""
    emulated = Emulated()
    http = httpx.Client(transport=emulated.transport(), headers=KEY)
    url, payload = "https://queue.fal.run/fal-ai/scail-2", sample(emulated, "fal", "scail-2")
    with pytest.raises(ChargedTwiceError, match="the intent `a video` was charged"), emulated.intent("a video"):
        assert [http.post(url, json=payload).status_code for _ in range(2)] == [200, 200]
    emulated.check()


@pytest.mark.parametrize(
    ("base", "url", "answers"),
    [
        ("http://emulated", "/fal/queue/fal-ai/scail-2", "http://emulated/fal/queue/"),
        ("https://queue.fal.run", "/fal-ai/scail-2", "https://queue.fal.run/"),
    ],
)
def test_an_asgi_app_serves_all_hosts(base: str, url: str, answers: str) -> None:
    """By the path, or by the Host header; the addresses in its answers lead to the same app."""
    emulated = Emulated()
    payload = sample(emulated, "fal", "scail-2")
    app: Any = emulated.asgi_app()

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base, headers=KEY) as http:
            job = (await http.post(url, json=payload)).json()
            assert job["status_url"].startswith(answers)
            seen = [(await http.get(job["status_url"])).json()["status"] for _ in range(3)]
            assert seen == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
            video = (await http.get(job["response_url"])).json()["video"]["url"]
            assert video.startswith(answers)
            assert (await http.get(video)).content[4:8] == b"ftyp"
            call = await http.post(
                "/fal/run/fal-ai/scail-2" if "emulated" in base else "https://fal.run/fal-ai/scail-2", json=payload
            )
            assert call.status_code == 200

    asyncio.run(main())


def test_an_asgi_app_below_a_path_of_another() -> None:
    """Mounted, its addresses begin with the path that it is mounted at; what is no host's is said to be none's."""
    app: Any = asgi_app(seconds=0)

    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "root_path": "/emulated"}, receive, send)

    async def main() -> None:
        transport_ = httpx.ASGITransport(mounted)
        async with httpx.AsyncClient(transport=transport_, base_url="http://app", headers=KEY) as http:
            job = (await http.post("/emulated/fal/queue/fal-ai/scail-2", json={})).json()
            assert job["status_url"].startswith("http://app/emulated/fal/queue/fal-ai/")
            assert (await http.get(job["status_url"])).json()["status"] == "COMPLETED"
            lost = await http.get("/emulated/nobody")
            assert (lost.status_code, "/fal/queue" in lost.json()["error"]) == (404, True)
            assert len((await http.get("/emulated/__callsheet__/jobs")).json()["jobs"]) == 1

    asyncio.run(main())


def test_a_blocking_call_of_an_asgi_app_is_answered_at_once() -> None:
    """Whoever waits lets the time pass that it takes."""
    emulated = Emulated(seconds=100)
    app: Any = emulated.asgi_app()

    async def main() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), headers=KEY, timeout=5) as http:
            return await http.post("https://fal.run/fal-ai/scail-2", json=sample(emulated, "fal", "scail-2"))

    assert asyncio.run(main()).status_code == 200
    assert emulated.clock.monotonic() == 100


def test_an_asgi_app_knows_how_servers_begin_and_end() -> None:
    """The lifespan protocol is answered."""
    said: list[Any] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        said.append(message["type"])

    asyncio.run(asgi_app()({"type": "lifespan"}, receive, send))
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_code_whose_transport_cannot_be_changed_is_given_addresses() -> None:
    """Behind sockets, with the same handles."""
    with serving() as served, httpx.Client(headers=KEY, trust_env=False) as http:
        with served.intent("one video"):
            payload = plan_of().provider("fal").model("scail-2").samples["page"]
            assert len(finished(http, served.hosts["fal", "queue"] + "/fal-ai/scail-2", payload)) == 3
        with Fal("test-key", hosts={"queue": served.hosts["fal", "queue"]}) as client:
            assert client.scail_2.submit(**payload).request_id
        assert len(served.ledger) == 2


def test_specs_are_those_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`[tool.callsheet]`, also from a folder below it; a folder `specs`; else those that came with Callsheet."""
    below = tmp_path / "tests" / "unit"
    below.mkdir(parents=True)
    assert folder_of(None, below) == cli_specs.bundled()
    (tmp_path / "specs").mkdir()
    assert folder_of(None, tmp_path) == tmp_path / "specs"
    (tmp_path / "pyproject.toml").write_text('[tool.callsheet]\nspecs = "ours"\n', "utf-8")
    assert folder_of(None, below) == tmp_path / "ours"
    (tmp_path / "pyproject.toml").write_text("[tool.callsheet]\nspecs = 3\n", "utf-8")
    with pytest.raises(ValueError, match=r"pyproject.toml:2:1.*`specs` is the number"):
        folder_of(None, below)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="there is no folder"):
        transport("nowhere")
    with pytest.raises(ValueError, match="there is no spec in"):
        transport(tmp_path / "specs")


def test_specs_within_a_vendored_client(tmp_path: Path) -> None:
    """Its folder is enough, or the package itself: its own specs lie in it."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "MANIFEST.json").touch()
    assert folder_of(tmp_path, ROOT) == tmp_path / "specs"
    (tmp_path / "__init__.py").touch()
    package: Any = type(pytest)("vendored")
    package.__file__ = str(tmp_path / "__init__.py")
    assert folder_of(package, ROOT) == tmp_path / "specs"
    package.__file__ = None
    with pytest.raises(ValueError, match="vendored is no package"):
        folder_of(package, ROOT)


def test_a_switch_that_there_is_not_is_refused() -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match="there is no switch sede; there are specs, keys, seconds"):
        Emulated(sede=1)

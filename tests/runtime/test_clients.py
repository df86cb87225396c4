"""The generated clients as a caller holds them: doors, life cycle, files. Over sockets where sockets matter.

Where something is sent, it is sent with either HTTP library.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
from pathlib import Path

import httpx
import httpx2
import pytest

from callsheet.emulator.options import Options
from callsheet.emulator.serving.server import serving
from callsheet.plan.build import build
from callsheet.source.files import read_folder
from callsheet.spec.load import load
from callsheet_clients.segmind import AsyncSegmind, Segmind

PLAN = build(load(read_folder(Path(__file__).parents[2] / "specs")[0]).specs).plan
SAMPLE = PLAN.provider("segmind").model("wan-animate").samples["page"]
OPTIONS = Options(keys=frozenset({"test-key"}), seconds=0.0)


@pytest.fixture
def emulated(on):
    """An emulator in memory, and a client of it."""
    transport = on.memory(PLAN, OPTIONS)
    http = on.http.Client(transport=transport)
    with on.module("segmind").Segmind("test-key", http=http, clock=transport.clock) as client:
        yield transport, client


def methods(thing: object) -> set[str]:
    """Names of the public methods of an object."""
    return {name for name, _ in inspect.getmembers(thing, inspect.ismethod) if not name.startswith("_")}


def test_the_two_clients_are_mirrors():
    """Blocking and asyncio have the same methods with the same parameters; only the waiting differs."""
    for one, other in (
        (Segmind("k"), AsyncSegmind("k")),
        (Segmind("k").wan_animate, AsyncSegmind("k").wan_animate),
        (Segmind("k").wan_animate.job("x"), AsyncSegmind("k").wan_animate.job("x")),
    ):
        names = methods(one)

        assert names == methods(other)
        for name in names:
            ours, theirs = (inspect.signature(getattr(each, name)).parameters for each in (one, other))
            assert list(ours) == list(theirs), name


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_async_client_serves_several_event_loops(on):
    """A client that lives longer than `asyncio.run` connects anew in the next loop; no job is lost to a closed one."""
    with serving(PLAN, OPTIONS) as served:
        client = on.module("segmind").AsyncSegmind("test-key", hosts={"api": served.hosts["segmind", "api"]})
        ids = [asyncio.run(client.wan_animate.submit(**SAMPLE)).request_id for _ in range(3)]

        assert ids == [charge.request_id for charge in served.session.ledger]
    del client
    gc.collect()  # connections of loops that are gone can only be dropped


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Segmind("k", http=httpx.AsyncClient()), "must be httpx.Client, not httpx.AsyncClient"),
        (lambda: AsyncSegmind("k", http=httpx.Client()), "must be httpx.AsyncClient"),
        (lambda: Segmind("k", http=httpx2.Client()), "must be httpx.Client, not httpx2.Client"),
        (lambda: Segmind(5), "api_key must be text"),
        (lambda: Segmind("k", base_url=""), "needs an address"),
        (lambda: Segmind("k", hosts={"api": None}), "needs an address"),
        (lambda: Segmind("k", hosts={"apy": "http://x.test"}), "unknown host apy"),
    ],
)
def test_wrong_arguments_are_refused_at_the_door(make, words: str):
    """What could only fail after a submission is refused when the client is made."""
    with pytest.raises((TypeError, ValueError), match=words):
        make()


def test_a_closed_client_sends_nothing(on, emulated):
    """After `close` nothing is sent, and the error says so."""
    transport, _ = emulated
    http = on.http.Client(transport=transport)
    client = on.module("segmind").Segmind("test-key", http=http, clock=transport.clock)
    http.close()
    with pytest.raises(on.module("segmind").errors.CallsheetError, match="nothing was sent"):
        client.wan_animate.submit(**SAMPLE)

    assert () == tuple(transport.ledger)


def test_anything_raised_after_sending_leaves_the_outcome_unknown(on, emulated):
    """A hook of the caller's own that breaks on the answer does not hide that a job may run."""
    transport, _ = emulated

    def hook(_response):
        raise KeyError("hook")

    http = on.http.Client(transport=transport, event_hooks={"response": [hook]})
    segmind = on.module("segmind")
    with pytest.raises(segmind.errors.SubmissionUnknown):
        segmind.Segmind("test-key", http=http, clock=transport.clock).wan_animate.submit(**SAMPLE)

    assert 1 == len(transport.ledger)


def test_save_into_a_folder_and_over_a_file(emulated, tmp_path: Path):
    """A folder gets the name from the address; a file is replaced and keeps its mode; a link's target is written."""
    _, client = emulated
    video = client.wan_animate.run(**SAMPLE)
    old = tmp_path / "old.mp4"
    old.write_text("old")
    old.chmod(0o600)
    link = tmp_path / "link.mp4"
    link.symlink_to(old)

    assert f"{video.request_id}.mp4" == video.save(tmp_path).name
    assert old == video.save(link)
    assert link.is_symlink()
    assert 0o600 == old.stat().st_mode & 0o777
    assert b"ftyp" in old.read_bytes()[:16]


@pytest.mark.parametrize("path", ["", "no/such/folder/x.mp4", "new/", "a\0b", "n" * 300])
def test_a_bad_path_is_told_before_anything_is_fetched(on, emulated, tmp_path: Path, path: str, monkeypatch):
    """A path that cannot be written is a DownloadFailed with the job's handle."""
    monkeypatch.chdir(tmp_path)
    _, client = emulated
    video = client.wan_animate.run(**SAMPLE)
    with pytest.raises(on.module("segmind").errors.DownloadFailed) as caught:
        video.save(path)

    assert video.handle == caught.value.handle
    assert [] == list(tmp_path.iterdir())


def test_an_empty_file_does_not_replace_a_good_one(on, emulated, tmp_path: Path):
    """A download that brings nothing leaves what was there."""
    transport, client = emulated
    video = client.wan_animate.run(**SAMPLE)
    kept = tmp_path / "kept.mp4"
    kept.write_text("kept")
    empty = on.http.Client(transport=on.http.MockTransport(lambda _request: on.http.Response(200, content=b"")))
    segmind = on.module("segmind")
    job = segmind.Segmind("test-key", http=empty, clock=transport.clock).wan_animate
    with pytest.raises(segmind.errors.DownloadFailed, match="empty"):
        type(video)(job._session(), video._outcome, str).save(kept)

    assert "kept" == kept.read_text()

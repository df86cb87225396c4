"""The emulator behind TLS, and the proxy that leads to it."""

from __future__ import annotations

import socket
import ssl
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from callsheet.cli.app import app
from callsheet.emulator import Options
from callsheet.emulator.serving.server import Served, serving
from callsheet.emulator.serving.tls import TlsError
from callsheet.plan.model import Plan

KEY = {"authorization": "Key test-key"}
INPUT = {"prompt": "p", "image_url": "https://example.com/a.png", "video_url": "https://example.com/a.mp4"}


def client(served: Served, *, proxy: bool = False) -> httpx.Client:
    """A client that trusts the emulator's authority and nobody else."""
    assert served.tls is not None
    trusted = ssl.create_default_context(cafile=str(served.tls.ca))
    return httpx.Client(verify=trusted, proxy=served.tls.proxy if proxy else None, trust_env=False, timeout=5)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_all_hosts_speak_https_to_who_trusts_the_authority(plan: Plan, name: str) -> None:
    """Under either name of loopback; the addresses in answers are those that the client used."""
    with serving(plan, Options(seconds=0), tls=True) as served, client(served) as http:
        assert all(url.startswith("https://127.0.0.1:") for url in served.hosts.values())
        origin = served.hosts["fal", "queue"].replace("127.0.0.1", name)
        job = http.post(f"{origin}/fal-ai/scail-2", json=INPUT, headers=KEY).json()
        assert job["response_url"].startswith(origin)
        video = http.get(job["response_url"], headers=KEY).json()["video"]["url"]
        assert http.get(video).content[4:8] == b"ftyp"


def test_who_does_not_trust_it_is_not_served(plan: Plan) -> None:
    """The certificate is nobody's but ours, so a client with the usual authorities refuses it."""
    with (
        serving(plan, tls=True) as served,
        httpx.Client(verify=ssl.create_default_context(), trust_env=False, timeout=5) as http,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        http.get(served.hosts["fal", "queue"])


def test_through_the_proxy_declared_hosts_are_the_emulator(plan: Plan) -> None:
    """A client with the provider's addresses in it gets there, and stays with those addresses in all that follows."""
    with serving(plan, Options(seconds=0), tls=True) as served, client(served, proxy=True) as http:
        job = http.post("https://queue.fal.run/fal-ai/scail-2", json=INPUT, headers=KEY).json()
        assert job["status_url"].startswith("https://queue.fal.run/fal-ai/scail-2/requests/")
        video = http.get(job["response_url"], headers=KEY).json()["video"]["url"]
        assert video.startswith("https://queue.fal.run/")
        assert http.get(video).content[4:8] == b"ftyp"
        place = {"content_type": "image/png", "file_name": "a.png"}
        initiate = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3"
        assert http.post(initiate, json=place, headers=KEY).status_code == 200
        assert http.get(served.hosts["fal", "queue"] + "/nothing", headers=KEY).status_code == 404


def test_a_host_answers_under_its_other_names(plan: Plan) -> None:
    """Clients that know an older name of a host, or its reserve, are served; answers stay with the name they used."""
    with serving(plan, Options(seconds=0), tls=True) as served, client(served, proxy=True) as http:
        job = http.post("https://queue.falrun.com/fal-ai/scail-2", json=INPUT, headers=KEY).json()
        assert job["status_url"].startswith("https://queue.falrun.com/fal-ai/scail-2/requests/")
        place = {"content_type": "image/png", "file_name": "a.png"}
        initiate = "https://rest.alpha.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3"
        upload = http.post(initiate, json=place, headers=KEY).json()
        assert http.put(upload["upload_url"], content=b"a picture").status_code == 200
        assert http.get(upload["file_url"]).content == b"a picture"


def test_through_the_proxy_nothing_leaves_the_machine(plan: Plan) -> None:
    """A host that no spec declares is refused with words, before any connection is made."""
    with (
        serving(plan, tls=True) as served,
        client(served, proxy=True) as http,
        pytest.raises(httpx.ProxyError, match=r"No spec declares example\.com:443"),
    ):
        http.get("https://example.com")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET http://example.com/ HTTP/1.1\r\n\r\n", b"405 "),
        (b"CONNECT\r\n\r\n", b"400 "),
        (b"CONNECT queue.fal.run HTTP/1.1\r\n\r\n", b"400 "),
        (b"CONNECT queue.fal.run:https HTTP/1.1\r\n\r\n", b"400 "),
        (b"CONNECT \xff\xc3\x28:99999 HTTP/1.1\r\n\r\n", b"403 "),
        (b"CONNECT [::1]:22 HTTP/1.1\r\n\r\n", b"403 "),
        (b"x" * 70_000, b"400 "),
        (b"\x16\x03\x01\r\n\r\n", b"405 "),
    ],
)
def test_the_proxy_answers_nonsense(plan: Plan, sent: bytes, status: bytes) -> None:
    """Whatever comes in place of a request for a connection gets a whole answer in HTTP."""
    with serving(plan, tls=True) as served:
        assert served.tls is not None
        port = int(served.tls.proxy.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            raw.sendall(sent)
            answer = raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 " + status)


def test_the_file_of_the_authority_goes_with_it(plan: Plan) -> None:
    """A temporary one is removed; one that was asked for stays, and is replaced by the next run."""
    with serving(plan, tls=True) as served:
        assert served.tls is not None
        assert served.tls.ca.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    assert not served.tls.ca.exists()


def test_a_file_that_was_asked_for_stays(plan: Plan, tmp_path: Path) -> None:
    """It is replaced by the next run, which has another authority."""
    with serving(plan, tls=tmp_path / "ca.pem"):
        first = (tmp_path / "ca.pem").read_bytes()
    with serving(plan, tls=tmp_path / "ca.pem") as served, client(served) as http:
        assert first != (tmp_path / "ca.pem").read_bytes()
        assert http.get(served.hosts["fal", "queue"]).status_code == 404


@pytest.mark.parametrize(
    ("name", "words"),
    [("mine.txt", "holds no certificate"), ("no/such/ca.pem", "cannot be written: No such file"), (".", "written")],
)
def test_no_file_of_somebody_elses_is_overwritten(plan: Plan, tmp_path: Path, name: str, words: str) -> None:
    """A wrong path is told, and what is there stays as it was."""
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(TlsError, match=words), serving(plan, tls=tmp_path / name):
        pytest.fail("it must not start")
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_without_its_library_the_command_says_what_to_install(monkeypatch: Any) -> None:
    """`callsheet emulate --tls` names the extra, and ends with 2."""
    monkeypatch.setitem(sys.modules, "trustme", None)
    result = CliRunner().invoke(app, ["emulate", "--tls", "--specs", str(Path(__file__).parents[2] / "specs")])
    assert result.exit_code == 2
    assert "pip install 'callsheet[tls]'" in result.output

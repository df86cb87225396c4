"""Files and webhooks by the specs of real providers: uploads to their emulator, signatures as they document them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path

import httpx
import lab
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from callsheet.cli.specs import planned
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import START, MemoryTransport, VirtualClock
from callsheet_clients.fal import AsyncFal, Fal, errors
from callsheet_clients.segmind import Segmind

PLAN = planned(Path(__file__).parents[2] / "specs")
OPTIONS = Options(keys=frozenset({"test-key"}), seconds=0.0)


@pytest.fixture
def emulated() -> MemoryTransport:
    """All providers, in memory."""
    return MemoryTransport(PLAN, OPTIONS)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film of two megabytes."""
    path = tmp_path / "film.mp4"
    path.write_bytes(lab.MP4 + bytes(2_000_000))
    return path


def test_fal_takes_a_small_picture_along_and_a_film_by_upload(emulated: MemoryTransport, film: Path):
    """Two requests bring the film, one submits; the result comes as ever."""
    with Fal("test-key", http=httpx.Client(transport=emulated), clock=emulated.clock) as fal:
        video = fal.scail_2.run(prompt="a dance", image_url=lab.PNG, video_url=film)
    first, second, third = emulated.requests[:3]

    assert ["/storage/upload/initiate", "/fal-ai/scail-2"] == [first.path, third.path]
    assert film.read_bytes() == second.body
    assert b"data:image/png;base64," in third.body
    assert 1 == len(emulated.ledger)
    assert video.output.video.url


def test_segmind_takes_files_by_upload(emulated: MemoryTransport, film: Path):
    """One request for each file, in which it travels as text."""
    with Segmind("test-key", http=httpx.Client(transport=emulated), clock=emulated.clock) as segmind:
        segmind.wan_animate.run(prompt="a dance", reference_image=lab.PNG, input_video=film, mode="replace")

    assert ["/upload-asset", "/upload-asset", "/v2/wan-animate"] == [request.path for request in emulated.requests[:3]]
    assert 1 == len(emulated.ledger)


def test_a_wrong_key_is_found_before_anything_is_submitted(emulated: MemoryTransport, film: Path):
    """The upload meets it first; the ledger stays empty."""
    with (
        Fal("wrong", http=httpx.Client(transport=emulated), clock=emulated.clock) as fal,
        pytest.raises(errors.UploadFailed) as caught,
    ):
        fal.scail_2.submit(prompt="a dance", image_url=lab.PNG, video_url=film)

    assert isinstance(caught.value.__cause__, errors.Unauthorized)
    assert () == emulated.ledger


def test_fals_webhooks_are_read_as_its_documentation_says():
    """Ed25519 over request id, user id, time and the SHA-256 of the body, a line each; `x` of a JWKS is the key."""
    private = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
    x = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).decode()
    body = json.dumps({"request_id": "r1", "gateway_request_id": "r1", "status": "OK", "payload": {"seed": 1}}).encode()
    message = f"r1\nu1\n{START:.0f}\n{hashlib.sha256(body).hexdigest()}"
    headers = {
        "X-Fal-Webhook-Request-Id": "r1",
        "X-Fal-Webhook-User-Id": "u1",
        "X-Fal-Webhook-Timestamp": f"{START:.0f}",
        "X-Fal-Webhook-Signature": private.sign(message.encode()).hex(),
    }
    asked = []

    def keys(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]})

    transport = httpx.MockTransport(keys)
    with Fal(http=httpx.Client(transport=transport), clock=VirtualClock()) as fal:
        event = fal.verify_webhook(headers, body)
        with pytest.raises(errors.WebhookRefused):
            fal.verify_webhook({**headers, "X-Fal-Webhook-User-Id": "u2"}, body)

    async def mirror() -> object:
        async with AsyncFal(http=httpx.AsyncClient(transport=transport), clock=VirtualClock()) as fal:
            return await fal.verify_webhook(headers, body)

    assert ("r1", True, {"seed": 1}) == (event.request_id, event.succeeded, event.output)
    assert event == asyncio.run(mirror())
    assert {"https://rest.fal.ai/.well-known/jwks.json"} == set(asked)

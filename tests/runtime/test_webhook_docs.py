"""The handlers in docs/webhooks.md run as they are printed."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import re
from dataclasses import replace
from pathlib import Path

import httpx
import lab
import pytest
import test_webhooks as webhooks

from callsheet.emulator.serving.memory import START, VirtualClock
from callsheet_clients._runtime import addresses, client, offers, words
from callsheet_clients.fal import AsyncFal, Fal

PAGE = Path(__file__).parents[2] / "docs/webhooks.md"
WSGI, ASGI = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
HEADERS = webhooks.signed(webhooks.ED25519)
CASES = [
    ((HEADERS, webhooks.BODY), 200),
    ((HEADERS, webhooks.BODY), 200),  # once more
    ((HEADERS, webhooks.BODY + b" "), 400),
    (({}, webhooks.BODY), 400),
    ((webhooks.signed(webhooks.ED25519, sent=START - 999), webhooks.BODY), 400),
]


@pytest.fixture
def server(monkeypatch) -> lab.Server:
    """A fal that signs its webhooks as Lab does, and publishes its keys."""
    server = webhooks.keys_at()
    signature = offers.Signature(**{name: getattr(webhooks.ED25519, name) for name in offers.Signature.__slots__})
    signature = replace(signature, keys=addresses.Address("rest", "/.well-known/jwks.json"))
    webhook = offers.Webhook("/id", {"/status": words.Criterion(("OK",))}, None, "/payload", "/error", signature)
    for kind in (Fal, AsyncFal):
        hosts = {**kind.provider.hosts, "rest": "https://rest.lab.test"}
        monkeypatch.setattr(kind, "provider", replace(kind.provider, hosts=hosts, webhook=webhook))
    monkeypatch.setattr(client, "SystemClock", VirtualClock)
    monkeypatch.setattr(client._http, "sync_client", lambda: httpx.Client(transport=server))
    monkeypatch.setattr(client._http, "async_client", lambda: httpx.AsyncClient(transport=server))
    return server


def printed(sample: str) -> dict[str, object]:
    """What a sample defines."""
    names: dict[str, object] = {}
    exec(compile(sample, PAGE.name, "exec"), names)  # noqa: S102 - our own documentation
    return names


def wsgi(application, headers: dict[str, str], body: bytes) -> int:
    """The status of an answer, as a WSGI server sees it."""
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    statuses = []
    list(
        application(
            {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)},
            lambda status, _headers: statuses.append(int(status[:3])),
        )
    )
    return statuses[0]


async def asgi(application, headers: dict[str, str], body: bytes) -> int:
    """The status of an answer, as an ASGI server sees it; the body comes in two parts."""
    parts = [{"body": body[:9], "more_body": True}, {"body": body[9:]}]
    sent = []

    async def receive():
        return parts.pop(0)

    async def send(message):
        sent.append(message)

    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await application({"type": "http", "headers": pairs}, receive, send)
    return sent[0]["status"]


def test_the_wsgi_handler(server: lab.Server, capsys):
    """It notes each event once, answers repetitions with 200, refuses the rest; without keys it asks for more."""
    names = printed(WSGI)
    application = names["application"]
    assert [status for _, status in CASES] == [wsgi(application, *case) for case, _ in CASES]
    assert 1 == capsys.readouterr().out.count("j1")

    server.wrong = {"rest.lab.test": [httpx.Response(500)] * 9}
    assert 503 == wsgi(printed(WSGI)["application"], HEADERS, webhooks.BODY)


def test_the_asgi_handler(server: lab.Server, capsys):
    """The same under asyncio."""

    async def statuses():
        application = printed(ASGI)["application"]
        return [await asgi(application, *case) for case, _ in CASES]

    assert [status for _, status in CASES] == asyncio.run(statuses())
    assert 1 == capsys.readouterr().out.count("j1")

    server.wrong = {"rest.lab.test": [httpx.Response(500)] * 9}
    assert 503 == asyncio.run(asgi(printed(ASGI)["application"], HEADERS, webhooks.BODY))


def test_the_extra_is_there():
    """What the page says brings cryptography along."""
    assert importlib.util.find_spec("cryptography")
    assert "webhooks = [" in (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")

"""A caller of the pure core: keeps the state, holds a key, knows each provider's host."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from callsheet.emulator import Emulator, Options, Reply, Request, State
from callsheet.plan.model import Plan

NOW = 1_800_000_000.0
TAKES = 100.0
"""Seconds of a job under `caller`: 20 queued, 80 running."""

SUBMIT = {"segmind": "/v2/wan-animate", "fal": "/fal-ai/scail-2"}
MODEL = {"segmind": "wan-animate", "fal": "scail-2"}
HOSTS = {"segmind": "api", "fal": "queue"}
ORIGIN = "http://127.0.0.1:8801"


@dataclass
class Caller:
    """One caller of one provider."""

    emulator: Emulator
    provider: str
    key: str | None = "test-key"
    state: State = field(default_factory=State)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, url: str, now: float = NOW, body: bytes = b"", **headers: str) -> Reply:
        """Send a request and keep the state that follows. Underscores in names of headers become dashes."""
        self.state, reply, _ = self.emulator.handle(self.state, self.request(method, url, body, **headers), now)
        return reply

    def request(self, method: str, url: str, body: bytes = b"", **headers: str) -> Request:
        """The request as `ask` would send it."""
        parts = urlsplit(url)
        credential = self.emulator.plan.provider(self.provider).spec.credential
        sent = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
        if self.key is not None:
            sent[credential.header] = credential.value.replace("{key}", self.key)
        return Request(
            host=(self.provider, HOSTS[self.provider]),
            origin=ORIGIN,
            method=method,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers=tuple(sent.items()),
            body=body,
        )

    def submit(self, now: float = NOW, *, changed: dict[str, Any] | None = None, **headers: str) -> Reply:
        """Submit the page's own sample, with some fields changed; a value of `...` takes the field out."""
        model = self.emulator.plan.provider(self.provider).model(MODEL[self.provider])
        payload = {**model.samples["page"], **(changed or {})}
        body = json.dumps({name: value for name, value in payload.items() if value is not ...}).encode()
        return self.ask("POST", SUBMIT[self.provider], now, body, **{"content-type": "application/json", **headers})

    def job(self, now: float = NOW, **how: Any) -> dict[str, Any]:
        """Submit, and the answer's addresses."""
        reply = self.submit(now, **how)
        assert reply.status == 200, reply
        answer: dict[str, Any] = reply.json()
        return answer


def caller(plan: Plan, provider: str, **options: Any) -> Caller:
    """A caller whose jobs take `TAKES` seconds."""
    return Caller(Emulator(plan, Options(**{"seconds": TAKES, **options})), provider)


def header(reply: Reply, name: str) -> str | None:
    """A header of an answer."""
    return dict(reply.headers).get(name)

"""What every submission or upload bears, word for word: a request without it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.emulator import Emulator, Options, Request, State
from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.spec.load import load

BASE = Path(__file__).parents[1] / "base_specs" / "reel"
FILES = """files:
  source: page
  upload:
    - host: api
      path: /files
      headers: {x-kind: clip, x-name: "{file_name}"}
      body: "{bytes}"
      takes: {file_url: /url}
      answer: {url: "{file_url}"}
  file_url: "{file_url}"
protocols:
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A provider with a fixed query and an upload with a fixed header."""
    provider = (BASE / "provider.yaml").read_text("utf-8").replace("protocols:\n", FILES)
    provider = provider.replace(
        '      path: "/run/{model}"\n', '      path: "/run/{model}"\n      query: {mode: fast}\n'
    )
    loaded = load({"reel/provider.yaml": provider.encode(), "reel/clip.yaml": (BASE / "clip.yaml").read_bytes()})

    assert loaded.findings == ()
    return build(loaded.specs).plan


def asked(plan: Plan, path: str, query: dict[str, str], **headers: str) -> tuple[int, str]:
    """The status and the words of an answer to a POST."""
    sent = {"authorization": "Bearer test-key", "content-type": "application/json", **headers}
    body = b'{"prompt": "a cat"}'
    named = tuple((name.replace("_", "-"), value) for name, value in sent.items())
    request = Request(("reel", "api"), "http://127.0.0.1:1", "POST", path, query, named, body)
    _, reply, _ = Emulator(plan, Options()).handle(State(), request, 1.0)
    return reply.status, reply.body.decode()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ({"mode": "fast"}, 200, "WAITING"),
        ({"mode": "fast", "more": "1"}, 200, "WAITING"),
        ({}, 400, "The query parameter mode is required"),
        ({"mode": "slow"}, 400, "The query parameter mode should be fast, not slow"),
    ],
)
def test_query(plan: Plan, query: dict[str, str], status: int, words: str) -> None:
    """A submission without the part of the query that is always the same is refused, and says what is missing."""
    got, said = asked(plan, "/run/clip", query)

    assert (got, words in said) == (status, True), said


def test_upload(plan: Plan) -> None:
    """So is an upload without a header that is always the same; one that differs by file may be left out."""
    assert asked(plan, "/files", {}, x_kind="clip")[0] == 200
    status, words = asked(plan, "/files", {}, x_kind="still")
    assert (status, "x-kind should be clip" in words) == (400, True), words
    assert asked(plan, "/files", {})[0] == 400

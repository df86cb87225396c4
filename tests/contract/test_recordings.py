"""A replay is strict: what differs from the recording is a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from callsheet.contract.exchanges import recordings
from callsheet.contract.exchanges.recordings import Recording, replayed

TEXT = """
origin: captured
date: "2026-01-01"
source: made up for a test
input: {prompt: "x"}
exchanges:
  - request:
      method: POST
      url: "https://api.example.com/clip?priority=low"
      headers: {x-key: "KEY"}
      json: {prompt: "x", seed: 1}
    answer: {http: 200, json: {id: "a1"}}
  - request: {method: GET, url: "https://api.example.com/clip/a1"}
    answer: {http: 200, headers: {content-type: "text/plain"}, text: "done"}
ends: {request_id: "a1"}
"""
URL = "https://api.example.com/clip?priority=low"
GOOD = {"prompt": "x", "seed": 1}
KEY = {"x-key": "KEY"}


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """The text above, read."""
    path = tmp_path / "reel" / "clip" / "done.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    (found,) = recordings.read(tmp_path)
    return found


def test_the_recorded_requests_are_answered(recording: Recording) -> None:
    """In order, with the recorded answers; more headers and more query than recorded are no fault."""
    with replayed(recording) as tape, httpx.Client() as http:
        first = http.post(f"{URL}&more=1", json=GOOD, headers=KEY)
        second = http.get("https://api.example.com/clip/a1")

    assert first.json() == {"id": "a1"}
    assert second.text == "done"
    assert (tape.played, tape.faults) == (2, [])
    assert str(recording) == "reel-clip-done"


@pytest.mark.parametrize(
    "send",
    [
        lambda http: http.post("https://api.example.com/clip", json=GOOD, headers=KEY),
        lambda http: http.post("https://api.example.com/other?priority=low", json=GOOD, headers=KEY),
        lambda http: http.post(URL, json=GOOD),
        lambda http: http.post(URL, json=GOOD, headers={"x-key": "other"}),
        lambda http: http.post(URL, json={"prompt": "x", "seed": True}, headers=KEY),
        lambda http: http.post(URL, json={"prompt": "x"}, headers=KEY),
        lambda http: http.put(URL, json=GOOD, headers=KEY),
        lambda http: http.get("https://api.example.com/clip/a1"),
    ],
    ids=["query", "path", "no header", "header", "type in body", "body", "method", "order"],
)
def test_any_other_request_is_a_fault(recording: Recording, send: Callable[[httpx.Client], object]) -> None:
    """Query, path, headers, body, method and order are held to what was recorded."""
    with replayed(recording) as tape, httpx.Client() as http, pytest.raises(AssertionError):
        send(http)

    assert len(tape.faults) == 1
    assert tape.played == 0


def test_a_request_after_the_end_is_a_fault(recording: Recording) -> None:
    """One more request than recorded is not answered."""
    with replayed(recording) as tape, httpx.Client() as http:
        http.post(URL, json=GOOD, headers=KEY)
        http.get("https://api.example.com/clip/a1")
        with pytest.raises(AssertionError, match="at its end"):
            http.get("https://api.example.com/clip/a1")

    assert len(tape.faults) == 1


def test_an_origin_is_one_of_four(tmp_path: Path) -> None:
    """A recording that does not say where it comes from is refused."""
    path = tmp_path / "reel" / "clip" / "done.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT.replace("captured", "heard"))

    with pytest.raises(ValueError, match="origin `heard`"):
        recordings.read(tmp_path)

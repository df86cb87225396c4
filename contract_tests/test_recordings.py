"""Exchanges with the providers, replayed against the generated clients."""

from __future__ import annotations

import pytest

from callsheet.contract.calls import PACKAGE, Caller
from callsheet.contract.plans import Planned
from callsheet.contract.recordings import Recording, replayed
from callsheet.emulator.memory import VirtualClock
from callsheet.plan.model import HttpLibrary


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("http", "package"), [("httpx", PACKAGE), ("httpx2", "clients_on_httpx2")])
def test_a_recording_replays(
    recording: Recording,
    asynchronous: bool,  # noqa: FBT001 - pytest passes it by name
    http: HttpLibrary,
    package: str,
    everything: Planned,
) -> None:
    """The client sends what was sent, in that order and no more, and comes to the end that the recording came to."""
    provider = everything.plan.provider(recording.provider)
    caller = Caller(provider, provider.model(recording.model), asynchronous=asynchronous, package=package)
    raised: Exception | None = None
    result = None

    with replayed(recording, http) as tape:
        try:
            result = caller.perform([("run", recording.input)], clock=VirtualClock())
        except caller.error("CallsheetError") as exc:
            raised = exc

    assert tape.faults == []
    assert len(recording.exchanges) == tape.played
    if "raises" in recording.ends:
        assert isinstance(raised, caller.error(recording.ends["raises"])), raised
        assert recording.ends["says"] == raised.message
        assert recording.ends["request_id"] == raised.request_id
    else:
        assert raised is None
        assert recording.ends["url"] == result.url
        assert recording.ends["request_id"] == result.request_id

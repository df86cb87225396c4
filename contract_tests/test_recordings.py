"""Exchanges with the providers, replayed against the generated clients."""

from __future__ import annotations

import pytest

from callsheet.contract.clients.calls import PACKAGE, Caller
from callsheet.contract.exchanges.recordings import Recording, replayed
from callsheet.contract.plans import Planned
from callsheet.emulator.serving.memory import VirtualClock
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
    model = provider.model(recording.model)
    caller = Caller(provider, model, asynchronous=asynchronous, package=package, protocol=recording.protocol)
    raised: Exception | None = None
    result = None

    with replayed(recording, http) as tape:
        try:
            result = caller.perform([*recording.does], clock=VirtualClock())
        except caller.error("CallsheetError") as exc:
            raised = exc

    assert tape.faults == []
    assert len(recording.exchanges) == tape.played
    ends = dict(recording.ends)
    if "raises" in ends:
        assert isinstance(raised, caller.error(ends["raises"])), raised
        assert ends["says"] == raised.message
        assert ends.get("request_id") == raised.request_id
        return
    assert raised is None
    found = {
        "url": lambda: result.url,
        "file": lambda: result.output.read().decode(),
        "answer": lambda: result,
        "request_id": lambda: result.request_id,
    }
    assert ends == {word: found[word]() for word in ends}

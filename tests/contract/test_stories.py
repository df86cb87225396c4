"""Stories as they are gathered: how much of an answer came, and what a foreign host saw."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from callsheet.contract.flows.stories import Chronicle, came
from callsheet.contract.flows.trap import trapping
from callsheet.contract.plans import planned
from callsheet.emulator import Options
from callsheet.emulator.faults.table import FAULTS
from callsheet.emulator.messages import Reply, Wire
from callsheet.emulator.serving.memory import MemoryTransport

PLAN = planned(Path(__file__).parents[2] / "specs").plan
CAME = {
    "reset": "nothing",
    "silent": "nothing",
    "garbled": "nothing",
    "refused": "nothing",
    "cut": "broken",
    "stalled": "broken",
    "too_short": "broken",
    "too_long": "broken",
    "crawl": "broken",
    "drip": "whole",
}


@pytest.mark.parametrize(("name", "how"), CAME.items(), ids=str)
def test_what_comes_follows_from_the_wire(name: str, how: str) -> None:
    """The story says how much of an answer a client can have seen."""
    assert came(Reply(200, body=b"{}", wire=FAULTS[name].wire)) == how


def test_what_is_too_long_does_not_come_whole() -> None:
    """Headers and bodies beyond what clients read are none."""
    assert came(Reply(200, (("x", "x" * 2**18),), b"{}", wire=Wire())) == "nothing"
    assert came(Reply(200, body=b" " * (65 * 2**20))) == "broken"


def test_a_chronicle_knows_phases_jobs_and_ends() -> None:
    """Each request with what it was for, the job that it was about, and whether its answer told the end."""
    provider = PLAN.provider("fal")
    model = next(model for model in provider.models if model.id == "scail-2")
    emulated = MemoryTransport(PLAN, Options(keys=frozenset({"secret-key"}), seconds=10.0))
    chronicle = Chronicle(emulated.session, provider, model.tables["queue"], "secret-key")
    head = {"authorization": "Key secret-key"}
    with chronicle.kept(), httpx.Client(transport=emulated, headers=head) as http:
        job = http.post("https://queue.fal.run/fal-ai/scail-2", json=dict(model.samples["page"])).json()
        http.get(job["status_url"])
        emulated.clock.advance(20)
        http.get(job["status_url"])
        http.get(http.get(job["response_url"]).json()["video"]["url"])
    http_calls = [(one.phase, one.job, one.accepted, one.names_job, one.ends) for one in chronicle.sent]

    made = job["request_id"]
    assert http_calls == [
        ("submit", None, made, True, False),
        ("status", made, None, False, False),
        ("status", made, None, False, True),
        ("result", made, None, False, False),
        ("download", made, None, False, False),
    ]
    assert "secret-key" not in str(chronicle.sent)


def test_a_trap_tells_who_brought_the_key() -> None:
    """What reaches a foreign host is in the story, with whether the key came along."""
    provider = PLAN.provider("fal")
    chronicle = Chronicle(MemoryTransport(PLAN).session, provider, provider.models[0].tables["queue"], "secret-key")
    with trapping() as trap:
        trap.told = chronicle.elsewhere
        for headers in ({}, {"authorization": "Key secret-key"}):
            assert httpx.get(f"{trap.origin}/x", headers=headers, trust_env=False).status_code == 404

    assert [(one.declared, one.carries_key) for one in chronicle.sent] == [(False, False), (False, True)]

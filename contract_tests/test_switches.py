"""Where evidence conflicts, the client copes with either: every switch of a provider, played to the client as it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from callsheet.contract.clients.calls import Caller, Recorder
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.plans import planned
from callsheet.emulator import media
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.plan.model import Plan

# An output that is not of the documented type is kept, with a warning.
pytestmark = pytest.mark.filterwarnings("ignore::callsheet_clients._runtime.errors.AnswerWarning")

SPECS = Path(__file__).parents[1] / "specs"

OTHER_CLASS = {"workflow_failed_422": "as a 422 it is the failure of a job of models, which is the row for it"}
"""Switches under which a failure comes as another class of failures."""


@cache
def with_switch(name: str) -> Plan:
    """The specs with one switch on."""
    return planned(SPECS, (name,)).plan


class Played:
    """An endpoint whose provider behaves as a switch says, and the client that knows nothing of it."""

    def __init__(self, switched: tuple[Caller, str], **options: Any) -> None:
        self.caller, self.switch = switched
        self.plan = with_switch(f"{self.caller.provider.id}.{self.switch}")
        self.emulated = MemoryTransport(self.plan, Options(**{"keys": frozenset({KEY}), "cutoff": False, **options}))
        self.wire = Recorder(self.emulated.handle_request)
        self.payload = next(iter(self.caller.model.samples.values()))

    def perform(self, *steps: tuple[str, dict[str, Any]], given: dict[str, Any] | None = None) -> Any:
        """Call the client; `submit` and `run` get the page's sample, with what is given over it."""
        payload = {**self.payload, **(given or {})}
        filled = [(name, payload if name in {"submit", "run"} else said) for name, said in steps]
        return self.caller.perform(filled, transport=self.wire, clock=self.emulated.clock)


def test_a_job_succeeds(switched: tuple[Caller, str], tmp_path: Path) -> None:
    """One charge, and a file that can be saved, be the output of the documented type or of one that warns."""
    played = Played(switched)
    path = tmp_path / "clip.mp4"
    played.perform(("run", {}), ("save", {"path": path}))

    assert path.read_bytes()[4:8] == b"ftyp"
    assert [charge.billed for charge in played.emulated.ledger] == ["always"]


def test_a_file_as_text_is_a_file(switched: tuple[Caller, str], tmp_path: Path) -> None:
    """Wherever the text stands, and where the bytes come in its place."""
    if switched[0].model.spec.output.base64_when is None:
        pytest.skip("the endpoint gives no text")
    path = tmp_path / "clip.mp4"
    Played(switched).perform(("run", {}), ("save", {"path": path}), given={"base64": True})

    assert path.read_bytes()[4:8] == b"ftyp"


def test_a_job_fails(switched: tuple[Caller, str]) -> None:
    """Each failure that the provider documents for the protocol comes as one, with its words, after one charge."""
    caller, _ = switched
    rows = [error for error in caller.provider.errors if error.row.means == "failed" and may_end(caller, error.row)]
    for error in rows:
        played = Played(switched, scenario=error.row.name)
        with pytest.raises(caller.error("JobFailed")) as caught:
            played.perform(("run", {}))

        own = caller.error(error.class_name)
        assert isinstance(caught.value, own) or switched[1] in OTHER_CLASS
        assert len(played.emulated.ledger) == 1


def may_end(caller: Caller, row: Any) -> bool:
    """Whether a job of the protocol can end with an error."""
    spec = next(one for one in caller.provider.spec.errors if one.name == row.name)
    way = caller.provider.spec.way(caller.way.protocol)
    states = [] if caller.blocking else [state.error for state in caller.table.queue.status.states.values()]
    ended = way.judges.refuses_with if way.judges.when == "after_queueing" else None
    return spec.name in {*states, ended} or (
        spec.answer is not None and "result" in spec.on and "status" not in spec.on
    )


def test_a_job_is_cancelled(switched: tuple[Caller, str]) -> None:
    """While it waits and while it runs: the wish is heard, and the wait ends with its class."""
    caller, _ = switched
    if caller.blocking or caller.table.queue.cancel is None:
        pytest.skip("there is no way to cancel")
    for seconds in (0.0, caller.model.spec.typical_seconds or 60.0):
        played = Played(switched)
        token = played.perform(("submit", {})).token
        played.emulated.clock.advance(seconds / 2)
        asked = played.perform(("job", {"job": token}), ("cancel", {}))

        assert asked in {"requested", "cancelled"}
        with pytest.raises(caller.error("JobCancelled")):
            played.perform(("job", {"job": token}), ("wait", {}))


def test_an_account_without_credits_is_told(switched: tuple[Caller, str]) -> None:
    """Where the provider refuses what cannot be paid for: a class of its own, and nothing is charged."""
    caller, _ = switched
    if caller.provider.spec.way(caller.way.protocol).judges.without_credits is None:
        pytest.skip("nothing is known of a refusal")
    played = Played(switched, credits=0.0)
    with pytest.raises(caller.error("Refused")) as caught:
        played.perform(("run", {}))

    assert (type(caught.value).__name__.startswith("InsufficientCredits"), played.emulated.ledger) == (True, ())


def test_a_file_is_brought(switched: tuple[Caller, str], tmp_path: Path) -> None:
    """A file of the caller's in the place of its address is uploaded, and the job gets the address."""
    caller, _ = switched
    fields = [field for field in caller.model.spec.input if field.type.media == "image"]
    if not fields or not caller.table.files:
        pytest.skip("the endpoint takes no file")
    file = tmp_path / "picture.png"
    file.write_bytes(media.content("image", "x") + bytes(1_200_000))
    played = Played(switched)
    played.perform((caller.sends, {}) if caller.blocking else ("run", {}), given={fields[0].name: file})

    assert str(next(iter(played.emulated.state.jobs.values())).payload[fields[0].name]).startswith("https://")

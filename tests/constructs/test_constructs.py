"""What every case promises, whatever its provider is like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from constructed import Case

from callsheet.contract.recordings import KEY
from callsheet.emulator import Options
from callsheet.emulator.memory import MemoryTransport

OPTIONS = Options(keys=frozenset({KEY}))


def test_the_specs_are_sound(case: Case) -> None:
    """`check` finds nothing."""
    assert [f"{found.rule} {found.span}: {found.what}" for found in case.findings] == []


def test_a_call_succeeds(case: Case, asynchronous: bool, tmp_path: Path) -> None:
    """A job is sent, watched and fetched; its states come in the order of the spec, and its file is a real one."""
    emulated = MemoryTransport(case.plan, OPTIONS)
    seen: list[str] = []

    def note(update: Any) -> None:
        if update.state not in seen[-1:]:
            seen.append(update.state)

    steps: list[Any] = [("run", case.expected["input"]), ("save", {"path": tmp_path / "file"})]
    if "states" in case.expected:
        steps.insert(0, ("with_options", {"on_update": note}))
    case.caller(asynchronous=asynchronous).perform(steps, transport=emulated.handle_request, clock=emulated.clock)

    assert seen == case.expected.get("states", [])
    assert (tmp_path / "file").read_bytes()[4:8] == b"ftyp"
    assert [charge.billed for charge in emulated.ledger] == ["always"]


def test_what_is_sent_is_what_the_spec_says(case: Case, asynchronous: bool) -> None:
    """Method, address, headers and body of the submission."""
    emulated = MemoryTransport(case.plan, OPTIONS)
    caller = case.caller(asynchronous=asynchronous)
    sent: list[Any] = []

    def wire(request: Any) -> Any:
        sent.append(request)
        return emulated.handle_request(request)

    caller.perform([("run", case.expected["input"])], transport=wire, clock=emulated.clock)
    expected = case.expected["sent"]

    assert str(sent[0].url) == expected["post"].replace("{key}", KEY)
    assert json.loads(sent[0].content) == expected["body"]
    for name, value in expected.get("headers", {}).items():
        assert sent[0].headers[name] == value.replace("{key}", KEY)


def test_a_bad_input_is_refused_before_anything_is_sent(case: Case) -> None:
    """The field is named, and nothing is sent."""
    bad = case.expected["refused_here"]
    emulated = MemoryTransport(case.plan, OPTIONS)
    caller = case.caller()
    with pytest.raises(caller.error("InvalidInput")) as caught:
        caller.perform([("run", bad["input"])], transport=emulated.handle_request)
    problem: Any = caught.value

    assert bad["field"] in {violation.field for violation in problem.violations}
    assert emulated.requests == []

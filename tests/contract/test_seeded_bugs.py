"""Bugs put into a client on purpose: the state machine finds each, and says which promise is broken."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from callsheet.contract.calls import PACKAGE, Caller
from callsheet.contract.machine import machine
from callsheet.contract.plans import planned

SPECS = Path(__file__).parents[2] / "specs"


def silently(*_: object, **__: object) -> Iterator[None]:
    """In place of a flow that does something."""
    yield from ()


async def requested(_: object) -> str:
    """In place of asking the provider."""
    return "requested"


BUGS: dict[str, tuple[str, str, Callable[[Any], object], str]] = {
    "a submission is repeated after a time-out": (
        "queue",
        "submission.NotSent",
        lambda runtime: runtime("steps").TransportError,
        "charges: one intent was charged",
    ),
    "the last look comes too soon": ("workflow", "flows._floor", lambda _: lambda _context: 0.0, "polls: request"),
    "an interrupted run loses its handle": (
        "queue",
        "flows.carrying",
        lambda _: lambda _handle: nullcontext(),
        "handles: ",
    ),
    "a job's id is not written down": ("queue", "noting.accepted", lambda _: silently, "and the journal has"),
    "a wish to cancel is taken for its end": ("fal", "cancelling._meaning", lambda _: lambda *_: "too_late", "truth: "),
    "async cancels nothing": ("queue", "job.AsyncJob.cancel", lambda _: requested, "async unlike sync: how it ended"),
    "a failed job is taken for a good one": (
        "queue",
        "flows._within_status",
        lambda runtime: lambda context, handle, _told, reply: runtime("outcomes").of_result(context, handle, reply),
        "truth: ",
    ),
}


@cache
def _caller(protocol: str) -> Caller:
    known = [(p, m, way) for p, m in planned(SPECS).endpoints() for way in m.ways if protocol in {way.protocol, p.id}]
    provider, model, way = known[0] if protocol == "fal" else known[-1]
    return Caller(provider, model, protocol=way.protocol)


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_named(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first words of the failure are the promise that is broken."""
    protocol, place, made, words = BUGS[bug]
    monkeypatch.setattr(f"{PACKAGE}._runtime.{place}", made(_runtime))

    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(
            machine(_caller(protocol)),
            settings=settings(
                max_examples=150,
                stateful_step_count=20,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )

    assert words in str(caught.value)


def _runtime(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}._runtime.{name}")

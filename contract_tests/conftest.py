"""Every contract test runs for every endpoint of `specs/`; an id reads `segmind-wan-animate-async`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from callsheet.contract import evidence, recordings
from callsheet.contract.calls import Caller
from callsheet.contract.plans import Planned, planned

HERE = Path(__file__).parent


@cache
def _planned() -> Planned:
    return planned(HERE.parent / "specs")


@cache
def _recordings() -> tuple[recordings.Recording, ...]:
    return recordings.read(HERE / "recordings")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a `caller`, an `endpoint` or a `recording` every one there is."""
    endpoints = _planned().endpoints()
    callers = [Caller(provider, model, asynchronous=world) for provider, model in endpoints for world in (False, True)]
    for name, values in {
        "caller": callers,
        "endpoint": [caller for caller in callers if not caller.asynchronous],
    }.items():
        if name in metafunc.fixturenames:
            ids = [str(caller).removesuffix("-sync") if name == "endpoint" else str(caller) for caller in values]
            metafunc.parametrize(name, values, ids=ids)
    if "recording" in metafunc.fixturenames:
        metafunc.parametrize("recording", _recordings(), ids=str)
    if "answered" in metafunc.fixturenames:
        pairs = [
            (provider, answer)
            for provider in _planned().plan.providers
            for answer in evidence.read(HERE / "evidence" / provider.id / "provider.yaml").answers
        ]
        metafunc.parametrize("answered", pairs, ids=[f"{provider.id}-{answer}" for provider, answer in pairs])

    for name, wanted in {"answered_submission": {"submit"}, "answered_read": {"status", "result"}}.items():
        if name in metafunc.fixturenames:
            known = [
                (caller, answer)
                for caller in callers
                for answer in evidence.read(HERE / "evidence" / caller.provider.id / "provider.yaml").answers
                if answer.on in wanted
            ]
            metafunc.parametrize(name, known, ids=[f"{caller}-{answer}" for caller, answer in known])


@pytest.fixture(scope="session")
def everything() -> Planned:
    """The specs and the plan."""
    return _planned()


@pytest.fixture(scope="session")
def evidence_root() -> Path:
    """Where the evidence is."""
    return HERE / "evidence"

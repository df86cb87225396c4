"""Every contract test runs for every endpoint of `specs/`; an id reads `segmind-wan-animate-async`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from callsheet.contract import evidence, recordings
from callsheet.contract.calls import PACKAGE, Caller
from callsheet.contract.plans import Planned, planned
from callsheet.emit import emit
from callsheet.write import write

HERE = Path(__file__).parent
HTTPX2 = "clients_on_httpx2"
"""Package of the clients that are made for httpx2."""


@cache
def _planned() -> Planned:
    return planned(HERE.parent / "specs")


@cache
def _recordings() -> tuple[recordings.Recording, ...]:
    return recordings.read(HERE / "recordings")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a `caller`, an `endpoint` or a `recording` every one there is."""
    endpoints = _planned().endpoints()
    callers = [
        Caller(provider, model, asynchronous=world, package=package)
        for provider, model in endpoints
        for package in (PACKAGE, HTTPX2)
        for world in (False, True)
    ]
    for name, values in {
        "caller": callers,
        "endpoint": [caller for caller in callers if not caller.asynchronous and caller.package == PACKAGE],
    }.items():
        if name in metafunc.fixturenames:
            ids = [_id(caller).removesuffix("-sync") if name == "endpoint" else _id(caller) for caller in values]
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
            metafunc.parametrize(name, known, ids=[f"{_id(caller)}-{answer}" for caller, answer in known])


def _id(caller: Caller) -> str:
    return str(caller) if caller.package == PACKAGE else f"{caller}-httpx2"


@pytest.fixture(scope="session", autouse=True)
def _clients_on_httpx2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same clients, made for httpx2: importable beside those of the repository."""
    folder = tmp_path_factory.mktemp("httpx2")
    write(folder, emit(_planned().plan, http="httpx2"))
    (folder / PACKAGE).rename(folder / HTTPX2)
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def everything() -> Planned:
    """The specs and the plan."""
    return _planned()


@pytest.fixture(scope="session")
def evidence_root() -> Path:
    """Where the evidence is."""
    return HERE / "evidence"

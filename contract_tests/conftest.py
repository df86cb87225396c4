"""Every contract test runs for every endpoint of `specs/` under each of its protocols.

An id reads `segmind-wan-animate-sync`, `segmind-wan-animate-queue-async-httpx2`: endpoint, protocol, world, library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from callsheet.contract.clients.calls import HTTPX2, PACKAGE, Caller
from callsheet.contract.clients.leftovers import swept
from callsheet.contract.clients.promises import pytest_runtest_makereport
from callsheet.contract.clients.subjects import kinds
from callsheet.contract.evidence import files as evidence
from callsheet.contract.exchanges import recordings
from callsheet.contract.plans import Planned, planned
from callsheet.emit import emit
from callsheet.write import write

__all__ = ["pytest_runtest_makereport"]

# A busy machine proves nothing about a property.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

HERE = Path(__file__).parent


@cache
def _planned() -> Planned:
    return planned(HERE.parent / "specs")


@cache
def _recordings() -> tuple[recordings.Recording, ...]:
    return recordings.read(HERE / "recordings")


ONE_LIBRARY = {"test_errors", "test_waiting", "test_webhooks", "test_tables"}
"""Modules whose checks are about what both libraries are told alike."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test every caller, endpoint, provider, recording or known answer of the kind that it asks for."""
    callers = [
        Caller(provider, model, asynchronous=world, package=package, protocol=way.protocol)
        for provider, model in _planned().endpoints()
        for way in model.ways
        for package in ((PACKAGE,) if metafunc.module.__name__.rpartition(".")[2] in ONE_LIBRARY else (PACKAGE, HTTPX2))
        for world in (False, True)
    ]
    groups = kinds(callers)
    plain = groups["way"]
    for name, values in groups.items():
        if name in metafunc.fixturenames:
            # What is said of an endpoint holds whatever its protocol.
            ids = [f"{one.provider.id}-{one.model.id}" if name == "endpoint" else _id(one) for one in values]
            metafunc.parametrize(name, values, ids=ids)
    if "switched" in metafunc.fixturenames:
        turned = [
            (caller, switch.name)
            for caller in plain
            for switch in caller.provider.spec.switches
            if any(change.at[:1] != ("protocols",) or change.at[1] == caller.way.protocol for change in switch.changes)
        ]
        metafunc.parametrize("switched", turned, ids=[f"{_id(caller)}-{switch}" for caller, switch in turned])
    if "provider" in metafunc.fixturenames:
        metafunc.parametrize("provider", _planned().plan.providers, ids=lambda provider: provider.id)
    if "recording" in metafunc.fixturenames:
        metafunc.parametrize("recording", _recordings(), ids=str)
    if "answered" in metafunc.fixturenames:
        pairs = [(provider, answer) for provider in _planned().plan.providers for answer in _answers(provider.id)]
        metafunc.parametrize("answered", pairs, ids=[f"{provider.id}-{answer}" for provider, answer in pairs])
    for name, (phases, blocking) in {
        "answered_submission": ({"submit"}, None),
        "answered_look": ({"status", "result"}, False),
        "answered_call": ({"result"}, True),
    }.items():
        if name in metafunc.fixturenames:
            known = [
                (caller, answer)
                for caller in callers
                for answer in _answers(caller.provider.id)
                if answer.on in phases and blocking in {None, caller.blocking} and _may_answer(caller, answer)
            ]
            metafunc.parametrize(name, known, ids=[f"{_id(caller)}-{answer}" for caller, answer in known])


@cache
def _answers(provider: str) -> tuple[evidence.Answer, ...]:
    return evidence.read(HERE / "evidence" / provider / "provider.yaml").answers


def _may_answer(caller: Caller, answer: evidence.Answer) -> bool:
    """Whether an answer can come under a protocol. A result within the status is asked for nowhere else."""
    if answer.protocols and caller.way.protocol not in answer.protocols:
        return False
    return caller.blocking or answer.on != "result" or caller.table.queue.result.url is not None


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


@pytest.fixture(scope="session", autouse=True)
def _temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Results that no test saves are not left behind."""
    with swept(tmp_path_factory.mktemp("results")):
        yield


@pytest.fixture(scope="session")
def everything() -> Planned:
    """The specs and the plan."""
    return _planned()


@pytest.fixture(scope="session")
def evidence_root() -> Path:
    """Where the evidence is."""
    return HERE / "evidence"

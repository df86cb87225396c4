"""Which clients the checks are applied to, and a test's ids: every endpoint of a plan under each of its protocols."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from callsheet.contract.clients.calls import Caller
from callsheet.contract.plans import Planned, planned
from callsheet.plan.model import ProviderPlan

_MANIFEST: Final = "MANIFEST.json"
_SPECS: Final = "specs"


@dataclass(frozen=True, slots=True)
class Subject:
    """A package of clients, with what they were made from."""

    package: str
    """Where the providers' packages and `_runtime` are: `mypkg.vendor`."""
    planned: Planned
    providers: frozenset[str]
    """Ids of the providers that are checked."""

    def callers(self) -> Iterator[Caller]:
        """Each endpoint under each of its protocols, blocking and not."""
        for provider, model in self.planned.endpoints():
            if provider.id in self.providers:
                for way in model.ways:
                    for world in (False, True):
                        yield Caller(provider, model, asynchronous=world, package=self.package, protocol=way.protocol)


SUBJECTS: Final = pytest.StashKey[list[Subject]]()
"""The clients that `--callsheet-clients` names, in the `stash` of a session's config."""


def parametrized(metafunc: pytest.Metafunc, callers: Sequence[Caller]) -> None:
    """Give a test each caller of the kind that it asks for."""
    for name, values in kinds(callers).items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values, ids=str)


def kinds(callers: Sequence[Caller]) -> dict[str, list[Caller]]:
    """Callers by what is asked of them: the names that tests ask for.

    `caller` is any, `way` stands for both worlds of a protocol, `endpoint` for all protocols of an endpoint.
    """
    plain = [caller for caller in callers if not caller.asynchronous and caller.package == callers[0].package]
    return {
        "caller": [*callers],
        "queued": [caller for caller in callers if not caller.blocking],
        "blocking": [caller for caller in callers if caller.blocking],
        "texted": [caller for caller in callers if caller.model.spec.output.base64_when is not None],
        "filed": [caller for caller in callers if caller.table.files and caller.provider.table.files is not None],
        "hooked": [
            caller
            for caller in callers
            if caller.way is caller.model.ways[0] and caller.provider.table.webhook is not None
        ],
        "way": plain,
        "endpoint": [caller for caller in plain if caller.way is caller.model.ways[0]],
    }


def subject(name: str) -> Subject:
    """The clients of a vendored folder, by its name as a package, or by that of one provider within it.

    ValueError with words where there is none, or where its specs have faults.
    """
    found = _imported(name)
    own = _folder(found)
    if not _is_copy(own) and _is_copy(own.parent) and "." in name:
        whole, part = name.rpartition(".")[::2]
        return _of(whole, own.parent, part)
    if not _is_copy(own):
        raise ValueError(f"{name} is no vendored client: {own} has no {_MANIFEST} and no folder {_SPECS}")
    return _of(name, own, None)


def _of(package: str, folder: Path, part: str | None) -> Subject:
    read = planned(folder / _SPECS)
    chosen = [provider for provider in read.plan.providers if part in {None, provider.package}]
    if not chosen:
        known = ", ".join(f"{package}.{provider.package}" for provider in read.plan.providers)
        raise ValueError(f"the specs of {package} know no client {part}; there are {known}")
    for provider in chosen:
        _imported(f"{package}.{provider.package}", provider)
    return Subject(package, read, frozenset(provider.id for provider in chosen))


def _imported(name: str, provider: ProviderPlan | None = None) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as problem:
        whose = "" if provider is None else f", the client of {provider.id},"
        raise ValueError(f"{name}{whose} cannot be imported: {problem}") from problem


def _folder(module: ModuleType) -> Path:
    places = list(getattr(module, "__path__", []))
    if not places:
        raise ValueError(f"{module.__name__} is a module, not a package of clients")
    return Path(places[0])


def _is_copy(folder: Path) -> bool:
    return (folder / _MANIFEST).is_file() and (folder / _SPECS).is_dir()

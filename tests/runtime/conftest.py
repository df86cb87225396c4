"""Makes the helpers beside the tests importable, and the clients for either HTTP library."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from callsheet.contract.plans import planned
from callsheet.emit import PACKAGE, emit
from callsheet.plan.model import HttpLibrary
from callsheet.write import write

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parents[2]
MEMORIES = {"httpx": "callsheet.emulator.serving.memory", "httpx2": "callsheet.emulator.serving.memory_httpx2"}


@dataclass(frozen=True)
class On:
    """The clients as they are made for one HTTP library."""

    http: ModuleType
    package: str
    memory: type[Any]
    """The emulator's transport for it."""

    def module(self, name: str) -> Any:
        """A module of the generated package: `segmind`, `_runtime.drive`."""
        return importlib.import_module(f"{self.package}.{name}")


@pytest.fixture(scope="session")
def _packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The clients for httpx2 lie beside those of the repository, under another name."""
    folder = tmp_path_factory.mktemp("httpx2")
    write(folder, emit(planned(ROOT / "specs").plan, http="httpx2"))
    (folder / PACKAGE).rename(folder / "sending_with_httpx2")
    sys.path.insert(0, str(folder))
    yield {"httpx": PACKAGE, "httpx2": "sending_with_httpx2"}
    sys.path.remove(str(folder))


@pytest.fixture(params=get_args(HttpLibrary))
def on(request: pytest.FixtureRequest, _packages: dict[str, str]) -> On:
    """Each HTTP library in turn."""
    name = request.param
    return On(importlib.import_module(name), _packages[name], importlib.import_module(MEMORIES[name]).MemoryTransport)

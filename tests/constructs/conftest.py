"""Every case, and the clients that are generated for all of them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from callsheet.emit import PACKAGE, emit
from callsheet.plan.model import Plan
from callsheet.write import write

sys.path.insert(0, str(Path(__file__).parent))

from constructed import CLIENTS, cases


@pytest.fixture(scope="session", autouse=True)
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A package with the clients of all cases, made once, importable while the tests run."""
    folder = tmp_path_factory.mktemp("constructs")
    write(folder, emit(Plan(tuple(case.provider for case in cases()))))
    (folder / PACKAGE).rename(folder / CLIENTS)
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))
    shutil.rmtree(folder)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test every case that it asks for, in both worlds where it asks for one."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", cases(), ids=str)
    if "world" in metafunc.fixturenames:
        metafunc.parametrize("world", ["sync", "async"])

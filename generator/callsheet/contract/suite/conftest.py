"""Gives the tests of this folder the clients that `--callsheet-clients` names."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from callsheet.contract.clients.leftovers import swept
from callsheet.contract.clients.promises import pytest_runtest_makereport
from callsheet.contract.clients.subjects import SUBJECTS, parametrized

__all__ = ["pytest_generate_tests", "pytest_runtest_makereport"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test runs for every client of the kind that it asks for."""
    stash = metafunc.config.stash
    subjects = stash[SUBJECTS] if SUBJECTS in stash else []  # noqa: SIM401 - with `get` its type would be lost
    parametrized(metafunc, [caller for one in subjects for caller in one.callers()])


@pytest.fixture(scope="module", autouse=True)
def _temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Results that no test saves are not left behind."""
    with swept(tmp_path_factory.mktemp("results")):
        yield

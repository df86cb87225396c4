"""Gives the tests of this folder the clients that `--callsheet-clients` names."""

from __future__ import annotations

import pytest

from callsheet.contract.subjects import SUBJECTS, parametrized


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test runs for every client of the kind that it asks for."""
    subjects = metafunc.config.stash.get(SUBJECTS, [])
    parametrized(metafunc, [caller for one in subjects for caller in one.callers()])

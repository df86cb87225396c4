"""What all tests share: no example of a property has a time limit, since a busy machine proves nothing."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from callsheet.contract.clients.leftovers import swept

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Results that no test saves are not left behind."""
    with swept(tmp_path_factory.mktemp("results")):
        yield

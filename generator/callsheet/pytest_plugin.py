"""Fixtures for pytest. What they need is imported when the first test asks for one: the plugin itself costs nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from callsheet.testing import Emulated, Emulation

_MARKER: Final = "callsheet"
_WORDS: Final = (
    "callsheet(specs=..., scenario=..., progress=..., seconds=..., ...): how the emulator of the fixtures "
    "callsheet_emulator and callsheet_served behaves; the closest marker that says something counts."
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _WORDS)


@pytest.fixture
def callsheet_emulator(request: pytest.FixtureRequest) -> Generator[Emulated]:
    """Every provider of the project's specs, in memory and on a virtual clock; see `callsheet.testing.Emulated`.

    The test fails if an intent was charged twice.
    """
    from callsheet.testing import Emulated  # noqa: PLC0415  # so that the plugin itself loads nothing

    try:
        emulated = Emulated(**_switches(request))
    except ValueError as fault:
        pytest.fail(f"callsheet_emulator: {fault}", pytrace=False)
    yield emulated
    emulated.check()


@pytest.fixture
def callsheet_served(request: pytest.FixtureRequest) -> Generator[Emulation]:
    """The same behind sockets of 127.0.0.1, for code whose transport cannot be changed; `hosts` has the addresses."""
    from callsheet.testing import serving  # noqa: PLC0415  # the same

    with ExitStack() as stack:
        try:
            served = stack.enter_context(serving(**_switches(request)))
        except ValueError as fault:
            pytest.fail(f"callsheet_served: {fault}", pytrace=False)
        yield served
    served.check()


def _switches(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the markers of a test say; where they say nothing of the specs, those of the project under test."""
    from callsheet.testing.finding import folder_of  # noqa: PLC0415  # the same

    found: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(_MARKER))):
        if marker.args:
            pytest.fail(f"@pytest.mark.{_MARKER} takes keyword arguments only: specs=..., scenario=...", pytrace=False)
        found |= marker.kwargs
    return {**found, "specs": folder_of(found.get("specs"), request.config.rootpath)}

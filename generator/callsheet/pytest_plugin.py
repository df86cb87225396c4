"""Fixtures and options for pytest. What they need is imported when it is asked for: the plugin itself costs nothing."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from callsheet.testing import Emulated, Emulation

_MARKER: Final = "callsheet"
_WORDS: Final = (
    "callsheet(specs=..., scenario=..., progress=..., seconds=..., ...): how the emulator of the fixtures "
    "callsheet_emulator and callsheet_served behaves; the closest marker that says something counts."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the names of the clients that the contract tests are to run on."""
    group = parser.getgroup("callsheet", "contract tests of generated clients")
    group.addoption(
        "--callsheet-clients",
        metavar="PACKAGE",
        action="append",
        help="also run the contract tests on a vendored client: mypkg.vendor, or mypkg.vendor.segmind for one provider",
    )
    group.addoption(
        "--callsheet-examples",
        metavar="N",
        type=int,
        help="let each contract test draw N new examples, instead of a few that are always the same",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and add the contract tests of the clients that were named."""
    config.addinivalue_line("markers", _WORDS)
    if names := config.getoption("callsheet_clients", None):
        _add_checks(config, names)


def _add_checks(config: pytest.Config, names: list[str]) -> None:
    pytest.register_assert_rewrite("callsheet.contract.suite")
    try:
        import_module("hypothesis")
        from callsheet.contract import suite  # noqa: PLC0415  # so that the plugin itself loads nothing
        from callsheet.contract.clients.subjects import SUBJECTS, subject  # noqa: PLC0415  # the same
    except ImportError as problem:
        words = f"--callsheet-clients needs what `pip install 'callsheet[contract]'` brings: {problem}"
        raise pytest.UsageError(words) from problem
    if (root := str(config.rootpath)) not in sys.path:
        sys.path.append(root)  # as `python -m pytest` has it
    try:
        config.stash[SUBJECTS] = [subject(name) for name in names]
    except ValueError as fault:
        raise pytest.UsageError(f"--callsheet-clients: {fault}") from None
    config.args.extend(suite.__path__)


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

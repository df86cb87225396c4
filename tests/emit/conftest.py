"""Plans to emit: those of the repository's own specs, and those of the cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.spec.load import load
from callsheet.spec.model import Specs

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def specs() -> Specs:
    """What `specs/` holds."""
    loaded = load(
        {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(ROOT.glob("specs/*/*.yaml"))}
    )

    assert loaded.findings == ()
    return loaded.specs


@pytest.fixture(scope="session")
def plan(specs: Specs) -> Plan:
    """The plan of `specs/`."""
    built = build(specs)

    assert built.findings == ()
    return built.plan

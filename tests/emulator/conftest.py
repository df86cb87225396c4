"""Makes the helpers beside the tests importable, and the plan of the real specs a fixture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from callsheet.findings import errors
from callsheet.plan.build import build
from callsheet.source.files import read_folder
from callsheet.spec.load import load

sys.path.insert(0, str(Path(__file__).parent))

if TYPE_CHECKING:
    from callsheet.plan.model import Plan

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan of the specs in this repository."""
    files, missing = read_folder(SPECS)
    loaded = load(files)
    built = build(loaded.specs)
    assert not errors((*missing, *loaded.findings, *built.findings))
    return built.plan

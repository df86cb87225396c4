"""Generated judges against the wire schema and `callsheet validate`, at every edge of every kind of input."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.contract.clients.calls import Caller
from callsheet.contract.inputs.edges import edges
from callsheet.contract.inputs.judges import unlike
from callsheet.emit import PACKAGE, emit
from callsheet.plan.build import build
from callsheet.spec.load import load
from callsheet.write import write

CASES = Path(__file__).parents[1] / "cases_emit"
NAMES = sorted(path.parent.name for path in CASES.glob("*/spec.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_all_judges_agree_at_every_edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Objects, unions, null, numbers in any spelling, patterns beside addresses, rules: one verdict, at one field."""
    own = CASES / name / "provider.yaml"
    files = {
        "specs/reel/provider.yaml": (own if own.exists() else CASES / "provider.yaml").read_bytes(),
        "specs/reel/clip.yaml": (CASES / name / "spec.yaml").read_bytes(),
    }
    provider = build(load(files).specs).plan.providers[0]
    write(tmp_path, emit(build(load(files).specs).plan))
    (tmp_path / PACKAGE).rename(tmp_path / f"edges_{name}")
    monkeypatch.syspath_prepend(tmp_path)
    caller = Caller(provider, provider.models[0], package=f"edges_{name}")

    assert list(unlike(caller, edges(caller.model))) == []

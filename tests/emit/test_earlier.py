"""Taking over what an earlier run made changes the time that generation takes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.emit import MANIFEST, PACKAGE, EmitError, emit, judges, processes, rendering
from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.spec.load import load

ROOT = Path(__file__).parents[2]
PROVIDER = (ROOT / "tests/base_specs/reel/provider.yaml").read_bytes()
CLIP = (ROOT / "tests/base_specs/reel/clip.yaml").read_text(encoding="utf-8")


def planned(*ids: str, **about: str) -> Plan:
    """A plan of small models; `about` says something else of one of them."""
    files = {
        f"specs/reel/{name}.yaml": CLIP.replace("id: clip", f"id: {name}")
        .replace("Makes a clip", about.get(name, "Makes a clip"))
        .encode()
        for name in ids
    }
    loaded = load({"specs/reel/provider.yaml": PROVIDER, **files})
    assert loaded.findings == ()
    return build(loaded.specs).plan


def test_a_changed_model_is_all_that_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """One model in three has changed: its classes alone are asked for, and the bytes are as from cold."""
    earlier = emit(planned("clip", "reel-2", "pan"))
    after = planned("clip", "reel-2", "pan", pan="Pans")
    expected = emit(after)
    asked: list[str] = []
    whole = judges.judges

    def watched(models, *run):
        asked.extend(model.id for model in models)
        return whole(models, *run)

    monkeypatch.setattr(rendering, "judges", watched)

    assert expected == emit(after, earlier=earlier)
    assert asked == ["pan"]
    assert expected != earlier


def test_an_edited_file_is_made_anew() -> None:
    """What does not have the digest of the earlier manifest is not taken over; nor is what is not there."""
    plan = planned("clip", "pan")
    whole = emit(plan)
    edited = {**whole, f"{PACKAGE}/reel/clip.py": "raise SystemExit\n"}
    missing = {path: text for path, text in whole.items() if path != f"{PACKAGE}/reel/_models/pan.py"}

    assert whole == emit(plan, earlier=edited) == emit(plan, earlier=missing)
    assert whole == emit(plan, earlier={path: text for path, text in whole.items() if path != MANIFEST})


def test_a_newcomer_may_change_the_name_of_another() -> None:
    """`clip2` takes the short name from `clip-2`: its modules are made anew, though its spec is as it was."""
    earlier = emit(planned("clip-2", "pan"))
    after = planned("clip-2", "clip2", "pan")

    assert "Clip_2" in {model.class_name for model in after.endpoints()}
    assert emit(after) == emit(after, earlier=earlier)


def test_a_second_process_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processors there are, the bytes are the same; and what goes wrong beside us is told here."""
    plan = planned("clip", "pan", "zoom", "clip-2", "clip2")
    expected = emit(plan)
    monkeypatch.setattr("callsheet.emit.folder.MANY", 1)

    for processors in (1, 3):
        monkeypatch.setattr(processes, "processors", lambda count=processors: count)
        assert expected == emit(plan)

    def fails(*_, **__):
        raise EmitError("the second part went wrong")

    monkeypatch.setattr("callsheet.emit.folder.endpoints", fails)
    with pytest.raises(EmitError, match="second part"):
        emit(plan)

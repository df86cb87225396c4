"""An endpoint whose output is no file: it is called like any other, and `save` says that there is nothing to save."""

from __future__ import annotations

import importlib
from pathlib import Path

import httpx
import pytest

from callsheet.emit import PACKAGE, emit
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
from callsheet.findings import Finding
from callsheet.plan.build import build
from callsheet.spec.load import Loaded, load
from callsheet.write import write

CASES = Path(__file__).parents[1] / "cases_emit"
SPEC = (CASES / "output_is_no_file" / "spec.yaml").read_text("utf-8")


def loaded(output: str = "") -> Loaded:
    """The case, perhaps with another output."""
    text = SPEC if not output else f"{SPEC[: SPEC.index('output:')]}output: {output}\n"
    return load(
        {"specs/reel/provider.yaml": (CASES / "provider.yaml").read_bytes(), "specs/reel/clip.yaml": text.encode()}
    )


def rules(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Rules, and how bad they are."""
    return [(finding.rule, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("output", "found"),
    [
        ("{type: integer, about: How many.}", []),
        ("{type: string, about: What it shows.}", []),
        ("{type: array, items: {type: number}, about: Scores.}", []),
        ("{type: string, format: uri, about: Its address.}", [("file-not-said", "warning")]),
        (
            "{type: object, about: All., fields: {clip: {type: string, format: uri, media: video, about: It.}}}",
            [("media-leads-nowhere", "error")],
        ),
        ("{type: string, format: uri, media: video, about: Its address.}", []),
    ],
)
def test_what_is_no_file_needs_no_file(output: str, found: list[tuple[str, str]]) -> None:
    """Numbers, texts and lists are outputs in their own right; a file that nothing points to is still a fault."""
    assert rules(loaded(output).findings) == found


def test_it_is_called_and_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The output comes typed; `save` raises before it touches anything, and says where to look."""
    plan = build(loaded().specs).plan
    write(tmp_path, emit(plan))
    (tmp_path / PACKAGE).rename(tmp_path / "no_file_clients")
    monkeypatch.syspath_prepend(tmp_path)
    clients = importlib.import_module("no_file_clients.reel")
    clock = VirtualClock()
    transport = MemoryTransport(plan, Options(keys=frozenset({"test-key"})), clock=clock)
    with (
        httpx.Client(transport=transport) as http,
        clients.Reel(api_key="test-key", http=http, clock=clock) as reel,
    ):
        result = reel.clip.run(video="https://reel.example/a.mp4")

        assert isinstance(result.output.people, int)
        assert result.output.caption
        assert result.urls == ()
        with pytest.raises(importlib.import_module("no_file_clients.reel.errors").UnexpectedAnswer, match="no file"):
            result.save(tmp_path / "clip.mp4")
    assert not (tmp_path / "clip.mp4").exists()

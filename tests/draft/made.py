"""Readings made by hand, and what becomes of their drafts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from callsheet.draft.draft import Draft, draft
from callsheet.facts import facts_of
from callsheet.findings import Finding
from callsheet.pages import Place, Reading, Said, Wording
from callsheet.plan.build import build
from callsheet.spec.load import load
from callsheet.spec.model import Specs

ROOT = Path(__file__).parents[2]
REEL = ROOT / "tests/base_specs/reel"

WORDS = {"parameter_names", "parameters", "output", "error_codes", "typical_seconds", "price", "sample", "output_media"}
"""First words of what a page may state of an endpoint, beside its ways."""
STEPS = {"submit", "status", "result", "cancel"}


def texts(folder: Path) -> dict[str, bytes]:
    """A folder of one provider, as `load` takes it."""
    return {f"specs/{folder.name}/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.yaml"))}


def specs_of(files: dict[str, bytes]) -> Specs:
    """Specs without an error."""
    loaded = load(files)
    assert [] == [found for found in loaded.findings if found.severity == "error"]
    return loaded.specs


@cache
def _known(folder: Path, without: str | None) -> Specs:
    return specs_of({path: text for path, text in texts(folder).items() if not path.endswith(f"/{without}.yaml")})


def reading(facts: dict[tuple[str, ...], Any], **more: Any) -> Reading:
    """A reading with these facts, each on a line of its own."""
    said = tuple(Said(path, value, Place(line)) for line, (path, value) in enumerate(facts.items(), 1))
    usual: dict[str, Any] = {
        "layout": "made/page",
        "provider": "reel",
        "endpoint": "clip-2",
        "title": "Clip 2 API",
        "sha256": "0" * 64,
        "url": "https://reel.test/clip-2",
        "wordings": (Wording(("about",), "A page's own words.", Place(2)),),
    }
    return Reading(facts=said, **{**usual, **more})


def drafted(*readings: Reading, folder: Path = REEL, without: str | None = None, id_: str | None = None) -> Draft:
    """The draft of some readings beside the specs of a folder; `without` is a model that is not there yet."""
    specs = _known(folder, without)
    return draft(readings, specs.providers[0], specs, read="2026-11-21", id_=id_)


def checked(made: Draft, folder: Path = REEL) -> tuple[Finding, ...]:
    """What `check` says of a draft beside its provider."""
    return load(_beside(made, folder)).findings


def spec_facts(folder: Path, model: str, made: Draft | None = None) -> tuple[dict[tuple[str, ...], Any], str]:
    """The facts of a spec, or of a draft in its place, and its name."""
    files = texts(folder) if made is None else _beside(made, folder)
    plan = build(specs_of(files)).plan
    found = next((one, each) for one in plan.providers for each in one.models if each.id == model)
    return facts_of(*found), found[1].spec.name


def page_facts(known: dict[tuple[str, ...], Any]) -> dict[tuple[str, ...], Any]:
    """Of all facts of a spec, those that its page could state."""
    return {path: value for path, value in known.items() if _of_page(path, known) and path[-1] not in {"media", "unit"}}


def _of_page(path: tuple[str, ...], known: dict[tuple[str, ...], Any]) -> bool:
    if path[0] in known["protocols",]:
        return path[1:] == ("kind",) or (path[1] in STEPS and path[2:] in {("url",), ("method",)})
    return path[0] in WORDS


def _beside(made: Draft, folder: Path) -> dict[str, bytes]:
    provider = {path: text for path, text in texts(folder).items() if path.endswith("/provider.yaml")}
    return {**provider, f"specs/{folder.name}/{made.id}.yaml": made.text.encode()}

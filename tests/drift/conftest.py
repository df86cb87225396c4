"""Readings that are made by hand, and specs to hold them against."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from callsheet.drift.whose import Endpoint, endpoints, name_of
from callsheet.facts import Facts, facts_of
from callsheet.pages import Conflict, Place, Reading, Said, Subject, Wording
from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.source.files import read_folder
from callsheet.spec.load import load

ROOT = Path(__file__).parents[2]
BASE = {path.name: path.read_bytes() for path in (ROOT / "tests/base_specs/reel").glob("*.yaml")}
ALL: frozenset[Subject] = frozenset(
    {
        *("parameter_names", "required", "default", "allowed", "bounds", "format", "nullable", "outputs"),
        *("output_required", "error_codes", "state_names", "price", "typical_seconds", "protocols"),
    }
)
GENERAL = frozenset(
    {"parameters", "parameter_names", "output", "error_codes", "typical_seconds", "price", "sample", "output_media"}
)
OF_A_WAY = frozenset({("kind",), ("submit", "url"), ("submit", "method"), ("status", "url"), ("poll_floor",)})


def planned(files: Mapping[str, bytes]) -> Plan:
    """The plan of specs that have no fault."""
    loaded = load(files)
    assert not loaded.findings
    return build(loaded.specs).plan


@pytest.fixture
def plan() -> Plan:
    """The specs of the repository, as if nothing had been decided: what they settle is tried on their own pages."""
    found = planned(read_folder(ROOT / "specs")[0])
    return Plan(
        tuple(
            dataclasses.replace(
                provider,
                models=tuple(
                    dataclasses.replace(model, spec=dataclasses.replace(model.spec, decisions=()))
                    for model in provider.models
                ),
            )
            for provider in found.providers
        )
    )


@pytest.fixture
def base() -> dict[str, bytes]:
    """The texts of the base specs."""
    return _base()


def _base() -> dict[str, bytes]:
    return {f"specs/reel/{name}": data for name, data in BASE.items()}


@pytest.fixture
def clip() -> Endpoint:
    """The small endpoint of the base specs."""
    (found,) = endpoints(planned(_base()))
    return found


@pytest.fixture
def clip_with() -> Callable[..., Endpoint]:
    """The small endpoint, with a text of its file replaced."""

    def make(*changes: tuple[str, str]) -> Endpoint:
        text = BASE["clip.yaml"].decode()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (found,) = endpoints(planned({**_base(), "specs/reel/clip.yaml": text.encode()}))
        return found

    return make


@pytest.fixture
def page() -> Callable[..., Reading]:
    """A page that says what a page can say of an endpoint, with some of it changed. `None` takes a fact out."""

    def make(
        endpoint: Endpoint,
        changes: Mapping[tuple[str, ...], object] | None = None,
        *,
        tells: frozenset[Subject] = ALL,
        conflicts: tuple[Conflict, ...] = (),
        wordings: Mapping[tuple[str, ...], str] | None = None,
        **more: object,
    ) -> Reading:
        facts: Facts = {path: value for path, value in facts_of(*endpoint).items() if sayable(path)}
        for path, value in (changes or {}).items():
            facts[path] = value  # type: ignore[assignment]
            if value is GONE:
                del facts[path]
        said = tuple(Said(path, value, Place(number)) for number, (path, value) in enumerate(facts.items(), 1))
        texts = tuple(Wording(path, text, Place(900)) for path, text in (wordings or {}).items())
        known: dict[str, object] = {
            "layout": "made/up",
            "provider": endpoint[0].id,
            "endpoint": endpoint[1].id,
            "title": name_of(endpoint),
            "sha256": "0" * 64,
            **more,
        }
        return Reading(facts=said, tells=tells, conflicts=conflicts, wordings=texts, **known)  # type: ignore[arg-type]

    return make


GONE = object()


@pytest.fixture
def gone() -> object:
    """Stands for a fact that the page does not state."""
    return GONE


def sayable(path: tuple[str, ...]) -> bool:
    """Whether a page could say it."""
    return path[0] in GENERAL or path[1:] in OF_A_WAY or (len(path) > 2 and path[1] in {"states", "state_http"})

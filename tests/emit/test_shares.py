"""Made in shares or in turn, everything comes out the same; where something has to be said, it is made in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.emit import emit, processes, shares
from callsheet.emit.filters import EmitError
from callsheet.plan.build import build
from callsheet.spec.load import load

REEL = Path(__file__).parents[1] / "base_specs" / "reel"
PROVIDER = (REEL / "provider.yaml").read_text(encoding="utf-8")
CLIP = (REEL / "clip.yaml").read_text(encoding="utf-8")


@pytest.fixture(params=[2, 3, 9])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many processors there are, and few endpoints are many."""
    monkeypatch.setattr(shares, "MANY", 2)
    monkeypatch.setattr(shares, "processors", lambda: request.param)
    monkeypatch.setattr(processes, "processors", lambda: request.param)
    return request.param


def files(*ids: str, provider: str = "reel") -> dict[str, bytes]:
    """A provider with small models."""
    made = {f"specs/{provider}/provider.yaml": PROVIDER.replace("id: reel", f"id: {provider}")}
    for name in ids:
        text = CLIP.replace("id: clip", f"id: {name}").replace("provider: reel", f"provider: {provider}")
        made[f"specs/{provider}/{name}.yaml"] = text.replace("Makes a clip", f"Makes a {name}")
    return {path: text.encode() for path, text in made.items()}


def in_turn(given: dict[str, bytes]) -> dict[str, str]:
    """One stage after another, in one process."""
    loaded = load(given)
    assert loaded.findings == ()
    built = build(loaded.specs)
    assert built.findings == ()
    return emit(built.plan)


@pytest.mark.usefixtures("count")
def test_shares_change_nothing() -> None:
    """Two providers, one with names that depend on those of others: `clip2` takes the short one from `clip-2`."""
    given = files("clip", "pan", "clip-2", "clip2", "zoom", "a") | files("clip", provider="spool")
    given["specs/reel/clip.page.yaml"] = b"what a page said"
    made = shares.generated(given, "httpx")

    assert made is not None
    assert in_turn(given) == made
    assert list(in_turn(given)) == list(made)


@pytest.mark.usefixtures("count")
@pytest.mark.parametrize(
    "given",
    [
        files("clip", "pan", "cl_ip", "cl-ip"),  # one module, found only where both are together
        files("clip", "pan", "Clip2", "clip2"),
        files("a", "pan", "async-A", "A"),
        files("clip", "pan") | {"specs/reel/zoom.yaml": b"nothing of a spec"},
        files("clip", "pan") | {"specs/reel/other.yaml": CLIP.encode()},  # not called like its file
        files("clip", "pan") | {"specs/elsewhere/clip.yaml": CLIP.encode()},  # nor like its folder
        files("clip", "pan") | {"specs/reel/pan.yml": CLIP.replace("id: clip", "id: pan").encode()},
        {path.removeprefix("specs/reel/"): data for path, data in files("clip", "pan").items()},
        {path: data for path, data in files("clip", "pan").items() if "provider" not in path},
    ],
)
def test_what_has_to_be_said_is_left_to_who_says_all_of_it(given: dict[str, bytes]) -> None:
    """A fault in one share, or between two of them, gives nothing."""
    assert shares.generated(given, "httpx") is None


def test_few_are_made_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """So are many where there is one processor."""
    assert shares.generated(files("clip", "pan"), "httpx") is None

    monkeypatch.setattr(shares, "MANY", 2)
    monkeypatch.setattr(shares, "processors", lambda: 1)

    assert shares.generated(files("clip", "pan"), "httpx") is None


@pytest.mark.usefixtures("count")
def test_a_fault_of_the_generator_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes upon it."""

    def fails(plan, **_):
        raise EmitError(f"wrong with {len(plan.endpoints())} endpoints")

    monkeypatch.setattr(shares, "endpoints", fails)

    with pytest.raises(EmitError, match="wrong with"):
        shares.generated(files("clip", "pan", "zoom"), "httpx")

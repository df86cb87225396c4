"""Changed specs differ in one fact, and in every kind of fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.contract.mutants import mutants
from callsheet.contract.plans import planned

SPECS = planned(Path(__file__).parents[2] / "specs").specs


@pytest.mark.parametrize(("provider", "model"), [("segmind", "wan-animate"), ("fal", "scail-2")])
def test_a_mutant_is_another_spec(provider: str, model: str) -> None:
    """No mutant equals the spec it was made from, and no two have one name."""
    made = list(mutants(SPECS, provider, model))

    assert all(mutant.specs != SPECS for mutant in made)
    assert len(made) == len({mutant.what for mutant in made})


def test_every_kind_of_fact_is_changed() -> None:
    """Values dropped and altered, bounds moved and made up, flags flipped, words swapped, addresses changed."""
    names = {mutant.what for mutant in mutants(SPECS, "fal", "scail-2")}

    assert names >= {
        "model.input.mode.type.enum.replacement-dropped",
        "model.input.mode.default='animationx'",
        "model.input.prompt.required=False",
        "model.input.num_inference_steps.type.maximum=51",
        "model.input.seed.type.minimum=1",
        "model.input.seed-dropped",
        "model.typical_seconds=60.0",
        "provider.credential.header='Authorizationx'",
        "provider.protocols.queue.submit.path='/{endpoint}x'",
        "provider.protocols.queue.status.states.COMPLETED.means='queued'",
        "provider.protocols.queue.retention.seconds=3601.0",
        "provider.errors.rate_limited.retry='never'",
    }
    assert not any(".about=" in name or ".cited" in name for name in names)

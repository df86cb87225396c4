"""Changed specs differ in one fact, and in every kind of fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsheet.contract.mutants import model_mutants, provider_mutants
from callsheet.contract.plans import planned

SPECS = planned(Path(__file__).parents[2] / "specs").specs


@pytest.mark.parametrize("model", SPECS.models, ids=lambda model: f"{model.provider}-{model.id}")
def test_a_mutant_is_another_endpoint(model) -> None:
    """No mutant equals the spec it was made from, and no two have one name."""
    made = list(model_mutants(SPECS, model.provider, model.id))

    assert all(mutant.specs.models != (model,) for mutant in made)
    assert len(made) == len({mutant.what for mutant in made})


@pytest.mark.parametrize("provider", SPECS.providers, ids=lambda provider: provider.id)
def test_a_mutant_is_another_provider(provider) -> None:
    """The same of a provider, which keeps its endpoints."""
    made = list(provider_mutants(SPECS, provider.id))

    assert all(mutant.specs.providers != (provider,) for mutant in made)
    assert {model.provider for mutant in made for model in mutant.specs.models} == {provider.id}
    assert len(made) == len({mutant.what for mutant in made})


def test_every_kind_of_fact_is_changed() -> None:
    """Values dropped and altered, bounds moved and made up, flags flipped, words swapped, addresses changed."""
    names = {mutant.what for mutant in (*model_mutants(SPECS, "fal", "scail-2"), *provider_mutants(SPECS, "fal"))}

    assert names >= {
        "model.input.mode.type.enum.replacement-dropped",
        "model.input.mode.default='animationx'",
        "model.input.prompt.required=False",
        "model.input.num_inference_steps.type.maximum=51",
        "model.input.seed.type.minimum=1",
        "model.input.seed-dropped",
        "model.protocols.direct-dropped",
        "model.typical_seconds=60.0",
        "provider.credential.header='Authorizationx'",
        "provider.protocols.queue.submit.path='/{endpoint}x'",
        "provider.protocols.queue.status.states.COMPLETED.means='queued'",
        "provider.protocols.queue.retention.seconds=3601.0",
        "provider.protocols.queue.submit.options.priority.enum.low-dropped",
        "provider.protocols.queue.cancel.answers.requested.http=203",
        "provider.protocols.queue.stream.ping=16.0",
        "provider.calls.direct.submit.host='runx'",
        "provider.errors.rate_limited.retry='never'",
        "provider.errors.runner_lost.match.criteria./error_type.one_of.runner_disconnected-dropped",
        "provider.files.upload.0.takes.upload_url./upload_url='/upload_urlx'",
        "provider.webhook.signature.tolerance=301.0",
    }
    assert not any(".about=" in name or "cited" in name for name in names)


def test_what_means_nothing_is_left_alone() -> None:
    """A blocking call has no pointer to an id, a result within the status no address: changes there say nothing."""
    names = {mutant.what for mutant in provider_mutants(SPECS, "segmind")}

    assert not any(name.startswith("provider.calls.sync.submit.request_id") for name in names)
    assert not any(name.startswith("provider.protocols.workflow.result.early") for name in names)

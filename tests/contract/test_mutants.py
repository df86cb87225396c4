"""Changed specs differ in one fact, and in every kind of fact."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from callsheet.contract.plans import planned
from callsheet.contract.strength.mutants import model_mutants, provider_mutants
from callsheet.contract.strength.unmutated import IN_ORDER, NO_FACTS, NOT_ADDED, NOT_REMOVED, OWN_NAMES, left_alone
from callsheet.runtime.words import Criterion
from callsheet.spec.load import load
from callsheet.spec.model import ModelSpec, ProviderSpec, Specs

ROOT = Path(__file__).parents[2]
SPECS = planned(ROOT / "specs").specs


@cache
def every_spec() -> tuple[Specs, ...]:
    """The specs here, and those that show what else the language can say."""
    folders = sorted(path for path in (ROOT / "tests/constructs").glob("*/specs") if path.is_dir())
    emitted = {
        f"reel/{name}.yaml": path.read_bytes()
        for name, path in {
            "provider": ROOT / "tests/cases_emit/provider.yaml",
            "rules": ROOT / "tests/cases_emit/rules_between_parameters/spec.yaml",
        }.items()
    }
    return (SPECS, load(emitted).specs, *(planned(folder).specs for folder in folders))


def classes(kind: type, seen: set[type]) -> Iterator[type]:
    """A class of the spec language, and those that it is made of."""
    if kind in seen or kind.__module__ not in {ModelSpec.__module__, Criterion.__module__}:
        return
    seen.add(kind)
    yield kind
    parts = [*typing.get_type_hints(kind).values()]
    while parts:
        part: Any = parts.pop()
        parts += typing.get_args(part)
        if isinstance(part, type) and is_dataclass(part):
            yield from classes(part, seen)


def test_every_attribute_of_the_language_is_mutated_or_has_a_reason() -> None:
    """No field of any class of `spec.model` is forgotten, whatever the language learns."""
    mutated = {
        mutant.kind.split()[0]
        for specs in every_spec()
        for mutants in (
            *(provider_mutants(specs, one.id) for one in specs.providers),
            *(model_mutants(specs, one.provider, one.id) for one in specs.models),
        )
        for mutant in mutants
    }
    seen: set[type] = set()
    every = [kind for root in (ProviderSpec, ModelSpec) for kind in classes(root, seen)]
    below = {
        "Source",
        "Decision",
        "Citation",
        "SwitchSpec",
        "ChangeSpec",
        "OutputExample",
    }  # where the walk never comes

    # What holds parts alone is mutated by its parts.
    holders = {
        f"{kind.__name__}.{one.name}"
        for kind in every
        for one in fields(kind)
        if is_dataclass(typing.get_type_hints(kind)[one.name])
    }
    missing = {
        f"{kind.__name__}.{one.name}"
        for kind in every
        if kind.__name__ not in below
        for one in fields(kind)
        if not left_alone(kind.__name__, one.name)
    }
    assert sorted(missing - mutated - holders) == []


def test_reasons_are_of_attributes_that_there_are() -> None:
    """A reason for leaving something alone names a class and an attribute of the language."""
    seen: set[type] = set()
    there = {
        (kind.__name__, one.name)
        for root in (ProviderSpec, ModelSpec)
        for kind in classes(root, seen)
        for one in fields(kind)
    }

    assert {*NO_FACTS, *NOT_ADDED, *NOT_REMOVED, *IN_ORDER, *OWN_NAMES} <= there
    assert all({**NO_FACTS, **NOT_ADDED, **NOT_REMOVED}.values())


@pytest.mark.parametrize("model", SPECS.models, ids=lambda model: f"{model.provider}-{model.id}")
def test_a_mutant_is_another_endpoint(model) -> None:
    """No mutant equals the spec it was made from, and no two have one name."""
    made = list(model_mutants(SPECS, model.provider, model.id))

    assert all(mutant.specs.models != (model,) for mutant in made)
    assert len(made) == len({mutant.what for mutant in made})
    assert all(mutant.span.path == model.file for mutant in made)


@pytest.mark.parametrize("provider", SPECS.providers, ids=lambda provider: provider.id)
def test_a_mutant_is_another_provider(provider) -> None:
    """The same of a provider, which keeps its endpoints."""
    made = list(provider_mutants(SPECS, provider.id))

    assert all(mutant.specs.providers != (provider,) for mutant in made)
    assert {model.provider for mutant in made for model in mutant.specs.models} == {provider.id}
    assert len(made) == len({mutant.what for mutant in made})


def test_every_kind_of_fact_is_changed() -> None:
    """Values dropped, added, altered, moved; bounds moved, made up, removed; flags flipped; addresses changed."""
    names = {mutant.what for mutant in (*model_mutants(SPECS, "fal", "scail-2"), *provider_mutants(SPECS, "fal"))}

    assert names >= {
        "model.input.mode.type.enum.replacement-dropped",
        "model.input.mode.type.enum-with-'invented'",
        "model.input.mode.default='animationx'",
        "model.input.mode.has_default=False",
        "model.input.prompt.required=False",
        "model.input.prompt.name='promptx'",
        "model.input.num_inference_steps.type.maximum=51",
        "model.input.num_inference_steps.type.maximum=49",
        "model.input.num_inference_steps.type.maximum=None",
        "model.input.num_inference_steps.type.json='number'",
        "model.input.seed.type.minimum=7",
        "model.input.seed-dropped",
        "model.input.mode-before-video_url",
        "model.protocols.direct-dropped",
        "model.typical_seconds=7",
        "provider.credential.header='Authorizationx'",
        "provider.protocols.queue.submit.path='/{endpoint}x'",
        "provider.protocols.queue.status.url='response_url'",
        "provider.protocols.queue.status.states.COMPLETED.means='queued'",
        "provider.protocols.queue.retention.seconds=3601.0",
        "provider.protocols.queue.retention-removed",
        "provider.protocols.queue.submit.options.priority.enum.low-dropped",
        "provider.protocols.queue.cancel.answers.requested.http=203",
        "provider.protocols.queue.stream.ping=16.0",
        "provider.calls.direct.submit.host='queue'",
        "provider.errors.rate_limited.retry='never'",
        "provider.errors.rate_limited.mend='account'",
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

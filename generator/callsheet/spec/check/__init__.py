"""The meaning of specs: each module looks at one area and yields what is wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from callsheet.findings import Finding
from callsheet.spec.check import (
    answers,
    choices,
    citing,
    criteria,
    fields,
    hosts,
    identity,
    offers,
    rows,
    ruling,
    samples,
    sending,
    sense,
    settling,
    sound,
    states,
    switched,
    unfinished,
    ways,
)
from callsheet.spec.check import models as between
from callsheet.spec.model import ModelSpec, ProviderSpec, Specs


def check(specs: Specs, unread: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Everything that is wrong with the meaning. `unread` are providers whose file has been found faulty already."""
    yield from identity.check(specs, unread)
    for provider in specs.providers:
        yield from unfinished.check(provider.node, "provider")
        judge = partial(_of_provider, models=[model for model in specs.models if model.provider == provider.id])
        yield from judge(provider)
        yield from switched.check(provider, judge)
    for model in specs.models:
        yield from unfinished.check(model.node, "model")
        yield from citing.check_model(model)
        yield from settling.check_model(model)
        yield from sound.check(model)
        comparable = sound.Sound.of(model)  # nothing can be compared with a type that cannot be resolved
        yield from fields.check(model, comparable)
        yield from samples.check(model, comparable)
        yield from ruling.check(model, comparable)


def _of_provider(provider: ProviderSpec, models: list[ModelSpec]) -> Iterator[Finding]:
    """What is wrong with a provider, and between it and its models."""
    yield from citing.check_provider(provider)
    yield from settling.check_provider(provider)
    yield from hosts.check(provider)
    yield from ways.check(provider)
    yield from rows.check(provider)
    yield from sense.check(provider)
    yield from criteria.check_provider(provider)
    yield from states.check(provider)
    yield from answers.check(provider)
    yield from offers.check(provider)
    yield from sending.check(provider, models)
    for model in models:
        yield from between.check(model, provider)
        yield from choices.check(model, provider)

"""The meaning of specs: each module looks at one area and yields what is wrong there."""

from __future__ import annotations

from collections.abc import Iterator

from callsheet.findings import Finding
from callsheet.spec.check import (
    answers,
    choices,
    citing,
    fields,
    hosts,
    identity,
    models,
    offers,
    rows,
    ruling,
    samples,
    sending,
    sense,
    sound,
    states,
    ways,
)
from callsheet.spec.model import Specs


def check(specs: Specs, unread: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Everything that is wrong with the meaning. `unread` are providers whose file has been found faulty already."""
    yield from identity.check(specs, unread)
    for provider in specs.providers:
        yield from citing.check_provider(provider)
        yield from hosts.check(provider)
        yield from ways.check(provider)
        yield from rows.check(provider)
        yield from sense.check(provider)
        yield from states.check(provider)
        yield from answers.check(provider)
        yield from offers.check(provider)
    for provider in specs.providers:
        yield from sending.check(provider, [model for model in specs.models if model.provider == provider.id])
    providers = {provider.id: provider for provider in specs.providers}
    for model in specs.models:
        yield from citing.check_model(model)
        yield from sound.check(model)
        comparable = sound.Sound.of(model)  # nothing can be compared with a type that cannot be resolved
        yield from fields.check(model, comparable)
        yield from samples.check(model, comparable)
        yield from ruling.check(model, comparable)
        if model.provider in providers:
            yield from models.check(model, providers[model.provider])
            yield from choices.check(model, providers[model.provider])

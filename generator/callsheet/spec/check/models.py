"""A model against its provider: protocols, paths and errors."""

from __future__ import annotations

from collections.abc import Iterator

from callsheet.findings import Finding
from callsheet.rules import facts as rules
from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import key_place, place
from callsheet.spec.check import hosts, rows
from callsheet.spec.model import ModelSpec, ProviderSpec


def check(model: ModelSpec, provider: ProviderSpec) -> Iterator[Finding]:
    """What a model says of its provider."""
    protocols = {way.name: way for way in provider.ways}
    given = {*model.path, *model.chosen_path}
    needed: dict[str, str] = {}
    declared: list[str] = []
    for n, name in enumerate(model.protocols):
        if name not in protocols:
            what = f"{quoted(provider.id)} has no protocol {quoted(name)}"
            yield rules.UNKNOWN_PROTOCOL.at(
                place(model.node, "protocols", n), what, one_of(name, protocols, noun="declared")
            )
        else:
            declared += protocols[name].path_variables
            needed |= dict.fromkeys(sorted(hosts.used_variables(protocols[name])), name)
    for name, protocol in needed.items():
        if name not in given:
            at = key_place(model.node, "path") if given else place(model.node, "protocols")
            what = f"the paths of {quoted(protocol)} need {quoted(name)}"
            yield rules.MISSING_PATH_VARIABLE.at(at, what, f"add `{name}:` under `path`")
    if all(name in protocols for name in model.protocols):
        for name in [*model.path, *model.chosen_path]:
            if name not in declared:
                what = f"none of its protocols declares {quoted(name)}"
                yield rules.UNKNOWN_PATH_VARIABLE.at(
                    key_place(model.node, "path", name), what, one_of(name, declared, noun="declared")
                )
    known = {error.name: error for error in provider.errors}
    for n, name in enumerate(model.errors):
        yield from rows.named(name, known, place(model.node, "errors", n))

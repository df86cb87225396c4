"""What is sent: every path variable and every parameter has a place in a request."""

from __future__ import annotations

from collections.abc import Iterator

from callsheet.findings import Finding
from callsheet.rules import flow as flow_rules
from callsheet.rules import ways as rules
from callsheet.rules.words import one_of, quoted
from callsheet.runtime import bodies
from callsheet.source.nodes import descend, key_place, place
from callsheet.spec.check.hosts import used_variables
from callsheet.spec.model import CallSpec, ChoiceSpec, ModelSpec, ProtocolSpec, ProviderSpec


def check(provider: ProviderSpec, models: list[ModelSpec]) -> Iterator[Finding]:
    """A provider's protocols with all models that use them."""
    for way in provider.ways:
        users = [model for model in models if way.name in model.protocols]
        yield from _variables(way, users)
        yield from _of_no_model(way, [model for model in users if not model.body])
    ways = {way.name: way for way in provider.ways}
    for model in models:
        for name in model.protocols:
            if name in ways:
                yield from _parameters(model, ways[name])


def _variables(way: ProtocolSpec | CallSpec, models: list[ModelSpec]) -> Iterator[Finding]:
    used = used_variables(way).union(*(bodies.names(choice.value) for model in models for choice in model.body))
    for n, name in enumerate(way.path_variables):
        if name not in used:
            at = place(way.node, "path_variables", n)
            yield flow_rules.UNUSED_PATH_VARIABLE.at(at, f"no path holds `{{{name}}}`")


def _of_no_model(way: ProtocolSpec | CallSpec, models: list[ModelSpec]) -> Iterator[Finding]:
    """A protocol's body may name what only some models have, but not what none has."""
    node = descend(way.submit.node, "body")
    if node is None or not models:
        return
    known = sorted({f"{bodies.INPUT}.{field.name}" for model in models for field in model.input})
    for name in dict.fromkeys(bodies.names(way.submit.body)):
        if name.startswith(f"{bodies.INPUT}.") and name not in known:
            what = f"no endpoint has a parameter for `{{{name}}}`"
            yield flow_rules.UNKNOWN_PLACEHOLDER.at(node.span, what, one_of(name, known, noun="known here"))


def _parameters(model: ModelSpec, way: ProtocolSpec | CallSpec) -> Iterator[Finding]:
    templates = [choice.value for choice in model.body] or [way.submit.body]
    held = {name for template in templates for name in bodies.names(template)}
    if not held.isdisjoint({bodies.INPUT, bodies.REST}):
        return
    deciding = {name for choice in _choices(model) if choice.when is not None for name in choice.when.criteria}
    for field in model.input:
        if f"{bodies.INPUT}.{field.name}" not in held and field.name not in deciding:
            what = f"no body of {quoted(way.name)} holds {quoted(field.name)}"
            mend = f'put "{{input.{field.name}}}" where it belongs, or "{{rest}}" for all that is not named'
            yield rules.PARAMETER_NEVER_SENT.at(key_place(model.node, "input", field.name), what, mend)


def _choices(model: ModelSpec) -> Iterator[ChoiceSpec]:
    yield from model.body
    for choices in model.chosen_path.values():
        yield from choices

"""What the facts of an endpoint leave out and a caller sees: names in the client, rows of errors, wordings."""

from __future__ import annotations

from collections.abc import Iterator

from callsheet.facts.flat import FactPath, Facts, condition
from callsheet.plan.model import ErrorPlan, ModelPlan, ProviderPlan
from callsheet.source.nodes import Plain


def provider_facts(provider: ProviderPlan) -> Facts:
    """Of the package as a whole: its names, each error, and what is said of them."""
    found: Facts = {
        ("python", "package"): str(provider.package),
        ("python", "client"): str(provider.client_name),
        ("python", "async_client"): str(provider.async_client_name),
        ("about",): provider.spec.about,
    }
    for error in provider.errors:
        found |= _error(error)
    for row in provider.spec.errors:
        found["error", row.name, "about"] = row.about
    return found


def _error(error: ErrorPlan) -> Facts:
    row = error.row
    here = ("error", row.name)
    said: dict[str, Plain] = {
        "http": row.http,
        "code": row.code,
        "means": row.means,
        "accepted": row.accepted,
        "billed": row.billed,
        "retry": row.retry,
        "mend": row.mend,
        "moderation": row.moderation or None,
        "on": [*sorted(row.on)] or None,
        "protocols": [*sorted(row.protocols)] or None,
    }
    return {
        **{(*here, word): value for word, value in said.items() if value is not None},
        **condition((*here, "match"), row.match),
        ("python", "error", row.name): str(error.class_name),
    }


def model_facts(model: ModelPlan) -> Facts:
    """Of one endpoint: its names, and the wordings that its documentation in code is made of."""
    return dict(_names(model)) | dict(_wordings(model))


def _names(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    yield ("python", "attribute"), str(model.module)
    yield ("python", "class"), str(model.class_name)
    yield ("python", "params"), str(model.params_name)
    yield ("python", "input"), str(model.input_name)
    if model.output_name is not None:
        yield ("python", "output"), str(model.output_name)
    for param in model.params:
        yield ("python", "parameter", param.wire), str(param.python)
    for way in model.ways:
        yield ("python", "protocol", way.protocol, "attribute"), str(way.attribute)
        yield ("python", "protocol", way.protocol, "class"), str(way.class_name)
    # Of a class within input or output nothing but its name says which one it is.
    for one in model.nested:
        yield ("python", "type", str(one.name)), str(one.name)


def _wordings(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    spec = model.spec
    yield ("about",), spec.about
    yield ("output", "", "about"), spec.output.about
    for field in spec.input:
        yield ("parameters", field.name, "about"), field.about
    for rule in spec.rules:
        yield ("rule_texts", rule.id, "about"), rule.about

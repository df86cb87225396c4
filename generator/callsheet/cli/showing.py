"""All facts of one endpoint as text and tables. What has no words of its own here is shown as `outline` has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from callsheet.cli.catalogue import price, seconds
from callsheet.cli.facts import facts, told
from callsheet.cli.layout import Head, Pairs, Part, Rows, Words
from callsheet.cli.outline import Object, outline, source, table, words
from callsheet.plan.describe import type_facts
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.spec.model import Field, Type

_TOLD = (
    "provider",
    "id",
    "name",
    "about",
    "sources",
    "protocols",
    "typical_seconds",
    "price",
    "input",
    "rules",
    "types",
)
"""What of a model has its place on the page already."""


def everything(provider: ProviderPlan, model: ModelPlan) -> Iterator[Part]:
    """The parts of the page, from top to bottom."""
    spec, page = model.spec, facts(provider, model)
    about, general = cast("Object", page["model"]), cast("Object", page["provider"])
    yield Head(f"{model.provider}/{model.id}", spec.name)
    yield Words(spec.about)
    yield Pairs(
        (
            ("client", f"callsheet_clients.{provider.package}: {provider.client_name}().{model.module}"),
            ("", f"{provider.async_client_name} is its mirror"),
            ("protocols", ", ".join(spec.protocols)),
            ("typical", seconds(spec.typical_seconds)),
            ("price", f"{price(model)}  {spec.price.about}"),
            ("price from", source(cast("Object", about["price"]))),
        )
    )
    yield Head("Input")
    yield _fields(spec.input)
    if model.rules:
        cited = {str(rule["id"]): source(rule) for rule in _list(about, "rules")}
        yield Head("Rules between parameters")
        yield table([{"rule": rule.id, "says": rule.doc, "source": cited[rule.id]} for rule in model.rules])
    yield Head("Output")
    yield Words(f"{kind(spec.output.type)}. {spec.output.about}")
    if spec.output.type.fields:
        yield _fields(spec.output.type.fields)
        where = (
            "There is no file" if model.media is None else f"The main file is at {model.media or 'the output itself'}"
        )
        yield Words(f"{where}.")
    yield from outline("More of the output", cast("Object", about["output"]), ("type", "media", "about"))
    for named in spec.types:
        yield Head(f"Type {named.name}")
        yield Words(named.about)
        yield _fields(named.type.fields)
    yield Head("Requests")
    yield table(cast("list[Object]", page["requests"]))
    for protocol in cast("list[Object]", page["protocols"]):
        yield from outline(f"Protocol {protocol['name']}", protocol, ("name",))
    yield from outline("Endpoint", about, (*_TOLD, "output", "samples", "decisions"))
    yield from outline(f"Provider {model.provider}", general, ("id", "sources", "decisions"))
    if spec.samples:
        yield Head("Samples")
    for sample in spec.samples:
        yield Words(f"{sample.id}: {sample.about}")
        yield Words(json.dumps(sample.input, indent=2, ensure_ascii=False), indent=2)
    yield Head("Sources")
    pages = [dict(of="page", **each) for each in _list(about, "sources")]
    yield table(pages + [dict(of=model.provider, **each) for each in _list(general, "sources")])
    if decisions := [*_list(about, "decisions"), *_list(general, "decisions")]:
        yield Head("Decisions")
    for decision in decisions:
        yield Pairs([(key, words(value)) for key, value in decision.items() if value])
        yield Words("")


def kind(of: Type) -> str:
    """A type in words: `string (uri, video)`, `File`, `array of integer`."""
    if of.any_of:
        name = " or ".join(kind(option) for option in of.any_of)
    elif of.named:
        name = of.named
    elif of.json == "array" and of.items is not None:
        name = f"array of {kind(of.items)}"
    else:
        name = of.json or "anything"
    more = ", ".join(word for word in (of.format, of.media, "or null" if of.nullable else None) if word)
    return f"{name} ({more})" if more else name


def _list(holder: Object, key: str) -> list[Object]:
    return cast("list[Object]", holder[key])


def _fields(fields: tuple[Field, ...]) -> Rows:
    rows = [
        (
            field.name,
            kind(field.type),
            "yes" if field.required else "",
            json.dumps(field.default, ensure_ascii=False) if field.has_default else "",
            " ".join([*_limits(field.type)]),
            " ".join(filter(None, (field.about, f"In {field.unit}." if field.unit else "", _more(field)))),
            source(cast("Object", told(field))),
        )
        for field in fields
    ]
    return Rows(("name", "type", "required", "default", "allowed", "about", "source"), rows)


def _limits(of: Type) -> Iterator[str]:
    """What a value may be: of the type itself, of its items, of its options."""
    if of.enum:
        yield ", ".join(json.dumps(value, ensure_ascii=False) for value in of.enum)
    if of.pattern is not None:
        yield f"Matches {of.pattern}"
    yield from (fact for fact in type_facts(of) if not fact.startswith("A URI"))
    for part in (*of.any_of, *filter(None, [of.items])):
        if limits := list(_limits(part)):
            yield f"Each {kind(part)}:" if part is of.items else f"As {kind(part)}:"
            yield from limits


def _more(field: Field) -> str:
    example = f"For example {json.dumps(field.example, ensure_ascii=False)}." if field.has_example else ""
    return " ".join(filter(None, (example, "Deprecated." if field.deprecated else "")))

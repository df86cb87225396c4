"""A model file."""

from __future__ import annotations

from typing import Final, cast

from callsheet.source.nodes import Node, Plain
from callsheet.spec.model import Citation, ModelSpec, Output, OutputExample, Price, Sample
from callsheet.spec.read.conditions import read_choices, read_condition
from callsheet.spec.read.rules import read_rules
from callsheet.spec.read.types import read_fields, read_named, read_type
from callsheet.spec.read.values import NOTHING, At, read_decisions, read_sources

PAGE: Final = "page"
"""The source of every fact of a model file that names none."""


def read_model(file: str, node: Node) -> ModelSpec:
    """The model that a file describes."""
    at = At.of(node)
    path = {name: read_choices(node) for name, node in at.part("path").node.items()}
    page = Citation({"": PAGE}) if at.part("sources").has(PAGE) else NOTHING
    return ModelSpec(
        provider=at.text("provider"),
        id=at.text("id"),
        name=at.text("name"),
        about=at.text("about"),
        sources=read_sources(at),
        protocols=at.texts("protocols"),
        path={
            name: choices[0].value
            for name, choices in path.items()
            if isinstance(choices[0].value, str) and choices[0].when is None and len(choices) == 1
        },
        chosen_path={
            name: choices for name, choices in path.items() if not (len(choices) == 1 and choices[0].when is None)
        },
        body=read_choices(at.node.get("body")),
        errors=at.texts("errors"),
        typical_seconds=_float(at.part("typical").number("seconds")),
        price=_price(at.part("price"), page),
        input=read_fields(at, "input", page),
        rules=read_rules(at, page),
        types=read_named(at, page),
        output=_output(at.part("output"), page),
        samples=tuple(
            Sample(
                id=name,
                about=sample.text("about"),
                input=cast("dict[str, Plain]", sample.plain("input")),
                node=sample.node,
            )
            for name, sample in at.parts("samples")
        ),
        decisions=read_decisions(at),
        file=file,
        node=node,
    )


def _float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _price(at: At, inherited: Citation) -> Price:
    return Price(
        stated=at.plain("stated") is not False,
        amount=_float(at.number("amount")),
        currency=at.maybe_text("currency"),
        per=at.maybe_text("per"),
        max=_float(at.number("max")),
        about=at.text("about"),
        cited=at.cited(inherited),
    )


def _output(at: At, cited: Citation) -> Output:
    media, base64 = at.text("media"), at.part("base64")
    within = media.startswith("/")
    return Output(
        type=read_type(at, cited, media=not within),
        media=media if within else None,
        about=at.text("about"),
        examples=tuple(
            OutputExample(
                value=example.plain("value"),
                about=example.text("about"),
                defect=example.maybe_text("defect"),
                node=example.node,
            )
            for example in map(At.of, at.list("examples"))
        ),
        base64_when=read_condition(base64.part("when").node) if at.has("base64") else None,
        base64_cited=base64.cited(cited),
        node=at.node,
    )

"""Specs in, plan out. Names that collide are found here, since here is where they are made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from callsheet.findings import Finding, Span, in_order
from callsheet.plan import describe, media, names, optioning, protocols, providers, schema
from callsheet.plan.model import Code, ModelPlan, NestedPlan, ParamPlan, Plan, ProviderPlan, RulePlan, Schema
from callsheet.plan.types import Named, Naming, annotation
from callsheet.rules import RULES
from callsheet.runtime.tables import Blocking, Model, Queue
from callsheet.source.nodes import Plain, key_place, place
from callsheet.spec.mainfile import main_file
from callsheet.spec.model import Field, Media, ModelSpec, ProviderSpec, RuleSpec, Specs
from callsheet.spec.ruletext import rule_message


@dataclass(frozen=True, slots=True)
class Built:
    """A plan, and what stood in its way. With errors among the findings the plan is not to be used."""

    plan: Plan
    findings: tuple[Finding, ...]


def build(specs: Specs, ids: Mapping[str, Collection[str]] | None = None) -> Built:
    """Settle everything once. Never raises on specs that `spec.load` gave out without errors.

    Where `specs` are only some of the models, `ids` has those of all by provider: the name of a class depends on them.
    """
    findings: list[Finding] = []
    providers = tuple(
        _provider(spec, tuple(model for model in specs.models if model.provider == spec.id), ids or {}, findings)
        for spec in sorted(specs.providers, key=lambda provider: provider.id)
    )
    _collisions("provider", ((p.package, p.id, place(p.spec.node, "id")) for p in providers), findings, files=True)
    return Built(Plan(providers), in_order(findings))


def _provider(
    spec: ProviderSpec, models: tuple[ModelSpec, ...], ids: Mapping[str, Collection[str]], findings: list[Finding]
) -> ProviderPlan:
    tables = {way.name: protocols.way_table(way) for way in spec.ways}
    client = names.class_name(spec.id)
    classes = names.class_names(ids.get(spec.id) or [model.id for model in models], client)
    options = {way.name: optioning.options_plan(way) for way in spec.ways if way.submit.options}
    plans = tuple(
        _model(model, spec, classes[model.id], tables, options, findings)
        for model in sorted(models, key=lambda model: model.id)
    )
    errors = protocols.error_plans(spec.errors)
    _collisions("model", ((p.module, p.id, place(p.spec.node, "id")) for p in plans), findings, files=True)
    _collisions(
        "model",
        (
            (name, plan.id, place(plan.spec.node, "id"))
            for plan in plans
            for name in (plan.class_name, Code(f"Async{plan.class_name}"))
        ),
        findings,
    )
    _collisions(
        "error",
        ((e.class_name, e.row.name, key_place(spec.node, "errors", e.row.name)) for e in errors),
        findings,
    )
    return ProviderPlan(
        id=spec.id,
        package=names.module_name(spec.id),
        client_name=client,
        async_client_name=Code(f"Async{client}"),
        doc=(describe.sentence(spec.about),),
        client_version=spec.client_version,
        table=providers.provider_table(spec),
        protocols=tables,
        protocol_names={name: names.constant_name(name) for name in tables},
        options=options,
        errors=errors,
        models=plans,
        spec=spec,
    )


def _model(  # noqa: PLR0913, PLR0917 - all that its provider settles for it
    spec: ModelSpec,
    provider: ProviderSpec,
    class_name: Code,
    tables: dict[str, Queue | Blocking],
    options: dict[str, NestedPlan],
    findings: list[Finding],
) -> ModelPlan:
    wire, output = schema.wire_schema(spec), schema.output_schema(spec)
    judging = Naming(class_name, "Input", "Input")
    reading = Naming(class_name, "", "Output")
    showing = Naming(class_name, "Params", "Params")
    files = media.takes_files(provider)
    offered = media.marked(wire, media.files(spec)) if files else wire
    judges, readers, shown = (
        schema.classes(whole, naming) for whole, naming in ((wire, judging), (output, reading), (offered, showing))
    )
    request_classes: dict[str, Schema] = {made.name: made.schema for made in judges}
    answer_classes: dict[str, Schema] = {made.name: made.schema for made in readers}
    params = _params(spec.input, cast("dict[str, Schema]", offered["properties"]), showing, files=files)
    root = reading.root()
    output_annotation = annotation(output, reading)
    ways = tuple(
        optioning.way_plan(
            provider.way(name), class_name, output_annotation, options.get(name), first=name == spec.protocols[0]
        )
        for name in spec.protocols
    )
    _collisions("parameter", ((p.python, p.wire, key_place(spec.node, "input", p.wire)) for p in params), findings)
    _collisions(
        "type",
        (
            *(
                (Code(f"{prefix}{way.class_name}"), spec.id, place(spec.node, "id"))
                for way in ways
                for prefix in ("", "Async")
            ),
            *_class_places(spec, "input", shown),
            *_class_places(spec, "input", judges),
            *_class_places(spec, "output", readers),
        ),
        findings,
    )
    return ModelPlan(
        id=spec.id,
        provider=spec.provider,
        module=names.module_name(spec.id),
        class_name=class_name,
        params_name=showing.root(),
        input_name=judging.root(),
        output_annotation=output_annotation,
        output_name=root if root in answer_classes else None,
        doc=describe.model_doc(spec),
        params=params,
        nested=_nested(shown),
        rules=tuple(map(_rule, spec.rules)),
        wire_schema=wire,
        output_schema=output,
        definitions={**request_classes, **answer_classes},
        request_classes=frozenset(request_classes),
        media=main_file(spec),
        media_kind=_media_kind(spec, main_file(spec)),
        ways=ways,
        tables={name: _table(spec, tables[name]) for name in spec.protocols},
        samples={sample.id: sample.input for sample in spec.samples},
        spec=spec,
    )


def _class_places(spec: ModelSpec, side: str, made: Iterable[schema.Class]) -> Iterator[tuple[Code, str, Span]]:
    """Where the types stand that become classes, and what to call them in a finding."""
    for one in made:
        if one.named:
            yield one.name, f"types.{one.path[0]}", key_place(spec.node, "types", one.path[0])
        elif side == "input" and one.path:
            yield one.name, ".".join((side, *one.path)), key_place(spec.node, side, one.path[0])
        else:
            yield one.name, ".".join((side, *one.path)), key_place(spec.node, side)


def _table(spec: ModelSpec, protocol: Queue | Blocking) -> Model:
    return Model(
        id=spec.id,
        protocol=protocol,
        path=dict(spec.path),
        required_defaults={field.name: field.default for field in spec.input if field.required and field.has_default},
        typical=spec.typical_seconds,
        media=main_file(spec),
        wire_names={
            names.param_name(field.name): field.name for field in spec.input if not names.says_itself(field.name)
        },
        chosen_path={name: protocols.choices(chosen) for name, chosen in spec.chosen_path.items()},
        body=protocols.choices(spec.body),
        defaults=_conditional_defaults(spec),
        files=media.files(spec),
    )


def _conditional_defaults(spec: ModelSpec) -> dict[str, Plain]:
    """Defaults that conditions ask for and that are not sent: a parameter that is left out counts with its default."""
    chosen = [choice for choices in (*spec.chosen_path.values(), spec.body) for choice in choices]
    asked = {name for choice in chosen if choice.when is not None for name in choice.when.criteria}
    return {
        field.name: field.default
        for field in spec.input
        if field.has_default and not field.required and field.name in asked
    }


def _params(
    fields: Iterable[Field], schemas: dict[str, Schema], naming: Naming, *, files: bool
) -> tuple[ParamPlan, ...]:
    return tuple(
        ParamPlan(
            wire=field.name,
            python=names.param_name(field.name),
            annotation=annotation(schemas[field.name], naming, (field.name,)),
            required=field.required,
            must_give=field.required and not field.has_default,
            has_default=field.has_default,
            default=field.default,
            doc=describe.field_doc(field, files=files),
        )
        for field in fields
    )


def _nested(shown: Iterable[schema.Class]) -> tuple[NestedPlan, ...]:
    """Every object type but the input itself."""
    return tuple(
        NestedPlan(
            name=name,
            doc=(str(part.get("description", "")),),
            params=tuple(
                ParamPlan(
                    wire=key,
                    python=names.param_name(key),
                    annotation=annotation(value, Named("", "", "")),
                    required=key in cast("list[Plain]", part.get("required", [])),
                    must_give=key in cast("list[Plain]", part.get("required", [])),
                    has_default="default" in value,
                    default=value.get("default"),
                    doc=tuple(filter(None, (str(value.get("description", "")),))),
                )
                for key, value in cast("dict[str, Schema]", part["properties"]).items()
            ),
        )
        for name, part in ((made.name, made.schema) for made in shown if made.path)
    )


def _rule(spec: RuleSpec) -> RulePlan:
    changed = spec.among or spec.then.criteria
    return RulePlan(
        id=spec.id,
        doc=describe.rule_doc(spec),
        message=rule_message(spec),
        messages={name: rule_message(spec, name) for name in changed},
        spec=spec,
    )


def _media_kind(spec: ModelSpec, pointer: str | None) -> Media | None:
    """What kind of file the main one is: said by the part of the output that the pointer leads to."""
    if pointer is None:
        return None
    named = {named.name: named.type for named in spec.types}
    part = spec.output.type
    for step in pointer.split("/")[1:]:
        whole = named.get(part.named or "", part)
        inner = {field.name: field.type for field in whole.fields}
        part = whole.items or inner.get(step, whole)
    return part.media or named.get(part.named or "", part).media


def _collisions(
    kind: str, made: Iterable[tuple[Code, str, Span]], findings: list[Finding], *, files: bool = False
) -> None:
    """A finding for each name that comes out like an earlier one. Of files, also where only the case differs."""
    seen: dict[str, str] = {}
    for name, said, span in made:
        key = name.lower() if files else name
        if key in seen:
            findings.append(
                RULES["colliding-names"].at(
                    span,
                    f"the {kind} `{said}` becomes `{name}` in Python, as `{seen[key]}` does",
                    f"give one of the two {kind}s another name, or leave it out",
                )
            )
        seen.setdefault(key, said)

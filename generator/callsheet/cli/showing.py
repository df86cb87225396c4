"""All facts of one endpoint as text and tables. Nothing is decided or left out here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from callsheet.cli.catalogue import price, seconds
from callsheet.plan.describe import type_facts
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.spec.model import Citation, ErrorSpec, Field, ProtocolSpec, Source, Type

if TYPE_CHECKING:
    from rich.console import RenderableType


def everything(provider: ProviderPlan, model: ModelPlan) -> Iterator[RenderableType]:
    """The parts of the page, from top to bottom."""
    spec, hosts = model.spec, {host.name: host.url for host in provider.spec.hosts}
    credential = provider.spec.credential
    yield _title(f"{model.provider}/{model.id}", spec.name)
    yield Text(spec.about)
    yield Text("")
    yield _facts(
        ("client", f"callsheet_clients.{provider.package}: {provider.client_name}().{model.module}"),
        ("", f"{provider.async_client_name} is its mirror"),
        ("key", f"${credential.env}, sent as `{credential.header}: {credential.value}`"),
        ("", f"to {', '.join(hosts[name] for name in credential.hosts)} only"),
        ("protocols", ", ".join(spec.protocols)),
        ("typical", seconds(spec.typical_seconds)),
        ("price", price(model)),
        ("", spec.price.about),
    )
    yield _head("Input")
    yield _fields(spec.input, "default")
    yield _head("Output")
    yield Text(f"{kind(spec.output.type)}. {spec.output.about}")
    if spec.output.type.fields:
        yield _fields(spec.output.type.fields, "default")
        yield Text(f"The main file is at {spec.output.media or 'the output itself'}.")
    for named in spec.types:
        yield _head(f"Type {named.name}")
        yield Text(named.about)
        yield _fields(named.type.fields, "default")
    for protocol in provider.spec.protocols:
        if protocol.name in spec.protocols:
            yield from _protocol(protocol, model, hosts)
    yield _head("Errors")
    yield _errors(provider.spec.errors, spec.errors)
    if spec.samples:
        yield _head("Samples")
        for sample in spec.samples:
            yield Text(f"{sample.id}: {sample.about}")
            yield Padding(Text(json.dumps(sample.input, indent=2, ensure_ascii=False)), (0, 0, 0, 2))
    yield _head("Sources")
    yield _sources(spec.sources)
    yield _sources(provider.spec.sources, provider.spec.name)
    decisions = (*spec.decisions, *provider.spec.decisions)
    if decisions:
        yield _head("Decisions")
        for decision in decisions:
            yield _facts(("about", decision.about), ("found", decision.found), ("decided", decision.decided))
            yield Text("")


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


def cited(citation: Citation) -> str:
    """Source ids by aspect, and the certainty where it is not the usual one."""
    sources = ", ".join(f"{aspect}: {source}" if aspect else source for aspect, source in citation.sources.items())
    if citation.certainty == "documented":
        return sources
    return f"{sources} ({citation.certainty})" if sources else citation.certainty


def _protocol(protocol: ProtocolSpec, model: ModelPlan, hosts: dict[str, str]) -> Iterator[RenderableType]:
    submit, status, result, judges = protocol.submit, protocol.status, protocol.result, protocol.judges
    urls = {url.name: f"{hosts[url.host]}{_filled(url.path, model)}" for url in protocol.urls}
    yield _head(f"Protocol {protocol.name}")
    yield Text(protocol.about)
    yield _facts(
        ("submit", f"{submit.method} {hosts[submit.host]}{_filled(submit.path, model)}"),
        ("status", f"{status.method} {urls[status.url]}{_query(dict(status.query))}"),
        ("result", f"{result.method} {urls[result.url]}" if result.url is not None else "within the status"),
        ("output at", result.output or "the whole body"),
        ("early result", f"answered by {result.early}  [{cited(result.early_cited)}]"),
        ("failed result", f"answered by {result.failed}  [{cited(result.failed_cited)}]"),
        ("input judged", f"{judges.when.replace('_', ' ')}, refused with {judges.refuses_with or 'nothing'}"),
        ("", f"unknown fields {judges.unknown_fields}, nulls {judges.nulls}  [{cited(judges.cited)}]"),
        ("looks", f"at least {protocol.poll_interval:g} s apart"),
        ("retention", _retention(protocol)),
    )
    table = _table("state", "means", "HTTP", "may become", "error", "about", "source")
    for state in status.states:
        becomes = ", ".join(state.next) or "(final)"
        table.add_row(
            state.name, state.means, str(state.http), becomes, state.error or "", state.about, cited(state.cited)
        )
    yield table


def _retention(protocol: ProtocolSpec) -> str:
    kept = protocol.retention
    if kept is None:
        return "not stated"
    since = {"submit": "the submission", "end": "the end of the job"}[kept.counted_from]
    large = f"; {kept.large_seconds:g} s above {kept.large_bytes} bytes" if kept.large_seconds is not None else ""
    return f"{kept.seconds:g} s from {since}{large}  [{cited(kept.cited)}]"


def _errors(errors: tuple[ErrorSpec, ...], on_page: tuple[str, ...]) -> Table:
    table = _table("error", "HTTP", "on", "means", "accepted", "billed", "retry", "mend", "on page", "about", "source")
    for row in errors:
        table.add_row(
            row.name,
            str(row.http),
            ", ".join(row.on) or "any",
            row.means,
            row.accepted,
            row.billed,
            row.retry.replace("_", " "),
            row.mend,
            "yes" if row.name in on_page else "",
            row.about,
            cited(row.cited),
        )
    return table


def _fields(fields: tuple[Field, ...], default_heading: str) -> Table:
    table = _table("name", "type", "required", default_heading, "allowed", "about", "source")
    for field in fields:
        allowed = ", ".join(json.dumps(value) for value in field.type.enum or ())
        form = [fact for fact in type_facts(field.type) if not fact.startswith("A URI")]
        table.add_row(
            field.name,
            kind(field.type),
            "yes" if field.required else "",
            json.dumps(field.default, ensure_ascii=False) if field.has_default else "",
            " ".join([allowed, *form]).strip(),
            " ".join(filter(None, (field.about, f"In {field.unit}." if field.unit else "", _deprecated(field)))),
            cited(field.cited),
        )
    return table


def _deprecated(field: Field) -> str:
    return "Deprecated." if field.deprecated else ""


def _sources(sources: tuple[Source, ...], holder: str = "") -> Table:
    table = _table("source", "what", "read", "about")
    for source in sources:
        what = source.url or " ".join(filter(None, (source.package, source.version)))
        table.add_row(f"{holder}: {source.id}" if holder else source.id, what, source.read, source.about)
    return table


def _filled(path: str, model: ModelPlan) -> str:
    for name, value in model.spec.path.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _query(query: dict[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""


def _title(identifier: str, name: str) -> Text:
    return Text.assemble((identifier, "bold cyan"), "  ", (name, "bold"))


def _head(words: str) -> Text:
    return Text(f"\n{words}", style="bold")


def _facts(*rows: tuple[str, str]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, words in rows:
        if words:
            table.add_row(label, words)
    return table


def _table(first: str, *headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, style="cyan", overflow="fold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table

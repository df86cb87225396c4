"""Sources: every fact has one, every one that is cited exists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import facts as rules
from callsheet.rules import structure as structure_rules
from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import Mapping, Node, Scalar, descend, key_place, place
from callsheet.spec.check.hosts import upload_steps
from callsheet.spec.model import CallSpec, Citation, Decision, Field, ModelSpec, ProtocolSpec, ProviderSpec, Source

_SAID_BY: Final = {
    "range": ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of"),
    "length": ("min_length", "max_length"),
    "items": ("items", "min_items", "max_items"),
}
"""Keys that an aspect of a source is about, where it is not the key of the same name."""

_Fact = tuple[str, Node | None, Citation | None]
"""What a fact is called, where it stands, and what it cites; None where what is around it is looked at instead."""


def check_provider(provider: ProviderSpec) -> Iterator[Finding]:
    """The sources of a provider's facts."""
    facts: list[_Fact] = [(f"the host {quoted(host.name)}", host.node, host.cited) for host in provider.hosts]
    facts.append(("the credential", provider.credential.node, provider.credential.cited))
    facts.extend((f"the error {quoted(error.name)}", error.node, error.cited) for error in provider.errors)
    facts.append(("`error_body`", descend(provider.node, "error_body"), provider.error_body.cited))
    for protocol in provider.protocols:
        facts.extend(_protocol(protocol))
    for call in provider.calls:
        facts.extend(_call(call))
    if provider.files is not None:
        facts.append(("`files`", provider.files.node, provider.files.cited))
        facts.extend(("the upload", step.node, None) for step in upload_steps(provider.files))
        facts.extend((f"the upload {quoted(way.name)}", way.node, way.cited) for way in provider.files.also)
    if provider.webhook is not None:
        facts.append(("the webhook", provider.webhook.node, provider.webhook.cited))
    facts.extend((f"the request {quoted(one.name)}", one.node, one.cited) for one in provider.endpoints)
    facts.extend((f"the switch {quoted(one.name)}", one.node, one.cited) for one in provider.switches)
    yield from _check(provider.node, provider.sources, provider.decisions, facts)


def check_model(model: ModelSpec) -> Iterator[Finding]:
    """The sources of a model's facts, and whether time and price are said one way or the other."""
    facts: list[_Fact] = [
        ("the price", descend(model.node, "price"), model.price.cited),
        ("the typical time", descend(model.node, "typical"), None),
    ]
    facts.extend((f"the rule {quoted(rule.id)}", rule.node, rule.cited) for rule in model.rules)
    for field in fields_of(model):
        facts.append((f"the field {quoted(field.name)}", field.node, field.cited))
        yield from _aspects(field)
    yield from _check(model.node, model.sources, model.decisions, facts)
    yield from _stated(model.node, "price", ("amount", "currency", "per"))
    yield from _stated(model.node, "typical", ("seconds",))
    price = model.price
    if price.amount is not None and price.max is not None and price.max < price.amount:
        what = f"the price is {price.amount:g}, and at most {price.max:g}"
        yield rules.CONTRADICTING_FACTS.at(place(model.node, "price", "max"), what, "correct one of the two")


def fields_of(model: ModelSpec) -> Iterator[Field]:
    """Every field of a model, however deep, of its input, its types and its output."""
    todo = [*model.input, *model.output.type.fields]
    for named in model.types:
        todo.extend(named.type.fields)
    while todo:
        field = todo.pop(0)
        yield field
        inner = [field.type, *field.type.any_of, *([field.type.items] if field.type.items else [])]
        todo.extend(deeper for type_ in inner for deeper in type_.fields)


def _protocol(protocol: ProtocolSpec) -> Iterator[_Fact]:
    """The protocol itself need not be cited where all its parts are."""
    yield "the protocol", protocol.node, None
    for url in protocol.urls:
        yield f"the address {quoted(url.name)}", url.node, url.cited
    yield "the submission", protocol.submit.node, protocol.submit.cited
    yield "the status", protocol.status.node, protocol.status.cited
    for state in protocol.status.states:
        yield f"the state {quoted(state.name)}", state.node, None
    yield "the result", protocol.result.node, protocol.result.cited
    yield "the early answer", descend(protocol.result.node, "early"), None
    yield "the answer for a failed job", descend(protocol.result.node, "failed"), None
    yield "`judges`", protocol.judges.node, protocol.judges.cited
    if protocol.retention:
        yield "the retention", descend(protocol.node, "retention"), protocol.retention.cited
    yield "the pace of polling", descend(protocol.node, "poll"), protocol.poll_cited
    if protocol.file is not None:
        yield "the request for the file", protocol.file.node, protocol.file.cited
    if protocol.cancel is not None:
        yield "the wish to cancel", protocol.cancel.node, protocol.cancel.cited
        for answer in protocol.cancel.answers:
            yield f"the answer {quoted(answer.name)}", answer.node, None
    if protocol.stream is not None:
        yield "the stream", protocol.stream.node, protocol.stream.cited
    yield from _options(protocol)


def _call(call: CallSpec) -> Iterator[_Fact]:
    yield "the protocol", call.node, None
    yield "the call", call.submit.node, call.submit.cited
    yield "the result", call.result.node, call.result.cited
    yield "`judges`", call.judges.node, call.judges.cited
    if call.cutoff is not None:
        yield "the cut-off", descend(call.node, "cutoff"), call.cutoff_cited
    yield from _options(call)


def _options(way: ProtocolSpec | CallSpec) -> Iterator[_Fact]:
    for option in way.submit.options:
        yield f"the option {quoted(option.name)}", option.node, option.cited


def _check(
    node: Node, sources: tuple[Source, ...], decisions: tuple[Decision, ...], facts: list[_Fact]
) -> Iterator[Finding]:
    if not sources:
        yield rules.MISSING_SOURCE.at(key_place(node, "sources"), "`sources` is empty")
        return  # otherwise every fact would repeat it
    for source in sources:
        yield from _source(source)
    known = [source.id for source in sources]
    for _, at, _ in facts:
        if at is not None:
            yield from _cites(at, known)
    for decision in decisions:
        yield from _cites(decision.node, known)
    for name, at, cited in facts:
        if at is not None and cited is not None and "" not in cited.sources:
            yield rules.UNCITED_FACT.at(at.span, f"{name} has no source")


def _source(source: Source) -> Iterator[Finding]:
    try:
        date.fromisoformat(source.read)
    except ValueError:
        what = f"there is no day {quoted(source.read)}"
        yield rules.NO_SUCH_DATE.at(place(source.node, "read"), what, "write the day on which it was read")
    if source.url is None and source.package is None and not source.about:
        what = f"the source {quoted(source.id)} says neither `url` nor `package` nor `about`"
        yield structure_rules.MISSING_KEY.at(source.node.span, what, "say where it is to be found")


def _cites(at: Node, known: list[str]) -> Iterator[Finding]:
    match descend(at, "source"):
        case Scalar() as found:
            cited: tuple[Node, ...] = (found,)
        case Mapping() as found:
            cited = tuple(entry.value for entry in found.entries)
        case _:
            cited = ()
    for node in cited:
        if isinstance(node, Scalar) and node.value not in known:
            what = f"the file lists no source {quoted(node.value)}"
            yield rules.UNKNOWN_SOURCE.at(node.span, what, one_of(node.value, known, noun="listed"))


def _aspects(field: Field) -> Iterator[Finding]:
    found = descend(field.node, "source")
    if not isinstance(found, Mapping):
        return
    for aspect, node in found.items():
        if not any(descend(field.node, key) is not None for key in _SAID_BY.get(aspect, (aspect,))):
            what = f"the field {quoted(field.name)} says nothing about its {aspect}"
            yield rules.SOURCE_OF_NOTHING.at(node.span, what, f"say it, or delete `{aspect}:`")


def _stated(node: Node, key: str, needed: tuple[str, ...]) -> Iterator[Finding]:
    at = descend(node, key)
    if at is None:
        return
    unstated = descend(at, "stated") is not None
    present = [name for name in needed if descend(at, name) is not None]
    if unstated and present:
        yield rules.CONTRADICTING_FACTS.at(
            place(at, present[0]), f"`{key}` is not stated, and has {quoted(present[0])}"
        )
    elif not unstated and len(present) < len(needed):
        missing = next(name for name in needed if name not in present)
        yield rules.CONTRADICTING_FACTS.at(key_place(node, key), f"`{key}` has neither `{missing}` nor `stated: false`")

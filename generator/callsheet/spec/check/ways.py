"""What protocols are made of: the parts that their kind needs, and the names that they use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules import flow as flow_rules
from callsheet.rules import structure as structure_rules
from callsheet.rules import ways as rules
from callsheet.rules.words import listed, one_of, quoted
from callsheet.source.nodes import Mapping, Node, descend, key_place, place
from callsheet.spec.model import CallSpec, FileSpec, OptionSpec, ProtocolSpec, ProviderSpec, SubmitSpec

RESERVED: Final = frozenset(
    {"submit", "run", "job", "validate", "with_options", "judged", "name", "model", "input_model", "output_type"}
)
"""Attributes of every endpoint of the client."""

_ABOUT_JOBS: Final = ("handle", "id_form", "answer")
_QUEUE_ONLY: Final = ("urls", "status", "file", "cancel", "stream", "retention", "poll")


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """The protocols of both kinds."""
    for queue in provider.protocols:
        yield from _queue(queue)
    for call in provider.calls:
        yield from _call(call)
    for way in provider.ways:
        if way.name in RESERVED:
            at = key_place(provider.node, "protocols", way.name)
            yield rules.RESERVED_PROTOCOL.at(at, f"{quoted(way.name)} is an attribute of every endpoint")
        yield from _options(way.submit)


def _queue(queue: ProtocolSpec) -> Iterator[Finding]:
    needed = [(queue.node, key) for key in ("urls", "status")]
    needed += [(queue.submit.node, key) for key in ("handle", "answer")]
    result = queue.result
    if result.url is not None:
        needed += [(result.node, key) for key in ("early", "failed")]
        if result.decode != "bytes":
            needed.append((result.node, "answer"))
    else:
        yield from _useless(result.node, ("early", "failed", "answer", "http", "method"), "without `url`")
    yield from _missing(needed)
    yield from _useless(queue.node, ("cutoff",), "in a `queue`")
    yield from _useless(result.node, ("base64",), "in a `queue`")
    named: list[tuple[str, Span]] = []
    if queue.cancel is not None:
        named.append((queue.cancel.url, place(queue.cancel.node, "url")))
    if queue.stream is not None:
        named.append((queue.stream.url, place(queue.stream.node, "url")))
    known = [url.name for url in queue.urls]
    for name, at in named:
        if name not in known:
            what = f"the protocol declares no address {quoted(name)}"
            yield flow_rules.UNKNOWN_URL.at(at, what, one_of(name, known, noun="declared"))
    if queue.file is not None:
        yield from _file(queue.file)


def _file(file: FileSpec) -> Iterator[Finding]:
    yield from exactly_one(file.node, ("host", "url"))
    if file.url is not None:
        yield from _useless(file.node, ("path", "query"), "where the result names the whole URL")
    else:
        yield from _missing([(file.node, "path")])
    if file.gives == "address":
        yield from _missing([(file.node, "answer")])
    else:
        yield from _useless(file.node, ("answer", "at"), "where the answer is the file")


def _call(call: CallSpec) -> Iterator[Finding]:
    yield from _useless(call.node, _QUEUE_ONLY, "in a `call`")
    yield from _useless(call.submit.node, _ABOUT_JOBS, "in a `call`")
    yield from _useless(call.result.node, ("url", "early", "failed", "http", "method"), "in a `call`")
    if call.result.decode == "bytes":
        yield from _useless(call.result.node, ("answer",), "where the answer is the file")
    else:
        yield from _missing([(call.result.node, "answer")])


def _missing(needed: list[tuple[Node, str]]) -> Iterator[Finding]:
    for node, key in needed:
        if descend(node, key) is None:
            yield structure_rules.MISSING_KEY.at(_top(node), f"{quoted(key)} is missing here", f"add `{key}:`")


def _top(node: Node) -> Span:
    return Span(node.span.path, node.span.line, node.span.column, node.span.line, node.span.column + 1)


def _useless(node: Node, keys: tuple[str, ...], where: str) -> Iterator[Finding]:
    for key in keys:
        if isinstance(node, Mapping) and descend(node, key) is not None:
            yield rules.PART_OF_ANOTHER_KIND.at(key_place(node, key), f"{quoted(key)} has no meaning {where}")


def _options(submit: SubmitSpec) -> Iterator[Finding]:
    for option in submit.options:
        yield from exactly_one(option.node, ("header", "query", "body"))
        yield from _default(option)


def _default(option: OptionSpec) -> Iterator[Finding]:
    value = option.default
    if value is None:
        return
    low = option.minimum is not None and isinstance(value, int | float) and value < option.minimum
    above = (
        option.exclusive_minimum is not None and isinstance(value, int | float) and value <= option.exclusive_minimum
    )
    high = option.maximum is not None and isinstance(value, int | float) and value > option.maximum
    at = place(option.node, "default")
    if option.enum is not None and value not in option.enum:
        what = f"the default {quoted(value)} is not an allowed value"
        yield flow_rules.ANSWER_DISAGREES.at(at, what, f"allowed: {listed([str(one) for one in option.enum])}")
    elif low or above or high:
        yield flow_rules.ANSWER_DISAGREES.at(at, f"the default {value} is out of range")


def exactly_one(node: Node, keys: tuple[str, ...]) -> Iterator[Finding]:
    """A finding where not exactly one of the keys is there."""
    found = [key for key in keys if descend(node, key) is not None]
    if len(found) == 1:
        return
    at = key_place(node, found[1]) if found else _top(node)
    names = " or ".join(f"`{key}`" for key in keys)
    what = f"{' and '.join(f'`{key}`' for key in found)} are both given" if found else f"there is no {names}"
    yield rules.EXACTLY_ONE.at(at, what, f"give one: {names}")

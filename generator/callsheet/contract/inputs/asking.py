"""Options of a call at their edges: what a client lets through travels where it is read, and the rest goes nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.lines import Line
from callsheet.contract.inputs.edges import edges
from callsheet.contract.inputs.judges import canonical
from callsheet.contract.inputs.numbers import NOT_JSON
from callsheet.contract.inputs.points import points
from callsheet.plan.model import Schema
from callsheet.runtime.offers import Option
from callsheet.source.nodes import Plain

_ADDRESSES: Final = ("https://example.com/hook?x=1&y=%20", "http://127.0.0.1:8000/")
_NO_ADDRESSES: Final = ("", "example.com/hook", "ftp://example.com/", "https://", "https://exa mple.com/", "https://é/")


@dataclass(frozen=True, slots=True)
class Asked:
    """One option with one value."""

    name: str
    word: str
    value: Plain = field(repr=False)
    good: bool

    def __str__(self) -> str:
        """As a failure names it: `call.priority-upper_case:low`."""
        return f"call.{self.name}-{self.word}"


def asked(caller: Caller) -> Iterator[Asked]:
    """Every edge of every option of a protocol, and an option that there is not."""
    for name, option in caller.table.protocol.submit.options.items():
        hook = caller.provider.spec.webhook
        if hook is not None and hook.option == name:
            yield from (Asked(name, f"address:{text}", text, good=True) for text in _ADDRESSES)
            yield from (Asked(name, f"no_address:{text}", text, good=False) for text in _NO_ADDRESSES)
            yield from (Asked(name, word, value, good=False) for word, value in {"null": None, "number": 5}.items())
            continue
        for point in points(_schema(option), {}):
            if not _is_trimmed(option, point.value):
                yield Asked(name, point.word, point.value, good=point.good and _can_travel(option, point.value))
        if option.type in {"integer", "number"}:
            yield from (Asked(name, word, value, good=False) for word, value in NOT_JSON.items())
    yield Asked("surprise", "unknown", "value", good=False)


def misasked(line: Line) -> Iterator[str]:
    """Where an option is judged wrongly, travels wrongly or comes to the provider as something else."""
    caller = line.caller
    invalid = caller.error("InvalidInput")
    payload = edges(caller.model)[0].payload
    for one in asked(caller):
        try:
            line.call(caller.sends, call={one.name: one.value}, **payload)
        except invalid as refusal:
            told = {violation.field for violation in cast("Any", refusal).violations}
            if one.good or told != {f"call.{one.name}"} or line.requests:
                yield f"{one}: the client refuses {sorted(told)} for {one.value!r}, after {len(line.requests)} requests"
            continue
        except caller.error("JobFailed"):
            pass  # a deadline that cannot be kept
        if not one.good:
            yield f"{one}: the client sent {one.value!r}"
        else:
            yield from (f"{one}: {words}" for words in _unlike_asked(line, one))


def _unlike_asked(line: Line, one: Asked) -> Iterator[str]:
    option = line.caller.table.protocol.submit.options[one.name]
    request = line.requests[0]
    text = one.value if isinstance(one.value, str) else json.dumps(one.value)
    body = json.loads(request.content)
    sent = {"header": request.headers.get(option.name), "query": request.url.params.get(option.name)}
    if option.to == "body":
        if canonical(body.get(option.name)) != canonical(one.value):
            yield f"{one.value!r} is in the body as {body.get(option.name)!r}"
    elif sent[option.to] != text:
        yield f"{text!r} is in the {option.to} as {sent[option.to]!r}"
    jobs = list(line.emulated.state.jobs.values())
    read = jobs[-1].options.get(one.name) if jobs else None
    if canonical(read) != canonical(one.value):
        yield f"{one.value!r} is read by the provider as {read!r}"


def _schema(option: Option) -> Schema:
    """An option as JSON Schema."""
    found: Schema = {"type": option.type}
    if option.one_of is not None:
        found["enum"] = list(option.one_of)
    for word, limit in {
        "minimum": option.minimum,
        "exclusiveMinimum": option.above,
        "maximum": option.maximum,
    }.items():
        if limit is not None:
            found[word] = limit
    return found


def _is_trimmed(option: Option, value: Plain) -> bool:
    """HTTP takes no notice of the space around a header's value."""
    return option.to == "header" and isinstance(value, str) and value != value.strip()


def _can_travel(option: Option, value: Plain) -> bool:
    """No header carries other letters than those of ASCII; and as text 5.0 is not 5, though both are one number."""
    if option.type == "integer" and isinstance(value, float):
        return False
    text = option.to == "header" and isinstance(value, str)
    return not text or (str(value).isascii() and str(value).isprintable())

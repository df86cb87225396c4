"""A payload against an endpoint: every broken fact at once, each at its place."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, cast

from jsonschema.exceptions import ValidationError

from callsheet.findings import Finding, Span, in_order
from callsheet.plan.model import ModelPlan
from callsheet.plan.rules import BrokenRule, broken_rules
from callsheet.rules import RULES
from callsheet.rules.words import join
from callsheet.runtime.formats import URI_PATTERN
from callsheet.spec.judge import JUDGE

Locate = Callable[[Sequence[str | int]], Span]
"""Tells where in the caller's file a path of keys and indexes stands."""

_RULE_OF: Final = {
    "required": "payload-missing",
    "additionalProperties": "payload-unknown",
    "type": "payload-type",
    "enum": "payload-enum",
    "pattern": "payload-pattern",
}

_WORDS: Final = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


_LIMITS: Final = {
    "pattern": "does not match `{}`",
    "multipleOf": "is no multiple of {}",
    "minLength": "has not at least {} characters",
    "maxLength": "has more than {} characters",
    "minItems": "has not at least {} items",
    "maxItems": "has more than {} items",
}


def complete(model: ModelPlan, payload: dict[str, object]) -> dict[str, object]:
    """The payload as it would be sent: required parameters with a default are filled in."""
    defaults = model.table.required_defaults
    return {**payload, **{name: value for name, value in defaults.items() if name not in payload}}


def validate(model: ModelPlan, payload: object, locate: Locate | Span) -> tuple[Finding, ...]:
    """All faults of a payload. Empty when the endpoint would be sent it."""
    where: Locate = (lambda _path: locate) if isinstance(locate, Span) else locate
    if not isinstance(payload, dict):
        return (RULES["payload-no-object"].at(where(()), f"the payload is {_show(payload)}, an object is expected"),)
    given = complete(model, cast("dict[str, object]", payload))
    faults = cast("Iterable[ValidationError]", _validator(model).iter_errors(given))
    found = [finding for fault in _once(faults) for finding in _findings(model, fault, where)]
    return in_order([*found, *_no_text(cast("object", payload), (), where)])


def _once(faults: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """Without what follows: a value of another type is no allowed one either, and half a character fits no pattern."""
    found = list(faults)
    mistyped = {tuple(fault.absolute_path) for fault in found if fault.validator == "type"}
    for fault in found:
        follows = fault.validator == "enum" and tuple(fault.absolute_path) in mistyped
        if not follows and not (fault.validator == "pattern" and _is_half(cast("str", fault.instance))):
            yield fault


def _is_half(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _no_text(value: object, path: tuple[str | int, ...], where: Locate) -> Iterator[Finding]:
    """JSON can write half of a surrogate pair as an escape; no provider can be sent it."""
    match value:
        case str() if _is_half(value):
            name = ".".join(map(str, path))
            yield RULES["payload-type"].at(
                where(path), f"`{name}` holds half a character, a lone surrogate", "give text"
            )
        case dict():
            for key, part in cast("dict[str, object]", value).items():
                yield from _no_text(part, (*path, key), where)
        case list():
            for number, part in enumerate(cast("list[object]", value)):
                yield from _no_text(part, (*path, number), where)
        case _:
            pass


def _validator(model: ModelPlan) -> Any:
    # pyright cannot tell the type of jsonschema's own generator.
    return JUDGE(model.wire_schema)


def _findings(model: ModelPlan, fault: ValidationError, where: Locate) -> Iterator[Finding]:
    path = tuple(fault.absolute_path)
    name = ".".join(map(str, path))
    about = f"`{name}`" if name else "the payload"
    kind = str(fault.validator)
    wanted: Any = fault.validator_value
    if (broken := broken_rules(model.wire_schema, fault)) is not None:
        yield from (_rule(model, rule, where) for rule in broken)
        return
    if kind == "required":
        for key in cast("list[str]", wanted):
            if key not in cast("dict[str, object]", fault.instance):
                yield RULES["payload-missing"].at(
                    where(path), f"`{_join(name, key)}` is required and missing", "give it a value"
                )
        return
    if kind == "additionalProperties":
        known = list(cast("dict[str, object]", cast("dict[str, object]", fault.schema)["properties"]))
        for key in cast("dict[str, object]", fault.instance):
            if key not in known:
                what = f"`{_join(name, key)}` is no parameter of {model.provider}/{model.id}"
                yield RULES["payload-unknown"].at(where((*path, key)), what, _meant(key, known))
        return
    if kind == "anyOf" and (near := _nearest(fault)) is not None:
        for part in _once(near):
            yield from _findings(model, part, where)
        return
    what, mend = _words(kind, about, fault.instance, wanted)
    allowed = cast("dict[str, Any]", fault.schema).get("enum") if kind == "type" else None
    mend = _meant(fault.instance, allowed) if allowed is not None else mend
    yield RULES[_RULE_OF.get(kind, "payload-range")].at(where(path), what, mend)


def _rule(model: ModelPlan, broken: BrokenRule, where: Locate) -> Finding:
    rule = next(rule for rule in model.rules if rule.id == broken.id)
    names = dict.fromkeys([broken.field, *rule.spec.when.criteria, *rule.spec.among])
    what = f"the rule `{rule.id}` is broken: {rule.messages[broken.field]}"
    return RULES["payload-rule"].at(where((broken.field,)), what, f"change {join(f'`{name}`' for name in names)}")


def _nearest(fault: ValidationError) -> list[ValidationError] | None:
    """What is wrong with the one option that is of the value's type; None where none is, or several are."""
    options: dict[object, list[ValidationError]] = {}
    for part in fault.context or ():
        options.setdefault(part.schema_path[0], []).append(part)
    near = [parts for parts in options.values() if not any(p.validator == "type" and not p.path for p in parts)]
    return near[0] if len(near) == 1 else None


def _words(kind: str, about: str, given: object, wanted: Any) -> tuple[str, str]:
    shown = _show(given)
    match kind:
        case "type":
            kinds = cast("list[str]", wanted if isinstance(wanted, list) else [wanted])
            needed = " or ".join(_WORDS[one] for one in kinds)
            return f"{about} is {shown}, {needed} is expected", f"give {needed}"
        case "enum":
            allowed = cast("list[object]", wanted)
            return f"{about} is {shown}, which is not allowed", _meant(given, allowed)
        case "pattern" if wanted == URI_PATTERN:
            return (
                f"{about} is {shown}, which is not a URI",
                "give an address such as https://example.com/clip.mp4, or a data URI",
            )
        case "anyOf":
            return f"{about} is {shown}, which fits none of the types it may have", "see `callsheet show` for the types"
        case _:
            limit = {
                "minimum": "below",
                "maximum": "above",
                "exclusiveMinimum": "not above",
                "exclusiveMaximum": "not below",
            }
            if kind in limit:
                return f"{about} is {shown}, {limit[kind]} the limit of {wanted}", "choose a value within the range"
            broken = _LIMITS.get(kind, f"breaks `{kind}: {{}}`").format(wanted)
            return f"{about} is {shown}, which {broken}", "see `callsheet show` for the limits"


def _meant(given: object, known: Sequence[object]) -> str:
    listed = ", ".join(map(str, known))
    texts = {str(one).casefold(): str(one) for one in known}
    close = difflib.get_close_matches(str(given).casefold(), texts, n=1)
    return f"did you mean `{texts[close[0]]}`? Known: {listed}" if close else f"known: {listed}"


def _join(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key


def _show(value: object) -> str:
    """As JSON writes it, since that is what people have in their file."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"  # noqa: PLR2004 - a line of a report

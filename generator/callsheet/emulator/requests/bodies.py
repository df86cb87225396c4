"""Bodies read backwards: which input a caller meant, by the template that its client made the body from."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from callsheet.plan.model import ModelPlan
from callsheet.runtime.bodies import INPUT, REST, chosen, effective
from callsheet.runtime.conditions import same
from callsheet.source.nodes import Plain

Path = tuple[str | int, ...]

_WHOLE: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[^{}]+)?)\}\Z")
_PART: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[^{}]+)?)\}")


class BadShapeError(ValueError):
    """A body of another form than the template; its words are meant for the caller."""


@dataclass(frozen=True, slots=True)
class Read:
    """The input within a body."""

    payload: dict[str, Plain]
    template: Plain
    unknown: tuple[Path, ...] = ()
    """Keys beside those of the template."""

    def place(self, name: str) -> Path:
        """Where a parameter stands in the body, whether it is there or not."""
        return _place(self.template, name) or (name,)


def read(model: ModelPlan, protocol: str, body: Plain, variables: Mapping[str, str], extra: frozenset[str]) -> Read:
    """The input that a body holds. `extra` are keys that options put beside the template's own.

    BadShapeError where it has another form than the spec says for such an input.
    """
    table = model.tables[protocol]
    if not table.body:
        return _read(model, table.protocol.submit.body, body, variables, extra)
    problem = BadShapeError("The request body has not the form that goes with this input")
    for choice in table.body:
        try:
            found = _read(model, choice.value, body, variables, extra)
        except BadShapeError as exc:
            problem = exc
            continue
        if chosen(table.body, effective(table, found.payload)) is choice.value:
            return found
    raise problem


def variables(model: ModelPlan, protocol: str, payload: Mapping[str, Plain]) -> dict[str, str]:
    """The path variables that an input chooses."""
    table = model.tables[protocol]
    values = effective(table, payload)
    found = {name: chosen(choices, values) for name, choices in table.chosen_path.items()}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def extract(template: Plain, body: Plain) -> dict[str, Plain]:
    """The values at a template's placeholders. BadShapeError for a body of another form."""
    reader = _Reader({}, frozenset(), frozenset())
    reader.take(template, body, ())
    return reader.values


def _read(model: ModelPlan, template: object, body: Plain, variables: Mapping[str, str], extra: frozenset[str]) -> Read:
    shape = cast("Plain", template)  # it comes from a spec: it is JSON
    texts = frozenset(f"{INPUT}.{field.name}" for field in model.spec.input if field.type.json == "string")
    reader = _Reader(variables, extra, texts)
    reader.take(shape, body, ())
    payload: dict[str, Plain] = {}
    for name in (INPUT, REST):
        whole = reader.values.get(name, {})
        payload |= whole if isinstance(whole, dict) else {}
    payload |= {
        name.removeprefix(f"{INPUT}."): value for name, value in reader.values.items() if name.startswith(f"{INPUT}.")
    }
    return Read(payload, shape, tuple(reader.unknown))


@dataclass(slots=True)
class _Reader:
    """Walks template and body side by side."""

    variables: Mapping[str, str]
    extra: frozenset[str]
    texts: frozenset[str]
    """Placeholders of parameters that are text, whatever it looks like."""
    values: dict[str, Plain] = field(default_factory=dict[str, Plain])
    unknown: list[Path] = field(default_factory=list[Path])

    def take(self, template: Plain, body: Plain, at: Path) -> None:
        match template:
            case str() if whole := _WHOLE.match(template):
                self._value(whole[1], body, at)
            case str() if _PART.search(template):
                self._text(template, body, at)
            case dict():
                self._object(template, body, at)
            case list():
                self._list(template, body, at)
            case _ if not _equal(template, body):
                raise BadShapeError(f"{_named(at)} should be {json.dumps(template)}")
            case _:
                pass

    def _value(self, name: str, body: Plain, at: Path) -> None:
        if name in {INPUT, REST}:
            if not isinstance(body, dict):
                raise BadShapeError(f"{_named(at)} is not a JSON object")
            self.values[name] = {key: value for key, value in body.items() if at or key not in self.extra}
        elif name in self.variables:
            if body != self.variables[name]:
                raise BadShapeError(f"{_named(at)} should be {json.dumps(self.variables[name])}")
        else:
            self.values[name] = body

    def _text(self, template: str, body: Plain, at: Path) -> None:
        names = [found[1] for found in _PART.finditer(template)]
        around = [re.escape(text) for text in _PART.split(template)[::2]]
        pattern = around[0] + "".join(f"(.*?){text}" for text in around[1:])
        found = re.fullmatch(pattern, body, re.DOTALL) if isinstance(body, str) else None
        if found is None:
            raise BadShapeError(f"{_named(at)} should read {json.dumps(template)}")
        for name, text in zip(names, found.groups(), strict=True):
            self._value(name, text if name in self.texts else _number_or_text(text), at)

    def _object(self, template: dict[str, Plain], body: Plain, at: Path) -> None:
        if not isinstance(body, dict):
            raise BadShapeError(f"{_named(at)} is not a JSON object")
        for key, part in template.items():
            if key in body:
                self.take(part, body[key], (*at, key))
            elif not _may_be_left_out(part, self.variables):
                raise BadShapeError(f"{_named((*at, key))} is missing")
        self.unknown += [(*at, key) for key in body if key not in template and (at or key not in self.extra)]

    def _list(self, template: list[Plain], body: Plain, at: Path) -> None:
        """An item that the input gave nothing for is left out: then the last ones of those are taken to be missing."""
        if not isinstance(body, list):
            raise BadShapeError(f"{_named(at)} is not a JSON list")
        parts = list(template)
        for part in reversed(template):
            if len(parts) > len(body) and _may_be_left_out(part, self.variables):
                parts.remove(part)
        if len(parts) != len(body):
            raise BadShapeError(f"{_named(at)} should have {len(template)} items")
        for n, (part, item) in enumerate(zip(parts, body, strict=True)):
            self.take(part, item, (*at, n))


def _may_be_left_out(template: Plain, variables: Mapping[str, str]) -> bool:
    """Whether a part is there only where the input gives something for it."""
    match template:
        case str():
            whole = _WHOLE.match(template)
            return whole is not None and whole[1] not in variables and whole[1] != INPUT
        case dict() if template:
            return all(_may_be_left_out(part, variables) for part in template.values())
        case _:
            return False


def _place(template: Plain, name: str) -> Path | None:
    """The path to the placeholder of a parameter; else to that of all of them, or of the others."""
    for wanted, more in ((f"{INPUT}.{name}", ()), (REST, (name,)), (INPUT, (name,))):
        for found, path in _placeholders(template, ()):
            if found == wanted:
                return (*path, *more)
    return None


def _placeholders(template: Plain, at: Path) -> Iterator[tuple[str, Path]]:
    match template:
        case str():
            yield from ((found[1], at) for found in _PART.finditer(template))
        case dict():
            for key, part in template.items():
                yield from _placeholders(part, (*at, key))
        case list():
            for n, part in enumerate(template):
                yield from _placeholders(part, (*at, n))
        case _:
            pass


def _named(at: Path) -> str:
    return f"`{'.'.join(map(str, at))}`" if at else "The request body"


def _equal(template: Plain, body: Plain) -> bool:
    return not isinstance(template, dict | list) and same(body, template)


def _number_or_text(text: str) -> Plain:
    """A value that became text within a text: as JSON where it is a number or a truth value."""
    try:
        value: Plain = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)) else text

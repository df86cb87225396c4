"""Rules between parameters, as the wire schema says them: payloads that keep them, and payloads that break one of them.

A rule is read from its JSON Schema alone, so that what is drawn here does not lean on how the client judges rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from hypothesis import assume
from hypothesis import strategies as st

from callsheet.contract.inputs.schemas import Path, accepts, refusals, within
from callsheet.plan.model import Schema
from callsheet.plan.schema import resolve
from callsheet.source.nodes import Plain

Payload = dict[str, Plain]
Values = st.SearchStrategy[Plain]
Draw = Callable[[st.SearchStrategy[Plain]], Plain]

_TRIES: Final = 20
_COUNTED: Final = ("oneOf", "anyOf", "not")


@dataclass(frozen=True, slots=True)
class Ruled:
    """An endpoint's input with its rules. `values` draws what a schema accepts."""

    root: Schema
    defaults: Mapping[str, Plain]
    values: Callable[[Schema, Schema], Values]

    def rules(self) -> list[Schema]:
        """The rules, each a schema of the whole payload."""
        return cast("list[Schema]", self.root.get("allOf", []))

    def kept(self, drawn: st.SearchStrategy[Payload]) -> st.SearchStrategy[Payload]:
        """Payloads like the drawn ones that keep every rule."""

        @st.composite
        def strategy(draw: Draw) -> Payload:
            payload = self._mended(draw, cast("Payload", draw(cast("Values", drawn))))
            assume(accepts(self.root, {**self.defaults, **payload}))
            return payload

        return strategy()

    def broken(self, kept: st.SearchStrategy[Payload]) -> Iterator[tuple[str, str, st.SearchStrategy[Payload]]]:
        """For each rule and each parameter that would have to change: its id, that parameter, such payloads.

        Nothing but that parameter is wrong with them. Another rule may say so, too, where one follows from the other.
        """
        for rule in self.rules():
            ways: dict[str, list[st.SearchStrategy[Payload]]] = {}
            for name, spoil in self._spoils(rule):
                ways.setdefault(name, []).append(self._spoilt(kept, rule, name, spoil))
            yield from ((str(rule["title"]), name, st.one_of(drawn)) for name, drawn in ways.items())

    def _spoilt(
        self, kept: st.SearchStrategy[Payload], rule: Schema, name: str, spoil: Callable[[Draw, Payload], Payload]
    ) -> st.SearchStrategy[Payload]:
        @st.composite
        def strategy(draw: Draw) -> Payload:
            payload = self._armed(draw, cast("Payload", draw(cast("Values", kept))), rule)
            wrong: frozenset[Path] = frozenset({(name,)})
            payload = self._mended(draw, spoil(draw, payload), wrong, rule)
            # Not that the other rules are kept: one rule may follow from another.
            assume(refusals(self.root, {**self.defaults, **payload}) == wrong)
            return payload

        return strategy()

    def _armed(self, draw: Draw, payload: Payload, rule: Schema) -> Payload:
        """The payload as one that the rule is about, and keeps."""
        if needs := cast("dict[str, list[str]]", rule.get("dependentRequired", {})):
            names = [*needs, *(name for others in needs.values() for name in others)]
            return {**payload, **{name: draw(self._asked(name, {})) for name in names}}
        for part in ("if", "then"):
            payload = self._meeting(draw, payload, cast("Schema", rule.get(part, {})))
        return payload

    def _meeting(self, draw: Draw, payload: Payload, part: Schema) -> Payload:
        """The payload with what a condition asks of each parameter."""
        criteria = cast("dict[str, Schema]", part.get("properties", {}))
        for name in dict.fromkeys([*criteria, *cast("list[str]", part.get("required", []))]):
            if criteria.get(name) == {"type": "null"}:
                payload = {key: value for key, value in payload.items() if key != name}
            else:
                payload = {**payload, name: draw(self._asked(name, criteria.get(name, {})))}
        return payload

    def _spoils(self, rule: Schema) -> Iterator[tuple[str, Callable[[Draw, Payload], Payload]]]:
        """The ways to break a rule that is kept: the parameter that is to blame, and how."""
        for others in cast("dict[str, list[str]]", rule.get("dependentRequired", {})).values():
            yield from ((name, self._leaving_out(name)) for name in others)
        asked = cast("Schema", rule.get("then", rule))
        for word in _COUNTED:
            if word in asked:
                yield from self._miscounted(word, list(dict.fromkeys(names_of({word: asked[word]}))))
        criteria = cast("dict[str, Schema]", asked.get("properties", {}))
        for name in dict.fromkeys([*criteria, *cast("list[str]", asked.get("required", []))]):
            if name in criteria:
                yield name, self._failing(name, criteria[name])
            if name in cast("list[str]", asked.get("required", [])) and name not in self._must():
                yield name, self._leaving_out(name)

    def _miscounted(self, word: str, names: list[str]) -> Iterator[tuple[str, Callable[[Draw, Payload], Payload]]]:
        if word != "not" and not self._must() & set(names):
            yield names[0], self._leaving_out(*names)
        if word != "anyOf":
            yield names[1], self._giving(*names[:2])

    def _leaving_out(self, *names: str) -> Callable[[Draw, Payload], Payload]:
        return lambda _draw, payload: {key: value for key, value in payload.items() if key not in names}

    def _giving(self, *names: str) -> Callable[[Draw, Payload], Payload]:
        return lambda draw, payload: {**payload, **{name: draw(self._asked(name, {})) for name in names}}

    def _failing(self, name: str, criterion: Schema) -> Callable[[Draw, Payload], Payload]:
        return lambda draw, payload: {**payload, name: draw(self._values(name, criterion, meets=False))}

    def _mended(
        self, draw: Draw, payload: Payload, wrong: frozenset[Path] = frozenset(), rule: Schema | None = None
    ) -> Payload:
        """The payload with parameters changed, one after the other, until nothing but `wrong` is wrong with it.

        What `rule` speaks of stays as it is. It may not come to that: whoever calls this has to see.
        """
        fixed = names_of(rule) if rule is not None else []
        for _ in range(_TRIES):
            given = {**self.defaults, **payload}
            if refusals(self.root, given) <= wrong:
                break
            broken = [other for other in self.rules() if not accepts(other, given)]
            free = [(other, name) for other in broken for name in names_of(other) if name not in fixed]
            if not free:
                break
            other, name = free[cast("int", draw(st.integers(0, len(free) - 1)))]
            payload = self._changed(draw, payload, name, other)
        return payload

    def _changed(self, draw: Draw, payload: Payload, name: str, rule: Schema) -> Payload:
        criteria = cast("dict[str, dict[str, Schema]]", rule.get("then", {})).get("properties", {})
        if name not in self._must() and draw(st.booleans()):
            return {key: value for key, value in payload.items() if key != name}
        criterion = criteria.get(name, {})
        return {**payload, name: draw(self._asked(name, {} if criterion == {"type": "null"} else criterion))}

    def _must(self) -> frozenset[str]:
        """What a caller cannot leave out."""
        return frozenset(cast("list[str]", self.root.get("required", []))) - self.defaults.keys()

    def _asked(self, name: str, criterion: Schema) -> Values:
        """Values of a parameter that meet a criterion, none of them null."""
        return self._values(name, criterion, meets=True)

    def _values(self, name: str, criterion: Schema, *, meets: bool) -> Values:
        schema = resolve(cast("dict[str, Schema]", self.root["properties"])[name], self.root)
        alone = within(self.root, schema)
        fitting = [value for value in hints(criterion) if accepts(alone, value) and accepts(criterion, value) is meets]
        drawn = self.values(schema, self.root).filter(
            lambda value: accepts(criterion, value) is meets and value is not None
        )
        if not fitting:
            return drawn
        return st.sampled_from(fitting) if meets else st.one_of(st.sampled_from(fitting), drawn)


def names_of(rule: Schema) -> list[str]:
    """The parameters that a rule speaks of, in its order."""
    found: dict[str, None] = dict.fromkeys(cast("list[str]", rule.get("required", [])))
    found |= dict.fromkeys(cast("dict[str, Schema]", rule.get("properties", {})))
    for name, others in cast("dict[str, list[str]]", rule.get("dependentRequired", {})).items():
        found |= dict.fromkeys([name, *others])
    for word in ("if", "then", *_COUNTED):
        part = rule.get(word, [])
        for inner in cast("list[Schema]", part if isinstance(part, list) else [part]):
            found |= dict.fromkeys(names_of(inner))
    return list(found)


def hints(criterion: Schema) -> list[Plain]:
    """Values at the edges of a criterion, on both sides."""
    found: list[Plain] = [criterion["const"]] if "const" in criterion else []
    found += cast("list[Plain]", criterion.get("enum", []))
    found += cast("list[Plain]", cast("Schema", criterion.get("not", {})).get("enum", []))
    for word in ("minimum", "maximum"):
        if word in criterion:
            limit = cast("float", criterion[word])
            found += [limit, limit - 1, limit + 1]
    return [value for value in found if value is not None]

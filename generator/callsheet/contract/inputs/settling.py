"""Payloads brought in line with the rules between parameters, by search and without chance; and each rule's table."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Final, cast

from callsheet.contract.inputs.points import plain
from callsheet.contract.inputs.rules import hints, names_of
from callsheet.contract.inputs.schemas import Path, accepts, refusals, within
from callsheet.plan.model import Schema
from callsheet.plan.schema import resolve
from callsheet.source.nodes import Plain

Payload = dict[str, Plain]

_TRIES: Final = 60
"""Payloads that are looked at for one that keeps the rules."""

_ROWS: Final = 120
"""Combinations of values that are looked at for one rule, spread evenly over all of them."""

_LEFT_OUT: Final = object()


@dataclass(frozen=True, slots=True)
class Settled:
    """An endpoint's input, with its rules."""

    root: Schema
    defaults: Mapping[str, Plain]

    def payload(
        self, payload: Payload, fixed: Collection[str] = (), wrong: frozenset[Path] = frozenset()
    ) -> Payload | None:
        """The payload with as few parameters changed as it takes until nothing but `wrong` is wrong with it.

        Those of `fixed` stay as they are. None if it cannot be had. Without rules there is nothing to bring in line.
        """
        if "allOf" not in self.root:
            return payload
        queue, seen = deque([payload]), set[str]()
        while queue and len(seen) < _TRIES:
            tried = queue.popleft()
            if (mark := json.dumps(tried, sort_keys=True)) in seen:
                continue
            seen.add(mark)
            if self._refusals(tried) == wrong:
                return tried
            broken = [rule for rule in self._rules() if not accepts(rule, {**self.defaults, **tried})]
            for rule in broken[:1]:
                for name in names_of(rule):
                    if name not in fixed:
                        queue.extend(self._changed(tried, name, value) for value in self._candidates(name))
        return None

    def fullest(self, least: Payload) -> Payload:
        """The payload with every parameter given, but those that the rules do not want beside the others."""
        found = least
        for name, schema in cast("dict[str, Schema]", self.root["properties"]).items():
            more = {**found, name: plain(schema, self.root)}
            if name not in found and not self._refusals(more):
                found = more
        return found

    def rule_table(self, least: Payload) -> Iterator[tuple[Path, str, Payload, bool]]:
        """Each rule with what it may meet: each value at the edges of its conditions with each other, given or not.

        The other rules get what they ask for. Rows where that cannot be, or where several fields are wrong, are left
        out: they say nothing of one rule.
        """
        for rule in self._rules():
            alone: Schema = {**self.root, "allOf": [rule]}
            told: set[str] = set()
            for values in self._rows(rule, least):
                row = least
                for name, value in values.items():
                    row = self._changed(row, name, value)
                if (mark := json.dumps(row, sort_keys=True)) in told:
                    continue
                told.add(mark)
                wrong = refusals(alone, {**self.defaults, **row})
                settled = self.payload(row, values, wrong) if len(wrong) <= 1 else None
                if settled is not None:
                    word = "breaks" if wrong else "keeps"
                    yield next(iter(wrong), ()), f"{word}_{rule['title']}_{len(told)}", settled, not wrong

    def _rows(self, rule: Schema, least: Payload) -> Iterator[dict[str, object]]:
        """One that is about the rule and keeps it, that one with each value changed alone, and many others."""
        known = {name: self._candidates(name) for name in names_of(rule)}
        armed = self._armed(rule, known, least)
        yield armed
        for name, values in known.items():
            yield from ({**armed, name: value} for value in values)
        count = math.prod(map(len, known.values()))
        # An odd step, so that the values of each name vary.
        for row in islice(product(*known.values()), 0, None, math.ceil(count / _ROWS) | 1):
            yield dict(zip(known, row, strict=True))

    def _armed(self, rule: Schema, known: Mapping[str, list[object]], least: Payload) -> dict[str, object]:
        """Values that meet what the rule's conditions ask for, and that the other rules take, where there are such."""
        fitting = {name: self._fitting(rule, name, values) for name, values in known.items()}
        found: dict[str, object] = {name: values[0] for name, values in fitting.items()}
        for chosen in islice(product(*fitting.values()), _TRIES):
            row, tried = least, dict(zip(known, chosen, strict=True))
            for name, value in tried.items():
                row = self._changed(row, name, value)
            if self.payload(row, known) is not None:
                return tried
        return found

    def _fitting(self, rule: Schema, name: str, candidates: list[object]) -> list[object]:
        parts = [cast("Schema", rule.get(word, {})) for word in ("if", "then")]
        criteria = [cast("dict[str, Schema]", part.get("properties", {})).get(name, {}) for part in parts]
        given = [one for one in candidates if one is not _LEFT_OUT]
        met = [one for one in given if all(accepts(criterion, cast("Plain", one)) for criterion in criteria)]
        return met or candidates[:1]

    def _candidates(self, name: str) -> list[object]:
        """The values of a parameter that some rule tells apart, and none."""
        schema = resolve(cast("dict[str, Schema]", self.root["properties"])[name], self.root)
        alone = within(self.root, schema)
        told: list[Plain] = [value for rule in self._rules() for value in _of_rule(rule, name)]
        options = [resolve(each, self.root) for each in cast("list[Schema]", schema.get("anyOf", [schema]))]
        allowed = [value for each in options for value in cast("list[Plain]", each.get("enum", []))]
        known = [*told, *allowed, plain(schema, self.root)]
        found: list[Plain] = []
        for value in known:
            if accepts(alone, value) and value not in found:
                found.append(value)
        may_miss = name not in cast("list[str]", self.root.get("required", [])) or name in self.defaults
        return [*([_LEFT_OUT] if may_miss else []), *found]

    def _rules(self) -> list[Schema]:
        return cast("list[Schema]", self.root.get("allOf", []))

    def _refusals(self, payload: Payload) -> frozenset[Path]:
        return refusals(self.root, {**self.defaults, **payload})

    @staticmethod
    def _changed(payload: Payload, name: str, value: object) -> Payload:
        if value is _LEFT_OUT:
            return {key: part for key, part in payload.items() if key != name}
        return {**payload, name: cast("Plain", value)}


def _of_rule(rule: Schema, name: str) -> Iterator[Plain]:
    """What the conditions of a rule tell apart in a parameter."""
    for part in (rule, cast("Schema", rule.get("if", {})), cast("Schema", rule.get("then", {}))):
        criterion = cast("dict[str, Schema]", part.get("properties", {})).get(name)
        yield from hints(criterion) if criterion is not None else ()

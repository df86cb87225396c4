"""Single criteria on parameters: whether they can be read in one way, and compare with what can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import between as rules
from callsheet.rules.words import quoted
from callsheet.runtime.words import Criterion
from callsheet.source.nodes import Mapping, Node, Sequence, descend, key_place, place, plain
from callsheet.spec.check import judging
from callsheet.spec.check.reach import Reach
from callsheet.spec.model import Condition, ProviderSpec

_PAIRS: Final = (("is", "in"), ("not", "not_in"))


def check_form(condition: Condition) -> Iterator[Finding]:
    """Criteria that say two things at once, whatever they are about."""
    for name, test in condition.criteria.items():
        said = descend(condition.node, name)
        if isinstance(said, Mapping):
            yield from _form(said, test)


def check_provider(provider: ProviderSpec) -> Iterator[Finding]:
    """The form of all conditions on answers."""
    conditions = [error.match for error in provider.errors]
    conditions.append(provider.webhook.succeeded if provider.webhook is not None else None)
    for protocol in provider.protocols:
        conditions += [state.seen for state in protocol.status.states]
        conditions += [answer.match for answer in protocol.cancel.answers] if protocol.cancel is not None else []
    for condition in conditions:
        if condition is not None:
            yield from check_form(condition)


def check_values(condition: Condition, name: str, reach: Reach) -> Iterator[Finding]:
    """The values that a criterion compares a parameter with. Its form has to be sound."""
    said = descend(condition.node, name)
    if said is None:
        return
    if not isinstance(said, Mapping):
        yield from _value(said, (), name, reach)
        return
    for key in ("is", "not"):
        if said.get(key) is not None:
            yield from _value(said, (key,), name, reach)
    for key in ("in", "not_in"):
        found = said.get(key)
        for n in range(len(found.items) if isinstance(found, Sequence) else 0):
            yield from _value(said, (key, n), name, reach)
    for key in ("minimum", "maximum"):
        if said.get(key) is not None and not reach.is_numeric():
            what = f"{quoted(name)} is no number, so {quoted(key)} says nothing about it"
            yield rules.CRITERION_OUTSIDE.at(key_place(said, key), what, "compare it with values, under `in`")


def _form(said: Mapping, test: Criterion) -> Iterator[Finding]:
    for one, other in _PAIRS:
        if said.get(one) is not None and said.get(other) is not None:
            what = f"{quoted(one)} stands beside {quoted(other)}"
            yield rules.CRITERION_OF_TWO_MINDS.at(key_place(said, one), what)
    keys = [str(entry.key.value) for entry in said.entries]
    if "present" in keys and len(keys) > 1:
        other = next(key for key in keys if key != "present")
        what = f"`present` stands beside {quoted(other)}, which asks for a value by itself"
        yield rules.CRITERION_OF_TWO_MINDS.at(key_place(said, "present"), what)
    if test.minimum is not None and test.maximum is not None and test.minimum > test.maximum:
        what = f"no number is at least {test.minimum} and at most {test.maximum}"
        yield rules.CRITERION_OF_TWO_MINDS.at(place(said, "minimum"), what, "swap the two")


def _value(node: Node, path: tuple[str | int, ...], name: str, reach: Reach) -> Iterator[Finding]:
    found = descend(node, *path)
    value = None if found is None else plain(found)
    if value is None:
        what = f"null is no value of {quoted(name)} to compare with"
        yield rules.CRITERION_OUTSIDE.at(place(node, *path), what, "write `{present: false}` for no value")
        return
    for fault in judging.faults(reach.schema(), value):
        lead = f"{quoted(name)} is compared with {quoted(value)}: "
        yield judging.finding(rules.CRITERION_OUTSIDE, node, path, fault, lead)

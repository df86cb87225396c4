"""Conditions: on an input, by the names of parameters; on an answer, by pointers into it.

`{resolution: "1080p", image: {present: true}}`. A scalar stands for `{is: …}`; all that is said has to hold.
"""

from __future__ import annotations

from typing import cast

from callsheet.runtime.words import Criterion, Scalar
from callsheet.source.nodes import Mapping, Node, Sequence, plain
from callsheet.spec.bodyform import is_choice_list
from callsheet.spec.model import ChoiceSpec, Condition
from callsheet.spec.read.values import At


def read_condition(node: Node, *, without: frozenset[str] = frozenset()) -> Condition:
    """A condition. Keys in `without` are no criteria: they have been read already."""
    entries = cast("Mapping", node).items()
    return Condition({name: _criterion(test) for name, test in entries if name not in without}, node)


def read_choices(node: Node | None) -> tuple[ChoiceSpec, ...]:
    """A value that the input chooses: a list of `{when: …, value: …}`, or just the value, for every input."""
    if node is None:
        return ()
    whole = plain(node)
    if not is_choice_list(whole):
        return (ChoiceSpec(None, whole, node),)
    made: list[ChoiceSpec] = []
    for item in map(At.of, cast("Sequence", node).items):
        when = item.node.get("when")
        made.append(ChoiceSpec(None if when is None else read_condition(when), item.plain("value"), item.node))
    return tuple(made)


def _criterion(node: Node) -> Criterion:
    if not isinstance(node, Mapping):
        return Criterion(one_of=(cast("Scalar", plain(node)),))
    at = At(node)
    return Criterion(
        one_of=_scalars(at, "is", "in"),
        none_of=_scalars(at, "not", "not_in"),
        minimum=at.number("minimum"),
        maximum=at.number("maximum"),
        present=at.plain("present") is not False,
    )


def _scalars(at: At, one: str, many: str) -> tuple[Scalar, ...] | None:
    if at.has(one):
        return (cast("Scalar", at.plain(one)),)
    return tuple(cast("Scalar", plain(item)) for item in at.list(many)) if at.has(many) else None

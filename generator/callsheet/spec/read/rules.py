"""Rules between parameters."""

from __future__ import annotations

from typing import cast, get_args

from callsheet.spec.model import Citation, Condition, Count, RuleSpec
from callsheet.spec.read.conditions import read_condition
from callsheet.spec.read.values import At


def read_rules(file: At, cited: Citation) -> tuple[RuleSpec, ...]:
    """The rules of a model file."""
    return tuple(_rule(name, at, cited) for name, at in file.parts("rules"))


def _rule(name: str, at: At, cited: Citation) -> RuleSpec:
    count = next((word for word in get_args(Count) if at.has(word)), None)
    return RuleSpec(
        id=name,
        about=at.text("about"),
        when=_condition(at, "when"),
        then=_condition(at, "then"),
        count=cast("Count | None", count),
        among=at.texts(count) if count else (),
        cited=at.cited(cited),
        node=at.node,
    )


def _condition(at: At, key: str) -> Condition:
    """Without the key, a condition without criteria: it always holds."""
    return read_condition(at.part(key).node)

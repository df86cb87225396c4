"""Every rule of the tool, by id. A finding takes its words from here, and `callsheet explain` prints them.

A new rule is one constant in the module of its area; nothing else has to be told of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from callsheet.rules import (
    between,
    change,
    change_answers,
    change_ways,
    drafting,
    drift,
    facts,
    files,
    flow,
    generated,
    live,
    names,
    pages,
    payload,
    proof,
    settings,
    structure,
    text,
    types,
    vendored,
    ways,
)
from callsheet.rules.rule import Example, Rule

__all__ = ["RULES", "Example", "Rule"]


def _rules(*modules: ModuleType) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for module in modules:
        for rule in vars(module).values():
            if isinstance(rule, Rule) and found.setdefault(rule.id, rule) is not rule:
                message = f"two rules are called {rule.id}"
                raise ValueError(message)
    return found


RULES: Mapping[str, Rule] = MappingProxyType(
    _rules(
        *(files, text, structure, types, between, facts, flow, ways, names, payload),
        *(settings, generated, vendored, live, proof),
        *(pages, change, change_answers, change_ways, drift, drafting),
    )
)
"""All rules, in the order in which a spec meets them."""

"""The function that finds broken rules between parameters: datamodel-code-generator drops `if` and `then` silently.

It is plain Python with a local for each parameter, so that a reader of a generated client sees what is asked. It says
what `runtime.conditions` says: what is missing or null meets no criterion but `present: false`, and True is not 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from callsheet.emit.filters import py
from callsheet.plan.model import Code, ModelPlan, ParamPlan, RulePlan
from callsheet.runtime.words import Criterion, Scalar

_PAYLOAD: Final = "payload"
_TAKEN: Final = frozenset({_PAYLOAD, "between", "name", "same", "there", "Iterator", "Mapping", "Violation"})

_ONE_LINE: Final = 96
"""What stands in one line at the deepest place, so that it needs no parentheses around its pieces."""


def rule_lines(model: ModelPlan) -> tuple[Code, ...]:
    """The body of the function, in statements that are indented by four spaces a level."""
    params = {param.wire: param for param in model.params}
    used = _parameters(model.rules)
    names = _locals({wire: params[wire].python for wire in used})
    lines = [f"{names[wire]} = {_value(params[wire])}" for wire in used]
    for rule in model.rules:
        lines += ["", f"# Rule {rule.id}.", *_rule(rule, names)]
    return tuple(map(Code, lines))


def _parameters(rules: tuple[RulePlan, ...]) -> list[str]:
    """What is compared, in the order of the rules. Parameters that are only counted need no local."""
    conditions = (condition for rule in rules for condition in (rule.spec.when, rule.spec.then))
    return list(dict.fromkeys(name for condition in conditions for name in condition.criteria))


def _locals(names: Mapping[str, Code]) -> dict[str, str]:
    """Parameter → local variable: its name in Python, unless the function needs that for itself."""
    made: dict[str, str] = {}
    for wire, name in names.items():
        local = str(name)
        while local in _TAKEN or (local != name and local in names.values()):
            local += "_"
        made[wire] = local
    return made


def _value(param: ParamPlan) -> str:
    default = f", {py(param.default)}" if param.has_default and param.default is not None else ""
    return f"{_PAYLOAD}.get({py(param.wire)}{default})"


def _rule(rule: RulePlan, names: Mapping[str, str]) -> Iterator[str]:
    when = [_meets(names[name], test) for name, test in rule.spec.when.criteria.items()]
    if rule.spec.count is not None:
        among = ", ".join(map(py, rule.spec.among))
        yield f"there = [name for name in ({among}) if {_PAYLOAD}.get(name) is not None]"
        broken, field = {
            "one_of": ("len(there) != 1", f"there[1] if there else {py(rule.spec.among[0])}"),
            "any_of": ("not there", py(rule.spec.among[0])),
            "at_most_one": ("len(there) > 1", "there[1]"),
        }[rule.spec.count]
        yield f"if {_all([*when, broken])}:"
        yield f"    yield Violation({field}, 'rule', {_words(rule.message)})"
        return
    fails = {name: (_fails(names[name], test), test) for name, test in rule.spec.then.criteria.items()}
    indent = ""
    if len(fails) > 1:
        yield f"if {_all(when)}:"
        when, indent = [], "    "
    for name, (failing, test) in fails.items():
        allowed = f", {py(test.one_of)}" if test.one_of is not None else ""
        words = _words(rule.messages[name])
        yield f"{indent}if {_all([*when, failing])}:"
        yield f"{indent}    yield Violation({py(name)}, 'rule', {words}, {names[name]}{allowed})"


def _words(text: str) -> str:
    return shown if len(shown := repr(text)) < _ONE_LINE else py(text)


def _all(parts: list[str]) -> str:
    return " and ".join(f"({part})" if " or " in part else part for part in parts)


def _meets(value: str, test: Criterion) -> str:
    """An expression that is true where a criterion is met."""
    return " and ".join(f"({part})" if " or " in part else part for part, _ in _parts(value, test))


def _fails(value: str, test: Criterion) -> str:
    """The opposite of `_meets`, without a `not` around it."""
    parts = [part for _, part in _parts(value, test)]
    return parts[0] if len(parts) == 1 else " or ".join(f"({part})" if " and " in part else part for part in parts)


def _parts(value: str, test: Criterion) -> Iterator[tuple[str, str]]:
    """For each part of a criterion, an expression that holds where it is met, and one where it is not."""
    if not test.present:
        yield f"{value} is None", f"{value} is not None"
        return
    if test.one_of is not None:
        yield _among(value, test.one_of)
    if test.minimum is not None or test.maximum is not None:
        within = f"between({value}, {py(test.minimum)}, {py(test.maximum)})"
        yield within, f"not {within}"
    if test.none_of is not None:
        alone = test.one_of is None and test.minimum is None and test.maximum is None
        among, other = _among(value, (None, *test.none_of) if alone else test.none_of)
        yield other, among
    elif test == Criterion():
        yield f"{value} is not None", f"{value} is None"


def _among(value: str, known: tuple[Scalar, ...]) -> tuple[str, str]:
    """Whether a value is one of several, and whether it is none. Python takes True for 1, so these are told apart."""
    apart = [one for one in known if one is None or isinstance(one, bool)]
    numbers = [one for one in known if not isinstance(one, bool) and one in {0, 1}]
    plain: list[Scalar] = [one for one in known if one not in numbers and one is not None and not isinstance(one, bool)]
    if plain and None in apart:
        plain, apart = [None, *plain], [one for one in apart if one is not None]
    pairs = [(f"{value} is {py(one)}", f"{value} is not {py(one)}") for one in apart]
    if len(plain) == 1:
        pairs.append((f"{value} == {py(plain[0])}", f"{value} != {py(plain[0])}"))
    elif plain:
        pairs.append((f"{value} in {py(tuple(plain))}", f"{value} not in {py(tuple(plain))}"))
    pairs += [(f"same({value}, {py(one)})", f"not same({value}, {py(one)})") for one in numbers]
    return " or ".join(yes for yes, _ in pairs), " and ".join(no for _, no in pairs)

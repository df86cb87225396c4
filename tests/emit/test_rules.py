"""The code that finds broken rules says what `runtime.conditions` says, of any criterion and any value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from callsheet.emit.rules import _fails, _locals, _meets
from callsheet.plan.model import Code
from callsheet.plan.rules import _criterion
from callsheet.runtime.conditions import between, passes, same
from callsheet.runtime.words import Criterion

SCALARS = st.sampled_from(["a", "b", "", "True", 0, 1, 2, -1, 0.0, 1.0, 0.5, True, False])
MANY = st.none() | st.lists(SCALARS, min_size=1, max_size=4).map(tuple)
BOUNDS = st.none() | st.sampled_from([-1, 0, 1, 2, 0.5, 1.0])
CRITERIA = st.one_of(
    st.just(Criterion(present=False)),
    st.builds(Criterion, one_of=MANY, none_of=MANY, minimum=BOUNDS, maximum=BOUNDS),
)
VALUES = SCALARS | st.sampled_from([None, [], [1], {}, {"a": 1}, 3, 1e300, -1e-300])


@settings(max_examples=2000)
@given(CRITERIA, VALUES)
def test_code_agrees(test: Criterion, value: Any) -> None:
    """An expression is true exactly where the criterion is met, and its opposite exactly where it is not."""
    names = {"x": value, "same": same, "between": between}

    assert eval(_meets("x", test), names) is passes(test, value)  # noqa: S307 - what the emitter writes
    assert eval(_fails("x", test), names) is not passes(test, value)  # noqa: S307 - the same


@settings(max_examples=2000)
@given(CRITERIA, VALUES)
def test_schema_agrees(test: Criterion, value: Any) -> None:
    """So does the JSON Schema of a criterion, by a judge that is not ours."""
    assert Draft202012Validator(_criterion(test)).is_valid(value) is passes(test, value)


@pytest.mark.parametrize(
    ("test", "code"),
    [
        (Criterion(one_of=("a",)), "x == 'a'"),
        (Criterion(one_of=("a", "b")), "x in ('a', 'b')"),
        (Criterion(one_of=(True,)), "x is True"),
        (Criterion(one_of=(1,)), "same(x, 1)"),
        (Criterion(none_of=("a",)), "x not in (None, 'a')"),
        (Criterion(minimum=4, none_of=(7,)), "between(x, 4, None) and x != 7"),
        (Criterion(), "x is not None"),
        (Criterion(present=False), "x is None"),
    ],
)
def test_code_is_as_people_write_it(test: Criterion, code: str) -> None:
    """Plain comparisons, and a helper only where Python takes for equal what JSON does not."""
    assert _meets("x", test) == code


def test_locals_do_not_hide_what_the_function_needs() -> None:
    """A parameter that is called like something of the function's own gets another local, and no two get the same."""
    names = ["payload", "payload_", "same", "there", "size"]
    made = _locals({name: Code(name) for name in names})

    assert made["size"] == "size"
    assert len(set(made.values())) == len(names)
    assert not {"payload", "same", "there"} & set(made.values())

"""Values are judged as people count."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from callsheet.spec.judge import JUDGE


@given(st.integers(-100_000, 100_000), st.sampled_from(["0.1", "0.01", "0.05", "0.25", "8", "0.001"]))
def test_a_multiple_written_in_decimals_is_one(times: int, step: str) -> None:
    """0.3 is a multiple of 0.1, whatever binary fractions make of it; what lies halfway to the next one is none."""
    judge = JUDGE({"multipleOf": float(step)})

    assert judge.is_valid(float(times * Decimal(step)))
    assert not judge.is_valid(float((times + Decimal("0.5")) * Decimal(step)))
    assert judge.is_valid("text")
    assert judge.is_valid(True)

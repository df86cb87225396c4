"""The judge of JSON values: jsonschema's, with multiples counted in decimals and patterns read as clients do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType] - partly untyped in the stubs

from callsheet.spec.patterns import matches


def _multiple_of(_validator: object, step: float, value: object, _schema: object) -> Iterator[ValidationError]:
    """In binary 0.3 is no multiple of 0.1, and a caller who sends 0.3 is right all the same."""
    if isinstance(value, int | float) and not isinstance(value, bool) and not _divides(step, value):
        yield ValidationError(f"{value!r} is not a multiple of {step}")


def _divides(step: float, value: float) -> bool:
    whole = Decimal(str(value)) / Decimal(str(step))
    return whole == whole.to_integral_value()


def _pattern(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    """Read by the engine of the clients, so that all judges agree, and none takes for ever."""
    if isinstance(value, str) and not matches(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_extend = cast("Callable[[type[Draft202012Validator], dict[str, object]], type[Draft202012Validator]]", extend)

JUDGE: Final = _extend(Draft202012Validator, {"multipleOf": _multiple_of, "pattern": _pattern})
"""In place of `Draft202012Validator`."""

# Copied by callsheet from generator/callsheet/runtime/judging.py.
# Do not edit: change that file, then `make generate`.
"""Judges a payload without touching it: every broken fact at once, nothing converted, nothing sent.

The pydantic models that datamodel-code-generator makes derive from `Request` and `Answer` below. They see a copy, in
which a float without a fraction is the integer that JSON Schema says it is. What is sent is what the caller gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import (
    CoreSchema,
    ValidationInfo,
    chain_schema,
    no_info_before_validator_function,
    nullable_schema,
    str_schema,
)

from .conditions import same
from .errors import Violation
from .plainjson import Copier


class Request(BaseModel):
    """Base of all that judges input: strict and closed."""

    # Patterns are read by pydantic's own engine: its time grows with the text, whatever a pattern is.
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    @classmethod
    def wire_names(cls) -> frozenset[str]:
        """The parameters, as they are called on the wire."""
        return frozenset(told.alias or name for name, told in cls.model_fields.items())

    @field_validator("*", mode="before")
    @classmethod
    def _no_null(cls, value: Any, info: ValidationInfo) -> Any:
        # Optional fields are `| None` in the generated model, since None is how pydantic says "left out".
        if value is None and not _nullable(cls.model_fields[info.field_name or ""]):
            raise PydanticCustomError("null", "null is not a value for it; leave it out instead")
        return value

    @staticmethod
    def _broken_rules(_payload: Mapping[str, object], /) -> Iterator[Violation]:
        """What breaks a rule between parameters. An endpoint that has rules says so itself."""
        return iter(())


class Answer(BaseModel):
    """Base of all that reads output: open, since a provider may say more than it documents."""

    model_config = ConfigDict(extra="allow", protected_namespaces=())


class _Exact:
    """Compares with allowed values as JSON does: to Python, True is 1 and False is 0."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        allowed = get_args(source)

        def check(value: object) -> object:
            if any(value == one for one in allowed) and not any(same(value, one) for one in allowed):
                words = "true and false are no numbers" if isinstance(value, bool) else "a number is no truth value"
                raise PydanticCustomError("literal_bool", words)
            return value

        return no_info_before_validator_function(check, handler(source))


EXACT: Final = _Exact()
"""Stands beside a `Literal` that holds 0, 1, True or False: `Annotated[Literal[0, 1], EXACT]`."""


class Matching:
    """A pattern beside that of a `Field`, which holds one only: `Annotated[str, Field(pattern=…), Matching(…)]`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Whether null is allowed has been judged by the first step.
        return chain_schema([handler(source), nullable_schema(str_schema(pattern=self.pattern))])


def judge(model: type[Request], payload: Mapping[str, object]) -> tuple[Violation, ...]:
    """All that is wrong with a completed payload, in the order of the endpoint's parameters."""
    copier = Copier()
    copy = copier.copy(payload, "")
    found: list[Violation] = []
    try:
        model.model_validate(copy)
    except ValidationError as exc:
        from .violations import violations

        found += violations(model, exc)
    if isinstance(copy, dict):
        rules = model._broken_rules  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of the class above
        found += rules(cast("dict[str, object]", copy))
    if not found and not copier.found:
        return ()
    spoilt = {violation.field for violation in copier.found}
    found = [*copier.found, *(violation for violation in found if violation.field not in spoilt)]
    return in_order(model, found)


def wire_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Names of a model's fields as they are sent."""
    return tuple(told.alias or name for name, told in model.model_fields.items())


def in_order(model: type[BaseModel], found: Iterable[Violation]) -> tuple[Violation, ...]:
    """Violations in the order of the endpoint's parameters."""
    found = tuple(found)
    if not found:
        return ()
    order = {name: place for place, name in enumerate(wire_names(model))}
    return tuple(sorted(found, key=lambda v: order.get(v.field.split(".")[0], len(order))))


def _nullable(told: FieldInfo) -> bool:
    extra = told.json_schema_extra
    return isinstance(extra, dict) and bool(cast("dict[str, object]", extra).get("x-nullable"))

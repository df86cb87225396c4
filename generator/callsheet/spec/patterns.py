"""The patterns of specs, read by one engine: that of the clients, whose time grows with the text and no faster.

Python's own engine tries every way to read a text, and for `^(a+)+$` there are more of them than a run can live to see.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

_LARGEST: Final = 1_000_000
"""Bytes that an engine may take for a pattern: time grows with the text times the pattern."""

_WORD_EDGE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\[<>]")


def fault(pattern: str) -> str | None:
    """Why a pattern cannot be used; None where it can. It has to be one to the clients' engine and to Python's."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # `[[a]` is read in one way here and in another elsewhere
            re.compile(pattern)
    except RecursionError:
        return "it is nested too deeply"
    except (re.error, OverflowError, FutureWarning) as error:
        return str(error)
    if _WORD_EDGE.search(pattern):
        return "`\\<` and `\\>` are signs to one engine, and edges of words to another"
    from pydantic_core import SchemaError  # noqa: PLC0415 - specs without a pattern do without it

    try:
        _compiled(pattern)
    except SchemaError as error:
        return _reason(str(error))
    if not _is_small(pattern):
        return "it is too large, most likely by its counts"
    return None


def mend(said: str) -> str:
    """What to do about a fault."""
    if "look-around" in said or "backreferences" in said:
        return "write it without looking around or back; what it leaves out may be a rule between parameters"
    if "large" in said or "size limit" in said:
        return "say lengths with `min_length` and `max_length`"
    return "put a backslash before a sign that stands for itself"


def matches(pattern: str, text: str) -> bool:
    """Whether a text holds what a sound pattern asks for. A text with half a character in it holds nothing."""
    return _compiled(pattern).isinstance_python(text)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> SchemaValidator:
    from pydantic_core import SchemaValidator  # noqa: PLC0415 - specs without a text to match do without it
    from pydantic_core.core_schema import str_schema  # noqa: PLC0415 - see above

    return SchemaValidator(str_schema(pattern=pattern, regex_engine="rust-regex"))


def _is_small(pattern: str) -> bool:
    options = jsonschema_rs.RegexOptions(size_limit=_LARGEST)
    try:
        jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=options)
    except ValueError:  # ValidationError is one
        return False
    return True


def _reason(said: str) -> str:
    """What the engine says, without the picture of the pattern that it draws over several lines."""
    last = said.strip().splitlines()[-1].strip()
    return last.removeprefix("error: ").removeprefix("SchemaError: ")

# Copied by callsheet from generator/callsheet/runtime/output.py.
# Do not edit: change that file, then `make generate`.
"""An output as its documented type: closed where it is asked for, tolerant where it is read."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from .errors import AnswerWarning, UnexpectedAnswer
from .formats import URI_PATTERN
from .judging import Answer
from .outcomes import Outcome
from .pointer import ABSENT


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that came as the answer itself. It is on this machine, and stays there until it is saved elsewhere."""

    content_type: str
    size: int
    """Bytes."""
    path: Path | None = None
    """Where it is kept; None where it is held in memory."""
    content: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """The whole file."""
        return self.path.read_bytes() if self.content is None and self.path is not None else self.content or b""


def read_output(outcome: Outcome, output_type: Any, *, strict: bool) -> Any:
    """The output as its documented type. One that does not fit is kept as far as it goes, with a warning."""
    if output_type is MediaFile:
        return _media_file(outcome, strict=strict)
    value = None if outcome.output is ABSENT else outcome.output
    try:
        return TypeAdapter(output_type).validate_python(value)
    except ValidationError as exc:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'output'}: {_said(e)}" for e in exc.errors())
        where = f" in {outcome.file}" if outcome.file is not None else ""
        words = f"{outcome.handle}: the output is not as documented ({faults}); it is kept as it came{where}"
        if strict:
            raise UnexpectedAnswer(words, answer=outcome.reply, handle=outcome.handle) from exc
        warnings.warn(words, AnswerWarning, stacklevel=3)
        return _tolerant(output_type, value)


def _said(error: ErrorDetails) -> str:
    """What pydantic says, but for the pattern of addresses, which tells nobody anything."""
    if error.get("ctx", {}).get("pattern") == URI_PATTERN:
        return "should be an address, such as https://example.com/clip.mp4"
    return error["msg"]


def _media_file(outcome: Outcome, *, strict: bool) -> MediaFile:
    kind = outcome.reply.headers.get("content-type", "application/octet-stream")
    if outcome.inline is not None:
        kind = "application/octet-stream" if "json" in kind else kind
        return MediaFile(kind, len(outcome.inline), outcome.file, outcome.inline)
    if outcome.file is not None:
        if kind.lower().startswith("text/"):
            words = f"{outcome.handle}: the answer should be a file and is {kind}; it is kept in {outcome.file}"
            if strict:
                raise UnexpectedAnswer(words, answer=outcome.reply, handle=outcome.handle)
            warnings.warn(words, AnswerWarning, stacklevel=4)
        return MediaFile(kind, outcome.reply.size or 0, outcome.file)
    raise UnexpectedAnswer(
        f"{outcome.handle}: the answer is no file and holds none; look at `.answer`",
        answer=outcome.reply,
        handle=outcome.handle,
    )


def _tolerant(kind: Any, value: object) -> Any:
    """As much of a type as a value fills: what is missing is None, what is of another type stays as it is."""
    options = list(_options(kind))
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        models = [option for option in options if isinstance(option, type) and issubclass(option, Answer)]
        return _filled(models[0], held) if models else held
    if isinstance(value, list):
        items = cast("list[object]", value)
        lists = [option for option in options if get_origin(option) is list]
        return [_tolerant(get_args(lists[0])[0], item) for item in items] if lists else items
    return value


def _filled(model: type[Answer], held: dict[str, object]) -> Answer:
    known = {told.alias or name: (name, told.annotation) for name, told in model.model_fields.items()}
    made = model.model_construct()
    filled = {known[key][0]: _tolerant(known[key][1], item) for key, item in held.items() if key in known}
    for name in model.model_fields:
        object.__setattr__(made, name, filled.get(name))
    object.__setattr__(made, "__pydantic_extra__", {key: item for key, item in held.items() if key not in known})
    return made


def _options(kind: Any) -> Iterator[Any]:
    """The types that a value may be of: those of a union, each without its constraints."""
    if get_origin(kind) is Annotated:
        yield from _options(get_args(kind)[0])
    elif get_origin(kind) in {Union, UnionType}:
        for option in get_args(kind):
            yield from _options(option)
    else:
        yield kind

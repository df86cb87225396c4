# Copied by callsheet from generator/callsheet/runtime/result.py.
# Do not edit: change that file, then `make generate`.
"""What a job made: read, and saved to disk."""

from __future__ import annotations

import posixpath
import re
import warnings
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, get_args
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from . import flows
from .answers import Outcome
from .errors import AnswerWarning, DownloadFailed, UnexpectedAnswer, carrying
from .handle import Handle
from .judging import Answer
from .pointer import ABSENT
from .session import AsyncSession, Session

T = TypeVar("T")


class _ResultCore(Generic[T]):
    def __init__(self, outcome: Outcome, output_type: Any, *, strict: bool) -> None:
        self._outcome = outcome
        with carrying(outcome.handle, outcome.reply):
            self.output: T = read_output(outcome, output_type, strict=strict)
            """The endpoint's output, typed."""

    @property
    def handle(self) -> Handle:
        """The job that made it."""
        return self._outcome.handle

    @property
    def request_id(self) -> str:
        """The provider's id of the job."""
        return self._outcome.handle.request_id

    @property
    def body(self) -> object:
        """The whole answer, as JSON."""
        return self._outcome.body

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses of all files, the main one first."""
        return self._outcome.media

    @property
    def url(self) -> str:
        """Address of the main file. UnexpectedAnswer where the answer names none."""
        if not self.urls:
            raise UnexpectedAnswer(
                f"{self.handle}: the answer names no file; look at `.body`",
                answer=self._outcome.reply,
                handle=self.handle,
            )
        return self.urls[0]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.handle}, output={self.output!r})"

    def _target(self, path: str | PathLike[str]) -> Path:
        """The file to write. DownloadFailed says what is wrong with it before anything is fetched."""
        given = fspath(path)
        try:
            target = Path(given)
            if target.is_dir() and given:
                target /= file_name(self.url, self.request_id)
            target = target.resolve()  # through links: what a link names is replaced, not the link
            fault = _fault(given, target)
        except (OSError, ValueError, RuntimeError) as exc:
            raise DownloadFailed(self.url, f"{given!r} is no file to write to ({exc})", self.handle) from exc
        if fault:
            raise DownloadFailed(self.url, fault, self.handle)
        return target


class Result(_ResultCore[T]):
    """What a job made."""

    def __init__(self, session: Session, outcome: Outcome, output_type: Any) -> None:
        super().__init__(outcome, output_type, strict=session.context.options.strict)
        self._session = session

    def save(self, path: str | PathLike[str]) -> Path:
        """Stream the main file to `path`, a file or a folder, and tell where it went.

        A file that is there already is replaced, in one step. DownloadFailed leaves things as they were.
        """
        target = self._target(path)
        self._session.run(flows.download(self._session.context, self.handle, self.url, target))
        return target


class AsyncResult(_ResultCore[T]):
    """What a job made."""

    def __init__(self, session: AsyncSession, outcome: Outcome, output_type: Any) -> None:
        super().__init__(outcome, output_type, strict=session.context.options.strict)
        self._session = session

    async def save(self, path: str | PathLike[str]) -> Path:
        """Stream the main file to `path`, a file or a folder, and tell where it went.

        A file that is there already is replaced, in one step. DownloadFailed leaves things as they were.
        """
        target = self._target(path)
        await self._session.run(flows.download(self._session.context, self.handle, self.url, target))
        return target


def read_output(outcome: Outcome, output_type: Any, *, strict: bool) -> Any:
    """The output as its documented type. One that does not fit is kept as far as it goes, with a warning."""
    value = None if outcome.output is ABSENT else outcome.output
    try:
        return TypeAdapter(output_type).validate_python(value)
    except ValidationError as exc:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'output'}: {e['msg']}" for e in exc.errors())
        words = f"{outcome.handle}: the output is not as documented ({faults}); it is kept as it came"
        if strict:
            raise UnexpectedAnswer(words, answer=outcome.reply, handle=outcome.handle) from exc
        warnings.warn(words, AnswerWarning, stacklevel=3)
        return _tolerant(output_type, value)


def _tolerant(kind: Any, value: object) -> Any:
    """As much of a type as a value fills: what is missing is None, what is of another type stays as it is."""
    if isinstance(kind, type) and issubclass(kind, Answer) and isinstance(value, dict):
        held = cast("dict[str, object]", value)
        known = {told.alias or name: (name, told.annotation) for name, told in kind.model_fields.items()}
        made = kind.model_construct()
        filled = {known[key][0]: _tolerant(known[key][1], item) for key, item in held.items() if key in known}
        for name in kind.model_fields:
            object.__setattr__(made, name, filled.get(name))
        object.__setattr__(made, "__pydantic_extra__", {key: item for key, item in held.items() if key not in known})
        return made
    inner_models = [part for part in get_args(kind) if isinstance(part, type) and issubclass(part, BaseModel)]
    if inner_models and isinstance(value, list):
        return [_tolerant(inner_models[0], item) for item in cast("list[object]", value)]
    return _tolerant(inner_models[0], value) if inner_models else value


def file_name(url: str, request_id: str) -> str:
    """A name for a file, from its address or else from the job's id. Neither can lead out of a folder or hide it."""
    for raw in (posixpath.basename(unquote(urlsplit(url).path)), request_id):
        name = re.sub(r"[^\w.\- ]+", "_", raw).strip(". ")
        if name:
            stem, dot, ending = name.rpartition(".")
            short = (stem or ending).encode()[:150].decode(errors="ignore")
            return f"{short}.{ending[:10]}" if dot and stem else short
    return "output"


def _fault(given: str, target: Path) -> str | None:
    if not given:
        return "no path was given"
    if given.endswith(("/", "\\")) or not target.parent.is_dir():
        return f"there is no folder {target if given.endswith(('/', chr(92))) else target.parent}"
    if target.exists() and not target.is_file():
        return f"{target} is no regular file"
    return None

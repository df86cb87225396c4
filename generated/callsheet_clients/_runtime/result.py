# Copied by callsheet from generator/callsheet/runtime/result.py.
# Do not edit: change that file, then `make generate`.
"""What a job made: read, and saved to disk."""

from __future__ import annotations

import posixpath
import re
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit

from . import files
from .errors import DownloadFailed, UnexpectedAnswer, carrying
from .handle import Handle
from .outcomes import Outcome
from .output import read_output
from .pointer import ABSENT
from .session import AsyncSession, Session

T = TypeVar("T")

_HERE = "the file"
"""What a file is called that has no address."""


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
        """The provider's id of the job; of a blocking call without one, an id of the client's own."""
        return self._outcome.handle.request_id

    @property
    def body(self) -> object:
        """The whole answer, as JSON; None where it is the file itself."""
        return None if self._outcome.body is ABSENT else self._outcome.body

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses of all files, the main one first. Empty where the answer is or holds the file itself."""
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

    @property
    def _is_here(self) -> bool:
        return self._outcome.inline is not None or self._outcome.file is not None

    def _target(self, path: str | PathLike[str]) -> Path:
        """The file to write. DownloadFailed says what is wrong with it before anything is fetched."""
        given = fspath(path)
        address = _HERE if self._is_here else self.url
        try:
            target = Path(given)
            if target.is_dir() and given:
                target /= file_name("" if self._is_here else address, self.request_id)
            target = target.resolve()  # through links: what a link names is replaced, not the link
            fault = _fault(given, target)
        except (OSError, ValueError, RuntimeError) as exc:
            raise DownloadFailed(address, f"{given!r} is no file to write to ({exc})", self.handle) from exc
        if fault:
            raise DownloadFailed(address, fault, self.handle)
        return target


class Result(_ResultCore[T]):
    """What a job made."""

    def __init__(self, session: Session, outcome: Outcome, output_type: Any) -> None:
        super().__init__(outcome, output_type, strict=session.context.options.strict)
        self._session = session

    def save(self, path: str | PathLike[str]) -> Path:
        """Put the main file at `path`, a file or a folder, and tell where it went.

        It is downloaded, decoded or moved there, whichever it takes. A file that is there already is replaced, in one
        step. DownloadFailed leaves things as they were.
        """
        target = self._target(path)
        self._session.run(files.save(self._session.context, self._outcome, target))
        return target


class AsyncResult(_ResultCore[T]):
    """What a job made."""

    def __init__(self, session: AsyncSession, outcome: Outcome, output_type: Any) -> None:
        super().__init__(outcome, output_type, strict=session.context.options.strict)
        self._session = session

    async def save(self, path: str | PathLike[str]) -> Path:
        """Put the main file at `path`, a file or a folder, and tell where it went.

        It is downloaded, decoded or moved there, whichever it takes. A file that is there already is replaced, in one
        step. DownloadFailed leaves things as they were.
        """
        target = self._target(path)
        await self._session.run(files.save(self._session.context, self._outcome, target))
        return target


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

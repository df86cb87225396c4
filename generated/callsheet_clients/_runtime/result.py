# Copied by callsheet from generator/callsheet/runtime/result.py.
# Do not edit: change that file, then `make generate`.
"""What a job made: read, and saved to disk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from . import files, outcomes
from .errors import UnexpectedAnswer, carrying
from .handle import Handle
from .outcomes import Outcome
from .output import MediaFile, read_output
from .pointer import ABSENT
from .session import AsyncSession, Session
from .targets import HERE, content_type, destination, file_name, is_here, targets

T = TypeVar("T")

READ_LIMIT: Final = 64 * 2**20
"""Bytes that are fetched into memory, unless more is allowed."""


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
        """Address of the main file. UnexpectedAnswer where the answer names none: it may be the file itself."""
        if not self.urls and is_here(self._outcome):
            raise UnexpectedAnswer(
                f"{self.handle}: the file came with the answer and has no address; `save` or `read` it",
                answer=self._outcome.reply,
                handle=self.handle,
            )
        if not self.urls:
            raise UnexpectedAnswer(
                f"{self.handle}: the answer names no file; look at `.body`",
                answer=self._outcome.reply,
                handle=self.handle,
            )
        return self.urls[0]

    def _check_file(self) -> None:
        """UnexpectedAnswer where there is no file at all."""
        if not is_here(self._outcome):
            _ = self.url

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.handle}, output={self.output!r})"

    def _target(self, path: str | PathLike[str]) -> Path:
        """The file to write. DownloadFailed says what is wrong with it before anything is fetched."""
        outcome = self._outcome
        url = "" if is_here(outcome) else self.url
        name = partial(file_name, url, self.request_id, content_type(outcome))
        return destination(path, name, url or HERE, self.handle)

    def _targets(self, folder: str | PathLike[str]) -> list[tuple[Path, str | None]]:
        """The files to write, each with its address; None for the main one where it is here."""
        return targets(self._outcome, folder)

    def _saved(self, path: Path) -> None:
        """What was ours is where the caller wants it: from now on it is read there."""
        self._outcome = outcomes.saved(self._outcome, path)
        if isinstance(self.output, MediaFile) and self._outcome.file is not None:
            self.output = replace(self.output, path=self._outcome.file)


class Result(_ResultCore[T]):
    """What a job made."""

    def __init__(self, session: Session, outcome: Outcome, output_type: Any) -> None:
        super().__init__(outcome, output_type, strict=session.context.options.strict)
        self._session = session

    def save(self, path: str | PathLike[str]) -> Path:
        """Put the main file at `path`, a file or a folder, and tell where it went.

        It is downloaded, decoded or moved there, whichever it takes. A file that is there already is replaced, in one
        step. DownloadFailed leaves things as they were; UnexpectedAnswer where the answer names no file.
        """
        target = self._target(path)
        self._session.run(files.save(self._session.context, self._outcome, target))
        self._saved(target)
        return target

    def save_all(self, folder: str | PathLike[str]) -> list[Path]:
        """Put every file that the answer holds or names into a folder that is there, the main one first.

        Names are those of their addresses; files that are there already stay. DownloadFailed ends it where it stands.
        """
        made: list[Path] = []
        for target, url in self._targets(folder):
            self._session.run(files.save(self._session.context, self._outcome, target, url))
            made.append(target)
            if url is None:
                self._saved(target)
        return made

    def read(self, limit: int = READ_LIMIT) -> bytes:
        """The main file, in memory. DownloadFailed where it has more than `limit` bytes to fetch: `save` it then."""
        self._check_file()
        return self._session.run(files.read(self._session.context, self._outcome, limit))


class AsyncResult(_ResultCore[T]):
    """What a job made."""

    def __init__(self, session: AsyncSession, outcome: Outcome, output_type: Any) -> None:
        super().__init__(outcome, output_type, strict=session.context.options.strict)
        self._session = session

    async def save(self, path: str | PathLike[str]) -> Path:
        """Put the main file at `path`, a file or a folder, and tell where it went.

        It is downloaded, decoded or moved there, whichever it takes. A file that is there already is replaced, in one
        step. DownloadFailed leaves things as they were; UnexpectedAnswer where the answer names no file.
        """
        target = self._target(path)
        await self._session.run(files.save(self._session.context, self._outcome, target))
        self._saved(target)
        return target

    async def save_all(self, folder: str | PathLike[str]) -> list[Path]:
        """Put every file that the answer holds or names into a folder that is there, the main one first.

        Names are those of their addresses; files that are there already stay. DownloadFailed ends it where it stands.
        """
        made: list[Path] = []
        for target, url in self._targets(folder):
            await self._session.run(files.save(self._session.context, self._outcome, target, url))
            made.append(target)
            if url is None:
                self._saved(target)
        return made

    async def read(self, limit: int = READ_LIMIT) -> bytes:
        """The main file, in memory. DownloadFailed where it has more than `limit` bytes to fetch: `save` it then."""
        self._check_file()
        return await self._session.run(files.read(self._session.context, self._outcome, limit))

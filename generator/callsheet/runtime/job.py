"""A job that was accepted: look at it, wait for it, fetch what it made. The two classes are mirrors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Generic, TypeVar

from . import flows
from .cancelling import cancel
from .context import Options
from .handle import Handle, Update
from .result import AsyncResult, Result
from .session import AsyncSession, Session
from .words import CancelMeans

T = TypeVar("T")


class _JobCore(Generic[T]):
    def __init__(self, handle: Handle, output_type: Any) -> None:
        self.handle = handle
        self._output_type = output_type

    @property
    def request_id(self) -> str:
        """The provider's id of the job."""
        return self.handle.request_id

    @property
    def token(self) -> str:
        """A small JSON text without secrets, for `job(token)` in another process."""
        return self.handle.token

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.handle})"


class Job(_JobCore[T]):
    """A job that was accepted."""

    def __init__(self, session: Session, handle: Handle, output_type: Any) -> None:
        super().__init__(handle, output_type)
        self._session = session

    def status(self) -> Update:
        """One look."""
        return self._session.run(flows.status(self._session.context, self.handle))

    def wait(
        self, timeout: float | timedelta | None = None, on_update: Callable[[Update], object] | None = None
    ) -> Result[T]:
        """Wait until the job ends, and fetch what it made.

        `timeout` in seconds; left out, it follows from the typical duration. When it is over, WaitTimeout carries the
        handle and the job goes on. JobFailed when the job ends without a result.
        """
        session = self._session.using(waiting(self._session.context.options, timeout, on_update))
        return Result(session, session.run(flows.wait(session.context, self.handle)), self._output_type)

    def cancel(self) -> CancelMeans:
        """Ask the provider to cancel. NotSupported where it documents no way; UnknownJob where it knows no such job.

        `cancelled`: the job is. `requested`: the provider has heard; wait for how it ends. `too_late`: it had ended.
        """
        return self._session.run(cancel(self._session.context, self.handle))

    def result(self) -> Result[T]:
        """Fetch what the job made. NotFinished when it has not ended, UnknownJob when it is no longer kept."""
        outcome = self._session.run(flows.result(self._session.context, self.handle))
        return Result(self._session, outcome, self._output_type)


class AsyncJob(_JobCore[T]):
    """A job that was accepted."""

    def __init__(self, session: AsyncSession, handle: Handle, output_type: Any) -> None:
        super().__init__(handle, output_type)
        self._session = session

    async def status(self) -> Update:
        """One look."""
        return await self._session.run(flows.status(self._session.context, self.handle))

    async def wait(
        self,
        timeout: float | timedelta | None = None,  # noqa: ASYNC109 - seconds that a job is watched; the job goes on
        on_update: Callable[[Update], object] | None = None,
    ) -> AsyncResult[T]:
        """Wait until the job ends, and fetch what it made.

        `timeout` in seconds; left out, it follows from the typical duration. When it is over, WaitTimeout carries the
        handle and the job goes on. JobFailed when the job ends without a result.
        """
        session = self._session.using(waiting(self._session.context.options, timeout, on_update))
        return AsyncResult(session, await session.run(flows.wait(session.context, self.handle)), self._output_type)

    async def cancel(self) -> CancelMeans:
        """Ask the provider to cancel. NotSupported where it documents no way; UnknownJob where it knows no such job.

        `cancelled`: the job is. `requested`: the provider has heard; wait for how it ends. `too_late`: it had ended.
        """
        return await self._session.run(cancel(self._session.context, self.handle))

    async def result(self) -> AsyncResult[T]:
        """Fetch what the job made. NotFinished when it has not ended, UnknownJob when it is no longer kept."""
        outcome = await self._session.run(flows.result(self._session.context, self.handle))
        return AsyncResult(self._session, outcome, self._output_type)


def waiting(
    options: Options, timeout: float | timedelta | None, on_update: Callable[[Update], object] | None
) -> Options:
    """Options with what was given; what was not given stays."""
    given = seconds("timeout", timeout)
    if on_update is not None and not callable(on_update):
        raise TypeError(f"on_update must be callable, not {on_update!r}")
    return replace(
        options,
        timeout=options.timeout if given is None else given,
        on_update=options.on_update if on_update is None else on_update,
    )


def seconds(name: str, given: float | timedelta | None) -> float | None:
    """A time as seconds. TypeError before anything is sent: a slip here must not cost a job."""
    found = given.total_seconds() if isinstance(given, timedelta) else given
    if found is not None and not _is_seconds(found):
        raise TypeError(f"{name} must be seconds or a timedelta, not {found!r}")
    return found


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)

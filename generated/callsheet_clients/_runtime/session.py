# Copied by callsheet from generator/callsheet/runtime/session.py.
# Do not edit: change that file, then `make generate`.
"""What endpoints, jobs and results share: a context, and the way to run a flow in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from . import _http
from .context import Context, Options
from .drive import Clock, adrive, drive
from .errors import CallsheetError
from .steps import Flow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """Runs flows, blocking."""

    context: Context
    http: _http.SyncClient
    clock: Clock

    def run(self, flow: Flow[T]) -> T:
        """The flow's own result, or what it raises."""
        if self.http.is_closed:
            flow.close()
            raise CallsheetError("this client is closed; nothing was sent")
        return drive(flow, self.http, self.clock)

    def using(self, options: Options) -> Session:
        """The same with other options."""
        return replace(self, context=replace(self.context, options=options))


@dataclass(frozen=True, slots=True)
class AsyncSession:
    """Runs flows under asyncio."""

    context: Context
    http: Callable[[], _http.AsyncClient]
    """Gives the HTTP client for the running event loop."""
    clock: Clock

    async def run(self, flow: Flow[T]) -> T:
        """The flow's own result, or what it raises."""
        http = self.http()
        if http.is_closed:
            flow.close()
            raise CallsheetError("this client is closed; nothing was sent")
        return await adrive(flow, http, self.clock)

    def using(self, options: Options) -> AsyncSession:
        """The same with other options."""
        return replace(self, context=replace(self.context, options=options))

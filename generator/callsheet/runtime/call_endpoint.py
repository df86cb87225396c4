"""The generated endpoints that are called in one go: a blocking class and its mirror for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from . import _http, blocking
from .client import AsyncClient, Client
from .endpoint import EndpointCore, O, T
from .result import AsyncResult, Result
from .settings import Settings, changed


class CallEndpoint(EndpointCore[T, O]):
    """One endpoint that is called in one go, blocking."""

    def __init__(self, client: Client, settings: Settings | None = None) -> None:
        super().__init__(client.provider, settings or Settings())
        self._client = client

    def with_options(  # noqa: PLR0913 - what a caller can set, all by keyword
        self,
        *,
        timeout: float | timedelta | None = None,
        strict: bool | None = None,
        extra: Mapping[str, object] | None = None,
        call: O | None = None,
        spool: str | Path | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.SyncClient | None = None,
    ) -> Self:
        """The same endpoint with other options; what is not given stays.

        `timeout` is how long the call may take, in seconds. `strict` raises on answers that the spec does not know.
        `extra` are parameters that the spec does not know: they are sent along, unjudged. `call` is what the provider
        is asked for with this call, beside the input. `spool` is the folder for the bytes that come, until they are
        saved. `hosts` (by name) and `http` send the requests elsewhere, or through a client of your own.
        """
        settings = changed(
            self._settings,
            self.model,
            self.name,
            timeout=timeout,
            strict=strict,
            extra=extra,
            call=call,
            spool=spool,
            hosts=hosts,
            http=http,
        )
        return type(self)(self._client, settings)

    def _run(self, params: Mapping[str, object]) -> Result[T]:
        payload = self.judged(params)
        session = self._client.session(self.model, self._settings)
        return Result(session, session.run(blocking.run(session.context, payload)), self.output_type)


class AsyncCallEndpoint(EndpointCore[T, O]):
    """One endpoint that is called in one go, for asyncio."""

    def __init__(self, client: AsyncClient, settings: Settings | None = None) -> None:
        super().__init__(client.provider, settings or Settings())
        self._client = client

    def with_options(  # noqa: PLR0913 - what a caller can set, all by keyword
        self,
        *,
        timeout: float | timedelta | None = None,
        strict: bool | None = None,
        extra: Mapping[str, object] | None = None,
        call: O | None = None,
        spool: str | Path | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.AsyncClient | None = None,
    ) -> Self:
        """The same endpoint with other options; what is not given stays.

        `timeout` is how long the call may take, in seconds. `strict` raises on answers that the spec does not know.
        `extra` are parameters that the spec does not know: they are sent along, unjudged. `call` is what the provider
        is asked for with this call, beside the input. `spool` is the folder for the bytes that come, until they are
        saved. `hosts` (by name) and `http` send the requests elsewhere, or through a client of your own.
        """
        settings = changed(
            self._settings,
            self.model,
            self.name,
            timeout=timeout,
            strict=strict,
            extra=extra,
            call=call,
            spool=spool,
            hosts=hosts,
            http=http,
        )
        return type(self)(self._client, settings)

    async def _run(self, params: Mapping[str, object]) -> AsyncResult[T]:
        payload = self.judged(params)
        session = self._client.session(self.model, self._settings)
        return AsyncResult(session, await session.run(blocking.run(session.context, payload)), self.output_type)

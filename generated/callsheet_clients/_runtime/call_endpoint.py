# Copied by callsheet from generator/callsheet/runtime/call_endpoint.py.
# Do not edit: change that file, then `make generate`.
"""The generated endpoints that are called in one go: a blocking class and its mirror for asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from . import _http, blocking
from .client import AsyncClient, Client
from .context import Context
from .endpoint import EndpointCore, O, T
from .outcomes import Outcome
from .result import AsyncResult, Result
from .settings import Settings, changed
from .steps import Flow


class _CallCore(EndpointCore[T, O]):
    """What the two classes of an endpoint that is called in one go share."""

    def _running(self, context: Context, params: Mapping[str, object]) -> Flow[Outcome]:
        payload = yield from self.ready(context, params)
        return (yield from blocking.run(context, payload))


class CallEndpoint(_CallCore[T, O]):
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
        download_timeout: float | timedelta | None = None,
        download_limit: int | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.SyncClient | None = None,
    ) -> Self:
        """The same endpoint with other options; what is not given stays.

        `timeout` is how long the call may take, in seconds. `strict` raises on answers that the spec does not know.
        `extra` are parameters that the spec does not know: they are sent along, unjudged. `call` is what the provider
        is asked for with this call, beside the input. `spool` is the folder for the bytes that come, until they are
        saved; `download_timeout` and `download_limit` (bytes) are what one file may take to save. `hosts` (by name) and
        `http` send the requests elsewhere, or through a client of your own.
        """
        settings = changed(
            self._settings,
            self._provider,
            self.model,
            timeout=timeout,
            strict=strict,
            extra=extra,
            call=call,
            spool=spool,
            download_timeout=download_timeout,
            download_limit=download_limit,
            hosts=hosts,
            http=http,
        )
        return type(self)(self._client, settings)

    def _run(self, params: Mapping[str, object]) -> Result[T]:
        session = self._client.session(self.model, self._settings)
        return Result(session, session.run(self._running(session.context, params)), self.output_type)


class AsyncCallEndpoint(_CallCore[T, O]):
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
        download_timeout: float | timedelta | None = None,
        download_limit: int | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.AsyncClient | None = None,
    ) -> Self:
        """The same endpoint with other options; what is not given stays.

        `timeout` is how long the call may take, in seconds. `strict` raises on answers that the spec does not know.
        `extra` are parameters that the spec does not know: they are sent along, unjudged. `call` is what the provider
        is asked for with this call, beside the input. `spool` is the folder for the bytes that come, until they are
        saved; `download_timeout` and `download_limit` (bytes) are what one file may take to save. `hosts` (by name) and
        `http` send the requests elsewhere, or through a client of your own.
        """
        settings = changed(
            self._settings,
            self._provider,
            self.model,
            timeout=timeout,
            strict=strict,
            extra=extra,
            call=call,
            spool=spool,
            download_timeout=download_timeout,
            download_limit=download_limit,
            hosts=hosts,
            http=http,
        )
        return type(self)(self._client, settings)

    async def _run(self, params: Mapping[str, object]) -> AsyncResult[T]:
        session = self._client.session(self.model, self._settings)
        return AsyncResult(session, await session.run(self._running(session.context, params)), self.output_type)

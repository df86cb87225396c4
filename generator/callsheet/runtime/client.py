"""Base classes of the generated clients and their endpoints. The async ones mirror the others."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Generic, Self, TypeVar

from . import _http, flows
from .context import Context, Options, is_base_url
from .drive import Clock, SystemClock
from .errors import InvalidInput, ProviderError, Violation
from .handle import Handle, Update
from .job import AsyncJob, Job, waiting
from .judging import Request, judge
from .result import AsyncResult, Result
from .session import AsyncSession, Session
from .submission import submit
from .tables import Model, Provider

T = TypeVar("T")


class _ClientCore:
    provider: ClassVar[Provider]
    error_classes: ClassVar[tuple[type[ProviderError], ...]]
    """The documented errors, the most specific first."""

    def __init__(
        self, api_key: str | None, base_url: str | None, hosts: Mapping[str, str] | None, clock: Clock | None
    ) -> None:
        if api_key is not None and not isinstance(api_key, str):
            raise TypeError(f"api_key must be text, not {type(api_key).__name__}")
        self._key = api_key
        self._hosts = self._chosen_hosts(base_url, hosts or {})
        self._clock: Clock = clock or SystemClock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hosts={dict(self._hosts)})"

    def _chosen_hosts(self, base_url: str | None, hosts: Mapping[str, str]) -> dict[str, str]:
        known = self.provider.hosts
        if base_url is not None and hosts:
            raise ValueError("give base_url or hosts, not both")
        if unknown := sorted(set(hosts) - set(known)):
            raise ValueError(f"unknown host {', '.join(unknown)}; {self.provider.name} has {', '.join(known)}")
        chosen = {name: hosts.get(name, url) if base_url is None else base_url for name, url in known.items()}
        for name, url in chosen.items():
            if not is_base_url(url):
                raise ValueError(f"host {name} needs an address such as https://example.com:8000, not {url!r}")
        return chosen

    def context(self, model: Model) -> Context:
        """What a flow for an endpoint needs to know. The key is read from the environment as late as this."""
        key = self._key if self._key is not None else os.environ.get(self.provider.credential.env)
        return Context(self.provider, self.error_classes, model, self._hosts, Options(), key)


class Client(_ClientCore):
    """A provider, blocking. Use it in a `with` block, or close it."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.SyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Take the key from `api_key`, or from the environment when it is first needed.

        `base_url` (all hosts) or `hosts` (by name) point elsewhere, for example to an emulator. `http` is a client of
        your own; it is not closed here. `clock` is where time comes from.
        """
        super().__init__(api_key, base_url, hosts, clock)
        if http is not None and not isinstance(http, _http.SyncClient):
            raise TypeError(f"http must be a Client, not {type(http).__name__}")
        self._own = http is None
        self._http = http or _http.SyncClient()

    def session(self, model: Model) -> Session:
        """The way to run flows for an endpoint."""
        return Session(self.context(model), self._http, self._clock)

    def close(self) -> None:
        """Close the connections."""
        if self._own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_ClientCore):
    """A provider, for asyncio. Use it in an `async with` block, or close it."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Take the key from `api_key`, or from the environment when it is first needed.

        `base_url` (all hosts) or `hosts` (by name) point elsewhere, for example to an emulator. `http` is a client of
        your own; it is not closed here. `clock` is where time comes from.
        """
        super().__init__(api_key, base_url, hosts, clock)
        if http is not None and not isinstance(http, _http.AsyncClient):
            raise TypeError(f"http must be an AsyncClient, not {type(http).__name__}")
        self._own = http is None
        self._http = http
        self._loop: asyncio.AbstractEventLoop | None = None

    def session(self, model: Model) -> AsyncSession:
        """The way to run flows for an endpoint."""
        return AsyncSession(self.context(model), self._connections, self._clock)

    def _connections(self) -> _http.AsyncClient:
        """Connections belong to an event loop: one of our own is made anew where the loop is another."""
        loop = asyncio.get_running_loop()
        if self._http is None or (self._own and self._loop is not loop and not self._http.is_closed):
            self._http, self._loop = _http.AsyncClient(), loop
        return self._http

    async def close(self) -> None:
        """Close the connections."""
        if self._own:
            await self._connections().aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _EndpointCore(Generic[T]):
    model: ClassVar[Model]
    input_model: ClassVar[type[Request]]
    output_type: ClassVar[Any]

    def validate(self, payload: Mapping[str, object]) -> tuple[Violation, ...]:
        """All that is wrong with a payload, offline and without a key. Empty when it may be sent.

        Names are those of the wire. Required parameters with a default may be left out.
        """
        if fault := not_an_object(payload):
            return (fault,)
        return judge(self.input_model, self._completed(payload))

    def _completed(self, payload: Mapping[str, object]) -> dict[str, object]:
        """What the caller gave, under the names of the wire, and required defaults: this is what is sent."""
        given = {self.model.wire_names.get(name, name): value for name, value in payload.items()}
        return {**given, **{k: v for k, v in self.model.required_defaults.items() if k not in given}}

    def _judged(self, endpoint: str, params: Mapping[str, object]) -> dict[str, object]:
        payload = self._completed(params)
        if violations := judge(self.input_model, payload):
            raise InvalidInput(endpoint, violations)
        return payload

    def _handle(self, provider: Provider, job: str | Handle) -> Handle:
        """A job from its handle, its token or its bare id."""
        job = job.token if isinstance(job, Handle) else job
        if not hasattr(job, "lstrip"):
            raise TypeError(f"a job is named by its id, its token or its handle, not by a {type(job).__name__}")
        if not job.lstrip().startswith("{"):
            if not job.strip():
                raise ValueError("the id of a job must not be empty")
            return Handle(provider.id, self.model.id, self.model.protocol.name, job.strip())
        handle = Handle.read(job)
        if (handle.provider, handle.model) != (provider.id, self.model.id):
            raise ValueError(f"this token is of {handle.provider}/{handle.model}, not of {provider.id}/{self.model.id}")
        return handle


class Endpoint(_EndpointCore[T]):
    """One endpoint, blocking."""

    def __init__(self, client: Client, options: Options | None = None) -> None:
        self._client = client
        self._options = options or Options()

    def with_options(
        self,
        *,
        timeout: float | timedelta | None = None,
        on_update: Callable[[Update], object] | None = None,
        strict: bool | None = None,
    ) -> Self:
        """The same endpoint with other options.

        `timeout` is how long `run` waits, in seconds; `on_update` is called after each look; `strict` raises on states
        and answers that the spec does not know.
        """
        return type(self)(self._client, with_options(self._options, timeout, on_update, strict))

    def job(self, job: str | Handle) -> Job[T]:
        """A job that was submitted before, by its handle, its token or its bare id. Asks nothing."""
        return Job(self._session(), self._handle(self._client.provider, job), self.output_type)

    def _session(self) -> Session:
        return self._client.session(self.model).using(self._options)

    def _submit(self, params: Mapping[str, object]) -> Job[T]:
        session = self._session()
        payload = self._judged(session.context.endpoint, params)
        return Job(session, session.run(submit(session.context, payload)), self.output_type)

    def _run(self, params: Mapping[str, object]) -> Result[T]:
        session = self._session()
        payload = self._judged(session.context.endpoint, params)
        return Result(session, session.run(flows.run(session.context, payload)), self.output_type)


class AsyncEndpoint(_EndpointCore[T]):
    """One endpoint, for asyncio."""

    def __init__(self, client: AsyncClient, options: Options | None = None) -> None:
        self._client = client
        self._options = options or Options()

    def with_options(
        self,
        *,
        timeout: float | timedelta | None = None,
        on_update: Callable[[Update], object] | None = None,
        strict: bool | None = None,
    ) -> Self:
        """The same endpoint with other options.

        `timeout` is how long `run` waits, in seconds; `on_update` is called after each look; `strict` raises on states
        and answers that the spec does not know.
        """
        return type(self)(self._client, with_options(self._options, timeout, on_update, strict))

    def job(self, job: str | Handle) -> AsyncJob[T]:
        """A job that was submitted before, by its handle, its token or its bare id. Asks nothing."""
        return AsyncJob(self._session(), self._handle(self._client.provider, job), self.output_type)

    def _session(self) -> AsyncSession:
        return self._client.session(self.model).using(self._options)

    async def _submit(self, params: Mapping[str, object]) -> AsyncJob[T]:
        session = self._session()
        payload = self._judged(session.context.endpoint, params)
        return AsyncJob(session, await session.run(submit(session.context, payload)), self.output_type)

    async def _run(self, params: Mapping[str, object]) -> AsyncResult[T]:
        session = self._session()
        payload = self._judged(session.context.endpoint, params)
        return AsyncResult(session, await session.run(flows.run(session.context, payload)), self.output_type)


def not_an_object(payload: object) -> Violation | None:
    """What is wrong with a payload that is no mapping."""
    if isinstance(payload, Mapping):
        return None
    return Violation("", "type", f"an object is expected, not a {type(payload).__name__}", payload)


def with_options(
    options: Options,
    timeout: float | timedelta | None,
    on_update: Callable[[Update], object] | None,
    strict: bool | None,  # noqa: FBT001 - None means "as before"
) -> Options:
    """Options with what was given; what was not given stays."""
    made = waiting(options, timeout, on_update)
    return made if strict is None else replace(made, strict=strict)

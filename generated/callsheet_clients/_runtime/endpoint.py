# Copied by callsheet from generator/callsheet/runtime/endpoint.py.
# Do not edit: change that file, then `make generate`.
"""The generated endpoints' base classes. Each kind has a blocking class and its mirror for asyncio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Generic, Self, TypeVar

from . import _http, flows, media
from .client import AsyncClient, Client
from .context import Context
from .errors import InvalidInput, Violation
from .handle import Handle, Update
from .job import AsyncJob, Job
from .judging import Request, in_order, judge
from .media import Examined
from .outcomes import Outcome
from .result import AsyncResult, Result
from .session import AsyncSession, Session
from .settings import Settings, changed
from .steps import Flow, work
from .submission import submit
from .tables import Model, Provider
from .uploading import deliver

T = TypeVar("T")
O = TypeVar("O", bound=Mapping[str, object])  # noqa: E741 - the options of a call


class EndpointCore(Generic[T, O]):
    """What all endpoints share: an input that is judged before anything is sent."""

    model: ClassVar[Model]
    input_model: ClassVar[type[Request]]
    output_type: ClassVar[Any]

    def __init__(self, provider: Provider, settings: Settings) -> None:
        self._provider = provider
        self._settings = settings

    def validate(self, payload: Mapping[str, object]) -> tuple[Violation, ...]:
        """All that is wrong with a payload, offline and without a key. Empty when it may be sent.

        Names are those of the wire. Required parameters with a default may be left out. Files are looked at, not read.
        """
        if fault := not_an_object(payload):
            return (fault,)
        completed = self._completed(payload)
        return self._examined(completed, local=media.within(self.model, completed)).violations

    @property
    def name(self) -> str:
        """`segmind/wan-animate`."""
        return f"{self._provider.id}/{self.model.id}"

    def _completed(self, payload: Mapping[str, object]) -> dict[str, object]:
        """What the caller gave, under the names of the wire, and required defaults: this is what is sent."""
        names = self.model.wire_names
        given = {names.get(name, name): value for name, value in payload.items()} if names else dict(payload)
        for name, value in self.model.required_defaults.items():
            given.setdefault(name, value)
        return given

    def _examined(self, payload: dict[str, object], *, local: bool) -> Examined:
        """A completed payload, with all that is wrong with it and with the files in it, where there are any."""
        if local:
            seen = media.examine(self._provider, self.model, payload, self._judge)
        else:
            seen = Examined(payload, self._judge(payload))
        found = media.meant(self._provider, self.model, payload, seen.violations)
        return replace(seen, violations=in_order(self.input_model, found)) if found else seen

    def _judge(self, payload: Mapping[str, object]) -> tuple[Violation, ...]:
        return judge(self.input_model, payload)

    def ready(self, context: Context, params: Mapping[str, object]) -> Flow[dict[str, object]]:
        """What is sent for these parameters, with its files at the provider.

        InvalidInput with all that is wrong with them; UploadFailed. Nothing is submitted here.
        """
        payload = self._completed(params)
        extra = self._settings.options.extra
        if extra and (known := sorted(set(extra) & self.input_model.wire_names())):
            raise ValueError(f"{self.name}: {', '.join(known)} is a parameter: give it as one, not in `extra`")
        local = media.within(self.model, payload)  # what reads from disk is done beside an event loop
        look = partial(self._examined, payload, local=local)
        examined = (yield from work(look)) if local else look()
        if examined.violations:
            raise InvalidInput(self.name, examined.violations)
        return (yield from deliver(context, examined)) if local else payload

    def _handle(self, job: str | Handle) -> Handle:
        """A job from its handle, its token or its bare id."""
        provider = self._provider
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
        if handle.protocol != self.model.protocol.name:
            raise ValueError(f"this token is of the protocol {handle.protocol}, not of {self.model.protocol.name}")
        return handle


class _QueueCore(EndpointCore[T, O]):
    """What the two classes of an endpoint with a queue share."""

    def _sending(self, context: Context, params: Mapping[str, object]) -> Flow[Handle]:
        payload = yield from self.ready(context, params)
        return (yield from submit(context, payload))

    def _running(self, context: Context, params: Mapping[str, object]) -> Flow[Outcome]:
        payload = yield from self.ready(context, params)
        return (yield from flows.run(context, payload))


class Endpoint(_QueueCore[T, O]):
    """One endpoint with a queue, blocking."""

    def __init__(self, client: Client, settings: Settings | None = None) -> None:
        super().__init__(client.provider, settings or Settings())
        self._client = client

    def with_options(  # noqa: PLR0913 - what a caller can set, all by keyword
        self,
        *,
        timeout: float | timedelta | None = None,
        request_timeout: float | timedelta | None = None,
        submit_timeout: float | timedelta | None = None,
        on_update: Callable[[Update], object] | None = None,
        strict: bool | None = None,
        stream: bool | None = None,
        extra: Mapping[str, object] | None = None,
        call: O | None = None,
        download_timeout: float | timedelta | None = None,
        download_limit: int | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.SyncClient | None = None,
    ) -> Self:
        """The same endpoint with other options; what is not given stays.

        Times are seconds. `timeout` is how long `run` waits for the job, `submit_timeout` how long for the answer to
        the submission, `request_timeout` how long one look or one read may take, `download_timeout` and
        `download_limit` (bytes) what one file may take to save. `on_update` is called after each look;
        `stream` lets the provider send the looks, where it can. `strict` raises on states and answers that the spec
        does not know. `extra` are parameters that the spec does not know: they are sent along, unjudged. `call` is what
        the provider is asked for with this call, beside the input. `hosts` (by name) and `http` send the requests
        elsewhere, or through a client of your own.
        """
        settings = changed(
            self._settings,
            self._provider,
            self.model,
            timeout=timeout,
            request_timeout=request_timeout,
            submit_timeout=submit_timeout,
            on_update=on_update,
            strict=strict,
            stream=stream,
            extra=extra,
            call=call,
            download_timeout=download_timeout,
            download_limit=download_limit,
            hosts=hosts,
            http=http,
        )
        return type(self)(self._client, settings)

    def job(self, job: str | Handle) -> Job[T]:
        """A job that was submitted before, by its handle, its token or its bare id. Asks nothing."""
        return Job(self._session(), self._handle(job), self.output_type)

    def _session(self) -> Session:
        return self._client.session(self.model, self._settings)

    def _submit(self, params: Mapping[str, object]) -> Job[T]:
        session = self._session()
        return Job(session, session.run(self._sending(session.context, params)), self.output_type)

    def _run(self, params: Mapping[str, object]) -> Result[T]:
        session = self._session()
        return Result(session, session.run(self._running(session.context, params)), self.output_type)


class AsyncEndpoint(_QueueCore[T, O]):
    """One endpoint with a queue, for asyncio."""

    def __init__(self, client: AsyncClient, settings: Settings | None = None) -> None:
        super().__init__(client.provider, settings or Settings())
        self._client = client

    def with_options(  # noqa: PLR0913 - what a caller can set, all by keyword
        self,
        *,
        timeout: float | timedelta | None = None,
        request_timeout: float | timedelta | None = None,
        submit_timeout: float | timedelta | None = None,
        on_update: Callable[[Update], object] | None = None,
        strict: bool | None = None,
        stream: bool | None = None,
        extra: Mapping[str, object] | None = None,
        call: O | None = None,
        download_timeout: float | timedelta | None = None,
        download_limit: int | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.AsyncClient | None = None,
    ) -> Self:
        """The same endpoint with other options; what is not given stays.

        Times are seconds. `timeout` is how long `run` waits for the job, `submit_timeout` how long for the answer to
        the submission, `request_timeout` how long one look or one read may take, `download_timeout` and
        `download_limit` (bytes) what one file may take to save. `on_update` is called after each look;
        `stream` lets the provider send the looks, where it can. `strict` raises on states and answers that the spec
        does not know. `extra` are parameters that the spec does not know: they are sent along, unjudged. `call` is what
        the provider is asked for with this call, beside the input. `hosts` (by name) and `http` send the requests
        elsewhere, or through a client of your own.
        """
        settings = changed(
            self._settings,
            self._provider,
            self.model,
            timeout=timeout,
            request_timeout=request_timeout,
            submit_timeout=submit_timeout,
            on_update=on_update,
            strict=strict,
            stream=stream,
            extra=extra,
            call=call,
            download_timeout=download_timeout,
            download_limit=download_limit,
            hosts=hosts,
            http=http,
        )
        return type(self)(self._client, settings)

    def job(self, job: str | Handle) -> AsyncJob[T]:
        """A job that was submitted before, by its handle, its token or its bare id. Asks nothing."""
        return AsyncJob(self._session(), self._handle(job), self.output_type)

    def _session(self) -> AsyncSession:
        return self._client.session(self.model, self._settings)

    async def _submit(self, params: Mapping[str, object]) -> AsyncJob[T]:
        session = self._session()
        return AsyncJob(session, await session.run(self._sending(session.context, params)), self.output_type)

    async def _run(self, params: Mapping[str, object]) -> AsyncResult[T]:
        session = self._session()
        return AsyncResult(session, await session.run(self._running(session.context, params)), self.output_type)


def not_an_object(payload: object) -> Violation | None:
    """What is wrong with a payload that is no mapping."""
    if isinstance(payload, Mapping):
        return None
    return Violation("", "type", f"an object is expected, not a {type(payload).__name__}", payload)

"""Trouble on the way to a provider: a handler around another that now and then does not pass things on as it should."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx

from callsheet.contract.clients.libraries import Handler
from callsheet.runtime.tables import Blocking, Model
from callsheet.runtime.words import Phase
from callsheet.source.nodes import Plain

Trouble = Callable[[Handler, httpx.Request], httpx.Response]


@dataclass(slots=True)
class Fault:
    """Trouble with the next `times` requests of one phase."""

    on: Phase
    trouble: Trouble
    times: int = 1


def lost_answer(answer: Handler, request: httpx.Request) -> httpx.Response:
    """The provider gets the request and acts on it; its answer never comes."""
    answer(request)
    raise httpx.ReadTimeout("no answer came", request=request)


def cut_answer(answer: Handler, request: httpx.Request) -> httpx.Response:
    """The provider acts on the request; the connection breaks while the answer is read."""
    answer(request)
    raise httpx.RemoteProtocolError("peer closed connection without sending complete message body", request=request)


def no_connection(_answer: Handler, request: httpx.Request) -> httpx.Response:
    """Nothing reaches the provider."""
    raise httpx.ConnectError("connection refused", request=request)


def answered(http: int, body: Plain = None, headers: Mapping[str, str] | None = None) -> Trouble:
    """Something in front of the provider answers in its place."""
    return lambda _answer, _request: httpx.Response(http, json=body if body is not None else {}, headers=headers)


def with_faults(model: Model, answer: Handler, *faults: Fault) -> Handler:
    """A handler that has these faults, each until it has happened as often as it says."""

    def handle(request: httpx.Request) -> httpx.Response:
        for fault in faults:
            if fault.times > 0 and fault.on == phase_of(model, request):
                fault.times -= 1
                return fault.trouble(answer, request)
        return answer(request)

    return handle


def phase_of(model: Model, request: httpx.Request) -> Phase:
    """What a request is for, by its method and path."""
    for phase, method, path in _requests(model):
        if request.method == method and re.fullmatch(_pattern(path, model.path), request.url.path):
            return phase
    return "download"


def _requests(model: Model) -> Iterator[tuple[Phase, str, str]]:
    submit, queue = model.protocol.submit, model.protocol
    yield "submit", submit.method, submit.path
    if isinstance(queue, Blocking):
        return
    yield "status", queue.status.method, queue.urls[queue.status.url].path
    if queue.result.url is not None:
        yield "result", queue.result.method, queue.urls[queue.result.url].path
    if queue.cancel is not None:
        yield "cancel", queue.cancel.method, queue.urls[queue.cancel.url].path
    if queue.stream is not None:
        yield "status", "GET", queue.urls[queue.stream.url].path


def _pattern(path: str, variables: Mapping[str, str]) -> str:
    for name, value in variables.items():
        path = path.replace(f"{{{name}}}", value)
    pattern = re.escape(path).replace(re.escape("{request_id}"), "[^/]+")
    return pattern.replace(re.escape("{+request_id}"), "[^/]+(?:/[^/]+)*")

"""A made-up provider, Reel, for tests of the engine: its tables, and answers as a flow gets them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from callsheet.runtime.addresses import Address
from callsheet.runtime.context import Context, Options
from callsheet.runtime.errors import JobFailed, NotFinished, Refused, Unavailable, UnknownJob
from callsheet.runtime.handle import Handle
from callsheet.runtime.outcomes import Outcome
from callsheet.runtime.steps import Moment, Reply
from callsheet.runtime.tables import (
    Blocking,
    Credential,
    ErrorBody,
    ErrorRow,
    Logs,
    Model,
    Provider,
    Queue,
    Result,
    State,
    Status,
    Submit,
)
from callsheet.runtime.words import Phase

PROVIDER = Provider(
    id="reel",
    name="Reel",
    hosts={"api": "https://api.reel.test"},
    credential=Credential("REEL_KEY", "{key}", ("api",), "x-key"),
    error_body=ErrorBody(("/error",), ("/code",)),
)

QUEUE = Queue(
    name="queue",
    submit=Submit("api", "/{model}", "/id", {"status_url": "/status_url"}),
    status=Status(
        url="status_url",
        state="/status",
        states={
            "WAITING": State("queued", 202, ("BUSY", "DONE", "BROKEN")),
            "BUSY": State("running", 202, ("DONE", "BROKEN")),
            "DONE": State("succeeded"),
            "BROKEN": State("failed", 422, error="broke"),
        },
        initial="WAITING",
        query={"logs": "1"},
        position="/ahead",
        logs=Logs("/logs", "/message"),
        failure_message="/error",
    ),
    result=Result(url="result_url", output="/clip", media=("/clip",), early="too_early", failed="status"),
    urls={
        "status_url": Address("api", "/jobs/{request_id}/status"),
        "result_url": Address("api", "/jobs/{request_id}"),
    },
)

MODEL = Model("clip", QUEUE, {"model": "clip"}, {}, 100.0)


class TooEarly(NotFinished):
    row = ErrorRow(
        "too_early", 400, "not_finished", "Not yet.", "always", "never", "after_delay", "caller", ("result",)
    )


class Broke(JobFailed):
    row = ErrorRow("broke", 422, "failed", "It broke.", "always", "never", "never", "caller", ("status", "result"))


class Slow(Refused):
    row = ErrorRow("slow", 429, "refused", "Too many.", "never", "never", "after_delay", "caller")


class NoMoney(Refused):
    row = ErrorRow("no_money", 402, "refused", "Too few credits.", "never", "never", "never", "account")


class Gone(UnknownJob):
    row = ErrorRow("gone", 404, "unknown_job", "Unknown.", "always", "maybe", "never", "caller", ("status", "result"))


class Down(Unavailable):
    row = ErrorRow("down", 502, "unavailable", "Down.", "maybe", "never", "reads_only", "provider")


ERRORS = (TooEarly, Broke, Gone, Slow, NoMoney, Down)

HANDLE = Handle("reel", "clip", "queue", "j1", {"status_url": "https://api.reel.test/jobs/j1/status"}, 1000.0)
START = Moment(0.0, 1000.0)


def outcome(url: str) -> Outcome:
    """A finished job with one file."""
    return Outcome(HANDLE, {"clip": url}, url, (url,), Reply(200, {}, b"", START))


def context(hosts: Mapping[str, str] | None = None, key: str | None = "secret-key", **options: object) -> Context:
    """The endpoint `reel/clip` as a client sees it."""
    return Context(PROVIDER, ERRORS, MODEL, hosts or PROVIDER.hosts, Options(**options), key)  # type: ignore[arg-type]


def reply(
    status: int, body: object, at: float = 0.0, headers: Mapping[str, str] | None = None, raw: bytes | None = None
) -> Reply:
    """An answer that came `at` seconds after the start."""
    return Reply(status, headers or {}, json.dumps(body).encode() if raw is None else raw, Moment(at, 1000.0 + at))


PHASES: tuple[Phase, ...] = ("submit", "status", "result")


def changed(**parts: object) -> Model:
    """The endpoint with another value here and there."""
    return replace(MODEL, **parts)  # type: ignore[arg-type]


def blocking(**parts: object) -> Model:
    """The endpoint, called in one go."""
    call = Blocking("sync", Submit("api", "/now/{model}"), **parts)  # type: ignore[arg-type]
    return changed(protocol=call)


def of(model: Model, **options: object) -> Context:
    """Another endpoint of the same provider, as a client sees it."""
    return replace(context(**options), model=model)  # type: ignore[arg-type]

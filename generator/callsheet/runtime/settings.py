"""What a caller sets for an endpoint, judged before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypedDict

from . import _http
from .context import Options
from .errors import InvalidInput
from .handle import Update
from .job import seconds
from .options import faults
from .tables import Model, Provider


class NoOptions(TypedDict):
    """For endpoints whose provider takes nothing beside the input."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Options, and where requests go when it is not where the client's own go."""

    options: Options = field(default_factory=Options)
    hosts: Mapping[str, str] | None = None
    http: _http.SyncClient | _http.AsyncClient | None = None


def changed(  # noqa: PLR0913 - what a caller can set, all by keyword
    settings: Settings,
    provider: Provider,
    model: Model,
    *,
    timeout: float | timedelta | None = None,
    request_timeout: float | timedelta | None = None,
    submit_timeout: float | timedelta | None = None,
    on_update: Callable[[Update], object] | None = None,
    strict: bool | None = None,
    stream: bool | None = None,
    extra: Mapping[str, object] | None = None,
    call: Mapping[str, object] | None = None,
    spool: str | Path | None = None,
    download_timeout: float | timedelta | None = None,
    download_limit: int | None = None,
    hosts: Mapping[str, str] | None = None,
    http: _http.SyncClient | _http.AsyncClient | None = None,
) -> Settings:
    """Settings with what was given; what was not given stays. TypeError, ValueError or InvalidInput for a slip."""
    if on_update is not None and not callable(on_update):
        raise TypeError(f"on_update must be callable, not {on_update!r}")
    if spool is not None and not Path(spool).is_dir():
        raise ValueError(f"spool must be a folder that is there, not {str(spool)!r}")
    if download_limit is not None and (isinstance(download_limit, bool) or not isinstance(download_limit, int)):
        raise TypeError(f"download_limit must be a number of bytes, not {download_limit!r}")
    webhook = None if provider.webhook is None else provider.webhook.option
    if call is not None and (found := tuple(faults(model.protocol.submit.options, call, webhook))):
        raise InvalidInput(f"{provider.id}/{model.id}", found)
    given: dict[str, Any] = {
        "timeout": seconds("timeout", timeout),
        "request_timeout": seconds("request_timeout", request_timeout),
        "submit_timeout": seconds("submit_timeout", submit_timeout),
        "on_update": on_update,
        "strict": strict,
        "stream": stream,
        "extra": None if extra is None else dict(extra),
        "call": None if call is None else dict(call),
        "spool": None if spool is None else str(spool),
        "download_timeout": seconds("download_timeout", download_timeout),
        "download_limit": download_limit,
    }
    options = replace(settings.options, **{name: value for name, value in given.items() if value is not None})
    return Settings(options, settings.hosts if hosts is None else hosts, settings.http if http is None else http)

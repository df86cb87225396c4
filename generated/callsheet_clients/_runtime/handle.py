# Copied by callsheet from generator/callsheet/runtime/handle.py.
# Do not edit: change that file, then `make generate`.
"""What identifies a job across processes, and what is known of it at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard, cast

from .words import StateMeans

KIND: Final = "handle/1"

_LATEST: Final = 1e11  # seconds since 1970: in the year 5138


@dataclass(frozen=True, slots=True)
class Handle:
    """A job that was accepted. Its token is a small JSON text without secrets that works in another process."""

    provider: str
    model: str
    protocol: str
    request_id: str
    urls: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    submitted_at: float | None = None
    """Seconds since 1970; None for a job that is known by its id alone."""
    path: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Path variables that the input chose; without them the job's addresses cannot be made up."""

    @property
    def token(self) -> str:
        """All of it as one line of JSON."""
        return json.dumps(
            {
                "callsheet": KIND,
                "provider": self.provider,
                "model": self.model,
                "protocol": self.protocol,
                "request_id": self.request_id,
                "urls": dict(self.urls),
                "submitted_at": self.submitted_at,
                **({"path": dict(self.path)} if self.path else {}),
            },
            separators=(",", ":"),
        )

    def __str__(self) -> str:
        return f"{self.provider}/{self.model} {self.request_id}"

    @classmethod
    def read(cls, token: str) -> Handle:
        """A handle from its token. ValueError says what is wrong with one that is none."""
        try:
            data = json.loads(token)
        except ValueError as exc:
            raise ValueError("this is no token of a job: not JSON") from exc
        if not isinstance(data, dict):
            raise ValueError("this is no token of a job: not a JSON object")  # noqa: TRY004 - one error for one fault
        told = cast("dict[str, Any]", data)
        texts = [told.get(key) for key in ("provider", "model", "protocol", "request_id")]
        urls = told.get("urls", {})
        if told.get("callsheet") != KIND or not all(isinstance(text, str) and text for text in texts):
            raise ValueError(f"this is no token of a job: `callsheet` must be {KIND}, with provider, model and id")
        if not _is_texts(urls):
            raise ValueError("this is no token of a job: `urls` must map names to addresses")
        path = told.get("path", {})
        if not _is_texts(path):
            raise ValueError("this is no token of a job: `path` must map names to text")
        submitted = told.get("submitted_at")
        when = float(submitted) if _is_time(submitted) else None
        provider, model, protocol, request_id = cast("list[str]", texts)
        return cls(provider, model, protocol, request_id, urls, when, path)


def _is_texts(value: object) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict) and all(isinstance(text, str) for text in cast("dict[str, Any]", value).values())


def _is_time(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST


@dataclass(frozen=True, slots=True)
class Update:
    """One look at a job."""

    handle: Handle
    """The job."""
    state: str
    """The provider's own word; right after the submission, the one that the documentation names first."""
    means: StateMeans | None
    """What it means; None for a word that the spec does not know."""
    elapsed: float
    """Seconds since the submission, or since the wait began where that is not known."""
    looks: int
    """How many looks have been taken in this wait; 0 right after the submission."""
    position: int | None = None
    """Jobs ahead in the queue."""
    percent: float | None = None
    """How much is done, from 0 to 100, where the provider tells."""
    logs: tuple[str, ...] = ()
    """Messages of the log, as far as this answer tells them."""
    message: str | None = None
    """The provider's words about a failure."""
    code: str | None = None
    body: object = field(default=None, repr=False)
    """The whole answer."""

    @property
    def request_id(self) -> str:
        """The provider's id of the job."""
        return self.handle.request_id

    def __str__(self) -> str:
        ahead = f", {self.position} ahead" if self.position is not None else ""
        done = f", {self.percent:.0f} %" if self.percent is not None else ""
        return f"{self.state}{ahead}{done} after {self.elapsed:.0f} s"

"""What a flow needs to know: the tables, the key, the hosts, the caller's options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

from .errors import MissingKey, ProviderError
from .handle import Handle, Update
from .tables import Address, Model, Provider

_PORTS: Final = {"http": 80, "https": 443}


class Secret(str):
    """Text that is sent as it is and printed as stars, in a traceback that shows variables too."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller can set. Times are seconds."""

    timeout: float | None = None
    """How long a wait lasts; None derives it from the typical duration."""
    on_update: Callable[[Update], object] | None = None
    """Called after each look at a job."""
    request_timeout: float = 30.0
    """How long one read may stall."""
    submit_timeout: float = 60.0
    """How long a submission's answer may take. When it is over, the outcome is unknown."""
    submit_attempts: int = 5
    """How often a submission that was certainly not accepted is sent in all."""
    submit_patience: float = 60.0
    """The longest that a submission is held back because the provider asks for it."""
    read_attempts: int = 5
    """How often a read is tried in all, where no wait gives it a deadline."""
    strict: bool = False
    """Raise on states and answers that the spec does not know, instead of warning."""


@dataclass(frozen=True, slots=True)
class Context:
    """One endpoint as one client sees it."""

    provider: Provider
    errors: tuple[type[ProviderError], ...]
    model: Model
    hosts: Mapping[str, str]
    """Base URL of each host: the provider's own, or the caller's replacement."""
    options: Options
    key: str | None = field(repr=False, default=None)

    @property
    def endpoint(self) -> str:
        """`segmind/wan-animate`."""
        return f"{self.provider.id}/{self.model.id}"

    def url(self, address: Address, request_id: str = "") -> str:
        """The URL of an address, with the model's path variables and the job's id filled in."""
        path = address.path
        for name, value in {**self.model.path, "request_id": request_id}.items():
            path = path.replace(f"{{{name}}}", _quoted(value) if name == "request_id" else quote(value))
        return self.hosts[address.host].rstrip("/") + path

    def job_url(self, handle: Handle, name: str) -> str:
        """The address that the provider gave for a job, where it is on a declared host; else the one the spec knows."""
        given = handle.urls.get(name)
        if given and _plain(given) and any(_origin(given) == _origin(host) for host in self.hosts.values()):
            return given
        return self.url(self.model.protocol.urls[name], handle.request_id)

    def credential(self, url: str) -> dict[str, str]:
        """The header that carries the key, for a host that may see it; nothing for any other."""
        rule = self.provider.credential
        if not any(_origin(url) == _origin(self.hosts[host]) for host in rule.hosts):
            return {}
        key = (self.key or "").strip()
        if not key:
            raise MissingKey(f"{self.endpoint}: no key. Set {rule.env}, or pass api_key=…. Nothing was sent.")
        if not key.isascii() or not key.isprintable():
            raise MissingKey(f"{self.endpoint}: the key holds characters that no header can carry. Nothing was sent.")
        return {rule.header: Secret(rule.value.replace("{key}", key))}

    def without_key(self, text: str) -> str:
        """A text from outside, for words of ours: a provider may repeat the key that it refuses."""
        key = (self.key or "").strip()
        return text.replace(key, "***") if key else text


def is_base_url(url: object) -> bool:
    """Whether a host's address is one: scheme, host, perhaps a port and a path; nothing that could carry a secret."""
    if not isinstance(url, str) or not _plain(url):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment)
        )
    except ValueError:
        return False


def _quoted(request_id: str) -> str:
    """An id as one segment of a path; one that is all dots would climb out of it."""
    text = quote(request_id, safe="", errors="replace")
    return text.replace(".", "%2E") if not text.strip(".") else text


def _plain(url: str) -> bool:
    """Whether a URL from an answer can be followed as it stands."""
    return url.isascii() and url.isprintable() and " " not in url and "@" not in url.split("?", 1)[0]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", url, None

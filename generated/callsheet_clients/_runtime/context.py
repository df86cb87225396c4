# Copied by callsheet from generator/callsheet/runtime/context.py.
# Do not edit: change that file, then `make generate`.
"""What a flow needs to know: the tables, the key, the hosts, the caller's options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

from .addresses import Address, NoPath, filled
from .errors import MissingKey, ProviderError, UnusableHandle
from .handle import Handle, Update
from .redaction import keep_out_of_logs
from .steps import Journal
from .tables import Model, Provider

K = TypeVar("K")

_PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_MOST_KEPT: Final = 64
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
    download_timeout: float = 3600.0
    """How long one file may take to save, in all."""
    download_limit: int = 4 * 2**30
    """The longest file that is saved, in bytes."""
    strict: bool = False
    """Raise on states and answers that the spec does not know, instead of warning."""
    stream: bool = False
    """Let the provider send its looks, where it can, and poll only when that breaks."""
    extra: Mapping[str, object] = field(default_factory=dict[str, object])
    """Parameters that the spec does not know, sent along unjudged."""
    call: Mapping[str, object] = field(default_factory=dict[str, object])
    """What the provider is asked for with one call, beside the input."""
    spool: str | None = None
    """Folder for the bytes of blocking calls, until they are saved; None is the system's own for such files."""


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
    journal: Journal | None = field(repr=False, default=None)
    _kept: dict[object, Any] = field(init=False, repr=False, compare=False, default_factory=dict[object, Any])
    """What was worked out before. A context that is made from this one begins without."""

    def kept(self, name: object, make: Callable[[], K]) -> K:
        """What `make` gives, worked out once. `name` is all that it depends on, beside this context."""
        try:
            found: K = self._kept[name]
        except KeyError:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[name] = make()
        return found

    @property
    def endpoint(self) -> str:
        """`segmind/wan-animate`."""
        return f"{self.provider.id}/{self.model.id}"

    def url(self, address: Address, variables: Mapping[str, str], **taken: str) -> str:
        """The URL of an address. `variables` are of the spec; `taken` came from outside, such as the job's id.

        NoPath where that has no place in the path.
        """
        path = filled(address.path, variables, taken)
        values = {**variables, **taken}
        return with_query(
            self.hosts[address.host].rstrip("/") + path,
            {key: _PLACEHOLDER.sub(lambda m: values.get(m[1], m[0]), text) for key, text in address.query.items()},
        )

    def job_url(self, handle: Handle, name: str) -> str:
        """The address that the provider gave for a job, where it is on a declared host; else the one the spec knows."""
        given = handle.urls.get(name)
        if given and _plain(given) and self.is_declared(given):
            return given
        address = self.model.queue.urls[name]
        if address.only_given:
            raise UnusableHandle(
                f"{handle}: {self.provider.name} gives such a job an address of its own ({name}), and this handle has "
                f"{'that of another host' if given else 'none'}. Use the token of the job: its id alone is not enough.",
                handle,
            )
        variables = {**self.model.path, **handle.path}
        texts = (address.path, *address.query.values())
        for chosen in self.model.chosen_path:
            if chosen not in variables and any(f"{{{chosen}}}" in text for text in texts):
                raise UnusableHandle(
                    f"{handle}: where {self.provider.name} keeps such a job depends on its input ({chosen}), and this "
                    "handle does not say it. Use the token of the job: its id alone is not enough.",
                    handle,
                )
        try:
            return self.url(address, variables, request_id=handle.request_id)
        except NoPath as exc:
            raise UnusableHandle(
                f"{handle}: the id leads to no address of {self.provider.name}: {exc}", handle
            ) from exc

    def is_declared(self, url: str) -> bool:
        """Whether a URL is on a host of the provider's."""
        place = _place(url)
        return self.kept(("declared", place), lambda: any(_origin(place) == _origin(at) for at in self.hosts.values()))

    @property
    def beside_protocols(self) -> Context:
        """The same without headers and credential of the protocol's own: for uploads, which belong to none."""
        protocol = replace(self.model.protocol, credential=None, headers={})
        return replace(self, model=replace(self.model, protocol=protocol))

    def headers(self, url: str, accept: str = "application/json") -> Mapping[str, str]:
        """What goes along with every request to a declared host, the key included where the host may see it."""
        place = _place(url)
        return self.kept(("headers", place, accept), lambda: self._headers(place, accept))

    def _headers(self, url: str, accept: str) -> dict[str, str]:
        return {
            "accept": accept,
            **self.provider.headers,
            **self.model.protocol.headers,
            **self._credential(url, query=False),
        }

    def secret_query(self, url: str) -> str:
        """The query option that carries the key, for a host that may see it; most often nothing."""
        if (self.model.protocol.credential or self.provider.credential).query is None:
            return ""
        return Secret(urlencode(found)) if (found := self._credential(url, query=True)) else ""

    def _credential(self, url: str, *, query: bool) -> dict[str, str]:
        rule = self.model.protocol.credential or self.provider.credential
        name = rule.query if query else rule.header
        if name is None or not any(_origin(url) == _origin(self.hosts[host]) for host in rule.hosts):
            return {}
        key = (self.key or "").strip()
        if not key:
            raise MissingKey(f"{self.endpoint}: no key. Set {rule.env}, or pass api_key=…. Nothing was sent.")
        if not key.isascii() or not key.isprintable():
            raise MissingKey(f"{self.endpoint}: the key holds characters that no header can carry. Nothing was sent.")
        if query:
            keep_out_of_logs(key)
        return {name: Secret(rule.value.replace("{key}", key))}

    def without_key(self, text: str) -> str:
        """A text from outside, for words of ours: a provider may repeat the key that it refuses."""
        key = (self.key or "").strip()
        return text.replace(key, "***") if key else text


def with_query(url: str, query: Mapping[str, str]) -> str:
    """A URL with more options in its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url


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


def is_followable(url: str) -> bool:
    """Whether an address from an answer can be asked as it stands."""
    return url.startswith(("http://", "https://")) and _plain(url)


def _plain(url: str) -> bool:
    """Whether a URL from an answer can be followed as it stands."""
    return url.isascii() and url.isprintable() and " " not in url and "@" not in url.split("?", 1)[0]


def _place(url: str) -> str:
    """The part of a URL that its origin depends on."""
    end = url.find("/", len("https://"))
    return url if end < 0 else url[:end]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", url, None

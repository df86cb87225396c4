# Copied by callsheet from generator/callsheet/runtime/client.py.
# Do not edit: change that file, then `make generate`.
"""The generated clients' base classes: a provider, blocking and for asyncio. Mirrors of each other."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final, Self, cast

from . import _http
from .context import Context, Options, is_base_url
from .drive import Clock, SystemClock, adrive, drive
from .errors import ProviderError
from .received import Received
from .session import AsyncSession, Session
from .steps import Journal
from .tables import Model, Provider

if TYPE_CHECKING:  # not needed to run, or not by everybody
    import asyncio

    from .settings import Settings
    from .webhooks import Headers, Receipt, Seen, WebhookEvent

_MOST_KEPT: Final = 64
"""Contexts that are kept for the next call: as many as there are endpoints and options in use, as a rule."""


class _ClientCore:
    provider: ClassVar[Provider]
    error_classes: ClassVar[tuple[type[ProviderError], ...]]
    """The documented errors, the most specific first."""

    def __init__(
        self,
        api_key: str | None,
        base_url: str | None,
        hosts: Mapping[str, str] | None,
        clock: Clock | None,
        journal: str | os.PathLike[str] | Journal | None,
    ) -> None:
        if api_key is not None and not isinstance(api_key, str):
            raise TypeError(f"api_key must be text, not {type(api_key).__name__}")
        self._key = api_key
        self._hosts = self._chosen_hosts(base_url, hosts or {})
        self._clock: Clock = clock or SystemClock()
        self._journal = _opened(journal)
        self._received = Received()
        self._contexts: dict[tuple[int, int], Context] = {}

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

    def context(self, model: Model, options: Options, hosts: Mapping[str, str] | None = None) -> Context:
        """What a flow for an endpoint needs to know. The key is read from the environment as late as this."""
        rule = model.protocol.credential or self.provider.credential
        key = self._key if self._key is not None else os.environ.get(rule.env)
        if hosts is not None:
            chosen = {**self._hosts, **self._chosen_hosts(None, hosts)}
            return Context(self.provider, self.error_classes, model, chosen, options, key, self._journal)
        held = self._contexts.get((id(model), id(options)))  # whose objects live as long as it does
        if held is None or held.key != key:
            if len(self._contexts) >= _MOST_KEPT:
                self._contexts.clear()
            held = Context(self.provider, self.error_classes, model, self._hosts, options, key, self._journal)
            self._contexts[id(model), id(options)] = held
        return held

    def _receipt(self, headers: Headers, body: str | bytes, secret: str | None, seen: Seen | None) -> Receipt:
        """A webhook that came, with all that is needed to check it."""
        from .webhooks import Receipt  # few clients receive webhooks, and all would pay for it

        webhook = self.provider.webhook
        rule = None if webhook is None else webhook.signature
        if secret is None and rule is not None and rule.secret is not None:
            secret = os.environ.get(rule.secret)
        return Receipt(self.provider, self._hosts, headers, body, secret, seen, self._received)


def _opened(journal: str | os.PathLike[str] | Journal | None) -> Journal | None:
    if isinstance(journal, str | os.PathLike):
        from .journal import Journal as FileJournal

        return FileJournal(journal)
    if journal is not None and not callable(getattr(journal, "append", None)):
        raise TypeError(f"journal must be a path or a Journal, not {type(journal).__name__}")
    return journal


class Client(_ClientCore):
    """A provider, blocking. Use it in a `with` block, or close it."""

    def __init__(  # noqa: PLR0913 - what a caller can set, all by keyword
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.SyncClient | None = None,
        clock: Clock | None = None,
        journal: str | os.PathLike[str] | Journal | None = None,
    ) -> None:
        """Take the key from `api_key`, or from the environment when it is first needed.

        `base_url` (all hosts) or `hosts` (by name) point elsewhere, for example to an emulator. `http` is a client of
        your own; it is not closed here. `clock` is where time comes from. `journal` is a file in which each submission
        and what became of it is written down, so that neither is lost to a crash; left out, nothing is written.
        """
        super().__init__(api_key, base_url, hosts, clock, journal)
        if http is not None and not isinstance(http, _http.SyncClient):
            raise TypeError(f"http must be {_http.NAME}.Client, not {type(http).__module__}.{type(http).__name__}")
        self._own = http is None
        self._http = http or _http.sync_client()

    def session(self, model: Model, settings: Settings) -> Session:
        """The way to run flows for an endpoint."""
        own = cast("_http.SyncClient | None", settings.http)
        http = self._http if own is None else own
        return Session(self.context(model, settings.options, settings.hosts), http, self._clock)

    def verify_webhook(
        self,
        headers: Headers,
        body: str | bytes,
        *,
        secret: str | None = None,
        seen: Seen | None = None,
    ) -> WebhookEvent:
        """Whether a webhook is the provider's own, and what it tells. No key is needed.

        `headers` and `body` are those of the request that came, the body byte for byte. `secret` is the shared secret
        where the provider has one, otherwise taken from the environment. `seen` is a store of your own for those that
        were received: given a text, it says whether it was there, and keeps it; without it, this client remembers.
        WebhookRefused says what is wrong. ConnectionFailed where the provider's public keys cannot be fetched.
        """
        from .webhooks import verify  # few clients receive webhooks, and all would pay for it

        return drive(verify(self._receipt(headers, body, secret, seen)), self._http, self._clock)

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

    def __init__(  # noqa: PLR0913 - what a caller can set, all by keyword
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        hosts: Mapping[str, str] | None = None,
        http: _http.AsyncClient | None = None,
        clock: Clock | None = None,
        journal: str | os.PathLike[str] | Journal | None = None,
    ) -> None:
        """Take the key from `api_key`, or from the environment when it is first needed.

        `base_url` (all hosts) or `hosts` (by name) point elsewhere, for example to an emulator. `http` is a client of
        your own; it is not closed here. `clock` is where time comes from. `journal` is a file in which each submission
        and what became of it is written down, so that neither is lost to a crash; left out, nothing is written.
        """
        super().__init__(api_key, base_url, hosts, clock, journal)
        if http is not None and not isinstance(http, _http.AsyncClient):
            raise TypeError(f"http must be {_http.NAME}.AsyncClient, not {type(http).__module__}.{type(http).__name__}")
        self._own = http is None
        self._http = http
        self._loop: asyncio.AbstractEventLoop | None = None

    def session(self, model: Model, settings: Settings) -> AsyncSession:
        """The way to run flows for an endpoint."""
        own = cast("_http.AsyncClient | None", settings.http)
        http = self._connections if own is None else lambda: own
        return AsyncSession(self.context(model, settings.options, settings.hosts), http, self._clock)

    def _connections(self) -> _http.AsyncClient:
        """Connections belong to an event loop: one of our own is made anew where the loop is another."""
        import asyncio

        loop = asyncio.get_running_loop()
        if self._http is None or (self._own and self._loop is not loop and not self._http.is_closed):
            self._http, self._loop = _http.async_client(), loop
        return self._http

    async def verify_webhook(
        self,
        headers: Headers,
        body: str | bytes,
        *,
        secret: str | None = None,
        seen: Seen | None = None,
    ) -> WebhookEvent:
        """Whether a webhook is the provider's own, and what it tells. No key is needed.

        `headers` and `body` are those of the request that came, the body byte for byte. `secret` is the shared secret
        where the provider has one, otherwise taken from the environment. `seen` is a store of your own for those that
        were received: given a text, it says whether it was there, and keeps it; without it, this client remembers.
        WebhookRefused says what is wrong. ConnectionFailed where the provider's public keys cannot be fetched.
        """
        from .webhooks import verify  # few clients receive webhooks, and all would pay for it

        receipt = self._receipt(headers, body, secret, seen)
        return await adrive(verify(receipt), self._connections(), self._clock)

    async def close(self) -> None:
        """Close the connections."""
        if self._own:
            await self._connections().aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

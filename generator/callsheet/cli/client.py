"""The generated client of an endpoint, found and opened."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from callsheet.cli.console import refuse

if TYPE_CHECKING:  # generated, and heavy: httpx and pydantic
    from callsheet.plan.model import ModelPlan, ProviderPlan, WayPlan
    from callsheet_clients._runtime.client import AsyncClient, Client
    from callsheet_clients._runtime.job import AsyncJob, Job
    from callsheet_clients._runtime.result import Result


class Endpoint(Protocol):
    """What every generated endpoint has."""

    def submit(self, **params: Any) -> Job[Any]:
        """Send one job."""
        ...

    def job(self, job: str, /) -> Job[Any]:
        """Take up a job."""
        ...

    def run(self, **params: Any) -> Result[Any]:
        """Call, and come back with what was made: all that an endpoint of one blocking call has."""
        ...

    def with_options(self, *, timeout: float | None, spool: Path) -> Self:
        """The same endpoint, patient for so many seconds; bytes that come are kept in a folder first."""
        ...


class AsyncEndpoint(Protocol):
    """Its mirror."""

    async def submit(self, **params: Any) -> AsyncJob[Any]:
        """Send one job."""
        ...


def hosts_given(provider: ProviderPlan, base_url: str | None, pairs: list[str]) -> dict[str, str]:
    """`--base-url` and `--host name=url` as the client takes them."""
    known = list(provider.table.hosts)
    hosts: dict[str, str] = {}
    if base_url is not None:
        if len(known) != 1:
            refuse(f"{provider.id} has several hosts ({', '.join(known)}); name each: --host {known[0]}=URL")
        hosts[known[0]] = base_url
    for pair in pairs:
        name, is_pair, url = pair.partition("=")
        if not is_pair or name not in known:
            refuse(f"--host takes NAME=URL, and {provider.id} has {', '.join(known)}; found {pair}")
        hosts[name] = url
    for url in hosts.values():
        if not url.startswith(("http://", "https://")):
            refuse(f"{url} is no address of a host; write http://… or https://…")
    return hosts


def prefer(out: Path | None) -> None:
    """Have clients that were generated into a folder come before installed ones. Call it before any is imported."""
    if out is not None and (out / "callsheet_clients" / "__init__.py").is_file():
        sys.path.insert(0, str(out.resolve()))


def open_client(provider: ProviderPlan, **options: Any) -> Client:
    """The blocking client."""
    return cast("Client", _class(provider, str(provider.client_name))(**options))


def open_async_client(provider: ProviderPlan, **options: Any) -> AsyncClient:
    """The asyncio client."""
    return cast("AsyncClient", _class(provider, str(provider.async_client_name))(**options))


def endpoint_of(client: Client, model: ModelPlan, way: WayPlan | None = None) -> Endpoint:
    """The endpoint of a client, under its first protocol or another."""
    first = _attribute(client, model)
    return cast("Endpoint", first if way is None or way == model.ways[0] else getattr(first, str(way.attribute)))


def async_endpoint_of(client: AsyncClient, model: ModelPlan) -> AsyncEndpoint:
    """The endpoint of an asyncio client."""
    return cast("AsyncEndpoint", _attribute(client, model))


def _attribute(client: object, model: ModelPlan) -> object:
    try:
        return getattr(client, str(model.module))
    except AttributeError:
        refuse(f"the generated client has no {model.provider}/{model.id} yet; run: callsheet generate")


def _class(provider: ProviderPlan, name: str) -> Any:
    module = f"callsheet_clients.{provider.package}"
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as missing:
        # Something that the client itself needs is another matter, and our own fault.
        if not module.startswith(str(missing.name)):
            raise
    refuse(f"there is no generated client for {provider.id} yet; run: callsheet generate")

"""Which request is which: host and path to a provider's protocol, phase and models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal
from urllib.parse import urlsplit

from callsheet.emulator.messages import HostKey
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan
from callsheet.spec.model import ProtocolSpec, UrlSpec

MEDIA_PATH: Final = "/__callsheet__/media/"
"""Where the emulator serves results; under no provider's paths."""

Kind = Literal["submit", "status", "result", "declared"]
"""`declared`: an address that the spec names without saying what it answers."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path pattern of one protocol, and the models that it may be about."""

    provider: ProviderPlan
    protocol: ProtocolSpec
    kind: Kind
    host: HostKey
    method: str
    pattern: str
    models: tuple[ModelPlan, ...]

    def request_id(self, path: str) -> str:
        """The id within a path; "" where the pattern has none."""
        found = _regex(self.pattern).fullmatch(path.rstrip("/"))
        return found["request_id"] if found and "request_id" in found.groupdict() else ""


class Routes:
    """All routes of a plan."""

    def __init__(self, plan: Plan) -> None:
        """Lay out every path of every model; patterns that models share become one route."""
        self._routes: dict[HostKey, list[Route]] = {}
        merged: dict[tuple[HostKey, str, str, str], Route] = {}
        for route in (route for provider in plan.providers for route in _routes(provider)):
            key = (route.host, route.pattern, route.method, route.kind)
            known = merged.get(key)
            merged[key] = replace(known, models=(*known.models, *route.models)) if known else route
        for route in merged.values():
            self._routes.setdefault(route.host, []).append(route)

    def match(self, host: HostKey, path: str) -> tuple[Route, ...]:
        """The routes of a path, for whatever method. A slash at the end is forgiven: a provider's own tools send it."""
        bare = path.rstrip("/")
        return tuple(route for route in self._routes.get(host, ()) if _regex(route.pattern).fullmatch(bare))


def host_path(provider: ProviderPlan, name: str) -> str:
    """The path that every address on a declared host starts with; most often ""."""
    return urlsplit(provider.table.hosts[name]).path.rstrip("/")


def job_path(provider: ProviderPlan, model: ModelPlan, url: UrlSpec, request_id: str) -> str:
    """The path of a job's address."""
    return host_path(provider, url.host) + _fill(url.path, model).replace("{request_id}", request_id)


def _routes(provider: ProviderPlan) -> Iterator[Route]:
    protocols = {protocol.name: protocol for protocol in provider.spec.protocols}
    for model in provider.models:
        for protocol in (protocols[name] for name in model.spec.protocols):
            submit = protocol.submit
            pattern = host_path(provider, submit.host) + _fill(submit.path, model)
            host = (provider.id, submit.host)
            yield Route(provider, protocol, "submit", host, submit.method, pattern, (model,))
            for url in protocol.urls:
                pattern = job_path(provider, model, url, "{request_id}")
                for kind, method in _uses(protocol, url):
                    yield Route(provider, protocol, kind, (provider.id, url.host), method, pattern, (model,))


def _uses(protocol: ProtocolSpec, url: UrlSpec) -> tuple[tuple[Kind, str], ...]:
    uses: list[tuple[Kind, str]] = []
    if protocol.status.url == url.name:
        uses.append(("status", protocol.status.method))
    if protocol.result.url == url.name:
        uses.append(("result", protocol.result.method))
    return tuple(uses) or (("declared", "*"),)


def _fill(path: str, model: ModelPlan) -> str:
    for name, value in model.spec.path.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    around = (re.escape(part) for part in pattern.split("{request_id}", 1))
    return re.compile("(?P<request_id>[^/]+)".join(around))

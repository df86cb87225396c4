"""Which request is which: host, path and query to a provider's protocol, to what is asked of it, and to models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import product
from typing import Final, Literal
from urllib.parse import urlsplit

from callsheet.emulator.messages import HostKey, Request
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan
from callsheet.spec.model import (
    CallSpec,
    ChoiceSpec,
    EndpointSpec,
    FilesSpec,
    ProtocolSpec,
    ProviderSpec,
    UploadStepSpec,
    UrlSpec,
)

MEDIA_PATH: Final = "/__callsheet__/media/"
"""Where the emulator serves results; under no provider's paths."""

KEPT_PATH: Final = "/__kept__/"
"""Where it serves files that need the key, at whole URLs that the results name."""

UPLOAD_PATH: Final = "/__callsheet__/uploads/"
"""Where it takes files that a caller uploads, and serves them."""

_KEPT: Final = 1024
_LONGEST_KEPT: Final = 512
"""Paths that are asked for again and again need not be matched anew: so many, of so many characters."""

Kind = Literal[
    "submit", "call", "status", "result", "file", "cancel", "stream", "upload", "bare", "endpoint", "declared"
]
"""`bare`: the address that has the file itself. `endpoint`: what is about no job. `declared`: an address that the spec
names without saying what it answers."""

Way = ProtocolSpec | CallSpec


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that an address may be about, and the path variables that its address has for it."""

    model: ModelPlan
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path pattern of one protocol. `way` is None for what belongs to none: uploads."""

    provider: ProviderPlan
    way: Way | None
    kind: Kind
    host: HostKey
    method: str
    pattern: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    """Patterns of what has to stand in the query."""
    candidates: tuple[Candidate, ...] = ()
    step: int = 0
    """Of an upload: which of its requests."""
    upload_way: str = ""
    """Of an upload: which way to bring a file; "" is the one that clients go."""
    endpoint: EndpointSpec | None = None
    url: UrlSpec | None = None
    """Which of a job's addresses it is."""

    @property
    def queue(self) -> ProtocolSpec:
        """The protocol of a route that is about a job."""
        if isinstance(self.way, ProtocolSpec):
            return self.way
        raise TypeError(f"{self.kind} {self.pattern} belongs to no queue")

    def read(self, request: Request) -> Mapping[str, str] | None:
        """What stands for the placeholders of the pattern; None where the query does not fit."""
        found = _regex(self.pattern).fullmatch(request.path.rstrip("/"))
        values = found.groupdict() if found else {}
        for name, pattern in self.query.items():
            fits = _regex(pattern).fullmatch(request.query.get(name, ""))
            if fits is None:
                return None
            values |= fits.groupdict()
        return values


class Routes:
    """All routes of a plan."""

    def __init__(self, plan: Plan) -> None:
        """Lay out every path of every model; patterns that models share become one route."""
        self._routes: dict[HostKey, list[Route]] = {}
        merged: dict[tuple[object, ...], Route] = {}
        for route in (route for provider in plan.providers for route in _routes(provider)):
            way = route.way.name if route.way is not None else None
            upload = (route.upload_way, route.step)
            key = (route.host, route.pattern, route.method, route.kind, way, *sorted(route.query.items()), *upload)
            known = merged.get(key)
            merged[key] = (
                replace(known, candidates=(*known.candidates, *route.candidates)) if known is not None else route
            )
        # What a spec says word for word goes before what only fits a pattern.
        for route in sorted(merged.values(), key=lambda route: "{" in route.pattern):
            self._routes.setdefault(route.host, []).append(route)

        self._kept: Final = lru_cache(maxsize=_KEPT)(self._match)

    def at(self, host: HostKey) -> tuple[Route, ...]:
        """All routes of a host."""
        return tuple(self._routes.get(host, ()))

    def match(self, host: HostKey, path: str) -> tuple[Route, ...]:
        """The routes of a path, for whatever method. A slash at the end is forgiven: a provider's own tools send it."""
        return self._kept(host, path) if len(path) <= _LONGEST_KEPT else self._match(host, path)

    def _match(self, host: HostKey, path: str) -> tuple[Route, ...]:
        bare = path.rstrip("/")
        return tuple(route for route in self._routes.get(host, ()) if _regex(route.pattern).fullmatch(bare))


def host_path(provider: ProviderPlan, name: str) -> str:
    """The path that every address on a declared host starts with; most often ""."""
    return urlsplit(provider.table.hosts[name]).path.rstrip("/")


def known_as(provider: ProviderPlan, name: str) -> tuple[str, ...]:
    """The addresses of a declared host: its own, and those under which other clients know it."""
    others = [url for host in provider.spec.hosts if host.name == name for url in host.also]
    return (provider.table.hosts[name], *others)


def fits(route: Route, request: Request) -> bool:
    """Whether a submission has the headers and the query of a protocol; several may share an address."""
    if route.way is None:
        return False
    headers = {**route.provider.spec.headers, **route.way.headers, **route.way.submit.headers}
    query = route.way.submit.query
    return all(
        (request.header(name) or "").strip().lower() == value.lower() for name, value in headers.items()
    ) and all(request.query.get(name) == value for name, value in query.items())


def fill(text: str, values: Mapping[str, str]) -> str:
    """A path or a value of a query with its placeholders filled, as far as they are known."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value).replace(f"{{+{name}}}", value)
    return text


def kept_at(provider: ProviderSpec, way: ProtocolSpec) -> str:
    """The host of files that need the key: the first that the key goes to."""
    return (way.credential or provider.credential).hosts[0]


def _routes(provider: ProviderPlan) -> Iterator[Route]:
    for model in provider.models:
        for way in (provider.spec.way(name) for name in model.spec.protocols):
            for variables in _variables(model):
                yield _submission(provider, way, Candidate(model, variables))
                if isinstance(way, ProtocolSpec):
                    yield from _of_job(provider, way, Candidate(model, variables))
    for way_name, steps in upload_ways(provider.spec.files).items():
        for n, step in enumerate(steps):
            if step.host is not None:
                yield _upload(provider, step, step.host, n, way_name)
    for one in provider.spec.endpoints:
        pattern = host_path(provider, one.host) + one.path.rstrip("/")
        host = (provider.id, one.host)
        yield Route(provider, None, "endpoint", host, one.method, pattern, dict(one.query), endpoint=one)


def upload_ways(files: FilesSpec | None) -> Mapping[str, tuple[UploadStepSpec, ...]]:
    """The ways to bring a file, by name; "" is the one that clients go."""
    return {} if files is None else {"": files.upload, **{way.name: way.upload for way in files.also}}


def _submission(provider: ProviderPlan, way: Way, candidate: Candidate) -> Route:
    submit = way.submit
    pattern = host_path(provider, submit.host) + fill(submit.path, candidate.variables)
    kind: Kind = "submit" if isinstance(way, ProtocolSpec) else "call"
    return Route(provider, way, kind, (provider.id, submit.host), submit.method, pattern, {}, (candidate,))


def _of_job(provider: ProviderPlan, way: ProtocolSpec, candidate: Candidate) -> Iterator[Route]:
    for url in way.urls:
        paths = dict.fromkeys(fill(path, candidate.variables) for path in (url.path, *url.also))
        query = {name: fill(text, candidate.variables) for name, text in url.query.items()}
        host = (provider.id, url.host)
        for pattern in (host_path(provider, url.host) + path for path in paths):
            for kind, method in _uses(way, url):
                yield Route(provider, way, kind, host, method, pattern, query, (candidate,), url=url)
    if way.file is not None and way.file.url is not None:
        kept = kept_at(provider.spec, way)
        pattern = f"{host_path(provider, kept)}{KEPT_PATH}{way.name}/{way.file.url}"
        yield Route(provider, way, "file", (provider.id, kept), way.file.method, pattern, {}, (candidate,))
    elif way.file is not None:
        pattern = host_path(provider, way.file.host) + fill(way.file.path, candidate.variables)
        query = {name: fill(text, candidate.variables) for name, text in way.file.query.items()}
        host = (provider.id, way.file.host)
        yield Route(provider, way, "file", host, way.file.method, pattern, query, (candidate,))


def _upload(provider: ProviderPlan, step: UploadStepSpec, host: str, n: int, way: str) -> Route:
    pattern = host_path(provider, host) + step.path
    return Route(provider, None, "upload", (provider.id, host), step.method, pattern, dict(step.query), (), n, way)


def _variables(model: ModelPlan) -> Iterator[Mapping[str, str]]:
    """The path variables of a model, once for each way that its input may choose."""
    chosen = model.spec.chosen_path
    for values in product(*(_texts(choices) for choices in chosen.values())):
        yield {**model.spec.path, **dict(zip(chosen, values, strict=True))}


def _texts(choices: tuple[ChoiceSpec, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(choice.value for choice in choices if isinstance(choice.value, str)))


def _uses(protocol: ProtocolSpec, url: UrlSpec) -> tuple[tuple[Kind, str], ...]:
    uses: list[tuple[Kind, str]] = []
    if protocol.status.url == url.name:
        uses.append(("status", protocol.status.method))
    if protocol.result.url == url.name:
        uses.append(("result", protocol.result.method))
    if protocol.cancel is not None and protocol.cancel.url == url.name:
        uses.append(("cancel", protocol.cancel.method))
    if protocol.stream is not None and protocol.stream.url == url.name:
        uses.append(("stream", "GET"))
    if protocol.result.file_at is not None and protocol.result.file_at.url == url.name:
        uses.append(("bare", "GET"))
    return tuple(uses) or (("declared", "*"),)


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern in which each `{name}` is one segment of a path, and `{+name}` several; the same wherever it stands."""
    parts = re.split(r"\{(\+?)([a-z_][a-z0-9_]*)\}", pattern)
    made = re.escape(parts[0])
    seen: set[str] = set()
    for several, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        one = "[^/]+(?:/[^/]+)*" if several else "[^/]+"
        made += f"(?P={name})" if name in seen else f"(?P<{name}>{one})"
        made += re.escape(text)
        seen.add(name)
    return re.compile(made)

"""All facts of one endpoint as one JSON object, for `show --format json`.

It is made from the dataclasses of `spec.model` field by field, so that what the spec language learns appears here by
itself. Added is what a reader would otherwise have to put together: whole addresses, and the requests of each protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import cast
from urllib.parse import urlencode

from callsheet.cli.jsonable import jsonable
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import Citation, Condition, Field, Type
from callsheet.spec.ruletext import said

Object = dict[str, Plain]


def facts(provider: ProviderPlan, model: ModelPlan) -> Object:
    """What `docs/cli.md` describes under `show`."""
    general = cast("Object", told(provider.spec))
    there = Addresses({host.name: host.url for host in provider.spec.hosts}, model.spec.path)
    ways = {str(way["name"]): cast("Object", there.added(way)) for value in general.values() for way in _ways(value)}
    protocols = [ways[name] for name in model.spec.protocols]
    # Protocols that the endpoint does not have are none of its facts; their names tell that there are others.
    rest: Object = {key: _names(value) or there.added(value) for key, value in general.items()}
    return {
        "endpoint": f"{model.provider}/{model.id}",
        "model": told(model.spec),
        "requests": [*_requests(protocols, rest, there.hosts)],
        "protocols": [*protocols],
        "provider": rest,
        "client": {
            "package": f"callsheet_clients.{provider.package}",
            "class": str(provider.client_name),
            "async_class": str(provider.async_client_name),
            "attribute": str(model.module),
        },
    }


def told(value: object) -> Plain:
    """A value of `spec.model` as JSON: everything but nodes, in the words of the spec language where these are plainer.

    A citation becomes `source`, `source_of` (by aspect, where it is another) and `certainty` beside the fact; the type
    of a parameter stands among the parameter's own facts.
    """
    if isinstance(value, Condition):
        return {name: said(test) for name, test in value.criteria.items()}
    if is_dataclass(value) and not isinstance(value, type):
        made: Object = {}
        for one in fields(value):
            if one.repr:
                made |= _named(one.name, getattr(value, one.name))
        if isinstance(value, Type):
            return {"type": made.pop("json") or made["named"], **made}
        return _parameter(made) if isinstance(value, Field) else made
    if isinstance(value, Mapping):
        return {str(key): told(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [told(item) for item in cast("Iterable[object]", value)]
    return jsonable(value)


def _parameter(made: Object) -> Object:
    """A parameter with the facts of its type among its own, the plainest first."""
    kind = cast("Object", made.pop("type"))
    return {
        "name": made.pop("name"),
        "type": kind.pop("type"),
        **made,
        **{k: v for k, v in kind.items() if k not in made},
    }


def _named(name: str, value: object) -> Object:
    if not isinstance(value, Citation):
        return {name: told(value)}
    prefix = name.removesuffix("cited")
    sources = dict(value.sources)
    return {
        f"{prefix}source": sources.pop("", None),
        f"{prefix}source_of": jsonable(sources),
        f"{prefix}certainty": value.certainty,
    }


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the addresses of a spec are put together from."""

    hosts: Mapping[str, str]
    path: Mapping[str, str]
    """Path variables of the endpoint. Those of a job, such as `{request_id}`, stay as they are."""
    urls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Addresses of one job, by name."""

    def added(self, value: Plain) -> Plain:
        """A value in which everything that names a host and a path, or an address of a job, has its `address`."""
        if isinstance(value, list):
            return [self.added(item) for item in value]
        if not isinstance(value, dict):
            return value
        known = self._with(value.get("urls"))
        made = {key: known.added(part) for key, part in value.items()}
        for key in value:
            if key == "host" or key.endswith("_host"):
                self._set(made, key.removesuffix("host"))
        if (name := value.get("url")) in known.urls:
            made["address"] = _with_query(known.urls[str(name)], value)
        return made

    def _with(self, urls: Plain) -> Addresses:
        if not isinstance(urls, list):
            return self
        made = [cast("Object", self.added(item)) for item in urls]
        return Addresses(self.hosts, self.path, {str(item["name"]): str(item["address"]) for item in made})

    def _set(self, made: Object, prefix: str) -> None:
        host, path = made[f"{prefix}host"], made.get(f"{prefix}path")
        if host in self.hosts and isinstance(path, str):
            for name, value in self.path.items():
                path = path.replace(f"{{{name}}}", value)
            address = f"{self.hosts[str(host)]}{path}"
            made[f"{prefix}address"] = address if prefix else _with_query(address, made)


def _ways(value: Plain) -> list[Object]:
    """The protocols in a list of them; nothing of any other value."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict) and {"name", "kind"} <= item.keys()]


def _names(value: Plain) -> list[Plain]:
    return [way["name"] for way in _ways(value)]


def _with_query(address: str, holder: Object) -> str:
    query = holder.get("query")
    if not isinstance(query, dict) or not query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query, safe='{}')}"


def _requests(protocols: list[Object], general: Object, hosts: Mapping[str, str]) -> Iterator[Object]:
    """Every request that a client makes: method, whole address, headers."""
    for protocol in protocols:
        for name, part in protocol.items():
            if isinstance(part, dict) and "address" in part:
                yield {"protocol": protocol["name"], "request": name, **_request(part, protocol, general, hosts)}
    for name, part in general.items():
        for trail, step in _steps(part, name):
            yield {"protocol": None, "request": trail, **_request(step, {}, general, hosts)}


def _steps(value: Plain, trail: str) -> Iterator[tuple[str, Object]]:
    """Requests that belong to no protocol, such as those of an upload."""
    parts = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    if isinstance(value, dict) and {"method", "address"} <= value.keys():
        yield trail, value
    for key, part in parts:
        yield from _steps(part, f"{trail}.{key}")


def _request(part: Object, protocol: Object, general: Object, hosts: Mapping[str, str]) -> Object:
    headers: Object = {}
    for holder in (general, protocol, part):
        if isinstance(found := holder.get("headers"), dict):
            headers |= found
    address = str(part["address"])
    credential = cast("Object", protocol.get("credential") or general["credential"])
    seeing = [hosts[str(host)] for host in cast("list[Plain]", credential["hosts"]) if host in hosts]
    if any(address.startswith(host) for host in seeing):
        if (header := credential.get("header")) is not None:
            headers[str(header)] = credential["value"]
        if (option := credential.get("query")) is not None:
            address += f"{'&' if '?' in address else '?'}{option}={credential['value']}"
    return {"method": part.get("method") or "GET", "address": address, "headers": headers}

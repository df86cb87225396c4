"""What one declared host serves, as an OpenAPI 3.1 document: for tools that test or call whatever such a document says.

It is made from the same routes that requests are matched with. What an answer looks like is left to the spec: of
answers the document has codes and kinds of content, and no schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.messages import HostKey
from callsheet.emulator.requests.routes import Route, Way, upload_ways
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import CredentialSpec, OptionSpec, ProtocolSpec, UploadStepSpec
from callsheet.spec.placeholders import names_in

VERSION: Final = "3.1.0"
_KEY: Final = "key"
_INPUT: Final = "{input}"
"""A body that is the input itself."""
_NAMES: Final = re.compile(r"\{\+?([a-z_][a-z0-9_]*)\}")
_EXAMPLES: Final = 4
"""Samples of a model, at most, that its submission shows."""
_SUBMITS: Final = frozenset({"submit", "call"})
_NO_PARAMETERS: Final = frozenset({"authorization", "content-type", "accept"})
"""Headers that such a document says in other ways."""
_ALWAYS: Final = (400, 401, 404, 405, 413)
"""What the emulator itself answers, where no row of the spec has a code for it."""


def document(provider: ProviderPlan, host: HostKey, routes: Iterable[Route], server: str) -> dict[str, Plain]:
    """The document. `server` is where the host is reached."""
    shared: dict[tuple[str, str], list[Route]] = {}
    for route in routes:
        if route.kind != "declared":
            place = _NAMES.sub(r"{\1}", route.pattern) or "/", route.method.lower()
            shared.setdefault(place, []).append(route)
    paths: dict[str, dict[str, Plain]] = {}
    for (path, method), group in shared.items():
        paths.setdefault(path, {})[method] = _operation(provider, group)
    schemes = {_KEY: _security(provider.spec.credential)} | {
        _scheme(way): _security(way.credential) for way in provider.spec.ways if way.credential is not None
    }
    return {
        "openapi": VERSION,
        "info": {
            "title": f"{provider.spec.name}: {provider.table.hosts[host[1]]}, emulated",
            "version": provider.spec.client_version,
        },
        "servers": [{"url": server}],
        "paths": {path: {**operations} for path, operations in paths.items()},
        "components": {"securitySchemes": {**schemes}},
    }


def _operation(provider: ProviderPlan, routes: list[Route]) -> dict[str, Plain]:
    """What is done at one path by one method; the query may tell several apart, which then are alike in all else."""
    route = routes[0]
    made: dict[str, Plain] = {
        "summary": _summary(route),
        "tags": [route.way.name if route.way is not None else route.kind],
        "responses": {**_responses(provider, routes)},
    }
    parameters = list(_parameters(routes))
    if parameters:
        made["parameters"] = [*parameters]
    body = _body(route)
    if body is not None:
        made["requestBody"] = body
    keys: list[Plain] = []
    if route.way is not None and route.way.credential is not None and route.host[1] in route.way.credential.hosts:
        keys.append({_scheme(route.way): []})
    if route.host[1] in provider.spec.credential.hosts:
        keys.append({_KEY: []})
    if keys:
        made["security"] = keys
    return made


def _scheme(way: Way) -> str:
    return f"{_KEY}_{way.name}"


def _summary(route: Route) -> str:
    models = ", ".join(dict.fromkeys(candidate.model.id for candidate in route.candidates))
    if route.endpoint is not None:
        return route.endpoint.about or route.endpoint.name
    return f"{route.kind}: {models}" if models else route.kind


def _security(credential: CredentialSpec) -> Plain:
    where, name = ("header", credential.header) if credential.header is not None else ("query", credential.query)
    return {"type": "apiKey", "in": where, "name": name, "description": f"{credential.value}, with the key in it"}


# -- what is sent


def _parameters(routes: list[Route]) -> Iterator[dict[str, Plain]]:
    route = routes[0]
    for name in dict.fromkeys(_NAMES.findall(route.pattern)):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    queries = [_query(one) for one in routes]
    for name in dict.fromkeys(name for query in queries for name in query):
        texts = [query[name] for query in queries if name in query]
        yield _fixed("query", name, texts, required=len(texts) == len(queries))
    for name, text in _headers(route).items():
        if name.lower() not in _NO_PARAMETERS:
            yield _fixed("header", name, [text], required=not names_in(text))
    if route.way is not None and route.kind in _SUBMITS:
        yield from (_option(option) for option in route.way.submit.options if option.to != "body")


def _query(route: Route) -> Mapping[str, str]:
    if route.way is None or route.kind not in _SUBMITS:
        return route.query
    return {**route.query, **route.way.submit.query}


def _headers(route: Route) -> Mapping[str, str]:
    if route.way is None:
        step = _step(route)
        return step.headers if step is not None else {}
    always = {**route.provider.spec.headers, **route.way.headers}
    return {**always, **route.way.submit.headers} if route.kind in _SUBMITS else always


def _step(route: Route) -> UploadStepSpec | None:
    ways = upload_ways(route.provider.spec.files)
    return ways[route.upload_way][route.step] if route.kind == "upload" else None


def _fixed(where: str, name: str, texts: list[str], *, required: bool) -> dict[str, Plain]:
    """A parameter that is the same each time, or one of a few."""
    schema: dict[str, Plain] = {"type": "string"}
    if not any(names_in(text) for text in texts):
        schema["enum"] = [*dict.fromkeys(texts)]
    return {"name": name, "in": where, "required": required, "schema": schema}


def _option(option: OptionSpec) -> dict[str, Plain]:
    about = option.about or option.name
    return {"name": option.wire, "in": option.to, "required": False, "description": about, "schema": _type(option)}


def _type(option: OptionSpec) -> dict[str, Plain]:
    schema: dict[str, Plain] = {"type": option.type}
    bounds: dict[str, Plain] = {
        "minimum": option.minimum,
        "exclusiveMinimum": option.exclusive_minimum,
        "maximum": option.maximum,
        "enum": None if option.enum is None else [*option.enum],
    }
    return schema | {keyword: bound for keyword, bound in bounds.items() if bound is not None}


def _body(route: Route) -> Plain:
    """What a request brings; None where it brings nothing, or nothing that is known."""
    if route.method in {"GET", "HEAD", "DELETE"}:
        return None
    if route.kind in _SUBMITS and route.way is not None:
        schemas = [_sent(candidate.model, route.way) for candidate in route.candidates]
        samples = [one for candidate in route.candidates for one in _samples(candidate.model, route.way)]
        content: dict[str, Plain] = {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": [*schemas]}}
        if samples:
            content["examples"] = {f"sample{n}": {"value": one} for n, one in enumerate(samples[:_EXAMPLES])}
        return {"required": True, "content": {"application/json": content}}
    step = _step(route)
    return _brought(step.body) if step is not None else None


def _brought(template: Plain) -> Plain:
    """The body of a request that brings a file, or the name of one to come."""
    if isinstance(template, str):
        return {"content": {"application/octet-stream": {}}} if template else None
    return {"required": True, "content": {"application/json": {"schema": _form(template)}}}


def _form(template: Plain) -> dict[str, Plain]:
    """The schema of what a template may come to."""
    match template:
        case dict():
            return {"type": "object", "properties": {name: _form(part) for name, part in template.items()}}
        case list():
            return {"type": "array", "items": _form(template[0])} if template else {"type": "array"}
        case "{data_uri}":
            return {"type": "string", "pattern": "^data:,[a-z]*$"}
        case str():
            return {"type": "string"}
        case _:
            return {}


def _sent(model: ModelPlan, way: Way) -> dict[str, Plain]:
    """The schema of a body: of the input itself, where the body is the input and nothing else."""
    schema = model.wire_schema
    # What refers to definitions of its own would look for them at the top of this document.
    if way.submit.body != _INPUT or "$defs" in schema:
        return {"type": "object"}
    properties = schema.get("properties")
    beside: dict[str, Plain] = {option.wire: _type(option) for option in way.submit.options if option.to == "body"}
    if isinstance(properties, dict) and beside:
        schema = {**schema, "properties": {**properties, **beside}}
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}


def _samples(model: ModelPlan, way: Way) -> Iterator[Plain]:
    if way.submit.body == _INPUT:
        yield from ({**sample} for sample in model.samples.values())


# -- what is answered


def _responses(provider: ProviderPlan, routes: list[Route]) -> Mapping[str, Plain]:
    way = routes[0].way if routes[0].way is not None else provider.spec.ways[0]
    told = {row.http: row.about for row in rows.of(provider.spec, way)}
    told = dict.fromkeys(_ALWAYS, "What the spec has no row for.") | told
    told |= {http: "As the spec says." for route in routes for http in _successes(route)}
    return {str(http): {"description": about or f"HTTP {http}"} for http, about in sorted(told.items())}


def _successes(route: Route) -> frozenset[int]:
    way = route.way
    if route.endpoint is not None:
        return frozenset({route.endpoint.http})
    if route.kind == "submit" and way is not None:
        return frozenset({way.submit.http})
    if not isinstance(way, ProtocolSpec):
        return frozenset({200 if way is None else way.result.http})
    codes = {200, way.result.http, *(state.http for state in way.status.states)}
    if way.cancel is not None:
        codes |= {answer.http for answer in way.cancel.answers}
    if way.result.file_at is not None:
        codes.add(way.result.file_at.http)
    return frozenset(codes)

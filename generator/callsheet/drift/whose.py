"""Which endpoint a page is of, and which of its pages it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from callsheet.facts import Facts, facts_of
from callsheet.pages import Reading
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan

Endpoint = tuple[ProviderPlan, ModelPlan]

PAGE: Final = "page"
"""The source that a page is taken for where nothing says which it is."""

_KINDS: Final = ("llms", "openapi")


def name_of(endpoint: Endpoint) -> str:
    """`provider/model`."""
    provider, model = endpoint
    return f"{provider.id}/{model.id}"


def endpoints(plan: Plan) -> tuple[Endpoint, ...]:
    """Every endpoint with its provider, in order."""
    return tuple((provider, model) for provider in plan.providers for model in provider.models)


def whose(plan: Plan, reading: Reading, name: str) -> tuple[Endpoint, ...]:
    """The endpoints that a page may be of. The plainest sign that any of them shows decides.

    The signs: the address of the page among the sources, the address of the submission, the provider's own name for
    the endpoint, the name of the file (`provider-model.txt`, `provider/model.html`).
    """
    known = endpoints(plan)
    if reading.provider is not None:
        known = tuple(one for one in known if one[0].id == reading.provider)
    for sign in (_by_source(known, reading), _by_address(known, reading), _by_name(known, reading)):
        found = tuple(sign)
        if found:
            return found
    return by_file(plan, name)


def by_file(plan: Plan, name: str) -> tuple[Endpoint, ...]:
    """The endpoints that a file is named for; of several, the one with the longest name."""
    path = PurePosixPath(name)
    stems = {path.name, f"{path.parent.name}-{path.name}"}
    fitting = [
        (len(model.id), (provider, model))
        for provider, model in endpoints(plan)
        if any(
            stem == start or stem.startswith(f"{start}.") for stem in stems for start in (f"{provider.id}-{model.id}",)
        )
    ]
    longest = max((length for length, _ in fitting), default=0)
    return tuple(endpoint for length, endpoint in fitting if length == longest)


def source_of(endpoint: Endpoint, reading: Reading, fetched: str | None = None) -> str:
    """The id of the source that a page is: by its address, else by its layout, else `page`."""
    wanted = {_address(url) for url in (fetched, reading.url) if url}
    for source in endpoint[1].spec.sources:
        if source.url is not None and source.sha256 is not None and _address(source.url) in wanted:
            return source.id
    return next((kind for kind in _KINDS if kind in reading.layout.split("/")), PAGE)


def _by_source(known: Iterable[Endpoint], reading: Reading) -> Iterator[Endpoint]:
    if reading.url is None:
        return
    for provider, model in known:
        if any(source.url and _address(source.url) == _address(reading.url) for source in model.spec.sources):
            yield provider, model


def _by_address(known: Iterable[Endpoint], reading: Reading) -> Iterator[Endpoint]:
    said = _submissions(reading.as_facts())
    if said:
        yield from (one for one in known if said & _submissions(facts_of(*one)))


def _submissions(facts: Facts) -> set[str]:
    return {str(value) for path, value in facts.items() if path[1:] == ("submit", "url")}


def _by_name(known: Iterable[Endpoint], reading: Reading) -> Iterator[Endpoint]:
    if reading.endpoint is None:
        return
    for provider, model in known:
        if reading.endpoint == model.id or reading.endpoint in model.spec.path.values():
            yield provider, model


def _address(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/"), parts.query

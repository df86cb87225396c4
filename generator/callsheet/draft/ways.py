"""Which of a provider's protocols a page shows, and what fills the variables of their paths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from callsheet.draft.gathered import Gathered, Sheet
from callsheet.pages import Reading
from callsheet.rules.words import listed
from callsheet.spec.check.hosts import used_variables
from callsheet.spec.model import CallSpec, ModelSpec, ProtocolSpec, ProviderSpec, UrlSpec

Way = ProtocolSpec | CallSpec

_VARIABLE: Final = re.compile(r"\{\+?([A-Za-z_][A-Za-z0-9_]*)\}")
_OF_JOBS: Final = ("status", "result", "cancel", "stream")
_ID: Final = "{request_id}"


@dataclass(slots=True)
class Matched:
    """Names of protocols, the one for long jobs first, and values of path variables."""

    protocols: list[str] = field(default_factory=list[str])
    path: dict[str, str] = field(default_factory=dict[str, str])


def match(gathered: Gathered, provider: ProviderSpec, siblings: Sequence[ModelSpec]) -> Matched:
    """The protocols of a page among those of its provider. What cannot be told is left to a person."""
    matched = Matched()
    shown = [found for sheet in gathered.sheets for found in _shown(gathered, sheet, provider)]
    shown.sort(key=lambda found: found[0].kind != "queue")
    for way, values in shown:
        if way.name not in matched.protocols:
            matched.protocols.append(way.name)
        for name, value in values.items():
            if matched.path.setdefault(name, value) != value:
                gathered.open(f"path: {name}", f"Addresses of the page have {matched.path[name]} and {value}.")
    usual = _usual(provider, siblings)
    if not matched.protocols:
        matched.protocols = usual
        found = "The page shows no way to call the endpoint that the provider's file has."
        gathered.open("Protocols", f"{found} Those of its siblings stand here: {listed(matched.protocols)}.")
    elif {*usual} - {*matched.protocols} and not all(any(sheet.reading.ways()) for sheet in gathered.sheets):
        known = listed(matched.protocols)
        matched.protocols = [*usual, *(name for name in matched.protocols if name not in usual)]
        gathered.open("Protocols", f"Only {known} is shown. As is usual here: {listed(matched.protocols)}.")
    _fill(gathered, provider, siblings, matched)
    return matched


def ways_of(reading: Reading) -> list[str]:
    """The page's names of its ways: a document may have the address of one, and not say of what kind it is."""
    addressed = [one.path[0] for one in reading.facts if one.path[1:] == ("submit", "url")]
    return list(dict.fromkeys([*reading.ways(), *addressed]))


def _shown(gathered: Gathered, sheet: Sheet, provider: ProviderSpec) -> Iterator[tuple[Way, dict[str, str]]]:
    facts = sheet.reading.as_facts()
    for name in ways_of(sheet.reading):
        url, method, kind = (
            facts.get((name, "submit", "url")),
            facts.get((name, "submit", "method")),
            facts.get((name, "kind")),
        )
        ways = [way for way in provider.ways if kind in {None, way.kind} and method in {None, way.submit.method}]
        found = _by_address(provider, ways, url) if isinstance(url, str) else _by_name(ways, name)
        if found is None:
            shown = f"{method or 'a request'} {url}" if url else f"the way {name}"
            known = f"The provider's file has no such {'address' if url else 'protocol'}"
            gathered.open(
                "Protocols", f"The {sheet.source} shows {shown}. {known}: a new protocol, or a new address of one?"
            )
            continue
        way, values = found
        urls = {step: at for step in _OF_JOBS if isinstance(at := facts.get((name, step, "url")), str)}
        yield way, {**values, **_of_jobs(gathered, provider, way, urls, values)}


def _by_address(provider: ProviderSpec, ways: Sequence[Way], url: str) -> tuple[Way, dict[str, str]] | None:
    """The protocol whose address has the most in common with one."""
    hosts = {host.name: host.url for host in provider.hosts}
    found = [
        (len(_VARIABLE.sub("", way.submit.path)), way, values)
        for way in ways
        if (values := variables(hosts[way.submit.host] + way.submit.path, url)) is not None
    ]
    return max(found, key=lambda one: one[0])[1:] if found else None


def _by_name(ways: Sequence[Way], name: str) -> tuple[Way, dict[str, str]] | None:
    named = [way for way in ways if way.name == name] or (list(ways) if len(ways) == 1 else [])
    return (named[0], {}) if named else None


def _of_jobs(
    gathered: Gathered, provider: ProviderSpec, way: Way, urls: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """Variables in the addresses of a job; an address that is none of the protocol's is left to a person."""
    if isinstance(way, CallSpec):
        return {}
    hosts = {host.name: host.url for host in provider.hosts}
    known = {url.name: url for url in way.urls}
    found: dict[str, str] = {}
    for step, url in urls.items():
        templates = [template for one in _named(way, step, known) for template in _paths(one, hosts)]
        fits = [fit for one in templates if (fit := variables(one, url)) is not None]
        # An address that the variables of the submission give already says nothing of the others.
        values = min(fits, key=lambda fit: sum(given.get(key) != value for key, value in fit.items()), default=None)
        if values is None:
            has = f"the provider's file has {templates[0]}" if templates else "the provider's file has none"
            gathered.open("Protocols", f"The page has {url} for the {step} of {way.name}; {has}.")
        else:
            found |= values
    return found


def _named(way: ProtocolSpec, step: str, known: Mapping[str, UrlSpec]) -> list[UrlSpec]:
    names = {
        "status": way.status.url,
        "result": way.result.url or way.status.url,
        "cancel": way.cancel.url if way.cancel else None,
        "stream": way.stream.url if way.stream else None,
    }
    name = names[step]
    return [known[name]] if name is not None and name in known else []


def _paths(url: UrlSpec, hosts: Mapping[str, str]) -> Iterator[str]:
    for path in (url.path, *url.also):
        yield hosts[url.host] + path


def variables(template: str, url: str) -> dict[str, str] | None:
    """What the variables of a template have to be to give an address; None where nothing gives it."""
    pattern, seen = "", set[str]()
    rest = template
    while found := _VARIABLE.search(rest):
        pattern += re.escape(rest[: found.start()])
        name = found[1]
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>[^?#]+?)"
        seen.add(name)
        rest = rest[found.end() :]
    fit = re.fullmatch(f"{pattern}{re.escape(rest)}", url.rstrip("/")[:2000])
    if fit is None:
        return None
    values = fit.groupdict()
    job = values.pop("request_id", _ID)
    # A page may write the id in its own way, and anything but a variable is not an id.
    return values if job.startswith(("{", "$", "<", ":")) else None


def _usual(provider: ProviderSpec, siblings: Sequence[ModelSpec]) -> list[str]:
    """The protocols that most siblings have."""
    counted = Counter(sibling.protocols for sibling in siblings).most_common(1)
    return list(counted[0][0]) if counted else [provider.ways[0].name]


def _fill(gathered: Gathered, provider: ProviderSpec, siblings: Sequence[ModelSpec], matched: Matched) -> None:
    """Variables that no address gives: the endpoint's own name, cut to as many segments as its siblings have there."""
    endpoint = next((sheet.reading.endpoint for sheet in gathered.sheets if sheet.reading.endpoint), None)
    whole = endpoint or next(iter(matched.path.values()), None)
    ways = [provider.way(name) for name in matched.protocols]
    for name in dict.fromkeys(name for way in ways for name in way.path_variables if name in used_variables(way)):
        if name in matched.path:
            continue
        if whole is None:
            gathered.open(f"path: {name}", "The page does not say what stands there.")
            matched.path[name] = "TODO"
            continue
        of_submit = any(name in _VARIABLE.findall(way.submit.path) for way in ways)
        known = {sibling.path[name].count("/") + 1 for sibling in siblings if name in sibling.path}
        cut = whole if of_submit or len(known) != 1 else "/".join(whole.split("/")[: known.pop()])
        matched.path[name] = cut
        if cut != whole:
            gathered.open(
                f"path: {name}", f"The page does not say what stands there. {cut} is as long as its siblings' have it."
            )

"""Hosts, headers, the credential, and the paths below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules import flow as rules
from callsheet.rules.words import one_of, quoted
from callsheet.runtime import bodies
from callsheet.source.nodes import Node, descend, key_place, place
from callsheet.spec import placeholders
from callsheet.spec.check.choices import check_submit
from callsheet.spec.check.ways import exactly_one
from callsheet.spec.model import (
    CallSpec,
    CredentialSpec,
    EndpointSpec,
    ErrorSpec,
    FileSpec,
    FilesSpec,
    ProtocolSpec,
    ProviderSpec,
    ResultSpec,
    SubmitSpec,
    UploadStepSpec,
)

_ORIGIN: Final = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(?P<port>[0-9]{1,5}))?\Z")
_LAST_PORT: Final = 65535
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?\Z")


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """Where requests and the key go."""
    known = [host.name for host in provider.hosts]
    for host in provider.hosts:
        others = [(url, place(host.node, "also", n)) for n, url in enumerate(host.also)]
        for url, at in [(host.url, place(host.node, "url")), *others]:
            origin = _ORIGIN.match(url)
            if origin is None or not 0 < int(origin["port"] or 443) <= _LAST_PORT:
                yield rules.HOST_NOT_PLAIN.at(at, f"{quoted(url)} is not https and a host alone")
    yield from _headers(provider)
    yield from _credential(provider.credential, known)
    for way in provider.ways:
        yield from _way(way, known)
    for step in upload_steps(provider.files):
        if step.host is not None:
            yield from _host(step.host, known, place(step.node, "host"))
    for endpoint in provider.endpoints:
        yield from _host(endpoint.host, known, place(endpoint.node, "host"))


def _headers(provider: ProviderSpec) -> Iterator[Finding]:
    body = descend(provider.node, "error_body")
    spots: list[tuple[str | None, Span]] = []
    if body is not None:
        spots.append((provider.error_body.code_header, place(body, "code_header")))
    signature = provider.webhook.signature if provider.webhook is not None else None
    if signature is not None:
        spots.append((signature.header, place(signature.node, "header")))
        spots += [(name, place(signature.node, "headers", key)) for key, name in signature.headers.items()]
    for way in provider.ways:
        spots.append((way.request_id_header, place(way.node, "request_id_header")))
        for option in way.submit.options:
            spots.append((option.wire if option.to == "header" else None, place(option.node, "header")))
        if isinstance(way, ProtocolSpec):
            spots.append((way.pace_header, place(way.node, "poll", "header")))
    for node, headers in _answered(provider):
        spots += [(name, key_place(node, "answer_headers", name)) for name in headers]
    for name, at in spots:
        if name and not _HEADER.match(name):
            yield rules.ILLEGAL_HEADER.at(at, f"{quoted(name)} is no name of a header")
    yield from _sent_headers(provider)


def _answered(provider: ProviderSpec) -> Iterator[tuple[Node, AnyMapping[str, str]]]:
    """Whatever has headers of its answer."""
    parts: list[ErrorSpec | EndpointSpec | UploadStepSpec | SubmitSpec | ResultSpec] = [
        *provider.errors,
        *provider.endpoints,
        *upload_steps(provider.files),
    ]
    parts += [part for way in provider.ways for part in (way.submit, way.result)]
    return ((part.node, part.answer_headers) for part in parts)


def _sent_headers(provider: ProviderSpec) -> Iterator[Finding]:
    holders: list[tuple[Node, AnyMapping[str, str]]] = [(provider.node, provider.headers)]
    for way in provider.ways:
        holders += [(way.node, way.headers), (way.submit.node, way.submit.headers)]
    holders += [(step.node, step.headers) for step in upload_steps(provider.files)]
    for node, headers in holders:
        for name, value in headers.items():
            if not _HEADER.match(name):
                at = key_place(node, "headers", name)
                yield rules.ILLEGAL_HEADER.at(at, f"{quoted(name)} is no name of a header")
            if not _HEADER_VALUE.match(value):
                at = place(node, "headers", name)
                yield rules.ILLEGAL_HEADER.at(at, f"{quoted(value)} cannot be sent in a header")


def _credential(credential: CredentialSpec, known: list[str]) -> Iterator[Finding]:
    at = place(credential.node, "value")
    yield from exactly_one(credential.node, ("header", "query"))
    if credential.header is not None and not _HEADER.match(credential.header):
        what = f"{quoted(credential.header)} is no name of a header"
        yield rules.ILLEGAL_HEADER.at(place(credential.node, "header"), what)
    for n, host in enumerate(credential.hosts):
        yield from _host(host, known, place(credential.node, "hosts", n))
    if not _HEADER_VALUE.match(credential.value):
        yield rules.ILLEGAL_HEADER.at(at, f"{quoted(credential.value)} cannot be sent")
    if "key" not in placeholders.names_in(credential.value):
        yield rules.CREDENTIAL_WITHOUT_KEY.at(at, f"{quoted(credential.value)} has no `{{key}}`")
    yield from _unknown(credential.value, list(placeholders.CREDENTIAL), at)


def _way(way: ProtocolSpec | CallSpec, known: list[str]) -> Iterator[Finding]:
    variables = list(way.path_variables)
    yield from _host(way.submit.host, known, place(way.submit.node, "host"))
    yield from _unknown(way.submit.path, variables, place(way.submit.node, "path"))
    yield from _several(way.submit.path, [], place(way.submit.node, "path"))
    for name, value in way.submit.query.items():
        yield from _several(value, [], place(way.submit.node, "query", name))
        yield from _unknown(value, variables, place(way.submit.node, "query", name))
    yield from check_submit(way.submit, variables)
    if way.credential is not None:
        yield from _credential(way.credential, known)
    if isinstance(way, ProtocolSpec):
        yield from _addresses(way, known, variables)
        yield from _urls(way)


def _addresses(protocol: ProtocolSpec, known: list[str], variables: list[str]) -> Iterator[Finding]:
    for url in protocol.urls:
        at = place(url.node, "path")
        yield from _host(url.host, known, place(url.node, "host"))
        held = [*placeholders.JOB_PATH, *variables]
        yield from _unknown(url.path, held, at)
        for n, path in enumerate(url.also):
            yield from _unknown(path, held, place(url.node, "also", n))
        yield from _several(url.path, list(placeholders.JOB_PATH), at)
        for name, value in url.query.items():
            yield from _unknown(value, held, place(url.node, "query", name))
            yield from _several(value, [], place(url.node, "query", name))
        names = [*placeholders.several_in(url.path), *placeholders.names_in(url.path)]
        names += [name for text in url.query.values() for name in placeholders.names_in(text)]
        if "request_id" not in names:
            yield rules.URL_WITHOUT_REQUEST_ID.at(at, f"{quoted(url.path)} has no `{{request_id}}`")
    if protocol.file is not None:
        yield from _file(protocol.file, known, variables)
    yield from _id_form(protocol)


def _file(file: FileSpec, known: list[str], variables: list[str]) -> Iterator[Finding]:
    if file.url is not None:
        at = place(file.node, "url")
        yield from _unknown(file.url, list(file.takes), at)
        if not placeholders.is_placeholder(file.url):
            what = f"{quoted(file.url)} is not the lone name of a whole URL"
            yield rules.UNKNOWN_PLACEHOLDER.at(at, what, 'name the URL under `takes`, and write it like "{file}"')
        return
    if file.host:  # where there is none, that is said elsewhere
        yield from _host(file.host, known, place(file.node, "host"))
    held = [*placeholders.JOB_PATH, *variables, *file.takes]
    yield from _unknown(file.path, held, place(file.node, "path"))
    yield from _several(file.path, [*placeholders.JOB_PATH, *file.takes], place(file.node, "path"))
    for name, value in file.query.items():
        yield from _unknown(value, held, place(file.node, "query", name))
        yield from _several(value, [], place(file.node, "query", name))


def _id_form(protocol: ProtocolSpec) -> Iterator[Finding]:
    """What an id looks like, and whether the addresses take one of such a form."""
    form = protocol.submit.id_form
    if form is None:
        return
    at = place(protocol.submit.node, "id_form")
    yield from _unknown(form, [*placeholders.ID_FORM, *protocol.path_variables], at)
    if "id" not in placeholders.names_in(form):
        yield rules.ID_FORM.at(at, f"{quoted(form)} has no `{{id}}`: all jobs would have the same")
    for url in protocol.urls:
        if "/" in form and "request_id" in placeholders.names_in(url.path):
            what = f"the id has slashes, and in {quoted(url.path)} it would be one segment"
            yield rules.ID_FORM.at(place(url.node, "path"), what, "write `{+request_id}`: it stands for several")


def used_variables(way: ProtocolSpec | CallSpec) -> frozenset[str]:
    """The path variables that the paths, queries and bodies of a protocol hold."""
    texts = [way.submit.path, *way.submit.query.values()]
    if isinstance(way, ProtocolSpec):
        texts += [text for url in way.urls for text in (url.path, *url.also, *url.query.values())]
        if way.file is not None:
            texts += [way.file.path, *way.file.query.values()]
    held = {name for text in texts for name in placeholders.names_in(text)}
    return frozenset(held.union(bodies.names(way.submit.body)).intersection(way.path_variables))


def _urls(protocol: ProtocolSpec) -> Iterator[Finding]:
    named = [url.name for url in protocol.urls]
    spots: list[tuple[str, Span]] = [(protocol.status.url, place(protocol.status.node, "url"))]
    if protocol.result.url is not None:
        spots.append((protocol.result.url, place(protocol.result.node, "url")))
    handle: Node = descend(protocol.submit.node, "handle") or protocol.submit.node
    spots.extend((name, key_place(handle, name)) for name in protocol.submit.urls)
    if protocol.result.file_at is not None:
        spots.append((protocol.result.file_at.url, place(protocol.result.file_at.node, "url")))
    for name, at in spots:
        if name and name not in named:
            what = f"the protocol declares no address {quoted(name)}"
            yield rules.UNKNOWN_URL.at(at, what, one_of(name, named, noun="declared"))


def upload_steps(files: FilesSpec | None) -> tuple[UploadStepSpec, ...]:
    """Every request that may be part of an upload."""
    if files is None:
        return ()
    return (*files.upload, *(step for way in files.also for step in way.upload))


def _host(name: str, known: list[str], at: Span) -> Iterator[Finding]:
    if name not in known:
        what = f"the file declares no host {quoted(name)}"
        yield rules.UNKNOWN_HOST.at(at, what, one_of(name, known, noun="declared"))


def _several(text: str, known: list[str], at: Span) -> Iterator[Finding]:
    """What may stand for several segments of a path: values from answers. Those of the spec keep their slashes."""
    for name in placeholders.several_in(text):
        if name not in known:
            what = f"`{{+{name}}}` cannot stand for several segments here"
            mend = f"write `{{{name}}}`; its slashes stay" if not known else one_of(name, known, noun="known here")
            yield rules.UNKNOWN_PLACEHOLDER.at(at, what, mend)


def _unknown(text: str, known: list[str], at: Span) -> Iterator[Finding]:
    for name in placeholders.names_in(text):
        if name not in known:
            what = f"nothing is known to put in for `{{{name}}}`"
            yield rules.UNKNOWN_PLACEHOLDER.at(at, what, one_of(name, known, noun="known here"))

"""Hosts, headers, the credential, and the paths below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules import flow as rules
from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import Node, descend, key_place, place
from callsheet.spec import placeholders
from callsheet.spec.model import ProtocolSpec, ProviderSpec

_ORIGIN: Final = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(?P<port>[0-9]{1,5}))?\Z")
_LAST_PORT: Final = 65535
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?\Z")


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """Where requests and the key go."""
    known = [host.name for host in provider.hosts]
    for host in provider.hosts:
        origin = _ORIGIN.match(host.url)
        if origin is None or not 0 < int(origin["port"] or 443) <= _LAST_PORT:
            what = f"{quoted(host.url)} is not https and a host alone"
            yield rules.HOST_NOT_PLAIN.at(place(host.node, "url"), what)
    yield from _headers(provider)
    yield from _credential(provider, known)
    for protocol in provider.protocols:
        yield from _protocol(protocol, known)


def _headers(provider: ProviderSpec) -> Iterator[Finding]:
    body = descend(provider.node, "error_body")
    spots: list[tuple[str | None, Span]] = [(provider.credential.header, place(provider.credential.node, "header"))]
    if body is not None:
        spots.append((provider.error_body.code_header, place(body, "code_header")))
    spots.extend((p.request_id_header, place(p.node, "request_id_header")) for p in provider.protocols)
    for name, at in spots:
        if name is not None and not _HEADER.match(name):
            yield rules.ILLEGAL_HEADER.at(at, f"{quoted(name)} is no name of a header")


def _credential(provider: ProviderSpec, known: list[str]) -> Iterator[Finding]:
    credential = provider.credential
    at = place(credential.node, "value")
    for n, host in enumerate(credential.hosts):
        yield from _host(host, known, place(credential.node, "hosts", n))
    if not _HEADER_VALUE.match(credential.value):
        yield rules.ILLEGAL_HEADER.at(at, f"{quoted(credential.value)} cannot be sent in a header")
    if "key" not in placeholders.names_in(credential.value):
        yield rules.CREDENTIAL_WITHOUT_KEY.at(at, f"{quoted(credential.value)} has no `{{key}}`")
    yield from _unknown(credential.value, list(placeholders.CREDENTIAL), at)


def _protocol(protocol: ProtocolSpec, known: list[str]) -> Iterator[Finding]:
    variables = list(protocol.path_variables)
    yield from _host(protocol.submit.host, known, place(protocol.submit.node, "host"))
    yield from _unknown(protocol.submit.path, variables, place(protocol.submit.node, "path"))
    for url in protocol.urls:
        at = place(url.node, "path")
        yield from _host(url.host, known, place(url.node, "host"))
        yield from _unknown(url.path, [*placeholders.JOB_PATH, *variables], at)
        if "request_id" not in placeholders.names_in(url.path):
            yield rules.URL_WITHOUT_REQUEST_ID.at(at, f"{quoted(url.path)} has no `{{request_id}}`")
    used = used_variables(protocol)
    for n, name in enumerate(variables):
        if name not in used:
            at = place(protocol.node, "path_variables", n)
            yield rules.UNUSED_PATH_VARIABLE.at(at, f"no path holds `{{{name}}}`")
    yield from _urls(protocol)


def used_variables(protocol: ProtocolSpec) -> frozenset[str]:
    """The path variables that the paths of a protocol hold."""
    paths = (protocol.submit.path, *(url.path for url in protocol.urls))
    held = {name for path in paths for name in placeholders.names_in(path)}
    return frozenset(held.intersection(protocol.path_variables))


def _urls(protocol: ProtocolSpec) -> Iterator[Finding]:
    named = [url.name for url in protocol.urls]
    spots: list[tuple[str, Span]] = [(protocol.status.url, place(protocol.status.node, "url"))]
    if protocol.result.url is not None:
        spots.append((protocol.result.url, place(protocol.result.node, "url")))
    handle: Node = descend(protocol.submit.node, "handle") or protocol.submit.node
    spots.extend((name, key_place(handle, name)) for name in protocol.submit.urls)
    for name, at in spots:
        if name not in named:
            what = f"the protocol declares no address {quoted(name)}"
            yield rules.UNKNOWN_URL.at(at, what, one_of(name, named, noun="declared"))


def _host(name: str, known: list[str], at: Span) -> Iterator[Finding]:
    if name not in known:
        what = f"the file declares no host {quoted(name)}"
        yield rules.UNKNOWN_HOST.at(at, what, one_of(name, known, noun="declared"))


def _unknown(text: str, known: list[str], at: Span) -> Iterator[Finding]:
    for name in placeholders.names_in(text):
        if name not in known:
            what = f"nothing is known to put in for `{{{name}}}`"
            yield rules.UNKNOWN_PLACEHOLDER.at(at, what, one_of(name, known, noun="known here"))

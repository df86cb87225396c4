"""A provider file: what holds for all its protocols."""

from __future__ import annotations

from typing import Final, Literal, cast

from callsheet.runtime.words import Accepted, Billed, ErrorMeans, Mend, Phase, Retry
from callsheet.source.nodes import Node
from callsheet.spec.model import (
    CallSpec,
    ChangeSpec,
    EndpointSpec,
    ErrorBodySpec,
    ErrorSpec,
    Host,
    ProtocolSpec,
    ProviderSpec,
    SwitchSpec,
)
from callsheet.spec.pointers import tokens
from callsheet.spec.read.conditions import read_condition
from callsheet.spec.read.credential import read_credential
from callsheet.spec.read.protocol import read_way
from callsheet.spec.read.provided import read_files, read_webhook
from callsheet.spec.read.values import NOTHING, At, read_decisions, read_sources

_OK: Final = 200


def read_provider(file: str, node: Node) -> ProviderSpec:
    """The provider that a file describes."""
    at = At.of(node)
    ways = [read_way(name, way) for name, way in at.parts("protocols")]
    return ProviderSpec(
        id=at.text("id"),
        name=at.text("name"),
        about=at.text("about"),
        client_version=at.text("client_version"),
        sources=read_sources(at),
        hosts=tuple(
            Host(name, host.text("url"), host.text("about"), host.cited(NOTHING), host.node, host.texts("also"))
            for name, host in at.parts("hosts")
        ),
        headers=at.text_map("headers"),
        credential=read_credential(at.part("credential"), NOTHING),
        errors=tuple(_error(name, error) for name, error in at.parts("errors")),
        error_body=_error_body(at.part("error_body")),
        protocols=tuple(way for way in ways if isinstance(way, ProtocolSpec)),
        calls=tuple(way for way in ways if isinstance(way, CallSpec)),
        files=read_files(at.part("files")) if at.has("files") else None,
        webhook=read_webhook(at.part("webhook")) if at.has("webhook") else None,
        request_ids=cast("Literal['hex', 'uuid4', 'uuid7']", at.text("request_ids", "hex")),
        endpoints=tuple(_endpoint(name, endpoint) for name, endpoint in at.parts("endpoints")),
        switches=tuple(_switch(name, switch) for name, switch in at.parts("switches")),
        decisions=read_decisions(at),
        file=file,
        node=node,
    )


def _error(name: str, at: At) -> ErrorSpec:
    return ErrorSpec(
        name=name,
        http=at.whole("http", 0),
        means=cast("ErrorMeans", at.text("means")),
        about=at.text("about"),
        accepted=cast("Accepted", at.text("accepted")),
        billed=cast("Billed", at.text("billed")),
        retry=cast("Retry", at.text("retry")),
        mend=cast("Mend", at.text("mend")),
        on=cast("tuple[Phase, ...]", at.texts("on")),
        protocols=at.texts("protocols"),
        code=at.maybe_text("code"),
        match=read_condition(at.part("match").node) if at.has("match") else None,
        moderation=at.flag("moderation"),
        answer=at.plain("answer"),
        answer_without_key=at.plain("answer_without_key"),
        violation=at.plain("violation"),
        violation_types=at.text_map("violation_types"),
        answer_headers=at.text_map("answer_headers"),
        cited=at.cited(NOTHING),
        node=at.node,
    )


def _error_body(at: At) -> ErrorBodySpec:
    return ErrorBodySpec(at.texts("message"), at.texts("code"), at.maybe_text("code_header"), at.cited(NOTHING))


def _endpoint(name: str, at: At) -> EndpointSpec:
    return EndpointSpec(
        name=name,
        about=at.text("about"),
        method=at.text("method", "GET"),
        host=at.text("host"),
        path=at.text("path"),
        query=at.text_map("query"),
        http=at.whole("http", _OK),
        answer=at.plain("answer"),
        answer_headers=at.text_map("answer_headers"),
        cited=at.cited(NOTHING),
        node=at.node,
    )


def _switch(name: str, at: At) -> SwitchSpec:
    return SwitchSpec(
        name=name,
        about=at.text("about"),
        changes=tuple(_change(At.of(change)) for change in at.list("changes")),
        cited=at.cited(NOTHING),
        node=at.node,
    )


def _change(at: At) -> ChangeSpec:
    return ChangeSpec(at=tokens(at.text("at")), to=at.node.get("to"), node=at.node)

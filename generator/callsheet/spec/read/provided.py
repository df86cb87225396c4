"""What a provider offers around its protocols: a place for files, and webhooks."""

from __future__ import annotations

from typing import Literal, cast

from callsheet.source.nodes import Node, plain
from callsheet.spec.model import (
    Citation,
    DeliverySpec,
    FilesSpec,
    SignatureSpec,
    UploadStepSpec,
    UploadWaySpec,
    WebhookSpec,
)
from callsheet.spec.read.conditions import read_condition
from callsheet.spec.read.values import NOTHING, At

_A_DAY = 86400.0
_FIVE_MINUTES = 300.0


def read_files(at: At) -> FilesSpec:
    """How a file of the caller's reaches the provider."""
    cited = at.cited(NOTHING)
    data_uris = at.part("data_uris")
    return FilesSpec(
        data_uris=data_uris.flag("accepted"),
        largest_data_uri=data_uris.bytes("largest"),
        data_uris_cited=data_uris.cited(cited),
        upload=tuple(_step(At.of(step), cited) for step in at.list("upload")),
        file_url=at.text("file_url"),
        largest_upload=at.bytes("largest"),
        also=tuple(_way(name, way, cited) for name, way in at.parts("also")),
        cited=cited,
        node=at.node,
    )


def _way(name: str, at: At, inherited: Citation) -> UploadWaySpec:
    cited = at.cited(inherited)
    return UploadWaySpec(
        name=name,
        about=at.text("about"),
        upload=tuple(_step(At.of(step), cited) for step in at.list("upload")),
        file_url=at.text("file_url"),
        cited=cited,
        node=at.node,
    )


def _step(at: At, inherited: Citation) -> UploadStepSpec:
    return UploadStepSpec(
        method=at.text("method", "POST"),
        host=at.maybe_text("host"),
        path=at.text("path"),
        query=at.text_map("query"),
        url=at.maybe_text("url"),
        headers=at.text_map("headers"),
        body=at.plain("body"),
        takes={name: _pointers(node) for name, node in at.part("takes").node.items()},
        answer=at.plain("answer"),
        answer_headers=at.text_map("answer_headers"),
        cited=at.cited(inherited),
        node=at.node,
    )


def _pointers(node: Node) -> tuple[str, ...]:
    found = plain(node)
    return tuple(map(str, found)) if isinstance(found, list) else (str(found),)


def read_webhook(at: At) -> WebhookSpec:
    """What the provider sends when a job has ended."""
    cited = at.cited(NOTHING)
    return WebhookSpec(
        option=at.maybe_text("option"),
        request_id=at.text("request_id"),
        succeeded=read_condition(at.part("succeeded").node),
        output=at.text("output"),
        message=at.maybe_text("message"),
        body=at.plain("body"),
        body_when_failed=at.plain("body_when_failed"),
        signature=_signature(at.part("signature"), cited) if at.has("signature") else None,
        deliveries=_deliveries(at.part("deliveries"), cited) if at.has("deliveries") else None,
        cited=cited,
        node=at.node,
        body_without_output=at.plain("body_without_output") if at.has("body_without_output") else None,
    )


def _signature(at: At, inherited: Citation) -> SignatureSpec:
    keys, secret = at.part("keys"), at.part("secret")
    return SignatureSpec(
        kind=cast("Literal['ed25519', 'hmac_sha256']", at.text("kind")),
        header=at.text("header"),
        message=at.text("message"),
        headers=at.text_map("headers"),
        encoding=cast("Literal['hex', 'base64']", at.text("encoding", "hex")),
        prefix=at.text("prefix"),
        keys_host=keys.maybe_text("host"),
        keys_path=keys.text("path"),
        keys_for=keys.seconds("keep") or _A_DAY,
        secret=secret.maybe_text("env"),
        secret_prefix=secret.text("prefix"),
        secret_encoding=cast("Literal['text', 'base64']", secret.text("encoding", "text")),
        tolerance=at.seconds("tolerance") or _FIVE_MINUTES,
        cited=at.cited(inherited),
        node=at.node,
    )


def _deliveries(at: At, inherited: Citation) -> DeliverySpec:
    return DeliverySpec(
        timeout=at.seconds("timeout") or 0.0,
        later_timeout=at.seconds("later_timeout"),
        retries=at.whole("retries", 0),
        within=at.seconds("within"),
        until_expiry=at.flag("until_expiry"),
        cited=at.cited(inherited),
        node=at.node,
    )

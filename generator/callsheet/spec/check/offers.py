"""What a provider offers around its protocols: uploads and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from callsheet.findings import Finding
from callsheet.rules import flow as flow_rules
from callsheet.rules import structure as structure_rules
from callsheet.rules import ways as rules
from callsheet.rules.words import one_of, quoted
from callsheet.runtime.conditions import passes
from callsheet.runtime.pointer import ABSENT
from callsheet.source.nodes import Node, Plain, descend, key_place, place
from callsheet.spec import placeholders
from callsheet.spec.check.ways import exactly_one
from callsheet.spec.model import (
    Condition,
    DeliverySpec,
    FilesSpec,
    ProviderSpec,
    SignatureSpec,
    UploadStepSpec,
    WebhookSpec,
)
from callsheet.spec.pointers import follow

_OF_A_FILE: Final = ("file_name", "content_type", "size", "data_uri", "bytes")
_OF_PARTS: Final = ("part", "parts")
_OF_A_BODY: Final = ("body", "sha256")


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """Files and webhook, where there are any."""
    if provider.files is not None:
        yield from _files(provider.files)
    if provider.webhook is not None:
        yield from _webhook(provider.webhook, provider)


def _files(files: FilesSpec) -> Iterator[Finding]:
    yield from _upload(files.upload, files.file_url, files.node)
    for way in files.also:
        yield from _upload(way.upload, way.file_url, way.node, more=_OF_PARTS)


def _upload(
    steps: tuple[UploadStepSpec, ...], file_url: str, node: Node, more: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """One way to bring a file; `more` is what its texts may hold beside what others may."""
    known: list[str] = [*_OF_A_FILE, *more]
    for step in steps:
        yield from exactly_one(step.node, ("host", "url"))
        texts: dict[str, Plain] = {
            "path": step.path,
            "url": step.url,
            "headers": cast("Plain", dict(step.headers)),
            "query": cast("Plain", dict(step.query)),
            "body": step.body,
        }
        for key, template in texts.items():
            yield from _known(template, known, descend(step.node, key) or step.node)
        for name in placeholders.several_in(step.path):
            what, mend = f"`{{+{name}}}` cannot stand for several segments here", f"write `{{{name}}}`"
            yield flow_rules.UNKNOWN_PLACEHOLDER.at(place(step.node, "path"), what, mend)
        for name, pointers in step.takes.items():
            if not any(follow(step.answer, pointer) for pointer in pointers):
                what = f"{quoted(pointers[0])} is not in the answer of this step"
                yield flow_rules.POINTER_MATCHES_NOTHING.at(place(step.node, "takes", name), what)
        known += step.takes
    yield from _known(file_url, known, descend(node, "file_url") or node)


def _known(template: Plain, known: list[str], node: Node) -> Iterator[Finding]:
    for name, _ in placeholders.names_within(template):
        if name not in known:
            what = f"nothing is known to put in for `{{{name}}}`"
            yield flow_rules.UNKNOWN_PLACEHOLDER.at(node.span, what, one_of(name, known, noun="known here"))


def _webhook(webhook: WebhookSpec, provider: ProviderSpec) -> Iterator[Finding]:
    options = [option.name for way in provider.ways for option in way.submit.options]
    if webhook.option is not None and webhook.option not in options:
        what = f"no protocol has an option {quoted(webhook.option)}"
        yield structure_rules.UNKNOWN_WORD.at(place(webhook.node, "option"), what, one_of(webhook.option, options))
    known = [*placeholders.ANSWER, *_of_protocols(provider)]
    yield from _known(webhook.body, known, descend(webhook.node, "body") or webhook.node)
    yield from _without_output(webhook, known)
    known += placeholders.FAILED_WEBHOOK
    yield from _known(webhook.body_when_failed, known, descend(webhook.node, "body_when_failed") or webhook.node)
    for key in ("request_id", "output"):
        pointer: str = getattr(webhook, key)
        if not follow(webhook.body, pointer):
            what = f"{quoted(pointer)} is not in `body`"
            yield flow_rules.POINTER_MATCHES_NOTHING.at(place(webhook.node, key), what)
    if webhook.message is not None and not follow(webhook.body_when_failed, webhook.message):
        what = f"{quoted(webhook.message)} is not in `body_when_failed`"
        yield flow_rules.POINTER_MATCHES_NOTHING.at(place(webhook.node, "message"), what)
    if not may_hold(webhook.succeeded, webhook.body):
        yield rules.WEBHOOK_TELLS_NOTHING.at(place(webhook.node, "succeeded"), "`body` is not what `succeeded` says")
    elif surely_holds(webhook.succeeded, webhook.body_when_failed):
        what = "`body_when_failed` is what `succeeded` says, too"
        yield rules.WEBHOOK_TELLS_NOTHING.at(place(webhook.node, "succeeded"), what)
    if webhook.signature is not None:
        yield from _signature(webhook.signature, [host.name for host in provider.hosts])
    if webhook.deliveries is not None:
        yield from _deliveries(webhook.deliveries, provider)


def _of_protocols(provider: ProviderSpec) -> Iterator[str]:
    """The names that answers of a provider's protocols may hold beside the usual ones."""
    for protocol in provider.protocols:
        yield from (url.name for url in protocol.urls)
        yield from protocol.file.takes if protocol.file is not None else ()


def _without_output(webhook: WebhookSpec, known: list[str]) -> Iterator[Finding]:
    node = descend(webhook.node, "body_without_output")
    if node is None:
        return
    yield from _known(webhook.body_without_output, known, node)
    if not may_hold(webhook.succeeded, webhook.body_without_output):
        what = "`body_without_output` is not what `succeeded` says"
        yield rules.WEBHOOK_TELLS_NOTHING.at(place(webhook.node, "succeeded"), what)


def _signature(signature: SignatureSpec, hosts: list[str]) -> Iterator[Finding]:
    yield from _known(
        signature.message, [*_OF_A_BODY, *signature.headers], descend(signature.node, "message") or signature.node
    )
    needed, useless = ("keys", "secret") if signature.kind == "ed25519" else ("secret", "keys")
    if descend(signature.node, needed) is None:
        what = f"`{signature.kind}` needs `{needed}`"
        yield structure_rules.MISSING_KEY.at(place(signature.node, "kind"), what, f"add `{needed}:`")
    if descend(signature.node, useless) is not None:
        what = f"`{signature.kind}` has no use for `{useless}`"
        yield rules.PART_OF_ANOTHER_KIND.at(key_place(signature.node, useless), what)
    if signature.keys_host is not None and signature.keys_host not in hosts:
        what = f"the file declares no host {quoted(signature.keys_host)}"
        at = place(signature.node, "keys", "host")
        yield flow_rules.UNKNOWN_HOST.at(at, what, one_of(signature.keys_host, hosts, noun="declared"))


def _deliveries(deliveries: DeliverySpec, provider: ProviderSpec) -> Iterator[Finding]:
    if deliveries.timeout <= 0:
        what = "a receiver that has no time cannot answer"
        yield structure_rules.OUT_OF_BOUNDS.at(place(deliveries.node, "timeout"), what, "a time above 0")
    if deliveries.retries and deliveries.within is None:
        what = "`retries` needs `within`: without it nobody knows when they come"
        yield structure_rules.MISSING_KEY.at(place(deliveries.node, "retries"), what, "add `within:`")
    if deliveries.until_expiry and not any(way.retention for way in provider.protocols):
        what = "`until_expiry` needs a protocol with `retention`"
        yield structure_rules.MISSING_KEY.at(place(deliveries.node, "until_expiry"), what, "add `retention:`")
    if not deliveries.retries:
        for key in ("within", "later_timeout"):
            if descend(deliveries.node, key) is not None:
                what = f"without `retries` there is no use for `{key}`"
                yield rules.PART_OF_ANOTHER_KIND.at(key_place(deliveries.node, key), what)


def may_hold(condition: Condition, template: Plain) -> bool:
    """Whether a condition may hold for an answer: what a placeholder stands for may be anything."""
    return all(_passes(condition, template, pointer, unknown=True) for pointer in condition.criteria)


def surely_holds(condition: Condition, template: Plain) -> bool:
    """Whether a condition holds for an answer, whatever its placeholders stand for."""
    return all(_passes(condition, template, pointer, unknown=False) for pointer in condition.criteria)


def _passes(condition: Condition, template: Plain, pointer: str, *, unknown: bool) -> bool:
    found = follow(template, pointer)
    criterion = condition.criteria[pointer]
    if found.kind == "open":
        bare = criterion.one_of is None and criterion.none_of is None
        bare = bare and criterion.minimum is None and criterion.maximum is None
        return criterion.present if bare else unknown
    return passes(criterion, ABSENT if found.kind == "nothing" else found.value)

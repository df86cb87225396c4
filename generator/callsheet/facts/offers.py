"""What a plan says of files and webhooks, as single facts. The words are those of `facts`."""

from __future__ import annotations

from callsheet.facts.flat import Facts, condition, flat, keys, under, words
from callsheet.plan.model import ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import (
    DeliverySpec,
    EndpointSpec,
    FilesSpec,
    SignatureSpec,
    UploadStepSpec,
    WebhookSpec,
)


def offer_facts(provider: ProviderPlan) -> Facts:
    """Everything that a provider states of what stands around its protocols."""
    spec = provider.spec
    return {
        **(_files(provider, spec.files) if spec.files is not None else {}),
        **{path: value for one in spec.endpoints for path, value in _endpoint(provider, one).items()},
        **(_webhook(provider, spec.webhook) if spec.webhook is not None else {}),
    }


def _files(provider: ProviderPlan, files: FilesSpec) -> Facts:
    found: Facts = {
        ("files", "data_uris"): files.data_uris,
        ("files", "largest_data_uri"): files.largest_data_uri,
        ("files", "largest"): files.largest_upload,
        ("files", "file_url"): files.file_url or None,
    }
    for number, step in enumerate(files.upload, 1):
        found.update(_step(provider, step, ("files", "upload", str(number))))
    for way in files.also:
        found["files", "also", way.name, "file_url"] = way.file_url
        for number, step in enumerate(way.upload, 1):
            found.update(_step(provider, step, ("files", "also", way.name, str(number))))
    return found


def _endpoint(provider: ProviderPlan, endpoint: EndpointSpec) -> Facts:
    here = ("endpoints", provider.table.hosts[endpoint.host] + endpoint.path)
    return {
        (*here, "method"): endpoint.method,
        (*here, "http"): endpoint.http,
        **under((*here, "query"), dict(endpoint.query)),
        (*here, "answer_keys"): keys(endpoint.answer),
        **words((*here, "answer_words"), endpoint.answer),
        **words((*here, "answer_header_words"), dict(endpoint.answer_headers)),
        (*here, "answer_headers"): keys(dict(endpoint.answer_headers)) or None,
    }


def _step(provider: ProviderPlan, step: UploadStepSpec, here: tuple[str, ...]) -> Facts:
    return {
        (*here, "method"): step.method,
        (*here, "url"): step.url if step.host is None else provider.table.hosts[step.host] + step.path,
        **under((*here, "query"), dict(step.query)),
        **under((*here, "headers"), dict(step.headers)),
        **dict(flat((*here, "body"), step.body)),
        **{(*here, "takes", name): at[0] if len(at) == 1 else [*at] for name, at in step.takes.items()},
        (*here, "answer_keys"): keys(step.answer),
        **words((*here, "answer_words"), step.answer),
        **words((*here, "answer_header_words"), dict(step.answer_headers)),
        (*here, "answer_headers"): keys(dict(step.answer_headers)) or None,
    }


def _webhook(provider: ProviderPlan, webhook: WebhookSpec) -> Facts:
    options = {option.name: option for way in provider.spec.ways for option in way.submit.options}
    asked = options.get(webhook.option or "")
    said: dict[str, Plain] = {
        "registered": None if asked is None else f"{asked.to} {asked.wire}",
        "request_id": webhook.request_id,
        "output": webhook.output,
        "message": webhook.message,
    }
    bare = webhook.body_without_output
    return {
        **under(("webhook",), said),
        **condition(("webhook", "succeeded"), webhook.succeeded.criteria),
        **dict(flat(("webhook", "body"), webhook.body)),
        **dict(flat(("webhook", "body_when_failed"), webhook.body_when_failed)),
        **(dict(flat(("webhook", "body_without_output"), bare)) if bare is not None else {}),
        **(_signature(provider, webhook.signature) if webhook.signature is not None else {}),
        **(_deliveries(webhook.deliveries) if webhook.deliveries is not None else {}),
    }


def _signature(provider: ProviderPlan, signature: SignatureSpec) -> Facts:
    host = signature.keys_host
    said: dict[str, Plain] = {
        "kind": signature.kind,
        "header": signature.header,
        "encoding": signature.encoding,
        "prefix": signature.prefix or None,
        "message": signature.message,
        "keys_url": None if host is None else provider.table.hosts[host] + signature.keys_path,
        "keys_for": None if host is None else signature.keys_for,
        "secret": signature.secret,
        "secret_prefix": signature.secret_prefix or None,
        "secret_encoding": signature.secret_encoding if signature.secret is not None else None,
        "tolerance": signature.tolerance,
    }
    return {
        **under(("webhook", "signature"), said),
        **under(("webhook", "signature", "headers"), dict(signature.headers)),
    }


def _deliveries(deliveries: DeliverySpec) -> Facts:
    said: dict[str, Plain] = {
        "timeout": deliveries.timeout,
        "later_timeout": deliveries.later_timeout,
        "retries": deliveries.retries,
        "within": deliveries.within,
        "until_expiry": deliveries.until_expiry or None,
    }
    return under(("webhook", "deliveries"), said)

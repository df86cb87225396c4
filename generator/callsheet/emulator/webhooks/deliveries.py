"""A webhook as a request: its body and what proves it; and where the keys to the proof are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callsheet.emulator.answers.values import job_values, taken
from callsheet.emulator.jobs.hooks import Hook
from callsheet.emulator.jobs.ids import id_of
from callsheet.emulator.jobs.job import Job, outcome
from callsheet.emulator.messages import Delivery, HostKey, Pairs, Reply, Request, json_reply
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import host_path
from callsheet.emulator.templates import render
from callsheet.emulator.webhook_faults import WebhookFault
from callsheet.emulator.webhooks import signing
from callsheet.plan.model import Plan, ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import SignatureSpec, WebhookSpec

_PATIENCE: Final = 15.0
"""Seconds that a receiver has for its answer where the spec does not say."""

_TOO_OLD: Final = 60.0
"""Seconds by which a stale webhook is older than a receiver allows."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A provider as it sends the webhooks of its jobs."""

    provider: ProviderPlan
    options: Options
    origins: Mapping[HostKey, str]

    def delivery(self, hook: Hook, job: Job, now: float, stamp: int, faults: tuple[WebhookFault, ...]) -> Delivery:
        """The next attempt. NoSigningError where the package that signs is missing."""
        webhook = webhook_of(self.provider)
        body = self._body(webhook, hook, job, now, bare=any(fault.bare for fault in faults))
        headers: Pairs = (("content-type", "application/json"),)
        if webhook.signature is not None:
            headers += self._proof(webhook.signature, job, body, stamp, faults)
        if any(fault.tampered for fault in faults):
            body = _tampered(body)
        rule = webhook.deliveries
        patience = _PATIENCE if rule is None else rule.timeout
        if rule is not None and rule.later_timeout is not None and hook.attempts:
            patience = rule.later_timeout
        number = hook.attempts + 1
        return Delivery(job.provider, job.model, job.request_id, number, hook.address, headers, body, patience)

    def _body(self, webhook: WebhookSpec, hook: Hook, job: Job, now: float, *, bare: bool) -> bytes:
        way = self.provider.spec.way(job.protocol)
        values = job_values(self.provider, way, job, hook.asked, now, self.origins, 0)
        if outcome(job, now) == "succeeded":
            body = webhook.body_without_output if bare else webhook.body
            return json.dumps(render(body, values)).encode("ascii")
        row = job.failure.row if job.failure is not None else None
        if row is not None and row.answer is not None:
            values = {**values, "error": render(row.answer, values)}
        return json.dumps(render(webhook.body_when_failed, values)).encode("ascii")

    def _proof(self, rule: SignatureSpec, job: Job, body: bytes, stamp: int, faults: tuple[WebhookFault, ...]) -> Pairs:
        """The headers that prove a webhook, or, where a fault says so, do not."""
        age = rule.tolerance + _TOO_OLD if any(fault.stale for fault in faults) else 0.0
        values = {name: self._named(job, name) for name in rule.headers} | {"timestamp": str(int(stamp - age))}
        headers = tuple((header, values[name]) for name, header in rule.headers.items())
        if any(fault.signature == "left_out" for fault in faults):
            return headers
        text = signing.signed_text(rule, values, body)
        if any(fault.signature == "of_another_text" for fault in faults):
            text += b"."
        others: list[signing.Key] = [fault.key for fault in faults if fault.key != "published"]
        key = others[0] if others else "published"
        secret = _secret(self.provider, rule, self.options)
        return (*headers, (rule.header, signing.signature(rule, text, _seed(self.provider, self.options), secret, key)))

    def _named(self, job: Job, name: str) -> str:
        """The value of a header that is signed: of the job, of the webhook, or the same for all of a provider's."""
        if name == "request_id":
            return job.request_id
        return taken(job, "webhook") if name == "id" else id_of(self.options.seed, self.provider.id, name)


def webhook_of(provider: ProviderPlan) -> WebhookSpec:
    """What a provider says of its webhooks."""
    if provider.spec.webhook is None:
        raise TypeError("a job that owes a webhook is of a provider that sends webhooks")
    return provider.spec.webhook


def key_sets(plan: Plan) -> frozenset[tuple[HostKey, str]]:
    """Where public keys are published."""
    found: set[tuple[HostKey, str]] = set()
    for provider in plan.providers:
        rule = _signature(provider)
        if rule is not None and rule.keys_host is not None:
            found.add(((provider.id, rule.keys_host), host_path(provider, rule.keys_host) + rule.keys_path))
    return frozenset(found)


def key_reply(provider: ProviderPlan, request: Request, options: Options) -> Reply:
    """The public keys of a provider. They are asked for without a key."""
    if request.method not in {"GET", "HEAD"}:
        return json_reply(405, {"error": f"Method {request.method} is not allowed"}, (("allow", "GET, HEAD"),))
    try:
        return json_reply(200, signing.key_set(_seed(provider, options)))
    except signing.NoSigningError as missing:
        return json_reply(501, {"error": str(missing)})


def secrets(plan: Plan, options: Options) -> dict[str, str]:
    """The secrets that providers share with their callers, by environment variable.

    ValueError where the one that the options say is not written as a spec says.
    """
    found: dict[str, str] = {}
    for provider in plan.providers:
        rule = _signature(provider)
        if rule is not None and rule.secret is not None:
            found[rule.secret] = _secret(provider, rule, options)
            signing.secret_bytes(rule, found[rule.secret])
    return found


def _signature(provider: ProviderPlan) -> SignatureSpec | None:
    return provider.spec.webhook.signature if provider.spec.webhook is not None else None


def _seed(provider: ProviderPlan, options: Options) -> str:
    """What the keys of a provider follow from."""
    return f"{options.seed}:{provider.id}"


def _secret(provider: ProviderPlan, rule: SignatureSpec, options: Options) -> str:
    """What a provider shares with its callers; of no use where it signs with a key of its own."""
    given = options.webhook_secret
    return signing.made_secret(rule, _seed(provider, options)) if given is None else given


def _tampered(body: bytes) -> bytes:
    """Another body that is JSON, too."""
    value: Plain = json.loads(body)
    if isinstance(value, dict):
        return json.dumps({**value, "tampered": True}).encode("ascii")
    return body + b" "

"""What may befall a webhook on its way, as data: the part of the table of faults that is about deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from callsheet.spec.model import ProviderSpec

LATE: Final = 60.0
"""Seconds that a late webhook is late."""


@dataclass(frozen=True, slots=True)
class WebhookFault:
    """What one fault does. What it does not name stays as it should be."""

    name: str
    about: str
    sends: bool = True
    late: bool = False
    held: bool = False
    """It waits until the webhook of the job that was submitted next has been sent."""
    copies: int = 1
    repeats: bool = False
    """It is sent once more though it was answered with 2xx."""
    stale: bool = False
    """It tells a time that is longer ago than a receiver allows."""
    tampered: bool = False
    signature: Literal["good", "of_another_text", "left_out"] = "good"
    key: Literal["published", "older", "unknown"] = "published"
    bare: bool = False
    """It tells of a success without its output."""
    needs: Literal["", "signature", "ed25519", "body_without_output"] = ""
    """What a provider's webhooks have to have for it to make sense."""

    @property
    def forges(self) -> bool:
        """Whether a receiver has to refuse such a webhook."""
        return self.stale or self.tampered or self.signature != "good" or self.key == "unknown"


FAULTS: Final = (
    WebhookFault("never", "it is not sent", sends=False),
    WebhookFault("late", "it is sent a minute later", late=True),
    WebhookFault("reordered", "two jobs change places: the first webhook waits for that of the next job", held=True),
    WebhookFault("duplicate", "it is sent twice, byte for byte", copies=2),
    WebhookFault("repeated", "it is sent once more, signed anew, though it was answered with 2xx", repeats=True),
    WebhookFault(
        "no_output", "it tells of a success whose output could not be sent", bare=True, needs="body_without_output"
    ),
    WebhookFault("stale", "it was signed a minute longer ago than a receiver allows", stale=True, needs="signature"),
    WebhookFault("tampered", "its body was changed after it was signed", tampered=True, needs="signature"),
    WebhookFault(
        "wrong_signature", "it carries the signature of another text", signature="of_another_text", needs="signature"
    ),
    WebhookFault("unsigned", "it carries no signature", signature="left_out", needs="signature"),
    WebhookFault("wrong_key", "it is signed with a key that is not the provider's", key="unknown", needs="signature"),
    WebhookFault("older_key", "it is signed with the older of the two published keys", key="older", needs="ed25519"),
)


@dataclass(frozen=True, slots=True)
class Befalls:
    """A fault, and how many attempts of each webhook it befalls; None is all."""

    fault: WebhookFault
    times: int | None = None


def possible(fault: WebhookFault, provider: ProviderSpec) -> bool:
    """Whether a provider's webhooks have what it is about."""
    webhook = provider.webhook
    if webhook is None:
        return False
    if fault.bare:
        return webhook.body_without_output is not None
    signature = webhook.signature
    return not fault.needs or (signature is not None and fault.needs in {"signature", signature.kind})

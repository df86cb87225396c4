"""What may befall a webhook on its way, as data: `NAME@webhook[*TIMES]` in a scenario, several joined by `+`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from callsheet.spec.model import ProviderSpec

LATE: Final = 60.0
"""Seconds that a late webhook is late."""

_PHASE: Final = "webhook"


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
    needs: Literal["", "signature", "ed25519"] = ""
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


class NoSuchFaultError(ValueError):
    """A text that names no fault of webhooks; its words list those that there are."""


def names(provider: ProviderSpec) -> tuple[str, ...]:
    """The faults that webhooks of a provider may have, with their phase; none where it sends no webhooks."""
    return tuple(f"{fault.name}@{_PHASE}" for fault in FAULTS if _possible(fault, provider))


def part(text: str, provider: ProviderSpec) -> tuple[str, tuple[Befalls, ...]]:
    """What a scenario says beside its faults of webhooks, and these. NoSuchFaultError for one that there is not."""
    pieces = text.split("+")
    hooked = [piece for piece in pieces if piece.partition("*")[0].endswith(f"@{_PHASE}")]
    if not hooked:
        return text, ()
    return "+".join(piece for piece in pieces if piece not in hooked), tuple(_read(hooked, provider))


def _read(pieces: Iterable[str], provider: ProviderSpec) -> Iterable[Befalls]:
    known = {fault.name: fault for fault in FAULTS if _possible(fault, provider)}
    for piece in pieces:
        name, counted, times = piece.partition("*")
        fault = known.get(name.removesuffix(f"@{_PHASE}"))
        if fault is None:
            there = ", ".join(names(provider)) or "none, since its spec says of no webhooks"
            raise NoSuchFaultError(f"{provider.id} has no scenario `{piece[:100]}` for webhooks; there are {there}")
        if counted and not (times.isascii() and times.isdecimal() and len(times) <= 6):  # noqa: PLR2004 - digits
            raise NoSuchFaultError(f"`{piece[:100]}` is not NAME@webhook[*TIMES] with a number of times")
        yield Befalls(fault, int(times) if times else None)


def _possible(fault: WebhookFault, provider: ProviderSpec) -> bool:
    webhook = provider.webhook
    if webhook is None:
        return False
    signature = webhook.signature
    return not fault.needs or (signature is not None and fault.needs in {"signature", signature.kind})

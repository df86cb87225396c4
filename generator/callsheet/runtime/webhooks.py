"""Webhooks: whether one is the provider's own, and what it tells. No framework is needed, and no key of the caller's.

What proves it is data (`tables.Signature`). The time comes from the driver, public keys from the provider's host.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from . import signatures
from .addresses import Address
from .conditions import says
from .context import with_query
from .errors import ConnectionFailed, MissingKey, NotSupported, UnexpectedAnswer
from .file_errors import WebhookRefused
from .offers import Signature, Webhook
from .pointer import ABSENT, at, parse, text_at
from .received import Received
from .retry import backoff
from .steps import Ask, Call, Flow, Moment, Reply, Sleep, TransportError, call, now
from .tables import Provider

Text = str | bytes

Headers: TypeAlias = (
    Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
)
"""Headers as any framework has them: a mapping or pairs, of text or of bytes, in any case."""

Seen: TypeAlias = Callable[[str], object]
"""Says whether a webhook was received before, and remembers it in the same step. It is given a text that names it."""

_FETCH: Final = 10.0
_TRIES: Final = 3
_PAUSE: Final = 60.0
"""Public keys are not fetched more often than this, in seconds, however many webhooks do not fit them."""

_TIME: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What a webhook tells, once it is proven."""

    request_id: str
    """The job: `endpoint.job(request_id)` goes on with it."""
    succeeded: bool
    output: object
    """The output, as JSON; None for a job that did not succeed, or where the webhook leaves it out."""
    message: str | None
    """The provider's words about a failure."""
    body: object = field(repr=False)
    """All of it, as JSON."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A webhook that came, and all that is needed to check it."""

    provider: Provider
    hosts: Mapping[str, str]
    headers: Headers
    body: Text
    secret: str | None = field(repr=False)
    seen: Seen | None
    received: Received


def verify(receipt: Receipt) -> Flow[WebhookEvent]:
    """The event, once it is proven. WebhookRefused says what is wrong with one that is not."""
    webhook, rule = _rules(receipt.provider)
    name = receipt.provider.name
    body = _raw(receipt.body)
    headers = _Headers(receipt.headers, name)
    moment = yield from now()
    sent = _sent(headers.one(rule.headers["timestamp"]), rule, moment, name)
    signed = signatures.message(rule, {key: headers.raw(header) for key, header in rule.headers.items()}, body)
    found = signatures.candidates(rule, headers.one(rule.header))
    if not (yield from _proven(receipt, rule, signed, found)):
        raise WebhookRefused(name, "signature", f"no signature in {rule.header} fits its body and headers")
    event = _event(webhook, body, name)
    mark = hashlib.sha256(signed).hexdigest()
    if receipt.seen is not None:
        again = bool((yield Ask(receipt.seen, mark)))
    else:
        again = receipt.received.again(mark, moment.unix, sent + rule.tolerance)
    if again:
        raise WebhookRefused(name, "replay", f"it was received before, for the job {event.request_id}")
    return event


def _rules(provider: Provider) -> tuple[Webhook, Signature]:
    if provider.webhook is None or provider.webhook.signature is None:
        what = "webhooks" if provider.webhook is None else "signature of its webhooks: anyone may have sent this one"
        raise NotSupported(f"{provider.name} documents no {what}. Ask for the job itself: `endpoint.job(id).status()`.")
    return provider.webhook, provider.webhook.signature


def _raw(body: Text) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if not isinstance(body, bytes | bytearray | memoryview):
        raise TypeError(f"the body of a webhook must be its bytes as they came, not a {type(body).__name__}")
    return bytes(body)


class _Headers:
    """Headers by name, in whatever case. One that matters stands there once."""

    def __init__(self, given: Headers, provider: str) -> None:
        self._provider = provider
        self._values: dict[str, set[bytes]] = {}
        pairs = getattr(given, "items", lambda: given)()
        for name, value in cast("Iterable[tuple[Text, Text]]", pairs):
            self._values.setdefault(_bytes(name).lower().decode("latin-1"), set()).add(_bytes(value))

    def raw(self, name: str) -> bytes:
        """The bytes of a header."""
        found = self._values.get(name.lower(), set())
        if not found:
            raise WebhookRefused(self._provider, "header", f"it has no header {name}")
        if len(found) > 1:
            raise WebhookRefused(self._provider, "header", f"it has several headers {name}, and they differ")
        (value,) = found
        if any(byte < 32 or byte == 127 for byte in value):  # noqa: PLR2004 - the control characters
            raise WebhookRefused(self._provider, "header", f"its header {name} holds control characters")
        return value

    def one(self, name: str) -> str:
        """The text of a header."""
        return self.raw(name).decode("latin-1")


def _bytes(text: Text) -> bytes:
    """A header as it travelled. Frameworks read it as latin-1; text that is none was made here, of UTF-8."""
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise TypeError(f"headers must be text or bytes, not {type(text).__name__}")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _sent(text: str, rule: Signature, moment: Moment, provider: str) -> float:
    """When it was sent, in seconds since 1970."""
    if not _TIME.fullmatch(text):
        words = f"its header {rule.headers['timestamp']} is {text[:40]!r}, no number of seconds since 1970"
        raise WebhookRefused(provider, "header", words)
    sent = float(text)
    off = moment.unix - sent
    if abs(off) > rule.tolerance:
        side = f"{off:.0f} s ago" if off > 0 else f"{-off:.0f} s in the future"
        words = f"it was sent {side}; {rule.tolerance:.0f} s are allowed. Is the clock of this machine right?"
        raise WebhookRefused(provider, "time", words)
    return sent


def _proven(receipt: Receipt, rule: Signature, signed: bytes, found: list[bytes]) -> Flow[bool]:
    if rule.kind == "hmac_sha256":
        if not (receipt.secret or "").strip():
            raise MissingKey(f"{receipt.provider.id}: no webhook secret. Set {rule.secret}, or pass secret=….")
        secret = signatures.secret_bytes(rule, receipt.secret or "")
        return signatures.shared_secret_fits(secret, signed, found)
    signatures.ed25519()  # says that it is missing before anything is fetched
    if not found or rule.keys is None:
        return False
    known = receipt.received
    time = (yield from now()).monotonic
    age = float("inf") if known.keys_at is None else time - known.keys_at
    if age < rule.keys_for and signatures.public_key_fits(known.keys, signed, found):
        return True
    if age < min(_PAUSE, rule.keys_for):
        return False
    known.keys = yield from _fetched(receipt, rule.keys)
    known.keys_at = time
    return signatures.public_key_fits(known.keys, signed, found)


def _fetched(receipt: Receipt, address: Address) -> Flow[tuple[bytes, ...]]:
    """The provider's public keys. They are public: no key of the caller's goes along."""
    url = with_query(receipt.hosts[address.host].rstrip("/") + address.path, address.query)
    attempt = 0
    while True:
        attempt += 1
        reply: Reply | None = None
        try:
            reply = yield from call(Call("GET", url, _FETCH, {"accept": "application/json"}))
        except TransportError as exc:
            why = str(exc)
        else:
            keys = signatures.public_keys(reply.json) if reply.fine else ()
            if keys:
                return keys
            why = "it holds no Ed25519 key" if reply.fine else f"HTTP {reply.status}"
        if attempt >= _TRIES:
            words = f"{receipt.provider.name}: no public keys from {url} ({why}). The webhook is neither proven nor "
            words += "refused: answer it with 503, so that it comes again."
            raise ConnectionFailed(words) if reply is None or not reply.fine else UnexpectedAnswer(words, answer=reply)
        yield Sleep(backoff(attempt))


def _event(webhook: Webhook, raw: bytes, provider: str) -> WebhookEvent:
    body = parse(raw)
    if body is ABSENT:
        raise WebhookRefused(provider, "body", "its body is no JSON")
    found = at(body, webhook.request_id)
    request_id = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(request_id, str) or not request_id:
        raise WebhookRefused(provider, "body", f"its body names no job at {webhook.request_id!r}")
    succeeded = says(webhook.succeeded, body)
    output = at(body, webhook.output) if succeeded else ABSENT
    message = None if succeeded or webhook.message is None else text_at(body, [webhook.message])
    return WebhookEvent(request_id, succeeded, None if output is ABSENT else output, message, body)

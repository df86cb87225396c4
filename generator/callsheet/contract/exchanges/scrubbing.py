"""What must not stand in a recording is taken out of it, and a last look refuses to write what was missed.

Placeholders are stable: the same exchange comes to the same text, and what was equal stays equal, so that a scrubbed
recording still replays. Taken out are keys, signatures in addresses, data URIs and long base64. The check is no part of
the scrubbing: it looks at the finished text, for a secret in any of its forms and for what looks like a credential.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, quote_plus, unquote

from callsheet.contract.exchanges.recordings import KEY
from callsheet.source.nodes import Plain

SCRUBBED: Final = "SCRUBBED"
LEAST_SECRET: Final = 6
"""Characters that a secret needs to be told from other text."""

_DATA_URI: Final = re.compile(
    r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.+-]+=[^;,\s\"']*)*);base64,([A-Za-z0-9+/_=%-]*)", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)
_USER: Final = re.compile(r"^(https?://)[^/?#@]*@", re.IGNORECASE)
_SIGNING: Final = re.compile(
    r"(?:x-(?:amz|goog|oss|cos|ms|bz)-.*|.*signature.*|.*token.*|.*secret.*|.*credential.*|api[-_]?key|key|auth|sig|hmac|"
    r"password|policy|key-pair-id|.*accesskeyid|googleaccessid|hdnea|verify|jwt)",
    re.IGNORECASE,
)
"""Options of a query that make it a signed one. All its values go then: which of them are signed is not said."""
_LONG_BASE64: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{200,}={0,2}(?![\w+/=-])")
_LOOKS_SECRET: Final = {
    "a JSON web token": re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"),
    "a bearer token": re.compile(rf"\bBearer\s+(?!{KEY}\b|{SCRUBBED})[\w.~+/=-]{{12,}}", re.IGNORECASE),
    "basic credentials": re.compile(rf"\bBasic\s+(?!{KEY}\b|{SCRUBBED})[A-Za-z0-9+/]{{12,}}={{0,2}}(?![\w.])"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a signed address": re.compile(
        rf"[?&](?:x-(?:amz|goog)-signature|signature|sig)=(?!{SCRUBBED})[^&\s\"']+", re.IGNORECASE
    ),
    "a data URI": re.compile(
        r"data:[\w.+/-]*(?:;[\w.+-]+=[^;,\s\"']*)*;base64,(?!U0NSVUJCRUQ)[A-Za-z0-9+/_=-]{16,}", re.IGNORECASE
    ),
}
"""What nobody means to publish, whoever it belongs to."""


class LeakError(ValueError):
    """A text holds what must not be written. The words name the kind and the place, never the secret."""


@dataclass(slots=True)
class Scrubber:
    """Takes secrets out of the exchanges of one recording.

    `secrets` become KEY; `hosts` are addresses with the declared ones that they stood for.
    """

    secrets: Iterable[str]
    hosts: Iterable[tuple[str, str]] = ()
    _media: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        """Refuse secrets that cannot be told from other text: ValueError."""
        self.secrets = tuple(sorted(set(self.secrets), key=len, reverse=True))
        if any(len(secret) < LEAST_SECRET for secret in self.secrets):
            raise ValueError(f"a key of fewer than {LEAST_SECRET} characters cannot be told from other text")
        self.hosts = tuple(sorted(self.hosts, key=lambda pair: len(pair[0]), reverse=True))

    def value(self, value: Plain) -> Plain:
        """A JSON value, its keys included, without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(item) for name, item in value.items()}
        return value

    def text(self, text: str) -> str:
        """A text, such as an address, a header's value or a body, without secrets."""
        for real, declared in self.hosts:
            text = re.sub(rf"{re.escape(real)}(?![\w.:-])", declared.replace("\\", r"\\"), text)
        for secret in self.secrets:
            for form in sorted({secret, quote(secret, safe=""), quote_plus(secret)}, key=len, reverse=True):
                text = text.replace(form, KEY)
        text = _DATA_URI.sub(self._data_uri, text)
        text = _ADDRESS.sub(lambda found: _address(found[0]), text)
        return _LONG_BASE64.sub(lambda found: self._placeholder(found[0]), text)

    def _data_uri(self, found: re.Match[str]) -> str:
        kind, parameters, content = found[1] or "", found[2], found[3]
        if content.startswith("U0NSVUJCRUQ"):  # it went through here before
            return found[0]
        return f"data:{kind}{parameters};base64,{self._placeholder(content)}"

    def _placeholder(self, content: str) -> str:
        """Base64 that says in its own words that it stands for another, numbered by first appearance."""
        number = self._media.setdefault(content, len(self._media) + 1)
        return base64.b64encode(f"{SCRUBBED} {number:04}".encode()).decode()


def _address(url: str) -> str:
    """An address without a user, and without the values of a signed query."""
    url = _USER.sub(rf"\1{SCRUBBED}@", url)
    whole, hash_, fragment = url.partition("#")
    path, mark, query = whole.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    if any(_SIGNING.fullmatch(unquote(name)) and value not in {KEY, ""} for name, _, value in pairs):
        query = "&".join(
            f"{name}{equals}{value if value == KEY or not equals else SCRUBBED}" for name, equals, value in pairs
        )
    return f"{path}{mark}{query}{hash_}{fragment}"


def leaks(text: str, secrets: Iterable[str]) -> tuple[str, ...]:
    """What must not be in a text and is, each in words that do not repeat it."""
    return tuple(_leaks(text, secrets))


def refuse_leaks(text: str, secrets: Iterable[str], where: str) -> None:
    """Raise LeakError where a text holds a secret in any form, or what looks like a credential."""
    if found := leaks(text, secrets):
        raise LeakError(f"{where}: not written, since it holds {'; '.join(found)}")


def _leaks(text: str, secrets: Iterable[str]) -> Iterator[str]:
    lines = text.split("\n")
    for secret in secrets:
        for form, spelled in _forms(secret):
            folded = form in {"hexadecimal", "percent-encoded"}
            needle = spelled.lower() if folded else spelled
            for number, line in enumerate(lines, 1):
                if needle in (line.lower() if folded else line):
                    yield f"a secret, {form}, in line {number}"
                    break
    for kind, pattern in _LOOKS_SECRET.items():
        if (found := pattern.search(text)) is not None:
            yield f"{kind} in line {text.count(chr(10), 0, found.start()) + 1}"


def _forms(secret: str) -> Iterator[tuple[str, str]]:
    """How a secret may be spelled. In base64 it depends on what stands before it: three ways, without the ends."""
    raw = secret.encode()
    yield "as it is", secret
    yield "percent-encoded", quote(secret, safe="")
    yield "percent-encoded", quote_plus(secret)
    yield "percent-encoded", "".join(f"%{byte:02x}" for byte in raw)
    yield "as JSON", json.dumps(secret)[1:-1]
    yield "hexadecimal", raw.hex()
    yield "backwards", secret[::-1]
    for before in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64 for addresses", base64.urlsafe_b64encode)):
            coded = encode(b"\0" * before + raw).decode().rstrip("=")
            # Sextets that hold bits of what stands before or after are not the secret's own.
            first = (before * 8 + 5) // 6
            last = (before + len(raw)) * 8 // 6
            yield f"in {name}", coded[first:last]

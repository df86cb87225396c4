"""What proves that a webhook is the provider's own: the signed text, the signatures in its header, the check. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from .file_errors import MissingPackage
from .offers import Signature

_NAME: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")

_MOST: Final = 16
"""Signatures in one header that are looked at; while a secret changes there are two."""

_KEY: Final = 32
"""Bytes of a public key."""


def message(rule: Signature, headers: Mapping[str, bytes], body: bytes) -> bytes:
    """What was signed, byte for byte."""
    known = {"body": body, "sha256": hashlib.sha256(body).hexdigest().encode(), **headers}
    parts = _NAME.split(rule.message)  # text and names by turns
    return b"".join(
        known.get(part, f"{{{part}}}".encode()) if number % 2 else part.encode() for number, part in enumerate(parts)
    )


def candidates(rule: Signature, header: str) -> list[bytes]:
    """The signatures that a header holds, parted by blanks or commas. What is no signature is passed over."""
    found = re.finditer(rf"(?:^|[\s,]){re.escape(rule.prefix)}([^\s,]+)", header)
    decode = _from_hex if rule.encoding == "hex" else from_base64
    decoded = (decode(match[1]) for match, _ in zip(found, range(_MOST), strict=False))
    return [signature for signature in decoded if signature]


def _from_hex(text: str) -> bytes | None:
    """Bytes from one way to write them: a changed letter must not stand for the same byte."""
    return bytes.fromhex(text) if re.fullmatch(r"([0-9a-f]{2})+|([0-9A-F]{2})+", text) else None


def from_base64(text: str) -> bytes | None:
    """Bytes from base64 of either alphabet, padded or not. Bits that stand for nothing must not be set."""
    whole = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        made = base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return made if base64.b64encode(made).decode().rstrip("=") == whole else None


def secret_bytes(rule: Signature, text: str) -> bytes:
    """The shared secret, from how it is handed out. ValueError where it is not written so."""
    bare = text.strip().removeprefix(rule.secret_prefix)
    if rule.secret_encoding != "base64":  # noqa: S105 - a name of a form
        return bare.encode()
    made = from_base64(bare)
    if made is None:
        raise ValueError("the webhook secret is no base64 text; copy it whole from the provider's page")
    return made


def shared_secret_fits(secret: bytes, signed: bytes, signatures: Sequence[bytes]) -> bool:
    """Whether any signature is the one that the secret makes. It takes as long for a near miss as for a far one."""
    wanted = hmac.digest(secret, signed, "sha256")
    return sum(hmac.compare_digest(wanted, one) for one in signatures) > 0


def public_key_fits(keys: Iterable[bytes], signed: bytes, signatures: Sequence[bytes]) -> bool:
    """Whether any of the keys has made any of the signatures (Ed25519)."""
    public_key, invalid = ed25519()
    for key in keys:
        for signature in signatures:
            try:
                public_key.from_public_bytes(key).verify(signature, signed)
            except (invalid, ValueError):  # ValueError: bytes that are no key
                continue
            return True
    return False


def ed25519() -> tuple[Any, type[Exception]]:
    """The class of public keys, and what it raises. MissingPackage where it is not installed."""
    try:  # by name, since most clients are used without it, and type-checkers should not ask for it
        module = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
        errors = importlib.import_module("cryptography.exceptions")
    except ImportError as exc:
        words = "webhooks of this provider are checked with the package cryptography: pip install cryptography"
        raise MissingPackage(words) from exc
    return module.Ed25519PublicKey, errors.InvalidSignature


def public_keys(document: object) -> tuple[bytes, ...]:
    """The Ed25519 keys of a JWKS document (RFC 7517, RFC 8037). Other keys are passed over."""
    listed = cast("dict[str, object]", document).get("keys") if isinstance(document, dict) else None
    found = (_public_key(entry) for entry in cast("list[object]", listed if isinstance(listed, list) else []))
    return tuple(key for key in found if key is not None)


def _public_key(entry: object) -> bytes | None:
    told = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
    x = told.get("x")
    if told.get("kty", "OKP") != "OKP" or told.get("crv", "Ed25519") != "Ed25519" or not isinstance(x, str):
        return None
    key = from_base64(x)
    return key if key is not None and len(key) == _KEY else None

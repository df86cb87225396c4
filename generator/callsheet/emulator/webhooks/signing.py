"""Webhooks, signed as a spec says, with keys and secrets that follow from the emulator's seed.

Written apart from the client's check of them, so that a mistake in one shows in the other.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

from callsheet.source.nodes import Plain
from callsheet.spec.model import SignatureSpec

if TYPE_CHECKING:  # an extra; most emulators sign nothing
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_NAME: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_SECRET: Final = 24
"""Bytes of a made-up secret."""

Key = Literal["published", "older", "unknown"]


class NoSigningError(RuntimeError):
    """The package that signs is not installed; its words say what to do."""


def signed_text(rule: SignatureSpec, values: Mapping[str, str], body: bytes) -> bytes:
    """What is signed; `values` are the names of the rule's headers."""
    known = {**values, "sha256": sha256(body).hexdigest(), "body": body.decode("utf-8")}
    return _NAME.sub(lambda name: known.get(name[1], name[0]), rule.message).encode("utf-8")


def signature(rule: SignatureSpec, text: bytes, seed: str, secret: str, key: Key) -> str:
    """The header's value. NoSigningError where that needs a package that is not there."""
    if rule.kind == "ed25519":
        made = _private(f"{seed}:{key}").sign(text)
    else:
        shared = secret_bytes(rule, secret)
        made = hmac.digest(shared if key == "published" else sha256(shared).digest(), text, "sha256")
    return rule.prefix + (made.hex() if rule.encoding == "hex" else base64.b64encode(made).decode("ascii"))


def key_set(seed: str) -> Plain:
    """The published keys as JWKS (RFC 7517, RFC 8037): the one in use, and the one before it.

    They are padded, which the RFC does not ask for: verifiers are about that decode without mending the padding.
    """
    keys = [_private(f"{seed}:{which}").public_key().public_bytes_raw() for which in ("published", "older")]
    return {
        "keys": [{"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(key).decode("ascii")} for key in keys]
    }


def made_secret(rule: SignatureSpec, seed: str) -> str:
    """A shared secret as the provider hands it out."""
    made = sha256(f"{seed}:secret".encode()).digest()[:_SECRET]
    return rule.secret_prefix + (base64.b64encode(made).decode("ascii") if _in_base64(rule) else made.hex())


def secret_bytes(rule: SignatureSpec, text: str) -> bytes:
    """The bytes that sign, of a secret as it is handed out. ValueError where it is not written so."""
    bare = text.strip().removeprefix(rule.secret_prefix)
    if not bare:
        raise ValueError("the webhook secret is empty")
    if not _in_base64(rule):
        return bare.encode("utf-8")
    whole = bare.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(whole + "=" * (-len(whole) % 4), validate=True)
    except (binascii.Error, ValueError) as problem:
        shown = f"{rule.secret_prefix}…" if rule.secret_prefix else "it"
        raise ValueError(f"the webhook secret is no base64 text ({shown} is written so by the spec)") from problem


def _in_base64(rule: SignatureSpec) -> bool:
    return rule.secret_encoding == "base64"  # noqa: S105 - a name of a form


def _private(name: str) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra
    except ImportError as missing:
        words = "webhooks of this provider are signed with the package cryptography: pip install 'callsheet[webhooks]'"
        raise NoSigningError(words) from missing
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode("utf-8", "surrogatepass")).digest())

"""What a provider offers around its protocols, as data: options of a call, a place for files, and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .addresses import Address
from .words import Scalar, When


@dataclass(frozen=True, slots=True)
class Option:
    """What a caller may ask for with one call beside the input: how it is sent, and which values are known."""

    to: Literal["header", "query", "body"]
    name: str
    """Of the header, of the query option, or of the key in the body."""
    type: Literal["string", "integer", "number", "boolean", "object"] = "string"
    one_of: tuple[Scalar, ...] | None = None
    minimum: float | int | None = None
    above: float | int | None = None
    """The value has to be greater than this."""
    maximum: float | int | None = None


@dataclass(frozen=True, slots=True)
class UploadStep:
    """One request of an upload. Its texts may hold `{file_name}`, `{content_type}`, `{size}` and what was taken before.

    `to` is a declared host's address, or a text that makes a whole URL: then no key goes along. `body` is a template
    that may hold `{data_uri}` too, or the lone text `{bytes}`. `takes` names values of the answer, by pointers
    that are tried in order.
    """

    to: Address | str
    body: object
    takes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Files:
    """How a file of the caller's reaches the provider. Sizes are bytes, None where no limit is known."""

    data_uris: bool = False
    """A data URI is taken wherever an address is."""
    largest_data_uri: int | None = None
    upload: tuple[UploadStep, ...] = ()
    file_url: str = ""
    """The file's address, of what the upload took."""
    largest_upload: int | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What proves that a webhook is the provider's. `{body}`, `{sha256}` and `headers` fill the signed text."""

    kind: Literal["ed25519", "hmac_sha256"]
    header: str
    message: str
    headers: Mapping[str, str]
    """Placeholder → header. `{timestamp}`, seconds since 1970, has to be among them."""
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    """What stands before the signature in its header; of several parted by blanks or commas, any may fit."""
    keys: Address | None = None
    """Where the public keys are (JWKS)."""
    keys_for: float = 86400.0
    """How long they may be kept, in seconds."""
    secret: str | None = None
    """Environment variable of the shared secret."""
    secret_prefix: str = ""
    secret_encoding: Literal["text", "base64"] = "text"  # noqa: S105 - a name of a form
    tolerance: float = 300.0
    """How far its time may be from ours, in seconds."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """What the provider sends when a job has ended. Pointers are into its body."""

    request_id: str
    succeeded: When
    option: str | None = None
    """Name of the option that registers it."""
    output: str = ""
    message: str | None = None
    signature: Signature | None = None

"""Ids that the emulator gives: drawn from its seed, in the form that a provider's have."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

Form = Literal["hex", "uuid4", "uuid7"]

_RANDOM_OF_7: Final = 74
"""Bits of a UUID of version 7 that are drawn, beside its time."""


def id_of(seed: str, *parts: str | int) -> str:
    """An opaque id of 32 hexadecimal digits, the same for the same arguments."""
    return sha256(":".join(map(str, (seed, *parts))).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def shaped(number: str, form: Form, now: float) -> str:
    """An id of 32 hexadecimal digits in another form. A UUID of version 7 begins with the time, in milliseconds."""
    if form == "hex":
        return number
    if form == "uuid4":
        return str(UUID(hex=number, version=4))
    drawn = int(number, 16) & ((1 << _RANDOM_OF_7) - 1)
    moment = int(min(max(0.0, now), 1e11) * 1000) & ((1 << 48) - 1)
    high, low = drawn >> 62, drawn & ((1 << 62) - 1)
    return str(UUID(int=moment << 80 | 7 << 76 | high << 64 | 2 << 62 | low))

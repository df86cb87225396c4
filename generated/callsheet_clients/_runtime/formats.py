# Copied by callsheet from generator/callsheet/runtime/formats.py.
# Do not edit: change that file, then `make generate`.
"""Forms that a text may have to have."""

from __future__ import annotations

from typing import Final

URI_PATTERN: Final = (
    r"^(?:[Hh][Tt][Tt][Pp][Ss]?://[^\u0000-\u0020/?#:@][^\u0000-\u0020/?#]*(?![^/?#])"
    r"|[Dd][Aa][Tt][Aa]:[^,]*,[^\u0000-\u0020]"
    r"|(?!(?:[Hh][Tt][Tt][Pp][Ss]?|[Dd][Aa][Tt][Aa]):)"
    r"[A-Za-z][A-Za-z0-9+.-]+:(?://[^\u0000-\u0020]|/?[^\u0000-\u0020/]))"
)
r"""An address: http and https name a host, a data URI holds data, any other scheme is followed by something.

A scheme has two letters at least, so that `C:\clip.mp4` is no address. It is found, not matched in full: what follows
is the provider's to judge. Python and ECMAScript read it alike.
"""

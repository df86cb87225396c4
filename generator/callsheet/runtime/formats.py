"""Forms that a text may have to have."""

from __future__ import annotations

from typing import Final

_IN_SCHEME: Final = "A-Za-z0-9+.-"

_OTHER_SCHEME: Final = (
    rf"(?:[A-CE-GI-Za-ce-gi-z][{_IN_SCHEME}]+"
    rf"|[Dd](?:[B-Zb-z0-9+.-][{_IN_SCHEME}]*|[Aa](?:|[A-SU-Za-su-z0-9+.-][{_IN_SCHEME}]*"
    rf"|[Tt](?:|[B-Zb-z0-9+.-][{_IN_SCHEME}]*|[Aa][{_IN_SCHEME}]+)))"
    rf"|[Hh](?:[A-SU-Za-su-z0-9+.-][{_IN_SCHEME}]*|[Tt](?:|[A-SU-Za-su-z0-9+.-][{_IN_SCHEME}]*"
    rf"|[Tt](?:|[A-OQ-Za-oq-z0-9+.-][{_IN_SCHEME}]*"
    rf"|[Pp](?:[A-RT-Za-rt-z0-9+.-][{_IN_SCHEME}]*|[Ss][{_IN_SCHEME}]+)))))"
)
"""Any scheme but data, http and https, letter by letter: engines whose time is bounded cannot look ahead."""

URI_PATTERN: Final = (
    r"^(?:[Hh][Tt][Tt][Pp][Ss]?://[^\u0000-\u0020/?#:@][^\u0000-\u0020/?#]*(?:[/?#]|$)"
    r"|[Dd][Aa][Tt][Aa]:[^,]*,[^\u0000-\u0020]"
    rf"|{_OTHER_SCHEME}:(?://[^\u0000-\u0020]|/?[^\u0000-\u0020/]))"
)
r"""An address: http and https name a host, a data URI holds data, any other scheme is followed by something.

A scheme has two letters at least, so that `C:\clip.mp4` is no address. It is found, not matched in full: what follows
is the provider's to judge. Rust and ECMAScript read it alike; to Python's `$`, a newline may follow.
"""

# Copied by callsheet from generator/callsheet/runtime/events.py.
# Do not edit: change that file, then `make generate`.
"""Server-sent events, line by line (WHATWG HTML, section 9.2). Only what they carry is kept."""

from __future__ import annotations

from typing import Final

_LARGEST: Final = 2**22
"""Characters of the longest event that is kept; the rest of a longer one is dropped."""


class Events:
    """Puts the lines of a stream together to events."""

    def __init__(self) -> None:
        self._data: list[str] = []
        self._size = 0

    def feed(self, line: str) -> str | None:
        """The data of an event that ends with this line, None as long as none does. Comments are passed over."""
        line = line.rstrip("\r\n")
        if not line:
            data, self._data, self._size = self._data, [], 0
            return "\n".join(data) if data else None
        name, _, value = line.partition(":")
        if name == "data" and self._size + len(value) <= _LARGEST:
            self._data.append(value.removeprefix(" "))
            self._size += len(value)
        return None

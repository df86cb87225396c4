"""Server-sent events (WHATWG HTML, section 9.2). Only what they carry is kept."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

_LARGEST: Final = 2**22
"""Characters of the longest event that is kept; the rest of a longer one is dropped."""


_END: Final = re.compile(r"\r\n|\n|\r")


class Events:
    """Puts the pieces of a stream together to lines, and lines to events."""

    def __init__(self) -> None:
        self._decoder: Final = codecs.getincrementaldecoder("utf-8")("replace")
        self._line: list[str] = []
        self._begun = 0
        self._returned = False
        self._data: list[str] = []
        self._size = 0

    def take(self, piece: bytes) -> Iterator[str]:
        """The data of each event that ends within this piece of the stream."""
        text = self._decoder.decode(piece)
        if not text:
            return
        if self._returned:  # the other half of an end of line
            text = text.removeprefix("\n")
        self._returned = text.endswith("\r")
        *ended, rest = _END.split(text)
        for end in ended:
            line = "".join((*self._line, end))
            self._line, self._begun = [], 0
            event = self.feed(line)
            if event is not None:
                yield event
        if rest and self._begun <= _LARGEST:
            self._line.append(rest)
            self._begun += len(rest)

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

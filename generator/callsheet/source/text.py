"""Bytes of a file to text: UTF-8 that people can see, and not too much of it."""

from __future__ import annotations

import re
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules import files as file_rules
from callsheet.rules import text as rules

LARGEST_FILE: Final = 1024 * 1024
"""In bytes. The largest spec so far has 20 kB."""

_INVISIBLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def decoded(path: str, data: bytes) -> tuple[str | None, tuple[Finding, ...]]:
    """The text of a file, if it is text."""
    whole = Span(path)
    if len(data) > LARGEST_FILE:
        return None, (file_rules.FILE_TOO_LARGE.at(whole, "the file is larger than 1 MiB"),)
    if data.startswith(_UTF16):
        return None, (file_rules.NOT_UTF8.at(whole, "the file begins with the mark of UTF-16"),)
    if b"\0" in data:
        return None, (file_rules.BINARY_FILE.at(whole, "the file holds zero bytes, as no text does"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        what = f"byte {data[error.start]:#04x} is not UTF-8"
        return None, (file_rules.NOT_UTF8.at(Span(path, line, column, line, column + 1), what),)
    if hidden := _INVISIBLE.search(text):
        line = text.count("\n", 0, hidden.start()) + 1
        column = hidden.start() - text.rfind("\n", 0, hidden.start())
        what = f"there is an invisible character, U+{ord(hidden.group()):04X}"
        return None, (rules.CONTROL_CHARACTER.at(Span(path, line, column, line, column + 1), what),)
    return text, ()

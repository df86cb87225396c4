"""A page as it came, and what a reader of pages is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callsheet.pages.reading import Reading


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: its text, the name of its file or its URL for messages, and the digest of its bytes."""

    name: str
    text: str
    sha256: str


Reader = Callable[[Page], Reading | None]
"""Reads a page of its layout. None: the page is of another layout, which is all that it may be sure of at once."""

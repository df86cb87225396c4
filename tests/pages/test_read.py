"""What cannot be a documentation page is refused by name, before anything is concluded from it."""

from __future__ import annotations

import pytest

from callsheet.findings import Finding
from callsheet.pages import read_page
from callsheet.pages.limits import LARGEST


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "page-not-text"),
        (b"a" * (LARGEST + 1), "page-too-large"),
        (b"A diary. Dear diary, it rained.\n", "page-unknown"),
        (b"", "page-unknown"),
    ],
)
def test_what_is_no_page_is_said_to_be_none(data: bytes, rule: str) -> None:
    """A picture, a heap of megabytes, some other text and nothing at all are findings, each of its own rule."""
    found = read_page(data, "some.page")

    assert isinstance(found, Finding)
    assert (found.rule, found.span.path) == (rule, "some.page")

"""HTML becomes the lines that a browser shows, and takes no longer than its length, whoever wrote it."""

from __future__ import annotations

import pytest

from callsheet.pages.html import document

PAGE = """<!DOCTYPE html><html><head><title>A &amp; B</title><link rel="canonical" href="https://example.com/a">
<script>var a = "<div>never</div>"</script><style>p { color: red }</style></head>
<body><h1>Name<span> API</span></h1><div><span>mode</span><span>required</span></div><p>string <!-- -->(uri)</p>
<pre><code><span class="linenumber">1</span><span>import</span> requests
<span class="linenumber">2</span>data = {
    &quot;a&quot;: 1}</code></pre>
<table><tr><td>400</td><td>Bad</td></tr></table>
3 &lt; 4 < 5<br>c&nbsp;&#99999999999999; d\u200be<svg><text>x</text></svg>
</body></html>"""


def test_html_becomes_the_lines_that_a_browser_shows() -> None:
    """Text is evened out, elements that touch stay apart as pieces, code keeps its indentation, scripts say nothing."""
    page = document(PAGE)

    assert (page.html, page.title, page.url, page.scripts) == (True, "A & B", "https://example.com/a", 1)
    assert [(line.number, line.text, line.block) for line in page.lines] == [
        (3, "Name API", "h1"),
        (3, "moderequired", "div"),
        (3, "string (uri)", "p"),
        (4, "import requests", "pre"),
        (5, "data = {", "pre"),
        (6, '    "a": 1}', "pre"),
        (7, "400 Bad", "tr"),
        (8, "3 < 4 < 5", "body"),
        (8, "c \ufffd de", "body"),
    ]
    assert page.lines[1].pieces == ("mode", "required")
    assert page.lines[2].pieces == ("string (uri)",)


def test_text_keeps_the_numbers_of_its_lines() -> None:
    """Empty lines go, spaces of all kinds become one kind, and what has no width is gone."""
    page = document("one\n\n  \u00a0\t\n two\u00a0 three\u200b \n")

    assert [(line.number, line.bare) for line in page.lines] == [(1, "one"), (4, "two three")]
    assert not page.html


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<a ",
        "<!--",
        "<![CDATA[",
        "<div>",
        "</div>",
        '<a b="',
        "<script>",
        "&#9",
        "&lol;",
        "<svg>",
        "<a x='",
        "</",
        "<div><p></div>",
    ],
)
def test_no_page_takes_longer_than_its_length(part: str) -> None:
    """Thirty thousand of anything, closed or not, is read; none of it is a line that was not there."""
    page = document("<div>first</div>" + part * 30_000)

    assert page.lines[0].text == "first"
    assert len(page.lines) <= 2

"""Schemas that nobody wrote, shown as each of fal's pages would: their facts are read, or it is said which were not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from callsheet.pages import Reading, read_page

sys.path.insert(0, str(Path(__file__).parent))
from invented import Schema, facts_of, schemas
from shown import as_html, as_llms, as_text

LAYOUTS: dict[str, tuple[Callable[[Schema], str], bool, bool]] = {
    "text": (as_text, True, False),
    "html": (as_html, True, False),
    "llms": (as_llms, False, True),
}


def read(text: str) -> Reading:
    """The reading of a page that is one."""
    found = read_page(text.encode(), "page")
    assert isinstance(found, Reading), found
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=8, deadline=None)
@given(schema=schemas())
def test_a_schema_is_read_as_it_was(layout: str, schema: Schema) -> None:
    """Whatever fields are called and whatever is said of them, no fact is wrong, and what cannot be told is unread."""
    show, inner, limits = LAYOUTS[layout]
    reading = read(show(schema))
    wanted = facts_of(schema, inner=inner, limits=limits)
    facts = {path: value for path, value in reading.as_facts().items() if path[0].startswith(("parameter", "output"))}
    wrong = {path: value for path, value in facts.items() if json.dumps(wanted.get(path, "-")) != json.dumps(value)}
    missing = {path for path in wanted if path not in facts}

    assert wrong == {}
    assert reading.unread or not missing
    assert {path[-1] for path in missing} <= {"allowed", "type"}
    assert reading.problems == ()


def test_a_name_that_is_a_word_of_prose_is_in_doubt() -> None:
    """Nobody can tell the field `a` of type string from prose; so the list of names is no fact, and means nothing."""
    page = (
        'fal.subscribe("x/y", {input: {}})\nInput#\nb integer* required\nSee\na string\nOutput#\nurl string\nPricing#\n'
    )
    reading = read(page)

    assert ("parameter_names",) not in reading.as_facts()
    assert "parameter_names" not in reading.tells
    assert any(one.text == "a string" for one in reading.unread)


def test_in_html_prose_is_no_field() -> None:
    """Where names stand in elements of their own, a sentence that looks like a head is none."""
    head = "<div><span>{}</span> <span>integer</span><span>* required</span></div><p>See below.</p><p>{}</p>"
    page = (
        "<!doctype html><body><pre>fal.subscribe('x/y', {})</pre><h3>Input#</h3>"
        f"{head.format('a_b', 'values integer')}{head.format('c', 'returns list<string>')}<h3>Output#</h3>"
        f"{head.format('d', 'Done.')}<h3>Pricing#</h3></body>"
    )

    assert read(page).as_facts()["parameter_names",] == ["a_b", "c"]

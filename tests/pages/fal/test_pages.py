"""Pages of invented endpoints in the layouts of fal's, against what is written beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from callsheet.pages import Reading, read_page

HERE = Path(__file__).parent
PAGES = ["lantern.txt", "lantern.llms.txt"]


def read(text: str) -> Reading:
    """The reading of a page that is one."""
    found = read_page(text.encode(), "lantern")
    assert isinstance(found, Reading), found
    return found


def facts(reading: Reading) -> dict[str, object]:
    """The facts by their paths in one word."""
    return {" ".join(path): value for path, value in reading.as_facts().items()}


def as_html(text: str) -> str:
    """The page as a browser might save it: an element a line, code in one."""
    body = "".join(f"<div>{re.sub('<', '&lt;', line)}</div>\n" for line in text.splitlines() if line)
    return f"<!doctype html><html><head><title>x</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_its_facts_and_no_others(name: str) -> None:
    """Every fact, every contradiction and every passage that was not understood is as it is written down."""
    wanted = yaml.safe_load((HERE / name.replace(".txt", ".yaml")).read_text(encoding="utf-8"))
    reading = read((HERE / name).read_text(encoding="utf-8"))

    assert facts(reading) == wanted["facts"]
    assert sorted(" ".join(one.path) for one in reading.conflicts) == sorted(wanted["conflicts"])
    unread = {one.text for one in reading.unread}
    assert {text for text in wanted["unread"] if "`" not in text} <= unread
    assert reading.problems == ()
    assert (reading.provider, reading.endpoint) == ("fal", "fal-ai/lantern/v2")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_cut_anywhere_gives_no_wrong_fact(name: str) -> None:
    """Whatever a beginning of the page says, the whole says, too; and what is not whole tells nothing by silence."""
    text = (HERE / name).read_text(encoding="utf-8")
    whole = read(text).as_facts()
    samples = [value for path, value in whole.items() if path[0] == "sample"]
    for end in range(0, len(text), 17):
        found = read_page(text[:end].encode(), "lantern")
        if not isinstance(found, Reading):
            continue
        for path, value in found.as_facts().items():
            known = value in samples if path[0] == "sample" else whole.get(path) == value
            assert known, (end, path, value, whole.get(path))
        assert not (found.problems and found.tells)


VARIANTS: dict[str, Callable[[str], str]] = {
    "html": as_html,
    "blank lines lost": lambda text: re.sub(r"\n\n+", "\n", text),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "two lines": lambda text: re.sub(
        r"^([a-z_]+) ([\w<>| ]+?)(\* required)?$",
        lambda m: f"{m[1]}\n\n{m[2]}\n\n{m[3] or ''}",
        text,
        flags=re.MULTILINE,
    ),
    "no hash": lambda text: text.replace("#\n", "\n"),
    "star alone": lambda text: text.replace("* required\n", "*\n"),
    "word alone": lambda text: text.replace("* required\n", " required\n"),
    "indentation lost": lambda text: re.sub(r"^ +", "", text, flags=re.MULTILINE),
    "footer": lambda text: text + "\nRelated Models\n\nother/model text-to-video\n\n© 2026 Somebody\n",
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_layout_does_not_matter(variant: str) -> None:
    """HTML or text, marks of several kinds, heads on one line or two: the same facts."""
    text = (HERE / "lantern.txt").read_text(encoding="utf-8")

    assert facts(read(VARIANTS[variant](text))) == facts(read(text))


def test_heads_that_run_together_are_taken_apart() -> None:
    """`promptstring* required` is the parameter prompt."""
    text = (HERE / "lantern.txt").read_text(encoding="utf-8")
    joined = re.sub(r"^([a-z_]+) ([A-Za-z<>| ]+?)(\* required)?$", r"\1\2\3", text, flags=re.MULTILINE)

    assert facts(read(joined))["parameter_names"] == facts(read(text))["parameter_names"]


def test_a_value_may_hold_a_comma() -> None:
    """Where values stand apart by a comma and a space, a comma without one is part of a value."""
    text = (HERE / "lantern.txt").read_text(encoding="utf-8").replace("wide_16_9, tall", "wide,16_9, tall")

    assert ["wide,16_9", "tall_9_16"] in [
        value for path, value in read(text).as_facts().items() if path[-1] == "allowed"
    ]


def test_without_any_mark_nothing_is_said_to_be_optional() -> None:
    """On a page that marks nothing, required is not told."""
    text = (HERE / "lantern.txt").read_text(encoding="utf-8").replace("* required", "")
    reading = read(text)

    assert not [path for path in reading.as_facts() if path[-1] == "required"]
    assert not reading.tells & {"required", "output_required"}


@pytest.mark.parametrize("name", PAGES)
def test_other_words_touch_the_wordings_alone(name: str) -> None:
    """A text for people that changes is no fact that changes."""
    text = (HERE / name).read_text(encoding="utf-8")
    other = text.replace("What the clip shows.", "What one sees in the clip.")
    before, after = read(text), read(other)

    assert facts(before) == facts(after)
    changed = {one.path for one in before.wordings} ^ {one.path for one in after.wordings}
    digests = {one.digest for one in before.wordings} ^ {one.digest for one in after.wordings}
    assert (changed, len(digests)) == (set(), 2)

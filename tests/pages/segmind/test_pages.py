"""Pages in Segmind's layouts, as text and as HTML: every fact of them, wherever a copy lost what between the lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from callsheet.findings import Finding
from callsheet.pages import Reading, read_page

HERE = Path(__file__).parent
LAYOUTS = ["model-v1", "model-v2", "workflow", "model-old"]
NOISE: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "no empty lines": lambda text: re.sub(r"\n\s*\n", "\n", text),
    "twice as many": lambda text: text.replace("\n", "\n\n"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "no indentation": lambda text: "\n".join(line.strip() for line in text.split("\n")),
    "other spaces": lambda text: text.replace(" ", "\u00a0").replace("\n", " \t\n"),
    "no numbers": lambda text: re.sub(r"(?m)^ ?\d{1,2}(?=[^\d.:\n])", "", text),
    "links around": lambda text: f"Segmind\nModels\nPricing\n{text}\nCompany\nBlog\n© Segmind\n",
}


def read(data: bytes) -> Reading:
    """A reading, and no finding."""
    reading = read_page(data, "page")
    assert isinstance(reading, Reading)
    return reading


def stated(layout: str) -> dict[str, Any]:
    """What was transcribed of a page."""
    return yaml.safe_load((HERE / layout / "facts.yaml").read_text("utf-8"))


def text_of(layout: str) -> str:
    """A page as it was copied."""
    return (HERE / layout / "page.txt").read_text("utf-8")


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_fact_of_a_copied_page_is_read(layout: str, noise: str) -> None:
    """All that was transcribed comes out, and nothing else, whatever happened between the lines."""
    reading, wanted = read(NOISE[noise](text_of(layout)).encode()), stated(layout)

    assert [[list(said.path), said.value] for said in reading.facts] == wanted["facts"]
    assert [[list(one.path), [said.value for said in one.says]] for one in reading.conflicts] == wanted["conflicts"]
    assert (reading.layout, reading.endpoint, reading.title) == (wanted["layout"], wanted["endpoint"], wanted["title"])
    assert (reading.unread, reading.problems) == ((), ())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_fact_of_a_saved_page_is_read(layout: str) -> None:
    """The same facts stand in HTML, and their places are lines of it."""
    data = (HERE / layout / "page.html").read_bytes()
    reading = read(data)

    assert {tuple(path): value for path, value in stated(layout)["facts"]} == reading.as_facts()
    assert (reading.unread, reading.problems) == ((), ())
    lines = data.decode().split("\n")
    assert all(said.path[1] in lines[said.place.line - 1] for said in reading.facts if said.path[2:] == ("required",))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_place_is_the_line_that_says_it(layout: str) -> None:
    """Whoever looks up a fact of a parameter finds its value in the line that is named."""
    lines = text_of(layout).split("\n")

    for said in read(text_of(layout).encode()).facts:
        if said.path[0] == "parameters" and said.path[2] in {"minimum", "maximum"}:
            assert str(said.value) in lines[said.place.line - 1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_that_was_cut_off_says_nothing_wrong(layout: str) -> None:
    """Wherever it ends, what is read is true, and a page without its end allows no conclusion from silence."""
    text = text_of(layout).rstrip()
    wanted = {tuple(path): value for path, value in stated(layout)["facts"]}
    end = text.index("To keep") if layout == "model-old" else text.rindex("504") + len("504")

    for at in range(0, len(text), 17):
        reading = read_page(text[:at].encode(), "page")
        if isinstance(reading, Finding):
            assert reading.rule == "page-unknown"
            continue
        facts = reading.as_facts()
        assert {path: value for path, value in facts.items() if path not in wanted or wanted[path] != value} == {}
        if at < end and not re.search(r"\n500\n\n.+\n\n.", text[:at]):  # where these tables may end as well
            assert ([problem.rule for problem in reading.problems], reading.tells) == (["page-cut"], frozenset())
        elif at < end:
            assert "error_codes" not in reading.tells
            assert reading.unread


@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_words_are_other_wordings_and_nothing_else(layout: str) -> None:
    """Of a description that was written anew, only the digest is another one."""
    old = read(text_of(layout).encode())
    about = next(one for one in old.wordings if one.path[0] == "parameters" and one.path[-1] == "about")
    first = about.text.split("\n")[0]
    new = read(text_of(layout).replace(f"\n{first}\n", "\nSaid in quite another way.\n", 1).encode())

    assert new.as_facts() == old.as_facts()
    before, after = ({one.path: one.digest for one in reading.wordings} for reading in (old, new))
    assert {path for path in before if before[path] != after[path]} == {about.path}


def test_two_pages_in_one_file_are_said_to_be_two() -> None:
    """Nothing of the second is taken for the first, and nothing is concluded from silence."""
    reading = read((text_of("model-v1") + "\n" + text_of("model-v2")).encode())

    assert [problem.rule for problem in reading.problems] == ["page-doubled"]
    assert reading.endpoint == "paper-lantern"
    assert {tuple(path): value for path, value in stated("model-v1")["facts"]} == reading.as_facts()
    assert reading.tells == frozenset()


def test_a_page_without_text_needs_a_browser() -> None:
    """Scripts that would make the text are not run, and the finding says so."""
    shell = b'<!doctype html><html><head><title>Segmind</title></head><body><div id="__next"></div><script src="/a.js">'
    found = read_page(shell, "page.html")

    assert isinstance(found, Finding)
    assert found.rule == "page-needs-browser"


@pytest.mark.parametrize(
    ("block", "name", "words"),
    [
        (
            "size *\ninteger\nDefault: 5\nAllowed values :\n510",
            "size",
            {"type": "integer", "required": True, "allowed": [5, 10]},
        ),
        ('size required\nenum\nAllowed values: "a" | "b"', "size", {"type": "string", "allowed": ["a", "b"]}),
        ("sizeoptional\nstring[]\nDefault: []", "size/0", {"type": "string"}),
        ("sizeoptional\narray (uri)", "size/0", {"type": "string", "format": "uri"}),
        ("sizeoptional\nfloat\nRange: 1.5\u20134", "size", {"type": "number", "minimum": 1.5, "maximum": 4}),
        ("size\n\nrequired\ninteger\nmin: 1, max: 4", "size", {"required": True, "minimum": 1, "maximum": 4}),
        ('sizeoptional\ninteger\nDefault: "5"', "size", {"type": "integer", "default": 5}),
        ('sizeoptional\nstring\nDefault: "a Range: 1 - 5"', "size", {"default": "a Range: 1 - 5"}),
        ('sizeoptional\narray\nDefault: [\n{"role": "user"}\n]', "size", {"default": [{"role": "user"}]}),
        (
            "sizeoptional\ninteger\nDefault: 5Range: 1 - 9Allowed values :\n1\n5\n9",
            "size",
            {"default": 5, "minimum": 1, "maximum": 9, "allowed": [1, 5, 9]},
        ),
        ('sizeoptional\ninteger\nRange: 1 - 9Allowed values : "1""9"', "size", {"maximum": 9, "allowed": [1, 9]}),
        ("sizes image *", "sizes", {"required": True, "type": None}),
        ("sizes mesh *", "sizes", {"required": True, "type": None}),
    ],
)
def test_other_forms_of_a_parameter_are_read_too(block: str, name: str, words: dict[str, Any]) -> None:
    """Stars, badges on lines of their own, lists of types, numbers as text, defaults over several lines."""
    start, end = text_of("model-v1").split("Parameters\n")[0], text_of("model-v1").split("Response Type")[1]
    facts = read(f"{start}Parameters\n{block}\nResponse Type{end}".encode()).as_facts()

    assert {word: facts.get(("parameters", name, word)) for word in words} == words


@pytest.mark.parametrize(
    "block",
    [
        "sizeoptional\ninteger\nAllowed values :\n1234",
        "sizeoptional\ninteger\nDefault: 2\nAllowed values :\n2141",
        'sizeoptional\nstring\nAllowed values :\n"a"b""c"',
        'sizeoptional\nstring\nDefault: "one\ntwo"',
        "sizeoptional\nobject\nDefault: [object Object]",
        "sizeoptional\nstring\nAllowed values :\nEuler a DDIM",
    ],
)
def test_what_cannot_be_told_is_not_guessed(block: str) -> None:
    """Values that could be parted in several ways, or that lost their line breaks, are listed as unread."""
    start, end = text_of("model-v1").split("Parameters\n")[0], text_of("model-v1").split("Response Type")[1]
    reading = read(f"{start}Parameters\n{block}\nResponse Type{end}".encode())
    lost = "default" if "Default" in block.split("\n")[2] and "Allowed" not in block else "allowed"

    assert ("parameters", "size", lost) not in reading.as_facts()
    assert reading.unread != ()


def test_a_path_of_links_is_no_title() -> None:
    """Where the page stands among others is navigation; what it is called stands below."""
    text = text_of("model-old").replace("Segmind\nModels\nPricing\n", "Home / Models / Chalk\n")
    reading = read(text.encode())

    assert (reading.title, reading.unread) == ("Chalk Drawing", ())

"""Reports: the same findings for people, for machines and for GitHub."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet import report
from callsheet.findings import Finding, Span

FINDINGS = (
    Finding("b-rule", Span("b.yaml", 2, 3, 2, 9), "b is wrong", "it matters", "mend it", "warning"),
    Finding("a-rule", Span("a.yaml"), "a is wrong", "it matters", ""),
)


def test_text() -> None:
    """By place; file, line and column; what, why, mend, and where to read more; a count at the end."""
    assert report.text(FINDINGS, color=False) == (
        "a.yaml: error[a-rule]: a is wrong\n"
        "   why:  it matters\n"
        "   see:  callsheet explain a-rule\n"
        "b.yaml:2:3: warning[b-rule]: b is wrong\n"
        "   why:  it matters\n"
        "   mend: mend it\n"
        "   see:  callsheet explain b-rule\n"
        "1 error, 1 warning in 2 files\n"
    )


def test_nothing_to_report() -> None:
    """No findings, no text; JSON is an empty list."""
    assert "" == report.text((), color=False) == report.github(())
    assert json.loads(report.as_json(())) == []


def test_color_adds_nothing_but_color() -> None:
    """With the colours taken out, the text is the same."""
    painted = report.text(FINDINGS, color=True)
    for code in ("31", "33", "1", "2", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")

    assert report.text(FINDINGS, color=False) == painted


def test_json() -> None:
    """Each finding is an object that says everything, flat."""
    first, second = json.loads(report.as_json(FINDINGS))

    assert (first["rule"], first["severity"], first["path"], first["line"]) == ("a-rule", "error", "a.yaml", 0)
    assert tuple(second[key] for key in ("line", "column", "end_line", "end_column")) == (2, 3, 2, 9)
    assert {"what", "why", "mend"} <= second.keys()


def test_github() -> None:
    """A workflow command for each finding; signs that have a meaning there are escaped."""
    odd = Finding("r", Span("a,b:c.yaml", 1, 2, 1, 3), "50% is\nodd", "so", "")

    assert (
        report.github([odd])
    ) == "::error file=a%2Cb%3Ac.yaml,line=1,col=2,endLine=1,endColumn=3,title=r::50%25 is\\x0aodd%0Awhy: so\n"


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\r", "\u202e", "\x00", "\x85", "\u2028", "\ud800", "\x9b"])
def test_hidden_characters_are_shown(hidden: str) -> None:
    """Text from a file cannot move the cursor, colour the screen or turn the reading direction."""
    shown = report.text([Finding("r", Span(f"{hidden}.yaml"), hidden, hidden, hidden)], color=False)

    assert not set(hidden) & set(shown) - set("[31m")
    assert shown.isprintable() or set(shown) - {"\n"}
    shown.encode()


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    """Whatever a file says, a finding keeps its lines."""
    shown = report.text([Finding("r", Span("a.yaml", 1, 1), text, "so", "")], color=False)

    assert 4 == shown.count("\n") == len(shown.splitlines())


def test_github_takes_columns_within_one_line_only() -> None:
    """A finding over several lines names the lines; of one in what was piped, the words tell the place."""
    several = Finding("r", Span("a.yaml", 1, 2, 3, 4), "a", "", "")
    piped = Finding("r", Span("<stdin>", 1, 2, 1, 4), "a", "", "")

    assert report.github([several]) == "::error file=a.yaml,line=1,endLine=3,title=r::a\n"
    assert report.github([piped]) == "::error title=r::<stdin>:1:2: a\n"


@given(st.text(), st.text())
def test_no_text_ends_a_workflow_command(path: str, words: str) -> None:
    """Whatever a path or a finding says, GitHub reads one command of it, with the properties that are meant."""
    line = report.github([Finding("r", Span(f"p{path}", 1, 1), words, "", "")])

    assert line.count("\n") == 1
    assert len(line.splitlines()) == 1
    properties = line.removeprefix("::error ").partition("::")[0]
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "col", "title"]

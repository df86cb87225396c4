"""What the filters promise: text in, safe code out, nothing lost."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.emit.filters import WIDTH, EmitError, comment, doc, only_code, py
from callsheet.emit.rendering import environment
from callsheet.plan.model import Code
from callsheet.runtime.tables import ErrorRow, Logs, Model, Queue, Result, State, Status, Submit
from callsheet.runtime.words import Criterion

# Surrogates, control characters, quotes and backslashes: more often than chance would bring them.
ANY_TEXT = st.text() | st.text(alphabet="\"'\\ \n\r\t\f\0\x1c\x85\u2028\ud800\u202ea{}%#") | st.text(st.characters())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
)


@given(ANY_TEXT | st.lists(ANY_TEXT), st.integers(0, 12), ANY_TEXT)
def test_doc_keeps_every_word(text: str | list[str], indent: int, title: str) -> None:
    """A docstring is one string literal and nothing else, and its words are those of the text."""
    code = doc(text, indent)
    statement = ast.parse(code).body

    assert len(statement) == 1
    assert " ".join([text] if isinstance(text, str) else text).split() == str(ast.literal_eval(code)).split()
    assert isinstance(ast.literal_eval(doc(text, indent, title=title)), str)


@given(ANY_TEXT | st.lists(ANY_TEXT), st.integers(0, 3))
def test_doc_stands_in_a_class_body(text: str | list[str], depth: int) -> None:
    """A docstring of many lines keeps the indentation of the block that it stands in."""
    indent = 4 * depth
    lines = [f"{'    ' * level}class C:" for level in range(depth)]
    source = "\n".join([*lines, f"{' ' * indent}{doc(text, indent)}", f"{' ' * indent}x = 1"])

    ast.parse(source)

    assert all(line == line.rstrip() for line in source.split("\n"))


@given(st.lists(st.text("abc xyz", min_size=1), min_size=1), st.integers(0, 12))
def test_doc_is_folded(text: list[str], indent: int) -> None:
    """No line is wider than the page, as long as no word is."""
    assert all(len(line) <= WIDTH for line in f"{' ' * indent}{doc(text, indent)}".split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '""""""'),
        ("Plain.", '"""Plain."""'),
        ('"Quoted"', r'"""\"Quoted\""""'),
        ('Say "x" now.', '"""Say "x" now."""'),
        ('a"""b', r'"""a\"\"\"b"""'),
        ("ends in \\", r'"""ends in \\"""'),
        ("nul \0", r'"""nul \x00"""'),
        (["One.", "Two."], '"""One.\n\nTwo.\n"""'),
        (["", "One.", " \n "], '"""One."""'),
    ],
)
def test_doc_reads_well(text: str | list[str], expected: str) -> None:
    """Only what has to be escaped is."""
    assert expected == doc(text)


def test_doc_has_a_summary_of_one_line() -> None:
    """A first paragraph that is too long for one line gets a title before it; a short one does not."""
    assert doc("word " * 40, title="Title.").startswith('"""Title.\n\nword')
    assert doc("word", title="Title.") == '"""word"""'
    assert doc("", title="Title.") == '"""Title."""'


@given(JSON)
def test_py_makes_an_equal_value(value: object) -> None:
    """A literal reads back as the same value, of the same type."""
    made = ast.literal_eval(py(value))

    assert repr(value) == repr(made)


def test_py_leaves_out_what_is_default() -> None:
    """Tables show what their protocol says and nothing else."""
    match = {"/a": Criterion(one_of=(None,))}
    row = ErrorRow("x", 400, "refused", "A\n'b'.", "never", "never", "never", "caller", match=match)

    assert row == eval(py(row), {"ErrorRow": ErrorRow, "Criterion": Criterion})  # noqa: S307  that is the promise
    assert "moderation" not in py(row)
    assert "on=" not in py(row)


def test_py_prints_a_name_for_a_field() -> None:
    """A table refers to another by the constant that holds it."""
    queue = Queue(
        "queue", Submit("api", "/v", "/id"), Status("s", "/s", {"A": State("ended")}, "A"), Result("r", ""), {}
    )
    model = Model("m", queue, {}, {}, None)

    assert (
        py(model, protocol=Code("QUEUE"))
        == "Model(id='m', protocol=QUEUE, path={}, required_defaults={}, typical=None)"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}, b"x", [object()], Logs])
def test_py_refuses_what_has_no_literal(value: object) -> None:
    """What is no value of a plan is an error, never a repr."""
    with pytest.raises(EmitError, match="no literal"):
        py(value)


@given(ANY_TEXT)
def test_comment_is_one_comment(text: str) -> None:
    """A comment stays one, whatever is in it."""
    tokens = list(tokenize.generate_tokens(io.StringIO(f"{comment(text)}\nx = 1\n").readline))

    assert sum(token.type == tokenize.COMMENT for token in tokens) == 1
    assert [token.string for token in tokens if token.type in {1, 2, 54}] == ["x", "=", "1"]


@pytest.mark.parametrize(
    "template", ["{{ text }}", "{{ text ~ code }}", "{{ [text] | join }}", "{{ 1 }}", "{{ code | upper }}"]
)
def test_only_code_is_printed(template: str) -> None:
    """Forgetting a filter is an error."""
    with pytest.raises(EmitError, match="without a filter"):
        environment().from_string(template).render(text="x", code=Code("y"))

    assert environment().from_string("{{ code }}").render(code=Code("y")) == "y"
    assert only_code(Code("y")) == "y"

"""Tables: nothing is cut, on a terminal and in a pipe."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from callsheet.cli.layout import Head, Pairs, Rows, Words, _plain

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
CELL = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=5))
def test_a_row_is_a_line(rows: list[tuple[str, str, str]]) -> None:
    """In a pipe a table has a line for its headings and one for each row, whatever the cells hold."""
    lines = list(_plain(Rows(("one", "two", "three"), rows, right=frozenset({"two"}))))

    assert len(lines) == len(rows) + 1
    assert all(len(line.splitlines()) == 1 for line in lines)


def test_parts_as_plain_text() -> None:
    """Headings, texts and pairs; a pair without words is left out; columns line up."""
    parts = [Head("Title", "more"), Words("a\nb", indent=2), Pairs((("key", "x"), ("longer", "y"), ("none", "")))]

    assert [line.rstrip() for part in parts for line in _plain(part)] == [
        "",
        "Title  more",
        "  a",
        "  b",
        "key     x",
        "longer  y",
    ]


def test_a_pipe_ignores_how_wide_a_terminal_is(process: Callable[..., object]) -> None:
    """What is piped is the same in a terminal of any width: whole rows, for grep."""
    narrow, wide = (getattr(process("list", env={"COLUMNS": columns}), "stdout", "") for columns in ("20", "300"))

    assert narrow == wide
    assert re.search(r"^segmind/wan-animate +Segmind\(\)\.wan_animate .* Animates a still .*\.$", narrow, re.MULTILINE)


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_names_are_never_broken_on_a_terminal(columns: int) -> None:
    """Endpoints, clients, errors and states stand whole in one line, at any width that holds them."""
    listed, shown = seen(columns, "list"), seen(columns, "show", "wan-animate")

    assert "segmind/wan-animate" in listed
    assert "Segmind().wan_animate" in listed
    assert "insufficient_credits_v2" in shown
    assert "…" not in listed + shown
    assert max(map(len, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", listed + shown).splitlines())) <= columns


def seen(columns: int, *args: str) -> str:
    """What a terminal of that width shows."""
    import pty  # noqa: PLC0415 - not everywhere

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ.update(COLUMNS=str(columns), TERM="xterm")
        os.environ.pop("NO_COLOR", None)
        os.execv(sys.executable, [sys.executable, "-m", "callsheet", *args])  # noqa: S606 - our own command line
    text = b""
    try:
        while part := os.read(terminal, 65536):
            text += part
    except OSError:  # the terminal is gone with the process
        pass
    finally:
        os.close(terminal)
        os.waitpid(child, 0)
    return text.decode()

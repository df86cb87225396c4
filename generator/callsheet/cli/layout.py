"""Tables and texts: laid out for the width of a terminal; for a pipe plain, a line for each row, and nothing cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from callsheet.cli.console import out, shown
from callsheet.report import printable

_NARROWEST: Final = 12
"""Columns that a cell of running text needs. Where there is less, a table becomes a block for each row."""


@dataclass(frozen=True, slots=True)
class Head:
    """A heading, with space above it."""

    words: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Text of one or more lines."""

    words: str
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and what they stand for. A pair without words is left out."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table. What stands in the `fixed` first columns is never broken: names are copied from there."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    fixed: int = 1
    right: frozenset[str] = field(default_factory=frozenset[str])
    """Headings of the columns that hold numbers."""


Part = Head | Words | Pairs | Rows


def put(*parts: Part) -> None:
    """Print parts on standard output. Whatever a spec or a provider says in them, it cannot act on the terminal."""
    console = out()
    if not console.file.isatty():
        text = "".join(f"{words.rstrip()}\n" for part in parts for words in _plain(part))
        console.file.write(text.removeprefix("\n"))
        console.file.flush()
        return
    for part in parts:
        console.print(_rich(part, console), soft_wrap=isinstance(part, Head))


def line(words: str) -> str:
    """Words as one line."""
    return printable(" ".join(words.split()))


def _plain(part: Part) -> Iterator[str]:
    match part:
        case Head():
            yield from ("", f"{line(part.words)}  {line(part.more)}")
        case Words():
            yield from (" " * part.indent + text for text in shown(part.words).split("\n"))
        case Pairs():
            yield from _aligned([(label, words) for label, words in part.rows if words])
        case Rows():
            yield from _aligned([part.headings, *part.rows], {part.headings.index(name) for name in part.right})


def _aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> Iterator[str]:
    """Columns with two spaces between them. The last one is as long as it is."""
    cells = [[line(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    numbers = frozenset(right)
    for row in cells:
        padded = [
            " " * (width - cell_len(cell)) + cell if n in numbers else cell + " " * (width - cell_len(cell))
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(padded)


def _rich(part: Part, console: Console) -> RenderableType:
    match part:
        case Head():
            return Text.assemble("\n", (line(part.words), "bold"), "  ", line(part.more))
        case Words():
            return Text("\n".join(" " * part.indent + text for text in shown(part.words).split("\n")))
        case Pairs():
            return _pairs(part.rows)
        case Rows():
            return _table(part) if _fits(part, console.width) else _blocks(part)


def _table(part: Rows) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for n, heading in enumerate(part.headings):
        table.add_column(
            heading,
            style="cyan" if n == 0 else None,
            no_wrap=n < part.fixed,
            overflow="fold",
            justify="right" if heading in part.right else "left",
        )
    for row in part.rows:
        table.add_row(*(Text(line(cell)) for cell in row))
    return table


def _fits(part: Rows, width: int) -> bool:
    """Whether the fixed columns stand whole beside the others, and those are wide enough to be read."""
    columns = list(zip(part.headings, *part.rows, strict=True))
    widest = [max(cell_len(line(cell)) for cell in column) for column in columns]
    needed = [size if n < part.fixed else min(size, _NARROWEST) for n, size in enumerate(widest)]
    return sum(needed) + 2 * len(needed) <= width


def _blocks(part: Rows) -> Table:
    """A block for each row: its first cell, then a line for each other cell that says something."""
    first, *headings = part.headings
    blocks = Table.grid(padding=(0, 0, 1, 0))
    blocks.add_column(overflow="fold")
    for row in part.rows:
        pairs = [(f"  {heading}", cell) for heading, cell in zip(headings, row[1:], strict=True)]
        block = Table.grid()
        block.add_column(overflow="fold")
        block.add_row(Text(line(row[0]) or first, style="cyan"))
        block.add_row(_pairs(pairs))
        blocks.add_row(block)
    return blocks


def _pairs(rows: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, words in rows:
        if words:
            table.add_row(printable(label), Text(line(words)))
    return table

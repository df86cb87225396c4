"""How a folder differs from what generation gives: as a patch, as JSON, as annotations."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from callsheet.cli.console import colour, raw
from callsheet.findings import Finding, Span
from callsheet.report import printable
from callsheet.rules.generated import STALE_FILE

Kind = Literal["added", "changed", "removed", "stray"]
"""`stray` lies in the folder without having been made here: `generate` leaves it alone."""

_WORDS: Final[Mapping[Kind, str]] = {
    "added": "missing",
    "changed": "differs",
    "removed": "no longer made from these specs",
    "stray": "not made from these specs; delete it by hand",
}
_COLORS: Final = {"+": "32", "-": "31", "@": "36", "d": "1", "n": "1"}


@dataclass(frozen=True, slots=True)
class Change:
    """One file that generation would change, or would have to. `old` and `new` are None where there is no file."""

    path: str
    """As seen from the working directory."""
    kind: Kind
    old: bytes | None
    new: str | None

    @property
    def words(self) -> str:
        """What is the matter with the file."""
        return _WORDS[self.kind]

    def patch(self) -> str:
        """The change in the form that `git apply` and `patch -p1` take."""
        before, after = self.old or b"", self.new or ""
        name = self.path.removeprefix("/")
        head = f"diff --git a/{name} b/{name}\n"
        if self.old is None:
            head += "new file mode 100644\n"
        if self.new is None:
            head += "deleted file mode 100644\n"
        old = "/dev/null" if self.old is None else f"a/{name}"
        new = "/dev/null" if self.new is None else f"b/{name}"
        lines = difflib.unified_diff(_lines(before.decode("utf-8", "backslashreplace")), _lines(after), old, new)
        return head + "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )

    def finding(self) -> Finding:
        """The change as a fault, at the first line that differs."""
        mend = "delete it, or move it elsewhere" if self.kind == "stray" else ""
        line = self._first_line() if self.kind == "changed" else 0
        return STALE_FILE.at(Span(self.path, line, int(bool(line))), self.words, mend)

    def as_json(self, *, diff: bool) -> dict[str, str | None]:
        """`path`, `change`, and `diff` where it is wanted."""
        return {"path": self.path, "change": self.kind, "diff": self.patch() if diff else None}

    def _first_line(self) -> int:
        old, new = _lines((self.old or b"").decode("utf-8", "replace")), _lines(self.new or "")
        alike = (n for n, (one, two) in enumerate(zip(old, new, strict=False), 1) if one != two)
        return next(alike, max(1, min(len(old), len(new))))


def changes(folder: Path, files: Mapping[str, str], covers: Callable[[str], bool] | None = None) -> list[Change]:
    """Every difference, by path. Nothing is written."""
    from callsheet import write

    difference = write.compare(folder, files, covers)
    found: list[Change] = []
    for path in sorted({*difference.added, *difference.removed, *difference.changed}):
        kind: Kind = (
            "added"
            if path in difference.added
            else "changed"
            if path in difference.changed
            else "stray"
            if path in difference.stray
            else "removed"
        )
        there = folder / path
        found.append(Change(there.as_posix(), kind, there.read_bytes() if there.is_file() else None, files.get(path)))
    return found


def show(found: list[Change]) -> None:
    """Print a patch, in colours where there are any. For a terminal everything that it would act on is written out."""
    painted = colour(sys.stdout)
    seen = sys.stdout.isatty()
    for change in found:
        if change.kind != "stray":
            raw("".join(_shown(change.patch(), painted=painted, seen=seen)))


def _shown(patch: str, *, painted: bool, seen: bool) -> Iterator[str]:
    for line in _lines(patch):
        words = line.removesuffix("\n")
        text = "\t".join(map(printable, words.split("\t"))) if seen else words
        code = _COLORS.get(line[0]) if painted else None
        yield f"\x1b[{code}m{text}\x1b[0m\n" if code else f"{text}\n"


def _lines(text: str) -> list[str]:
    """Lines as patches count them: a carriage return or a form feed ends none."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])

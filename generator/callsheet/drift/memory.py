"""What the pages of an endpoint said when they were last read: `<model>.page.yaml`, its text and its reading.

The file has a line for each fact, its path written as one word after another, and for each wording a digest; sentences
of a page are never kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, cast
from urllib.parse import quote, unquote

from callsheet.drift.settled import covers
from callsheet.facts import FactPath, Facts
from callsheet.findings import Finding, Span
from callsheet.pages import Reading
from callsheet.rules.drift import MEMORY_BROKEN
from callsheet.source.nodes import Mapping as Tree
from callsheet.source.nodes import Node, Plain, Scalar, plain
from callsheet.source.yamltree import read_yaml

SUFFIX: Final = ".page.yaml"
_KIND: Final = "page/1"
_HEAD: Final = (
    "# What the pages of this endpoint said when last read: written by `callsheet drift --accept`, not by hand.\n"
)
_SAFE: Final = "/{}[]:.,;@!$&'()*+=~_-"
"""Characters of a path's words that stay as they are, beside letters and digits."""
_UNSEEN: Final = re.compile(r"[\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Remembered:
    """One page as it was read. `conflicts` are all values that it gave for one fact, where there were several."""

    layout: str
    read: str
    sha256: str
    facts: Facts
    conflicts: Mapping[FactPath, Plain] = field(default_factory=dict[FactPath, Plain])
    wordings: Mapping[FactPath, str] = field(default_factory=dict[FactPath, str])

    @classmethod
    def of(cls, reading: Reading, day: str) -> Remembered:
        """What is kept of a reading. `day` is an ISO date."""
        conflicts: dict[FactPath, list[Plain]] = {}
        for one in reading.conflicts:
            values = conflicts.setdefault(one.path, [])
            values += [said.value for said in one.says if said.path == one.path]
        wordings = {wording.path: wording.digest for wording in reading.wordings}
        kept: dict[FactPath, Plain] = {path: [*values] for path, values in conflicts.items()}
        return cls(reading.layout, day, reading.sha256, reading.as_facts(), kept, wordings)

    def since(self, last: Remembered | None) -> Remembered:
        """With the day of the last reading, where the page is the same byte by byte: nothing is new then."""
        return last if last is not None and replace(self, read=last.read) == last else self

    def said(self, path: FactPath, value: Plain) -> bool:
        """Whether the page said this, alone or among other things."""
        values = self.conflicts.get(path)
        found = [*values] if isinstance(values, list) else []
        found += [self.facts[path]] if path in self.facts else []
        return any(covers(value, one) for one in found)


def text(provider: str, model: str, pages: Mapping[str, Remembered]) -> str:
    """The file. The same pages give the same text, whatever the order in which they were read."""
    lines = [_HEAD, f"callsheet: {_KIND}\nprovider: {_json(provider)}\nmodel: {_json(model)}\npages:\n"]
    for kind, page in sorted(pages.items()):
        lines.append(f"  {kind}:\n    layout: {_json(page.layout)}\n    read: {_json(page.read)}\n")
        lines.append(f"    sha256: {_json(page.sha256)}\n")
        lines += _block("facts", page.facts.items())
        lines += _block("conflicts", page.conflicts.items())
        lines += _block("wordings", page.wordings.items())
    return "".join(lines)


def _block(name: str, entries: Iterable[tuple[FactPath, Plain]]) -> Iterator[str]:
    listed = sorted(entries)
    if listed:
        yield f"    {name}:\n"
        yield from (f"      {_json(_word(path))}: {_json(value)}\n" for path, value in listed)


def _word(path: FactPath) -> str:
    return " ".join(quote(part, safe=_SAFE) or '""' for part in path)


def _path(word: str) -> FactPath:
    return tuple("" if part == '""' else unquote(part) for part in word.split(" "))


def _json(value: Plain) -> str:
    """As JSON that is YAML of the house, too: what is not printed is written out, and no number has an exponent."""
    match value:
        case list():
            return f"[{', '.join(map(_json, value))}]"
        case dict():
            return f"{{{', '.join(f'{_json(key)}: {_json(part)}' for key, part in value.items())}}}"
        case float():
            spelled = format(Decimal(repr(value)), "f")
            return spelled if "." in spelled else f"{spelled}.0"
        case _:
            dumped = json.dumps(value, ensure_ascii=False)
            return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped)


Memory = dict[str, Remembered]


def read(path: str, data: bytes) -> tuple[Memory, tuple[Finding, ...]]:
    """What a file remembers, by the id of the source that each page is; and what is wrong with it."""
    tree, findings = read_yaml(path, data)
    if findings or tree is None:
        return {}, tuple(MEMORY_BROKEN.at(one.span, one.what) for one in findings)
    try:
        return _memory(tree), ()
    except _BrokenError as fault:
        return {}, (MEMORY_BROKEN.at(fault.span, fault.what),)


class _BrokenError(Exception):
    def __init__(self, span: Span, what: str) -> None:
        super().__init__(what)
        self.span = span
        self.what = what


def _memory(tree: Node) -> Memory:
    _expect(isinstance(tree, Tree), tree, "this is no mapping")
    top = cast("Tree", tree)
    kind = top.get("callsheet")
    _expect(kind is not None and plain(kind) == _KIND, kind or top, f"`callsheet` is not `{_KIND}`")
    return {str(name): _page(page) for name, page in _entries(top, "pages", needed=True)}


def _page(node: Node) -> Remembered:
    _expect(isinstance(node, Tree), node, "a page is no mapping")
    page = cast("Tree", node)
    words = {key: _text(page, key) for key in ("layout", "read", "sha256")}
    digests = {_path(key): plain(value) for key, value in _entries(page, "wordings")}
    for key, value in _entries(page, "wordings"):
        _expect(isinstance(plain(value), str), value, f"the digest of `{key}` is no text")
    return Remembered(
        **words,
        facts={_path(key): plain(value) for key, value in _entries(page, "facts")},
        conflicts={_path(key): plain(value) for key, value in _entries(page, "conflicts")},
        wordings={path: str(value) for path, value in digests.items()},
    )


def _entries(node: Tree, key: str, *, needed: bool = False) -> Iterator[tuple[str, Node]]:
    found = node.get(key)
    if found is None and not needed:
        return
    _expect(isinstance(found, Tree), found or node, f"`{key}` is no mapping")
    yield from cast("Tree", found).items()


def _text(node: Tree, key: str) -> str:
    found = node.get(key)
    _expect(isinstance(found, Scalar) and isinstance(found.value, str), found or node, f"`{key}` is no text")
    return str(cast("Scalar", found).value)


def _expect(holds: bool, node: Node, what: str) -> None:  # noqa: FBT001 - an assertion with a place
    if not holds:
        raise _BrokenError(node.span, what)

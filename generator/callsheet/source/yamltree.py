"""YAML text to located nodes. Reports every fault that can be told from the text alone, and keeps what is readable.

The tree is built from parser events, since `yaml.compose` recurses in C and takes the process down on deep nesting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol, cast

import yaml
from yaml import events

from callsheet.findings import Finding, Span
from callsheet.rules import text as rules
from callsheet.rules.words import quoted
from callsheet.source.nodes import Entry, Mapping, Node, Scalar, Sequence
from callsheet.source.scalars import Doubt, Value, resolve
from callsheet.source.syntax import in_words
from callsheet.source.text import decoded

DEEPEST: Final = 40
"""Levels of lists and mappings. Specs have ten; recursion over a tree of this depth is safe everywhere."""

MOST_REPEATED: Final = 2_000
"""Nodes that a file may gain by aliases."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE: Final = "tag:yaml.org,2002:"
_TEXT_TAGS: Final = frozenset({"!", f"{_CORE}str"})

_STARTS: Final = frozenset({events.SequenceStartEvent, events.MappingStartEvent})
_ENDS: Final = frozenset({events.SequenceEndEvent, events.MappingEndEvent})


def read_yaml(path: str, data: bytes) -> tuple[Node | None, tuple[Finding, ...]]:
    """The tree of one file, and its faults. None where nothing of it can be used."""
    text, findings = decoded(path, data)
    if text is None:
        return None, findings
    reader = _Reader(path)
    try:
        return reader.read(text)
    except _Stop as stop:
        return None, (*reader.findings, stop.finding)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = _span(path, mark, mark) if mark else Span(path)
        what, mend = in_words(error, text)
        return None, (*reader.findings, rules.YAML_SYNTAX.at(span, what, mend))
    except yaml.YAMLError as error:
        return None, (*reader.findings, rules.YAML_SYNTAX.at(Span(path), f"the parser says: {error}"))


class Mark(Protocol):
    """A place as either build of the parser marks it, counted from 0."""

    @property
    def line(self) -> int:
        """Lines before it."""
        ...

    @property
    def column(self) -> int:
        """Characters before it in its line."""
        ...


class _Stop(Exception):
    """Nothing more can be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    start: Mark | None
    anchor: str | None
    keyed: bool
    items: list[Node] = field(default_factory=list[Node])
    aliases: dict[int, Span] = field(default_factory=dict[int, Span])
    """Where the items stand in the text that are aliases; their values stand elsewhere."""
    size: int = 1
    depth: int = 1

    def spot(self, number: int) -> Span:
        """Where an item stands in the text."""
        return self.aliases.get(number) or self.items[number].span


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor stands for, with the number of its nodes and of its levels."""

    node: Node
    size: int = 1
    depth: int = 0


class _Reader:
    """Builds the tree of one file from its events."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, _Anchored | None] = {}
        self.repeated = 0
        self.root: Node | None = None

    def read(self, text: str) -> tuple[Node | None, tuple[Finding, ...]]:
        """The tree, and what is wrong with it."""
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            # By the type itself, which is quicker than `match`: there are hundreds of thousands in a folder of specs.
            kind = type(event)
            if kind is events.ScalarEvent:
                self._scalar(cast("events.ScalarEvent", event))
            elif kind in _ENDS:
                self._end(cast("events.CollectionEndEvent", event))
            elif kind in _STARTS:
                self._begin(cast("events.CollectionStartEvent", event))
            elif kind is events.AliasEvent:
                self._alias(cast("events.AliasEvent", event))
            elif kind is events.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._find(Doubt(rules.SEVERAL_DOCUMENTS, "a second document begins here"), self._at(event))
                    break
        if self.root is None or (isinstance(self.root, Scalar) and self.root.text == "" and not self.root.quoted):
            return None, (*self.findings, rules.EMPTY_FILE.at(Span(self.path), "the file says nothing"))
        return self.root, tuple(self.findings)

    def _at(self, event: events.Event) -> Span:
        return _span(self.path, event.start_mark, event.end_mark)

    def _find(self, doubt: Doubt, span: Span) -> None:
        self.findings.append(doubt.rule.at(span, doubt.what, doubt.mend))

    def _scalar(self, event: events.ScalarEvent) -> None:
        span = self._at(event)
        text = event.value
        plain = event.implicit[0]  # no tag, no quotes
        holder = self.open[-1] if self.open else None
        value: Value = text
        if plain:
            value, doubt = resolve(text)
            # A key is text whatever other readers make of `on`; only what is no text by our own reading is refused.
            if doubt and not (holder and holder.keyed and len(holder.items) % 2 == 0):
                self._find(doubt, span)
        elif event.tag is not None and event.tag not in _TEXT_TAGS:
            value = self._tagged(event.tag, text, span)
        # The style is "" or None, by the build of the parser, where there are no quotes.
        scalar = Scalar(value, span, text, bool(event.style) or not plain)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(scalar)
        if holder:
            holder.items.append(scalar)
            holder.size += 1
        else:
            self.root = scalar

    def _tagged(self, tag: str, text: str, span: Span) -> Value:
        value, doubt = resolve(text)
        kinds = {"null": type(None), "bool": bool, "int": int, "float": float}
        kind = kinds.get(tag.removeprefix(_CORE))
        if kind is None:
            self._find(Doubt(rules.UNKNOWN_TAG, f"the tag {quoted(_short(tag))} is not known"), span)
            return text
        if doubt or type(value) is not kind:
            self._find(Doubt(rules.UNKNOWN_TAG, f"the tag {quoted(_short(tag))} does not fit {quoted(text)}"), span)
            return text
        return value

    def _begin(self, event: events.CollectionStartEvent) -> None:
        keyed = isinstance(event, events.MappingStartEvent)
        if event.tag not in {None, "!", _CORE + ("map" if keyed else "seq")}:
            self._find(
                Doubt(rules.UNKNOWN_TAG, f"the tag {quoted(_short(str(event.tag)))} is not known"), self._at(event)
            )
        if len(self.open) >= DEEPEST:
            raise _Stop(rules.TOO_DEEP.at(self._at(event), f"this is nested more than {DEEPEST} deep"))
        if event.anchor is not None:
            self.anchors[event.anchor] = None  # open: an alias to it from within would have no end
        self.open.append(_Open(event.start_mark, event.anchor, keyed))

    def _end(self, event: events.CollectionEndEvent) -> None:
        done = self.open.pop()
        span = self._closed(done, event)
        made = _Anchored(
            self._mapping(done, span) if done.keyed else Sequence(tuple(done.items), span), done.size, done.depth
        )
        if done.anchor is not None:
            self.anchors[done.anchor] = made
        self._add(made)

    def _closed(self, done: _Open, event: events.Event) -> Span:
        """From the first sign to the last. A block ends where its last item does, not where the next one begins."""
        span = _span(self.path, done.start, event.end_mark)
        own_sign = _span(self.path, event.start_mark, event.end_mark)
        if done.items and (own_sign.line, own_sign.column) == (own_sign.end_line, own_sign.end_column):
            last = done.spot(len(done.items) - 1)
            return Span(self.path, span.line, span.column, last.end_line, last.end_column)
        return span

    def _mapping(self, done: _Open, span: Span) -> Mapping:
        entries: list[Entry] = []
        merged: list[Entry] = []
        seen: dict[str, Span] = {}
        for n in range(0, len(done.items) - 1, 2):
            key, spot = done.items[n], done.spot(n)
            if not isinstance(key, Scalar) or not isinstance(key.value, str):
                what = "a list or mapping is used as a key" if not isinstance(key, Scalar) else _key_words(key)
                mend = f'write "{key.text}"' if isinstance(key, Scalar) and key.text else ""
                self._find(Doubt(rules.KEY_NOT_TEXT, what, mend), spot)
            elif key.text == "<<" and not key.quoted and n not in done.aliases:
                self._find(Doubt(rules.MERGE_KEY, "`<<` merges another mapping into this one"), spot)
                merged += _entries(done.items[n + 1])  # so that nothing is said to be missing
            elif (first := seen.setdefault(key.value, spot)) is not spot:
                what = f"the key {quoted(key.value)} is given twice, first at {first.line}:{first.column}"
                self._find(Doubt(rules.DOUBLED_KEY, what), spot)
            else:
                here = key if n not in done.aliases else Scalar(key.value, spot, key.text, key.quoted)
                entries.append(Entry(here, done.items[n + 1]))
        known = {*seen}
        for entry in merged:
            if str(entry.key.value) not in known:
                known.add(str(entry.key.value))
                entries.append(entry)
        return Mapping(tuple(entries), span)

    def _alias(self, event: events.AliasEvent) -> None:
        name = str(event.anchor)
        span = self._at(event)
        if name not in self.anchors:
            self._find(Doubt(rules.UNKNOWN_ALIAS, f"nothing before this is marked {quoted('&' + name)}"), span)
            self._add(_Anchored(Scalar(None, span, "", quoted=False)))
            return
        known = self.anchors[name]
        if known is None:
            raise _Stop(rules.ENDLESS_ALIAS.at(span, f"{quoted('*' + name)} stands within {quoted('&' + name)}"))
        self.repeated += known.size
        if self.repeated > MOST_REPEATED:
            what = f"up to here, aliases stand for more than {MOST_REPEATED} values"
            raise _Stop(rules.ALIAS_BOMB.at(span, what))
        if len(self.open) + known.depth > DEEPEST:
            raise _Stop(rules.TOO_DEEP.at(span, f"with this alias, the nesting is more than {DEEPEST} deep"))
        if self.open:
            self.open[-1].aliases[len(self.open[-1].items)] = span
        self._add(known)

    def _add(self, made: _Anchored) -> None:
        if not self.open:
            self.root = made.node
            return
        holder = self.open[-1]
        holder.items.append(made.node)
        holder.size += made.size
        holder.depth = max(holder.depth, made.depth + 1)


def _key_words(key: Scalar) -> str:
    what = "null" if key.value is None else "a truth value" if isinstance(key.value, bool) else "a number"
    return f"the key {quoted(key.text)} is {what}, not text" if key.text else "a key is missing before the colon"


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag


def _span(path: str, start: Mark | None, end: Mark | None) -> Span:
    """The stretch between two marks. The parser always gives them; its stubs leave it open."""
    if start is None or end is None:
        return Span(path)
    return Span._make((path, start.line + 1, start.column + 1, end.line + 1, end.column + 1))


def _entries(node: Node) -> tuple[Entry, ...]:
    """What a merge would bring: the entries of a mapping, or of several in a list."""
    match node:
        case Mapping():
            return node.entries
        case Sequence():
            return tuple(entry for item in node.items if isinstance(item, Mapping) for entry in item.entries)
        case Scalar():
            return ()

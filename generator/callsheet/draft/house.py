"""JSON values as YAML in the style of the specs: flow where it is short, quotes where a reader could see another value.

What is written reads back as the same value, by the reader of the specs and by those of YAML 1.1.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.source.scalars import resolve

WIDTH: Final = 120
_OF_LIST: Final = 132
"""A list of words that is a little longer stays in one line all the same."""

_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9 _./()%+$!~'=?*;\-,]*")
_NOT_IN_FLOW: Final = re.compile(r"[,?]")
_FOLDABLE: Final = re.compile(r"[!-~]+( [!-~]+)+")
_UNPRINTABLE: Final = re.compile(r"[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LONGEST_KEY: Final = 500
"""Characters. The parser of YAML gives up looking for the colon after 1024, escapes included."""
_DEEPEST: Final = 20
"""Levels of a value that is taken over from a page. The reader of the specs has 40 for the whole file."""
_LARGEST: Final = 2**64


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with a remark on the line of its key, or before it where `above`."""

    value: Tree
    note: str
    above: bool = False


@dataclass(frozen=True, slots=True)
class Below:
    """A list or mapping that stands in lines of its own, however short it is."""

    value: Tree


Tree = None | bool | int | float | str | Sequence["Tree"] | Mapping[str, "Tree"] | Noted | Below


def as_yaml(entries: Mapping[str, Tree]) -> str:
    """A mapping as lines. ValueError for what YAML cannot hold; `sayable` tells beforehand."""
    return "".join(f"{line}\n" for line in _entries(entries, ""))


def comment(text: str, indent: str = "") -> str:
    """A remark as one line of its own, whatever is in the text."""
    return f"{indent}# {_inert(text)}".rstrip()


def sayable(value: Tree, depth: int = 0) -> bool:
    """Whether a value from outside can be written: no number without an end, no half characters, no endless nesting."""
    match value:
        case None | bool():
            return True
        case int() | float():
            return abs(value) <= _LARGEST if isinstance(value, int) else value - value == 0.0
        case str():
            return not any("\ud800" <= sign <= "\udfff" for sign in value)
        case Mapping() if depth < _DEEPEST:
            keys_fit = all(len(key) <= _LONGEST_KEY and sayable(key) for key in value)
            return keys_fit and all(sayable(part, depth + 1) for part in value.values())
        case Sequence() if depth < _DEEPEST:
            return all(sayable(part, depth + 1) for part in value)
        case _:
            return False


def _entries(entries: Mapping[str, Tree], indent: str) -> Iterator[str]:
    for key, value in entries.items():
        yield from _entry(f"{indent}{_text(key, flow=True)}:", value, indent)


def _entry(key: str, value: Tree, indent: str) -> Iterator[str]:
    note, inner = _opened(value)
    if isinstance(value, Noted) and value.above:
        yield f"{indent}{note.lstrip()}"
        note = ""
    flow = _flow(inner)
    if isinstance(inner, str) and len(f"{key} {flow}{note}") > WIDTH and _FOLDABLE.fullmatch(inner) and not note:
        width = max(WIDTH - len(indent) - 2, 40)
        yield f"{key} >-"
        lines = textwrap.wrap(inner, width, break_long_words=False, break_on_hyphens=False)
        yield from (f"{indent}  {line}" for line in lines)
    elif flow is not None and (len(key) + 1 + len(flow) <= WIDTH or not _has_parts(inner)):
        yield f"{key} {flow}{note}"
    elif flow is not None and flow.startswith("[") and len(indent) + 2 + len(flow) <= _OF_LIST and "{" not in flow:
        yield f"{key}{note}"
        yield f"{indent}  {flow}"
    else:
        yield f"{key}{note}"
        yield from _lines(inner, f"{indent}  ")


def _lines(value: Tree, indent: str) -> Iterator[str]:
    """A list or mapping that has parts, in lines of its own."""
    _, value = _opened(value)
    if isinstance(value, Below):
        value = value.value
    if isinstance(value, Mapping):
        yield from _entries(value, indent)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _item(item, indent)


def _item(item: Tree, indent: str) -> Iterator[str]:
    note, inner = _opened(item)
    flow = _flow(inner)
    if flow is not None and (len(indent) + 2 + len(flow) <= WIDTH or not _has_parts(inner)):
        yield f"{indent}- {flow}{note}"
        return
    first, *others = _lines(inner, f"{indent}  ")
    if first.lstrip().startswith("#"):  # a remark has no place behind the dash
        yield f"{indent}-"
        yield first
    else:
        yield f"{indent}- {first[len(indent) + 2 :]}{note}"
    yield from others


def _opened(value: Tree) -> tuple[str, Tree]:
    """The remark of a value, ready for the end of a line, and the value."""
    if isinstance(value, Noted):
        return f"  # {_inert(value.note)}", value.value
    return "", value


def _has_parts(value: Tree) -> bool:
    value = value.value if isinstance(value, Below) else value
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _flow(value: Tree) -> str | None:
    """A value on one line; None where it has parts with remarks, or is to stand in lines of its own."""
    match value:
        case Below(inner) if _has_parts(inner):
            return None
        case Below(inner):
            return _flow(inner)
        case Noted():
            return None
        case str():
            return _text(value, flow=False)
        case Mapping() | Sequence():
            return _flow_of_parts(value)
        case None | bool() | int() | float():
            return _number(value)


def _flow_of_parts(value: Mapping[str, Tree] | Sequence[Tree]) -> str | None:
    parts = value.values() if isinstance(value, Mapping) else value
    flows = [_text(part, flow=True) if isinstance(part, str) else _flow(part) for part in parts]
    known = [flow for flow in flows if flow is not None]
    if len(known) < len(flows):
        return None
    if isinstance(value, Mapping):
        keys = [_text(key, flow=True) for key in value]
        return "{" + ", ".join(f"{key}: {flow}" for key, flow in zip(keys, known, strict=True)) + "}"
    return "[" + ", ".join(known) + "]"


def _number(value: float | None) -> str:
    if not sayable(value):
        raise ValueError(f"{value} cannot be written")
    text = json.dumps(value, allow_nan=False)
    # 1e-7 without a point is text to some readers.
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def _text(text: str, *, flow: bool) -> str:
    if not sayable(text):
        raise ValueError("half a character cannot be written")
    if _PLAIN.fullmatch(text) and not text.endswith(" ") and not (flow and _NOT_IN_FLOW.search(text)):
        value, doubt = resolve(text)
        if value == text and doubt is None:
            return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _inert(text: str) -> str:
    """Text for a remark: nothing in it ends the line."""
    words = " ".join(text.split())
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", words)

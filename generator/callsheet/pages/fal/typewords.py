"""The types of fal's pages: `string`, `list<LoraWeight>`, `ImageSize | Enum`. Names lead to the page's other types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PRIMITIVE: Final = {
    **dict.fromkeys(("string", "str"), "string"),
    **dict.fromkeys(("integer", "int"), "integer"),
    **dict.fromkeys(("float", "number", "double"), "number"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("object", "dict", "map"), "object"),
}
_TOKEN: Final = re.compile(r"\s*(list|array|dict|map|[A-Za-z_]\w*|[<>|,]|\[\])", re.IGNORECASE)
_ONE: Final = r"(?:[A-Za-z_]\w{0,80}|(?:list|array|dict|map)\s?<[\w<>|, ]{1,200}>)(?:\[\])*"
TYPE: Final = rf"{_ONE}(?:\s*\|\s*{_ONE})*"
"""Text that has the form of a type, not only of a known one."""
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as a page has it. `named` are types that are shown elsewhere, `listed` is that of a list's items."""

    types: frozenset[str] = frozenset()
    nullable: bool = False
    listed: Kind | None = None
    named: tuple[str, ...] = ()
    enum: bool = False

    @property
    def of_items(self) -> Kind | None:
        """The type of a list's items, where it is a list and nothing else: allowed values are those of its items."""
        only = self.types == frozenset({"array"}) and not (self.named or self.enum)
        return self.listed if only and self.listed is not None and self.listed.listed is None else None


def parse_kind(text: str) -> Kind | None:
    """What a type says; None if it has another form."""
    tokens: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        tokens.append(match[1])
        at = match.end()
    kind, rest = _union(tokens, 0)
    return kind if not rest and tokens else None


def is_known(text: str) -> bool:
    """Whether a text is a type that needs no other type to be understood: words of prose are none."""
    kind = parse_kind(text)
    return kind is not None and (not kind.named or all(name[:1].isupper() for name in kind.named))


def _union(tokens: list[str], depth: int) -> tuple[Kind | None, list[str]]:
    kind, rest = _one(tokens, depth)
    while kind is not None and rest[:1] == ["|"]:
        other, rest = _one(rest[1:], depth)
        if other is None:
            return None, rest
        kind = Kind(
            kind.types | other.types,
            kind.nullable or other.nullable,
            kind.listed or other.listed,
            (*kind.named, *other.named),
            kind.enum or other.enum,
        )
    return kind, rest


def _word(word: str) -> Kind:
    if word in {"null", "None", "none"}:
        return Kind(nullable=True)
    if word in _PRIMITIVE:
        return Kind(frozenset({_PRIMITIVE[word]}))
    return Kind(enum=True) if word.endswith("Enum") or word == "enum" else Kind(named=(word,))


def _one(tokens: list[str], depth: int) -> tuple[Kind | None, list[str]]:
    if not tokens or depth > _DEEPEST or not tokens[0][0].isalpha():
        return None, tokens
    word, rest = tokens[0], tokens[1:]
    kind: Kind | None
    if word.lower() in {"list", "array"}:
        listed: Kind | None = None
        if rest[:1] == ["<"]:
            listed, rest = _union(rest[1:], depth + 1)
            if listed is None or rest[:1] != [">"]:
                return None, rest
            rest = rest[1:]
        kind = Kind(frozenset({"array"}), listed=listed)
    elif word.lower() in {"dict", "map"} and rest[:1] == ["<"]:
        while rest and rest[0] != ">":
            rest = rest[1:]
        kind, rest = Kind(frozenset({"object"})), rest[1:]
    else:
        kind = _word(word)
    while rest[:1] == ["[]"]:
        kind, rest = Kind(frozenset({"array"}), listed=kind), rest[1:]
    return kind, rest

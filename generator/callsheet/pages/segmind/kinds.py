"""Types as Segmind's pages write them: `string (uri)`, `array of strings`, `enum:str`, `integer | null`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from callsheet.source.nodes import Plain

_NAMES: Final = {
    **dict.fromkeys(("string", "strings", "str"), "string"),
    **dict.fromkeys(("integer", "integers", "int", "ints"), "integer"),
    **dict.fromkeys(("number", "numbers", "float", "floats", "double"), "number"),
    **dict.fromkeys(("boolean", "booleans", "bool"), "boolean"),
    **dict.fromkeys(("array", "arrays", "list"), "array"),
    **dict.fromkeys(("object", "objects", "dict"), "object"),
}
_ONE: Final = re.compile(r"([a-z]+)\s*(?:\(\s*([a-z][a-z0-9-]*)\s*\))?")
_LIST: Final = (
    re.compile(r"(?:array|list)\s*(?:of\s+|<\s*|\[\s*|:\s*)(.+?)\s*[>\]]?"),
    re.compile(r"(.+?)\s*\[\s*\]"),
)
_ENUM: Final = re.compile(r"enum(?:\s*[:(<]\s*([a-z]+)\s*[)>]?)?")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as stated. `names` is empty where the page says that there are allowed values, and no more."""

    names: tuple[str, ...] = ()
    format: str | None = None
    nullable: bool = False
    item: Kind | None = None

    @property
    def plain(self) -> Plain:
        """As a fact: one name, or the sorted names of a union. None: not stated."""
        return self.names[0] if len(self.names) == 1 else [*self.names] or None


def kind_of(text: str) -> Kind | None:
    """The type that a text is, as a whole. None: it is no type."""
    text = text.strip().lower()
    if not text or len(text) > _LONGEST:
        return None
    parts = [_one(part.strip()) for part in re.split(r"\s*\|\s*|\s+or\s+", text)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    names = tuple(sorted({name for part in known for name in part.names} - {"null"}))
    nullable = any("null" in part.names for part in known)
    if nullable and not names:
        return None
    item = next((part.item for part in known if part.item is not None), None)
    return Kind(names, next((part.format for part in known if part.format), None), nullable, item)


def _one(text: str) -> Kind | None:
    if text in {"null", "none"}:
        return Kind(("null",))
    if text in {"image", "video", "audio", "file"}:
        return Kind()  # as an address or as base64: what it is in JSON is not said
    if (enum := _ENUM.fullmatch(text)) is not None:
        of = _NAMES.get(enum[1] or "")
        return Kind() if enum[1] is None else None if of is None else Kind((of,))
    for pattern in _LIST:
        if (found := pattern.fullmatch(text)) is not None and (item := _single(found[1])) is not None:
            return Kind(("array",), item=item)
    return _single(text)


def _single(text: str) -> Kind | None:
    found = _ONE.fullmatch(text)
    name = None if found is None else _NAMES.get(found[1])
    if found is None or name is None or found[2] in {"optional", "required"}:
        return None
    form = None if found[2] in {None, "enum"} else found[2]
    if name == "array" and form is not None:  # a list is in no form, its items are
        return Kind((name,), item=Kind(("string",), form))
    return Kind((name,), form)

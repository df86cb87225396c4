"""Object types of a file by name: those that are alike share one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from callsheet.draft.house import Below, Noted, Tree

_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_TAKEN: Final = frozenset({"Output", "Input", "Params"})
"""What the generated client calls the whole of an endpoint's."""
_FILE: Final = frozenset({"url", "content_type"})


@dataclass(slots=True)
class NamedTypes:
    """The types that a file declares so far."""

    made: dict[str, Tree] = field(default_factory=dict[str, Tree])
    _known: dict[str, object] = field(default_factory=dict[str, object])

    def name(self, fields: Mapping[str, Tree], wish: str, *, of_list: bool = False) -> str:
        """Declare an object with these fields, unless there is one like it; its name."""
        bare = _bare(fields)
        for name, known in self._known.items():
            if known == bare:
                return name
        name = self._free("File" if fields.keys() >= _FILE else _capitals(wish, of_list=of_list))
        self._known[name] = bare
        self.made[name] = Below({"about": "TODO", "fields": Below(dict(fields))})
        return name

    def adopt(self, name: str, made: Tree) -> None:
        """Take over a type from elsewhere."""
        self.made[name] = made
        self._known[name] = None

    def _free(self, name: str) -> str:
        name = f"{name}Object" if name in _TAKEN else name
        number, free = 1, name
        while free in self.made:
            number += 1
            free = f"{name}{number}"
        return free


def _capitals(wish: str, *, of_list: bool) -> str:
    words = [word[:1].upper() + word[1:] for word in _WORDS.findall(wish)]
    name = "".join(words)
    if of_list and name.endswith("s") and not name.endswith("ss"):
        name = name[:-1]
    return name if name[:1].isalpha() else f"Type{name}"


def _bare(value: Tree) -> object:
    """A tree without remarks and without what they stand behind: places on the page differ where types do not."""
    match value:
        case Noted(inner) | Below(inner):
            return _bare(inner)
        case Mapping():
            return [(key, _bare(part)) for key, part in value.items()]
        case list():
            return [_bare(part) for part in value]
        case _:
            return (type(value).__name__, value)

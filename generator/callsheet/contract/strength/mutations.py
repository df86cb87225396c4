"""Other values that a fact of a spec might have had, by the type of its attribute.

Nothing here names a key of the spec language, but for the tables of names: what refers to something by its name is
changed to another name that exists, since one that does not is refused by `callsheet check`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Final, Literal, cast

from callsheet.runtime.words import Criterion
from callsheet.source.nodes import Node
from callsheet.spec.model import Condition, ProtocolSpec, ProviderSpec

Way = Literal["altered", "added", "dropped", "removed", "renamed", "moved"]
"""How a fact is changed. `removed`: it is not stated any more; `dropped`: one of several is gone."""

INVENTED: Final = "invented"
"""Stands for a word that no source has."""

_NUMBER: Final = 7

_REFERS: Final[Mapping[str, str]] = {
    "host": "hosts",
    "keys_host": "hosts",
    "early": "errors",
    "error": "errors",
    "failed": "errors",
    "missed": "errors",
    "refuses_with": "errors",
    "without_credits": "errors",
    "initial": "states",
    "next": "states",
    "option": "options",
}
"""Attributes that name something of the provider's file, and what."""

_OF_A_JOB: Final = frozenset({"StatusSpec", "ResultSpec", "CancelSpec", "StreamSpec", "FileAtSpec"})
"""Classes whose `url` is the name of an address of a job; elsewhere it is the address itself."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that are there to refer to."""

    known: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, provider: ProviderSpec | None) -> Names:
        """Those of a provider's file; none for an endpoint's."""
        if provider is None:
            return cls({})
        options = dict.fromkeys(option.name for way in provider.ways for option in way.submit.options)
        return cls(
            {
                "hosts": tuple(host.name for host in provider.hosts),
                "errors": tuple(row.name for row in provider.errors),
                "options": tuple(options),
            }
        )

    def within(self, value: object) -> Names:
        """With the addresses and states of a protocol, inside of it."""
        if not isinstance(value, ProtocolSpec):
            return self
        urls, states = tuple(url.name for url in value.urls), tuple(state.name for state in value.status.states)
        return Names({**self.known, "urls": urls, "states": states})

    def others(self, owner: str, attribute: str, value: str | None) -> tuple[str, ...]:
        """Names that may stand in the place of one: its neighbours, which are as good as any."""
        names = self.known.get("urls" if self._is_url(owner, attribute) else _REFERS.get(attribute, ""), ())
        if value not in names:
            return names[:1]
        at = names.index(value)
        return tuple(dict.fromkeys(name for name in (names[at - 1], names[(at + 1) % len(names)]) if name != value))

    def refers(self, owner: str, attribute: str) -> bool:
        """Whether an attribute names something."""
        return self._is_url(owner, attribute) or attribute in _REFERS

    def _is_url(self, owner: str, attribute: str) -> bool:
        return attribute == "url" and owner in _OF_A_JOB


def scalars(value: object, hint: object) -> Iterator[tuple[Way, object]]:
    """Other values for a single one, or for none."""
    words = _words(hint)
    altered: list[object] = []
    if value is None:
        if (other := invented(hint)) is not None:
            yield "added", other
        return
    if words and value in words:
        altered = [word for word in words if word != value]
    elif isinstance(value, bool):
        altered = [not value]
    elif isinstance(value, int | float):
        altered = [value + 1, value - 1]
    elif isinstance(value, str):
        altered = [f"{value}x"]
    for other in altered:
        yield "altered", other
    if type(None) in options(hint):
        yield "removed", None


def another(items: tuple[object, ...], hint: object) -> object:
    """A value that is not among others, of their kind."""
    numbers = [item for item in items if isinstance(item, int | float) and not isinstance(item, bool)]
    words = [word for word in _words(hint) if word not in items]
    return (max(numbers) + 1) if numbers else words[0] if words else INVENTED if INVENTED not in items else None


def invented(hint: object, node: object = None, names: Names | None = None) -> Any:  # noqa: PLR0911 - one line a type
    """A value of a type that nobody has stated. None where there is none to invent."""
    kinds: list[Any] = [kind for kind in options(hint) if kind is not type(None)]
    first: Any = kinds[0] if kinds else None
    words = _words(hint)
    if words:
        return words[0]
    if first is Condition:
        return Condition({f"/{INVENTED}": Criterion(one_of=(INVENTED,))}, cast("Node", node))
    if isinstance(first, type) and is_dataclass(first):
        return _built(first, node, names or Names({}))
    if str in kinds:
        return INVENTED
    if first is bool:
        return True
    if int in kinds or float in kinds:
        return _NUMBER
    if typing.get_origin(first) is tuple:
        item = invented(typing.get_args(first)[0], node, names)
        return () if item is None else (item,)
    return None


def _built(kind: type, node: object, names: Names) -> Any:
    """A value of a class: only what it cannot do without is invented."""
    hints = typing.get_type_hints(kind)
    made: dict[str, Any] = {}
    for attribute in fields(cast("Any", kind)):
        hint: Any = hints[attribute.name]
        if attribute.default is not MISSING or attribute.default_factory is not MISSING:
            continue
        if attribute.name == "node":
            made["node"] = node
        elif type(None) in options(hint):
            made[attribute.name] = None
        elif typing.get_origin(hint) is tuple:
            made[attribute.name] = ()
        elif typing.get_origin(hint) in {dict, Mapping}:
            made[attribute.name] = {}
        elif names.refers(kind.__name__, attribute.name):
            made[attribute.name] = next(iter(names.others(kind.__name__, attribute.name, None)), INVENTED)
        elif isinstance(hint, type) and is_dataclass(hint):
            made[attribute.name] = _built(hint, node, names)
        else:
            made[attribute.name] = invented(cast("object", hint), node, names)
    return kind(**made)


def options(hint: object) -> tuple[Any, ...]:
    """The types of a union; a type that is none is its only option."""
    return typing.get_args(hint) if typing.get_origin(hint) in {typing.Union, types.UnionType} else (hint,)


def _words(hint: object) -> tuple[Any, ...]:
    """The words that a `Literal` allows, alone or within a union."""
    literals = (option for option in options(hint) if typing.get_origin(option) is Literal)
    return tuple(word for literal in literals for word in typing.get_args(literal))

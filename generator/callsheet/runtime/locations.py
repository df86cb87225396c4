"""Where in a payload a fault of pydantic's lies: its paths name the option of a union, which no caller knows."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a payload. `forks` are the unions on the way: where each stands, and the option that was tried."""

    path: Path
    forks: tuple[tuple[Path, str], ...]
    types: tuple[Any, ...]
    """What may stand there."""
    holders: tuple[type[BaseModel], ...]
    """What the last step of the path is a field of."""

    @property
    def field(self) -> str:
        """The path in dotted form."""
        return ".".join(map(str, self.path))


def locate(model: type[BaseModel], loc: Path) -> Location:
    """The place that pydantic means by the `loc` of an error."""
    path: list[str | int] = []
    forks: list[tuple[Path, str]] = []
    here: list[Any] = [model]
    holders: tuple[type[BaseModel], ...] = ()
    for step in loc:
        options = [option for type_ in here for option in _options(type_)]
        if any(len(_options(type_)) > 1 for type_ in here):
            forks.append((tuple(path), str(step)))
            here = _tried(options, str(step))
        else:
            path.append(step)
            holders = tuple(option for option in options if _is_model(option))
            here = [inner for option in options for inner in _within(option, step)]
    return Location(tuple(path), tuple(forks), tuple(here), holders)


def literals(type_: Any) -> Iterator[object]:
    """The allowed values that a type lists, those of its options and items included."""
    if get_origin(type_) is Literal:
        yield from get_args(type_)
    elif get_origin(type_) in {Union, types.UnionType, Annotated, list}:
        for option in get_args(type_):
            yield from literals(option)


def _options(type_: Any) -> list[Any]:
    """The options of a union but null, which pydantic names no option for; any other type is its only one."""
    while get_origin(type_) is Annotated:
        type_ = get_args(type_)[0]
    if get_origin(type_) not in {Union, types.UnionType}:
        return [type_]
    options = [option for option in get_args(type_) if option is not types.NoneType]
    return _options(options[0]) if len(options) == 1 else options


def _tried(options: list[Any], name: str) -> list[Any]:
    """The options that pydantic may call so. A class goes by its name, anything else by a name that pydantic makes."""
    return [option for option in options if _is_model(option) and option.__name__ == name] or [
        option for option in options if not _is_model(option)
    ]


def _within(type_: Any, step: str | int) -> Iterator[Any]:
    if _is_model(type_):
        for name, told in type_.model_fields.items():
            if (told.alias or name) == step:
                yield told.annotation
    elif get_origin(type_) in {list, dict}:
        yield get_args(type_)[-1]


def _is_model(type_: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(type_, type) and issubclass(type_, BaseModel)

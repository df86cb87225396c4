"""Files in the place of addresses: found in an input, looked at, and judged together with all the rest.

Nothing is sent here. What comes out is the input with its files still in it, and how each of them is going to travel.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from os import PathLike
from pathlib import Path
from typing import IO, Final, Protocol, SupportsIndex, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .bodies import names
from .errors import Violation
from .localfile import LocalFile, identity, is_file, look, shown, size_words
from .magic import Kind
from .offers import Files
from .tables import Model, Provider

MediaInput: TypeAlias = str | PathLike[str] | bytes | IO[bytes]
"""The address of a file (a URL, or a data URI), or the file itself: a `Path`, its bytes, or a file open for reading.

Text is always an address, never a path. The file itself is sent along or uploaded, whichever the provider takes.
"""

T_co = TypeVar("T_co", covariant=True)


class Several(Protocol[T_co]):
    """A list or a tuple. A text, though it is a sequence of texts, is none: type-checkers refuse it."""

    def __getitem__(self, index: SupportsIndex, /) -> T_co: ...
    def __contains__(self, value: object, /) -> bool: ...
    def __iter__(self) -> Iterator[T_co]: ...
    def __len__(self) -> int: ...


MediaInputs: TypeAlias = Several[MediaInput]
"""A list of them, of one kind or of several."""

INLINE: Final = 2**20
"""A file up to this size, in bytes, goes along as a data URI where the provider takes that and uploads, too."""

_INLINE_TOGETHER: Final = 4 * 2**20
_INLINE_AT_MOST: Final = 64 * 2**20
"""Where no limit is documented: a body is made in memory."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")

Place = tuple[str | int, ...]
"""The way to a value within an input."""

Judge = Callable[[Mapping[str, object]], tuple[Violation, ...]]


@dataclass(frozen=True, slots=True)
class Sending:
    """One file of an input, and how it travels."""

    at: Place
    file: LocalFile
    identity: object
    inline: bool
    """As a data URI; otherwise it is uploaded."""


@dataclass(frozen=True, slots=True)
class Examined:
    """An input with files, after a look at everything."""

    payload: Mapping[str, object]
    violations: tuple[Violation, ...] = ()
    sendings: tuple[Sending, ...] = ()


def within(model: Model, payload: Mapping[str, object]) -> bool:
    """Whether an input holds a file where one may stand."""
    return any(is_file(value) for _, _, value in _values(model, payload))


def examine(provider: Provider, model: Model, payload: Mapping[str, object], judge: Judge) -> Examined:
    """Look at each file, and judge the input with stand-ins for them. Reads from disk; sends nothing."""
    faults: list[Violation] = []
    sendings: dict[str, Sending] = {}
    stand_ins: dict[Place, object] = {}
    for at, kind, value in _values(model, payload):
        if not is_file(value):
            continue
        together = sum(one.file.uri_length for one in sendings.values() if one.inline)
        file, inline, fault = _chosen(provider, kind, value, together)
        stand_ins[at] = _stand_in(file) if file is not None and inline else "https://files.invalid/file"
        if file is None:
            faults.append(Violation(_name(at), "file", fault, shown(value)))
        else:
            sendings[_name(at)] = Sending(at, file, identity(value), inline)
    places = {_name(at) for at in stand_ins}
    for found in judge(cast("Mapping[str, object]", put(payload, stand_ins))):
        place = _owner(found.field, places)
        one = sendings.get(place)
        if not place:
            faults.append(found)
        elif one is None or not one.inline:
            pass  # reported already, or an address that is not known yet
        elif _can_upload(provider.files, one.file.size):
            sendings[place] = replace(one, inline=False)
        else:
            words = f"{one.file.name} as a data URI of {one.file.uri_length} characters is not taken there"
            faults.append(Violation(place, found.fact, words))
    return Examined(payload, tuple(faults), tuple(sendings.values()))


def _chosen(provider: Provider, kind: Kind, value: object, together: int) -> tuple[LocalFile | None, bool, str]:
    """A file that can be sent, and whether it goes as a data URI; or what is wrong with it."""
    if provider.files is None or not _takes(provider.files):
        return None, False, _no_way(provider)
    file = look(value, kind)
    if isinstance(file, str):
        return None, False, file
    inline = _way(provider.files, file, together)
    return (None, False, inline) if isinstance(inline, str) else (file, inline, "")


def _stand_in(file: LocalFile) -> str:
    head = f"data:{file.content_type};base64,"
    return head + "A" * (file.uri_length - len(head))


def _takes(files: Files) -> bool:
    return files.data_uris or bool(files.upload)


def _no_way(provider: Provider) -> str:
    return f"{provider.name} takes no files with a request: put it where it has an address, and give that"


def _can_upload(files: Files | None, size: int) -> bool:
    return files is not None and bool(files.upload) and size <= _most(files)


def _most(files: Files) -> float:
    """Bytes of the largest file that is uploaded. One that travels as text within a body is made in memory."""
    if files.largest_upload is not None:
        return files.largest_upload
    return _INLINE_AT_MOST if any("data_uri" in names(step.body) for step in files.upload) else math.inf


def _way(files: Files, file: LocalFile, together: int) -> bool | str:
    """Whether a file goes as a data URI; otherwise it is uploaded. Words where it is too large for either."""
    most = _INLINE_AT_MOST if files.largest_data_uri is None else files.largest_data_uri
    fits = files.data_uris and file.uri_length <= most
    uploads = _can_upload(files, file.size)
    if fits and uploads:
        return file.size <= INLINE and together + file.uri_length <= _INLINE_TOGETHER
    if fits or uploads:
        return fits
    limits = [f"{size_words(most)} as a data URI"] if files.data_uris else []
    if files.upload:
        limits.append(f"{size_words(int(_most(files)))} as an upload")
    return f"{file.name} has {size_words(file.size)}; at most {' or '.join(limits)} can be sent"


def put(value: object, changes: Mapping[Place, object]) -> object:
    """A value with others in some of its places. What was given is not touched."""
    if () in changes:
        return changes[()]
    deeper: dict[str | int, dict[Place, object]] = {}
    for at, new in changes.items():
        deeper.setdefault(at[0], {})[at[1:]] = new
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        return {key: put(item, deeper[key]) if key in deeper else item for key, item in held.items()}
    items = enumerate(cast("list[object]", value))
    return [put(item, deeper[number]) if number in deeper else item for number, item in items]


def _values(model: Model, payload: Mapping[str, object]) -> Iterator[tuple[Place, Kind, object]]:
    """Each value that stands where a file may."""
    for pattern, kind in model.files.items():
        if pattern in payload:
            yield (pattern,), kind, payload[pattern]
        elif "/" in pattern or "~" in pattern:
            for at, value in _along(payload, _steps(pattern), ()):
                yield at, kind, value


@cache
def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pattern.split("/"))


def _along(value: object, steps: tuple[str, ...], at: Place) -> Iterator[tuple[Place, object]]:
    if not steps:
        yield at, value
    elif isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        if steps[0] in held:
            yield from _along(held[steps[0]], steps[1:], (*at, steps[0]))
    elif isinstance(value, list | tuple) and steps[0] == "*":
        for number, item in enumerate(cast("list[object]", value)):
            yield from _along(item, steps[1:], (*at, number))


def meant(
    provider: Provider, model: Model, payload: Mapping[str, object], found: tuple[Violation, ...]
) -> tuple[Violation, ...]:
    """Faults of an input, with a word for a text that names a file on this machine: it is never taken for one."""
    texts = {_name(at): value for at, _, value in _values(model, payload) if isinstance(value, str) and _odd(value)}
    paths = {name: path for name, text in texts.items() if (path := _path(text)) is not None}
    if not paths:
        return found
    can = provider.files is not None and _takes(provider.files)
    told = [
        Violation(
            name,
            "file",
            f"text is an address, and this names a file: give it as Path({str(path)!r})" if can else _no_way(provider),
            texts[name],
        )
        for name, path in paths.items()
    ]
    return (*(fault for fault in found if not _owner(fault.field, paths)), *told)


def _odd(text: str) -> bool:
    """Whether a text is worth a look: most are plain addresses."""
    return not text.startswith(("https://", "http://", "data:"))


def _path(text: str) -> Path | None:
    """The file on this machine that a text names, by a path or by a `file:` address."""
    try:
        if text[:5].lower() == "file:":
            path = Path(url2pathname(urlsplit(text).path))
        elif _SCHEME.match(text) or len(text) > 4096:  # noqa: PLR2004 - longer than any path
            return None
        else:
            path = Path(text)
        return path if text and path.is_file() else None
    except (OSError, ValueError):
        return None


def _name(at: Place) -> str:
    return ".".join(map(str, at))


def _owner(name: str, places: Iterable[str]) -> str:
    """The place that a fault is at, or below (the branches of a union add their own names); empty for none."""
    return next((place for place in places if name == place or name.startswith(f"{place}.")), "")

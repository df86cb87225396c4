"""Where results go on disk: names that stay in their folder, and what is wrong with a path before it is written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from os import PathLike, fspath
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from . import magic
from .errors import DownloadFailed, UnexpectedAnswer
from .handle import Handle
from .outcomes import Outcome

HERE: Final = "the file"
"""What a file is called that has no address."""


def is_here(outcome: Outcome) -> bool:
    """Whether the main file is on this machine already."""
    return outcome.inline is not None or outcome.file is not None


def content_type(outcome: Outcome) -> str:
    """What the main file is, where it is on this machine: as its first bytes say, or as the answer does."""
    head = outcome.inline[: magic.HEAD] if outcome.inline is not None else b""
    found = next(iter(magic.types(head).values()), None)
    told = outcome.file is not None and outcome.inline is None
    return found or (outcome.reply.headers.get("content-type", "") if told else "")


def destination(path: str | PathLike[str], name: Callable[[], str], address: str, handle: Handle) -> Path:
    """The file to write; a folder gets one of that name. DownloadFailed says what is wrong with it."""
    given = fspath(path)
    try:
        found = Path(given)
        if found.is_dir() and given:
            found /= name()
        found = found.resolve()  # through links: what a link names is replaced, not the link
        fault = _fault(given, found)
    except (OSError, ValueError, RuntimeError) as exc:
        raise DownloadFailed(address, f"{given!r} is no file to write to ({exc})", handle) from exc
    if fault:
        raise DownloadFailed(address, fault, handle)
    return found


def targets(outcome: Outcome, folder: str | PathLike[str]) -> list[tuple[Path, str | None]]:
    """A file to write for each that an answer holds or names, with its address; None for the main one where it is here.

    None has the name of another, or of one that is there already.
    """
    urls: list[str | None] = [*([None] if is_here(outcome) else []), *outcome.media]
    if not urls:
        words = f"{outcome.handle}: the answer names no file; look at `.body`"
        raise UnexpectedAnswer(words, answer=outcome.reply, handle=outcome.handle)
    within = Path(fspath(folder))
    if not within.is_dir():
        raise DownloadFailed(urls[0] or HERE, f"there is no folder {within}", outcome.handle)
    made: dict[Path, str | None] = {}
    for url in urls:
        name = file_name(url or "", outcome.handle.request_id, content_type(outcome) if url is None else "")
        made[_free(destination(within / name, str, url or HERE, outcome.handle), made)] = url
    return list(made.items())


def _free(path: Path, taken: dict[Path, str | None]) -> Path:
    number, free = 1, path
    while free in taken or free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def file_name(url: str, request_id: str, content_type: str = "") -> str:
    """A name for a file, from its address or else from the job's id. Neither can lead out of a folder or hide it."""
    tail = magic.ending(content_type)
    for raw, own in ((posixpath.basename(unquote(urlsplit(url).path)), ""), (request_id, tail)):
        name = re.sub(r"[^\w.\- ]+", "_", raw).strip(". ")
        if name:
            stem, dot, ending = name.rpartition(".")
            short = (stem or ending).encode()[:150].decode(errors="ignore")
            return f"{short}.{ending[:10]}{own}" if dot and stem else f"{short}{own}"
    return f"output{tail}"


def _fault(given: str, found: Path) -> str | None:
    if not given:
        return "no path was given"
    if given.endswith(("/", "\\")) or not found.parent.is_dir():
        return f"there is no folder {found if given.endswith(('/', chr(92))) else found.parent}"
    if found.exists() and not found.is_file():
        return f"{found} is no regular file"
    return None

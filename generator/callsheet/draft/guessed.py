"""What a page does not say and a name or a printed value gives away. A draft marks each guess as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from callsheet.source.nodes import Plain

_MEDIA: Final = {
    **dict.fromkeys(("image", "img", "picture", "photo", "frame", "mask", "face", "portrait"), "image"),
    **dict.fromkeys(("video", "clip", "movie"), "video"),
    **dict.fromkeys(("audio", "sound", "voice", "music", "speech", "song"), "audio"),
}
_ENDINGS: Final = {
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "gif", "avif", "bmp"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm", "mkv", "avi", "m4v"), "video"),
    **dict.fromkeys(("mp3", "wav", "ogg", "flac", "m4a", "aac", "opus"), "audio"),
}
_ADDRESS: Final = frozenset({"url", "uri", "urls", "uris"})
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{2,4})(?:[?#]|\Z)")
_KINDS: Final = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind of file, what gives it away, and whether it is surely an address."""

    media: str
    by: str
    address: bool


def kind_of_file(name: str, values: Iterable[Plain]) -> Guess | None:
    """What kind of file a text stands for, by the ending of printed addresses, or by the name."""
    words = [word.lower() for word in _WORD.findall(name)]
    printed = [value for value in values if isinstance(value, str)]
    links = [value for value in printed if value.startswith(("http://", "https://"))]
    if len(links) < len(printed):
        return None
    for link in links:
        ending = _ENDING.search(link)
        if ending and ending[1].lower() in _ENDINGS:
            return Guess(_ENDINGS[ending[1].lower()], "the printed address", address=True)
    for word in reversed(words):
        media = _MEDIA.get(word) or _MEDIA.get(word.removesuffix("s"))
        if media:
            return Guess(media, "the name", address=bool(links) or not _ADDRESS.isdisjoint(words))
    return None


def is_address(name: str) -> bool:
    """Whether a text of that name in an output is the address of a file: `url`, `video_url`, and not `status_url`."""
    words = [word.lower() for word in _WORD.findall(name)]
    return words[-1:] in (["url"], ["uri"]) and (len(words) == 1 or kind_of_file(name, ()) is not None)


def kinds_of(values: Iterable[Plain]) -> list[str]:
    """The types of printed values."""
    return sorted({_KINDS[type(value)] for value in values if value is not None})

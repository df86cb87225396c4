# Copied by callsheet from generator/callsheet/runtime/magic.py.
# Do not edit: change that file, then `make generate`.
"""What a file is, by its first bytes: a name proves nothing. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal["image", "video", "audio"]

HEAD: Final = 512
"""First bytes of a file that are enough to tell."""

_STARTS: Final[tuple[tuple[bytes, Mapping[Kind, str]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", {"image": "image/png"}),
    (b"\xff\xd8\xff", {"image": "image/jpeg"}),
    # Where a video is wanted, many take an animated GIF.
    (b"GIF87a", {"image": "image/gif", "video": "image/gif"}),
    (b"GIF89a", {"image": "image/gif", "video": "image/gif"}),
    (b"II*\0", {"image": "image/tiff"}),
    (b"MM\0*", {"image": "image/tiff"}),
    (b"8BPS", {"image": "image/vnd.adobe.photoshop"}),
    (b"\0\0\1\0", {"image": "image/x-icon"}),
    (b"\xff\x0a", {"image": "image/jxl"}),
    (b"\0\0\0\x0cJXL ", {"image": "image/jxl"}),
    (b"\0\0\0\x0cjP  ", {"image": "image/jp2"}),
    (b"OggS", {"audio": "audio/ogg", "video": "video/ogg"}),
    (b"fLaC", {"audio": "audio/flac"}),
    (b"ID3", {"audio": "audio/mpeg"}),
    (b"#!AMR", {"audio": "audio/amr"}),
    (b"FLV\x01", {"video": "video/x-flv"}),
    (b"\0\0\1\xba", {"video": "video/mpeg"}),
    (b"\0\0\1\xb3", {"video": "video/mpeg"}),
    (b"0&\xb2u\x8ef\xcf\x11", {"video": "video/x-ms-wmv", "audio": "audio/x-ms-wma"}),
)

_RIFF: Final[Mapping[bytes, Mapping[Kind, str]]] = {
    b"WEBP": {"image": "image/webp"},
    b"WAVE": {"audio": "audio/wav"},
    b"AVI ": {"video": "video/x-msvideo"},
}

_MP4: Final[Mapping[Kind, str]] = {"video": "video/mp4", "audio": "audio/mp4"}
_QUICKTIME: Final[Mapping[Kind, str]] = {"video": "video/quicktime"}

_BRANDS: Final[Mapping[bytes, Mapping[Kind, str]]] = {
    **{brand: {"image": "image/avif"} for brand in (b"avif", b"avis")},
    **{brand: {"image": "image/heic"} for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")},
    **{brand: {"audio": "audio/mp4"} for brand in (b"M4A ", b"M4B ")},
    b"qt  ": _QUICKTIME,
}

# A QuickTime file may begin with any of these in the place of `ftyp`.
_ATOMS: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})

_PACKET: Final = 188
_SYNC: Final = 0x47

_BY_NAME: Final[Mapping[str, str]] = {
    ".aac": "audio/aac",
    ".dng": "image/x-adobe-dng",
    ".m2ts": "video/mp2t",
    ".mp3": "audio/mpeg",
    ".mpg": "video/mpeg",
    ".mts": "video/mp2t",
    ".opus": "audio/ogg",
    ".tga": "image/x-tga",
    ".ts": "video/mp2t",
}
"""Types whose files do not all begin alike."""

_ENDINGS: Final[Mapping[str, str]] = {
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "image/avif": ".avif",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/ogg": ".ogv",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
}


def types(head: bytes) -> Mapping[Kind, str]:
    """Content types by what the file can serve as: a container may hold sound or pictures. Empty where unknown."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], {})
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    return _less_plain(head)


def _less_plain(head: bytes) -> Mapping[Kind, str]:
    found: Mapping[Kind, str] = {}
    if head[4:8] in _ATOMS:
        found = _QUICKTIME
    elif head[:4] == b"\x1aE\xdf\xa3":
        name = "webm" if b"webm" in head else "x-matroska"
        found = {"video": f"video/{name}", "audio": f"audio/{name}"}
    elif head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        found = {"audio": "audio/aiff"}
    elif head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        found = {"image": "image/bmp"}
    elif len(head) > _PACKET and head[0] == head[_PACKET] == _SYNC:
        found = {"video": "video/mp2t"}
    elif is_text(head):
        found = {"image": "image/svg+xml"} if b"<svg" in head else {}
    else:
        found = _frame(head)
    return found


def _frame(head: bytes) -> Mapping[Kind, str]:
    """A bare stream of MPEG audio: twelve bits set, then version, layer and a bit rate that exists."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xF0 != 0xF0:  # noqa: PLR2004 - the bits of a frame's header
        return {}
    layer = head[1] >> 1 & 3
    if layer == 0:
        return {"audio": "audio/aac"}
    return {"audio": "audio/mpeg"} if layer in {1, 2} and head[2] >> 4 not in {0, 15} else {}


def is_text(head: bytes) -> bool:
    """Whether it reads as words: a page that says "not found" in the place of a picture, most often."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # a character that is cut at the end is no fault
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char in "\t\r\n\ufeff" for char in text)


def type_by_name(name: str, kind: Kind) -> str | None:
    """The content type that a name's ending stands for, where such files do not all begin alike."""
    found = next((told for ending, told in _BY_NAME.items() if name.lower().endswith(ending)), None)
    return found if found is not None and found.startswith(kind) else None


def ending(content_type: str) -> str:
    """The usual ending of a name, such as `.mp4`; empty where there is none."""
    return _ENDINGS.get(content_type.partition(";")[0].strip().lower(), "")

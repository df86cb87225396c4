"""What a file is, by its first bytes and its name: each known kind, written down a second time."""

from __future__ import annotations

from typing import Any

import pytest

from callsheet.runtime.magic import ending, type_by_name, types

HEADS: list[tuple[bytes, dict[str, str]]] = [
    (b"\x89PNG\r\n\x1a\n", {"image": "image/png"}),
    (b"\xff\xd8\xff\xe0", {"image": "image/jpeg"}),
    (b"GIF87a", {"image": "image/gif", "video": "image/gif"}),
    (b"GIF89a", {"image": "image/gif", "video": "image/gif"}),
    (b"II*\0", {"image": "image/tiff"}),
    (b"MM\0*", {"image": "image/tiff"}),
    (b"8BPS", {"image": "image/vnd.adobe.photoshop"}),
    (b"\0\0\1\0", {"image": "image/x-icon"}),
    (b"\xff\x0a", {"image": "image/jxl"}),
    (b"\0\0\0\x0cJXL ", {"image": "image/jxl"}),
    (b"\0\0\0\x0cjP  ", {"image": "image/jp2"}),
    (b"RIFF\0\0\0\0WEBP", {"image": "image/webp"}),
    (b"RIFF\0\0\0\0WAVE", {"audio": "audio/wav"}),
    (b"RIFF\0\0\0\0AVI ", {"video": "video/x-msvideo"}),
    (b"RIFF\0\0\0\0XXXX", {}),
    (b"OggS", {"audio": "audio/ogg", "video": "video/ogg"}),
    (b"fLaC", {"audio": "audio/flac"}),
    (b"ID3", {"audio": "audio/mpeg"}),
    (b"#!AMR", {"audio": "audio/amr"}),
    (b"\xff\xfb\x90\x00", {"audio": "audio/mpeg"}),
    (b"\xff\xf1\x50\x80", {"audio": "audio/aac"}),
    (b"\xff\xfb\xf0\x00", {}),
    (b"\xff\xfb\x00\x00", {}),
    (b"\xff\xe1\x50\x80", {}),
    (b"FLV\x01", {"video": "video/x-flv"}),
    (b"\0\0\1\xba", {"video": "video/mpeg"}),
    (b"\0\0\1\xb3", {"video": "video/mpeg"}),
    (b"0&\xb2u\x8ef\xcf\x11", {"video": "video/x-ms-wmv", "audio": "audio/x-ms-wma"}),
    (b"\0\0\0\x18ftypisom", {"video": "video/mp4", "audio": "audio/mp4"}),
    (b"\0\0\0\x18ftypqt  ", {"video": "video/quicktime"}),
    *((b"\0\0\0\x18ftyp" + brand, {"audio": "audio/mp4"}) for brand in (b"M4A ", b"M4B ")),
    *((b"\0\0\0\x18ftyp" + brand, {"image": "image/avif"}) for brand in (b"avif", b"avis")),
    *(
        (b"\0\0\0\x18ftyp" + brand, {"image": "image/heic"})
        for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
    ),
    *(
        (b"\0\0\0\x08" + atom, {"video": "video/quicktime"})
        for atom in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
    ),
    (b"\x1aE\xdf\xa3....webm", {"video": "video/webm", "audio": "audio/webm"}),
    (b"\x1aE\xdf\xa3....matroska", {"video": "video/x-matroska", "audio": "audio/x-matroska"}),
    (b"FORM\0\0\0\0AIFF", {"audio": "audio/aiff"}),
    (b"FORM\0\0\0\0AIFC", {"audio": "audio/aiff"}),
    (b"FORM\0\0\0\0ILBM", {}),
    (b"BM\0\1\0\0\0\0\0\0", {"image": "image/bmp"}),
    (b"\x47" + bytes(187) + b"\x47", {"video": "video/mp2t"}),
    (b"\x47" + bytes(188), {}),
    (b'<?xml version="1.0"?><svg>', {"image": "image/svg+xml"}),
    (b"not found", {}),
    (bytes(8), {}),
]


@pytest.mark.parametrize(("head", "found"), HEADS)
def test_a_file_is_known_by_its_first_bytes(head: bytes, found: dict[str, str]) -> None:
    """The content type for each use that it has; nothing where it is not known."""
    assert found == types(head)


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("a.aac", "audio", "audio/aac"),
        ("a.dng", "image", "image/x-adobe-dng"),
        ("a.M2TS", "video", "video/mp2t"),
        ("a.mp3", "audio", "audio/mpeg"),
        ("a.mpg", "video", "video/mpeg"),
        ("a.mts", "video", "video/mp2t"),
        ("a.opus", "audio", "audio/ogg"),
        ("a.tga", "image", "image/x-tga"),
        ("a.ts", "video", "video/mp2t"),
        ("a.ts", "audio", None),
        ("a.png", "image", None),
    ],
)
def test_a_name_helps_where_bytes_do_not(name: str, kind: Any, found: str | None) -> None:
    """For files that do not all begin alike, and only for the kind that is wanted."""
    assert found == type_by_name(name, kind)


@pytest.mark.parametrize(
    ("content_type", "found"),
    [
        ("audio/flac", ".flac"),
        ("audio/mp4", ".m4a"),
        ("audio/mpeg", ".mp3"),
        ("audio/ogg", ".ogg"),
        ("audio/wav", ".wav"),
        ("image/avif", ".avif"),
        ("image/gif", ".gif"),
        ("image/heic", ".heic"),
        ("image/jpeg", ".jpg"),
        ("image/png", ".png"),
        ("image/svg+xml", ".svg"),
        ("image/tiff", ".tiff"),
        ("image/webp", ".webp"),
        ("video/mp4", ".mp4"),
        ("video/ogg", ".ogv"),
        ("video/quicktime", ".mov"),
        ("video/webm", ".webm"),
        ("video/x-matroska", ".mkv"),
        ("video/x-msvideo", ".avi"),
        ("Video/MP4; codecs=avc1", ".mp4"),
        ("application/json", ""),
    ],
)
def test_a_type_has_its_usual_ending(content_type: str, found: str) -> None:
    """Whatever its case and its parameters."""
    assert found == ending(content_type)

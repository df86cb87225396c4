"""The files that the emulator serves as results: real, small, and different for each job."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

from callsheet.spec.model import Media


@dataclass(frozen=True, slots=True)
class Asset:
    """One kind of file: the asset beside this module, and how it is announced."""

    file: str
    suffix: str
    content_type: str


ASSETS: dict[Media, Asset] = {
    "video": Asset("video.mp4", ".mp4", "video/mp4"),
    "image": Asset("image.png", ".png", "image/png"),
    "audio": Asset("audio.wav", ".wav", "audio/wav"),
}
"""H.264 (constrained baseline, yuv420p, 1.5 s), PNG (64x36) and PCM (0.5 s), all made by ffmpeg's test sources."""


def content(media: Media, mark: str) -> bytes:
    """The file with `mark` in it, so that no two jobs have the same bytes and each still plays.

    The mark goes where a reader skips it: a last `free` box (MP4), a `tEXt` chunk (PNG), a last RIFF chunk (WAV).
    """
    data, text = _read(ASSETS[media].file), mark.encode("utf-8")
    match media:
        case "video":
            return data + _sized(b"free", text)
        case "image":
            return _with_png_text(data, text)
        case "audio":
            return _with_riff_chunk(data, text)


@cache
def _read(name: str) -> bytes:
    return files(__name__).joinpath(name).read_bytes()


def _sized(kind: bytes, payload: bytes) -> bytes:
    """A box of ISO 14496-12: its length, the eight bytes of the head included, then its type."""
    return (len(payload) + 8).to_bytes(4, "big") + kind + payload


def _with_png_text(data: bytes, text: bytes) -> bytes:
    body = b"tEXt" + b"Comment\x00" + text
    chunk = (len(body) - 4).to_bytes(4, "big") + body + crc32(body).to_bytes(4, "big")
    end = data.rindex(b"IEND") - 4
    return data[:end] + chunk + data[end:]


def _with_riff_chunk(data: bytes, text: bytes) -> bytes:
    padded = text + b"\x00" * (len(text) % 2)
    grown = data + b"note" + len(text).to_bytes(4, "little") + padded
    return grown[:4] + (len(grown) - 8).to_bytes(4, "little") + grown[8:]

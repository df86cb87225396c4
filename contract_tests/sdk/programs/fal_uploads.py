"""fal-client and files: where each one goes, and whether it is there afterwards."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fal_client
import fal_client.client
import httpx
from cases import tell
from fal import APP, INPUT, api, of

TEXT = b"a file of the caller's"
PARTS = b"0123456789" * (1 << 17)


def at(url: str) -> str:
    """What stands at an address; its length where it is long."""
    found = httpx.get(url).content
    return found.decode() if len(found) < len(PARTS) else f"{len(found)}, {found == PARTS}"


async def upload() -> Any:
    """Bytes, in the usual way."""
    url = await of(api().upload(TEXT, "text/plain", file_name="a.txt"))
    return {"url": url, "at": at(url)}


async def upload_without_a_name() -> Any:
    """The same, of which no name is known."""
    return at(await of(api().upload(TEXT, "text/plain")))


async def upload_file() -> Any:
    """A file of the disk, to be forgotten after an hour."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "b.txt"
        file.write_bytes(TEXT)
        settings = fal_client.client.StorageSettings(expires_in="1h")
        url = await of(api().upload_file(file, lifecycle=settings))
    return {"url": url, "at": at(url)}


async def upload_in_parts() -> Any:
    """A file over the limit for one request."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "c.mp4"
        file.write_bytes(PARTS)
        return at(await of(api().upload_file(file)))


async def other_store() -> Any:
    """The way that the client falls back to. It ignores the proxy."""
    return at(await of(api().upload(TEXT, "text/plain", file_name="d.txt", repository="fal")))


async def within_the_input() -> Any:
    """No upload at all: the bytes stand in the input."""
    image = fal_client.encode(b"png", "image/png")
    return await of(api().subscribe(APP, INPUT | {"image_url": image}))


if __name__ == "__main__":
    # 100 MiB and 10 MiB as they are published: too much for a test.
    fal_client.client.MULTIPART_THRESHOLD = len(PARTS) - 1
    fal_client.client.MULTIPART_CHUNK_SIZE = len(PARTS) // 4
    if "CDN" in os.environ:
        fal_client.client.REST_URL, fal_client.client.CDN_URL = os.environ["REST"], os.environ["CDN"]
    tell(upload, upload_without_a_name, upload_file, upload_in_parts, other_store, within_the_input)

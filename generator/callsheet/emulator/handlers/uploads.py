"""What an upload is about: which way it goes, and what its answers give the caller to go on with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.jobs.ids import id_of
from callsheet.emulator.jobs.job import Upload
from callsheet.emulator.jobs.logs import stamp
from callsheet.emulator.requests.routes import UPLOAD_PATH, upload_ways
from callsheet.source.nodes import Plain
from callsheet.spec.model import FilesSpec, UploadStepSpec
from callsheet.spec.placeholders import names_in

TOKEN_LASTS: Final = 3600.0
"""Seconds for which what an upload is given to go on with is said to be good."""

FILE_NAME: Final = "file_name"
CONTENT_TYPE: Final = "content_type"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to bring a file: its requests, and where the file is then."""

    name: str
    steps: tuple[UploadStepSpec, ...]
    file_url: str

    @property
    def places(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names of addresses that a later request goes to, and of those that the file is at."""
        to = {names_in(step.url)[0] for step in self.steps if step.url and names_in(step.url)}
        return frozenset(to), frozenset(names_in(self.file_url)[:1])


def way_of(files: FilesSpec, name: str) -> Way:
    """A way by its name."""
    file_url = next((way.file_url for way in files.also if way.name == name), files.file_url)
    return Way(name, upload_ways(files)[name], file_url)


def values_of(way: Way, number: str, upload: Upload, origin: str, desk: Desk | None) -> dict[str, Plain]:
    """What an upload's answers hold: addresses where the spec uses a value as one, opaque texts otherwise."""
    place = f"{origin}{UPLOAD_PATH}{number}"
    to, at = way.places
    values: dict[str, Plain] = {FILE_NAME: upload.name, CONTENT_TYPE: upload.content_type}
    for name in {name for step in way.steps for name in step.takes}:
        if name in at:
            values[name] = f"{place}/{quote(upload.name, safe='', errors='replace')}"
        else:
            values[name] = place if name in to else opaque(number, name)
    if desk is not None:
        values["host"] = {name: desk.address_of(name) for name in desk.provider.table.hosts}
        values["expires_at"] = stamp(desk.now + TOKEN_LASTS)
    return values


def opaque(number: str, name: str) -> str:
    """What an upload is given under a name, such as a token: made up, and lasting."""
    return id_of("upload", number, name)[:24]


def too_large(files: FilesSpec, way: Way, size: int) -> bool:
    """Whether a file has more bytes than the provider takes. What is known of it is known of the way of clients."""
    return not way.name and files.largest_upload is not None and size > files.largest_upload

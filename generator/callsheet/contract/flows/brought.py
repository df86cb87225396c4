"""Files of a caller's in the place of addresses: what is given, and whether the provider has it when a job starts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from callsheet.contract.clients.calls import Caller
from callsheet.contract.flows.worlds import Ended, World
from callsheet.emulator import media
from callsheet.emulator.jobs.job import State
from callsheet.emulator.requests.routes import UPLOAD_PATH
from callsheet.runtime.magic import Kind

Value = Path | bytes

_LARGE: Final = 1_200_000
"""Bytes that are more than a data URI is made of."""

NOTHING: Final = "nothing"
"""The form of an input without files."""


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in an input in the place of addresses."""

    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    uploads: int = 0
    """Requests that bring it all, where nothing goes wrong."""

    def content(self, name: str) -> bytes:
        """The bytes of a parameter's file."""
        value = self.values[name]
        return value.read_bytes() if isinstance(value, Path) else value


def forms(caller: Caller) -> tuple[str, ...]:
    """How files can be given to an endpoint: what `given` takes."""
    return (NOTHING, "path", "bytes", "every", *(("small",) if _inlines(caller) else ())) if _places(caller) else ()


def given(caller: Caller, form: str, folder: Path) -> Given:
    """A file as a path, as its bytes, or small enough to go along; or in `every` place one, for one kind the same."""
    places = {} if form == NOTHING else _places(caller)
    chosen = places if form == "every" else dict(islice(places.items(), 1))
    inline = form == "small" and _inlines(caller)
    padding = _LARGE if _inlines(caller) and not inline else 0
    paths = {kind: _written(folder / f"{kind}-{padding}", kind, padding) for kind in dict.fromkeys(chosen.values())}
    files = caller.provider.table.files
    steps = 0 if files is None or inline else len(files.upload)
    values = {name: paths[kind].read_bytes() if form == "bytes" else paths[kind] for name, kind in chosen.items()}
    return Given(values, steps * len(paths))


def unbrought(world: World, ended: Ended, files: Given, *, calm: bool) -> Iterator[str]:
    """Jobs that started without their files, and uploads that were out of place, needless or in vain."""
    sent = ended.story.sent
    uploads = [one for one in sent if one.phase == "upload"]
    if calm and ended.error is None and len(uploads) != files.uploads:
        yield f"files: what was given took {len(uploads)} requests of an upload, {files.uploads} are due"
    if isinstance(ended.error, world.caller.error("UploadFailed")):
        yield from (f"files: {one} was sent, and it ended with {ended.words}" for one in sent if one.phase == "submit")
        if calm:
            yield f"files: nothing went wrong, and the caller was told {ended.words}"
    for one in sent:
        if one.phase == "submit":
            yield from (f"files: {late} came after {one}" for late in uploads if late.number > one.number)
        if one.accepted is not None:
            yield from _missing(world, one.accepted, files)


def _missing(world: World, request_id: str, files: Given) -> Iterator[str]:
    job = world.job(request_id)
    if job is None:
        return
    for name in files.values:
        address = job.payload.get(name)
        content = _at(world.session.state, address) if isinstance(address, str) else None
        if content != files.content(name):
            what = "is not there" if content is None else "holds other bytes"
            yield f"files: {request_id} started with {name} at {str(address)[:120]}, and the file {what}"


def _at(state: State, address: str) -> bytes | None:
    """What the provider finds at an address: in the address itself, or among the files that were brought."""
    if address.startswith("data:"):
        try:
            return base64.b64decode(address.partition(";base64,")[2], validate=True)
        except binascii.Error:
            return None
    number = address.partition(UPLOAD_PATH)[2].partition("/")[0]
    return state.uploads[number].content if number in state.uploads else None


def _places(caller: Caller) -> dict[str, Kind]:
    """The parameters of the sample that may hold a file."""
    files, sample = caller.provider.table.files, next(iter(caller.model.samples.values()))
    if files is None or not files.upload:
        return {}
    return {name: kind for name, kind in caller.table.files.items() if name in sample}


def _inlines(caller: Caller) -> bool:
    files = caller.provider.table.files
    return files is not None and files.data_uris


def _written(path: Path, kind: Kind, padding: int) -> Path:
    if not path.exists():
        path.write_bytes(b"".join(_parts(kind, padding)))
    return path


def _parts(kind: Kind, padding: int) -> Iterable[bytes]:
    return media.content(kind, "x"), bytes(padding)

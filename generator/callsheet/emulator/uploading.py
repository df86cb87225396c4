"""Files of a caller's: the requests that bring them, and where they are served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from callsheet.emulator import bodies
from callsheet.emulator.jobs import State, Upload
from callsheet.emulator.messages import Reply, Request, json_reply
from callsheet.emulator.replies import Desk, id_of
from callsheet.emulator.routes import UPLOAD_PATH, Route
from callsheet.emulator.submission import BadBodyError, Handled, read_object
from callsheet.emulator.templates import render
from callsheet.plan.model import Plan
from callsheet.runtime.outcomes import file_within
from callsheet.source.nodes import Plain
from callsheet.spec.model import FilesSpec, UploadStepSpec
from callsheet.spec.placeholders import names_in

BYTES: Final = "{bytes}"
_DATA_URI: Final = "data_uri"
_NAME: Final = "file_name"
_TYPE: Final = "content_type"
_ANY_TYPE: Final = "application/octet-stream"


def upload(state: State, desk: Desk, route: Route) -> Handled:
    """Answer a request of an upload that goes to a declared host: a place for the file, or the file itself."""
    files = desk.provider.spec.files
    if files is None:
        return state, desk.refuse(404, "There is nothing to upload to"), ()
    step = files.upload[route.step]
    number = id_of("upload", desk.provider.id, len(state.uploads))
    made = _made(desk, step)
    if isinstance(made, Reply):
        return state, made, ()
    if made.content is not None and _too_large(files, made.content):
        return state, desk.refuse(413, "The file is too large"), ()
    grown = replace(state, uploads={**state.uploads, number: made})
    values = _values(files, number, made, desk.request.origin)
    return grown, json_reply(200, render(step.answer, values)), ()


def at_place(plan: Plan, state: State, request: Request) -> Handled:
    """Take a file at the address that was made up for it, or serve it there. Neither needs a key."""
    number = request.path.removeprefix(UPLOAD_PATH).split("/", 1)[0]
    known = state.uploads.get(number)
    if known is None:
        return state, json_reply(404, {"error": "There is no such file"}), ()
    if request.method in {"GET", "HEAD"}:
        return state, _served(known), ()
    files = plan.provider(known.provider).spec.files
    steps = [step for step in files.upload if step.url is not None] if files is not None else []
    step = next((step for step in steps if step.method == request.method), None)
    if files is None or step is None:
        allowed = ", ".join(sorted({"GET", "HEAD", *(step.method for step in steps)}))
        refused = json_reply(405, {"error": f"Method {request.method} is not allowed"}, (("allow", allowed),))
        return state, refused, ()
    if _too_large(files, request.body):
        return state, json_reply(413, {"error": "The file is too large"}), ()
    kept = replace(known, content=request.body, content_type=request.header("content-type") or known.content_type)
    values = _values(files, number, kept, request.origin)
    reply = Reply(200) if step.answer is None else json_reply(200, render(step.answer, values))
    return replace(state, uploads={**state.uploads, number: kept}), reply, ()


def _served(upload: Upload) -> Reply:
    if upload.content is None:
        return json_reply(404, {"error": "The file has not come yet"})
    return Reply(200, (("content-type", upload.content_type),), upload.content)


def _made(desk: Desk, step: UploadStepSpec) -> Upload | Reply:
    """What a request brings: a name for a file to come, or a file."""
    request = desk.request
    if step.body == BYTES:
        kind = request.header("content-type") or _ANY_TYPE
        return Upload(desk.provider.id, _named(step, request) or "file", kind, request.body)
    try:
        body = read_object(request)
        found = bodies.extract(step.body, body)
    except (BadBodyError, bodies.BadShapeError) as problem:
        return desk.bad_request(str(problem))
    named, typed = found.get(_NAME), found.get(_TYPE)
    name = named if isinstance(named, str) else "file"
    kind = typed if isinstance(typed, str) else _ANY_TYPE
    uri = found.get(_DATA_URI)
    if uri is None:
        return Upload(desk.provider.id, name, kind)
    content = file_within(uri) if isinstance(uri, str) and uri.startswith("data:") else None
    if content is None or not isinstance(uri, str):
        return desk.bad_request("A data URI is expected")
    return Upload(desk.provider.id, name, uri[5:].split(",", 1)[0].split(";", 1)[0] or kind, content)


def _named(step: UploadStepSpec, request: Request) -> str | None:
    """The name of a file whose bytes are the body: where a header carries it."""
    header = next((header for header, text in step.headers.items() if text == f"{{{_NAME}}}"), None)
    return request.header(header) if header is not None else None


def _values(files: FilesSpec, number: str, upload: Upload, origin: str) -> Mapping[str, Plain]:
    """What an upload's answers hold: addresses where the spec uses a value as one, opaque texts otherwise."""
    place = f"{origin}{UPLOAD_PATH}{number}"
    taken = {name for step in files.upload for name in step.takes}
    to = {names_in(step.url)[0] for step in files.upload if step.url and names_in(step.url)}
    at = set(names_in(files.file_url)[:1])
    values: dict[str, Plain] = {_NAME: upload.name, _TYPE: upload.content_type}
    for name in taken:
        if name in to:
            values[name] = place
        elif name in at:
            values[name] = f"{place}/{quote(upload.name, safe='')}"
        else:
            values[name] = id_of("upload", number, name)[:24]
    return values


def _too_large(files: FilesSpec, content: bytes) -> bool:
    return files.largest_upload is not None and len(content) > files.largest_upload

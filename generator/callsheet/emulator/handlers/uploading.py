"""Files of a caller's: the requests to declared hosts that bring them, in whichever way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.handlers.access import refusal
from callsheet.emulator.handlers.submission import BadBodyError, Handled, read_object
from callsheet.emulator.handlers.uploads import CONTENT_TYPE, FILE_NAME, Way, opaque, too_large, values_of, way_of
from callsheet.emulator.jobs.ids import id_of
from callsheet.emulator.jobs.job import State, Upload
from callsheet.emulator.messages import Pairs, Reply, Request
from callsheet.emulator.requests import bodies
from callsheet.emulator.requests.asked import missing_upload_header
from callsheet.emulator.requests.routes import Route
from callsheet.emulator.templates import headers, render
from callsheet.runtime.outcomes import file_within
from callsheet.source.nodes import Plain
from callsheet.spec.model import UploadStepSpec
from callsheet.spec.placeholders import names_in

_BYTES: Final = "{bytes}"
_EMPTY: Final = ""
"""The body of a step that has none."""

_DATA_URI: Final = "data_uri"
_OF_A_FILE: Final = frozenset({FILE_NAME, CONTENT_TYPE, "size"})
_ANY_TYPE: Final = "application/octet-stream"


def upload(state: State, desk: Desk, route: Route) -> Handled:
    """Answer a request of an upload that goes to a declared host: a place for the file, or the file itself."""
    files = desk.provider.spec.files
    if files is None:
        return state, desk.refuse(404, "There is nothing to upload to"), ()
    way = way_of(files, route.upload_way)
    step = way.steps[route.step]
    if not _admitted(state, step, desk.request):
        row = refusal(desk.provider.spec, desk.way)
        return state, desk.refuse(401, "No such token") if row is None else desk.error(rows.scripted(row)), ()
    if problem := missing_upload_header(step, desk.request):
        return state, desk.bad_request(problem), ()
    brought = _brought(desk, step, way)
    if isinstance(brought, Reply):
        return state, brought, ()
    if any(made.content is not None and too_large(files, way, len(made.content)) for made in brought):
        return state, desk.refuse(413, "The file is too large"), ()
    answers: list[Plain] = []
    told: Pairs = ()
    uploads = dict(state.uploads)
    for made in brought:
        number = id_of("upload", desk.provider.id, len(uploads))
        uploads[number] = made
        values = values_of(way, number, made, desk.request.origin, desk)
        answers.append(render(step.answer, values))
        told = headers(step.answer_headers, values)
    return replace(state, uploads=uploads), desk.send(200, _together(answers), told), ()


def _admitted(state: State, step: UploadStepSpec, request: Request) -> bool:
    """Whether a request has what an earlier one was given, such as a token, where its headers need that."""
    for header, text in step.headers.items():
        for name in set(names_in(text)) - _OF_A_FILE:
            good = (text.replace(f"{{{name}}}", opaque(number, name)) for number in state.uploads)
            if (request.header(header) or "") not in good:
                return False
    return True


def _brought(desk: Desk, step: UploadStepSpec, way: Way) -> list[Upload] | Reply:
    """What a request brings: a name for a file to come, a file, or several."""
    request = desk.request
    if step.body == _BYTES or step.body == _EMPTY:  # noqa: PLR1714 - a body may be a mapping, which no set can hold
        kind = request.header("content-type") or _ANY_TYPE
        content = request.body if step.body == _BYTES else None
        return [Upload(desk.provider.id, _named(step, request) or "file", kind, content, way.name)]
    try:
        body = read_object(request)
        found = [bodies.extract(step.body, one) for one in _each(step.body, body)]
    except (BadBodyError, bodies.BadShapeError) as problem:
        return desk.bad_request(str(problem))
    made = [_described(one, desk.provider.id, way) for one in found]
    good = [one for one in made if one is not None]
    return good if len(good) == len(made) else desk.bad_request("A data URI is expected")


def _described(found: Mapping[str, Plain], provider: str, way: Way) -> Upload | None:
    """The file that a body is about; None for a data URI that is none."""
    named, typed, uri = found.get(FILE_NAME), found.get(CONTENT_TYPE), found.get(_DATA_URI)
    name = named if isinstance(named, str) else "file"
    kind = typed if isinstance(typed, str) else _ANY_TYPE
    if uri is None:
        return Upload(provider, name, kind, None, way.name)
    content = file_within(uri) if isinstance(uri, str) and uri.startswith("data:") and uri.isascii() else None
    if content is None or not isinstance(uri, str):
        return None
    return Upload(provider, name, uri[5:].split(",", 1)[0].split(";", 1)[0] or kind, content, way.name)


def _each(template: Plain, body: Plain) -> list[Plain]:
    """A body for each file: where the form has a list of one, several may come at once."""
    if not isinstance(template, dict) or not isinstance(body, dict):
        return [body]
    for key, part in template.items():
        given = body.get(key)
        if isinstance(part, list) and len(part) == 1 and isinstance(given, list) and len(given) > 1:
            return [{**body, key: [item]} for item in given]
    return [body]


def _together(answers: list[Plain]) -> Plain:
    """One answer about several files: its lists hold what is said of each."""
    first = answers[0] if answers else None
    if not isinstance(first, dict):
        return first
    lists: dict[str, list[Plain]] = {key: [*part] for key, part in first.items() if isinstance(part, list)}
    for other in answers[1:]:
        for key, part in other.items() if isinstance(other, dict) else ():
            if isinstance(part, list) and key in lists:
                lists[key] += part
    return {**first, **lists}


def _named(step: UploadStepSpec, request: Request) -> str | None:
    """The name of a file whose bytes are the body: where a header carries it."""
    header = next((header for header, text in step.headers.items() if text == f"{{{FILE_NAME}}}"), None)
    return request.header(header) if header is not None else None

"""What happens at the address that was made up for a file: it comes, whole or in parts, and is served."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import md5
from typing import Final

from callsheet.emulator.handlers.submission import BadBodyError, Handled, read_object
from callsheet.emulator.handlers.uploads import Way, opaque, too_large, values_of, way_of
from callsheet.emulator.jobs.job import State, Upload
from callsheet.emulator.messages import Reply, Request, json_reply
from callsheet.emulator.requests import bodies
from callsheet.emulator.requests.routes import UPLOAD_PATH
from callsheet.emulator.templates import headers, in_header, render
from callsheet.plan.model import Plan
from callsheet.source.nodes import Plain
from callsheet.spec.model import UploadStepSpec
from callsheet.spec.placeholders import names_in

_PARTS: Final = "parts"
_PART: Final = "part"
_MOST_PARTS: Final = 10_000


def at_place(plan: Plan, state: State, request: Request) -> Handled:
    """Take a file, or a part of one, at the address that was made up for it, or serve it there; no key is needed."""
    number = request.path.removeprefix(UPLOAD_PATH).split("/", 1)[0]
    known = state.uploads.get(number)
    if known is None:
        return state, json_reply(404, {"error": "There is no such file"}), ()
    if request.method in {"GET", "HEAD"}:
        return state, _served(known), ()
    files = plan.provider(known.provider).spec.files
    way = way_of(files, known.way) if files is not None else Way("", (), "")
    below = [(step, found) for step in way.steps if (found := _fits(step, number, known, request)) is not None]
    fitting = [(step, found) for step, found in below if step.method == request.method]
    step, found = fitting[0] if fitting else (None, dict[str, str]())
    if files is None or step is None:
        allowed = ", ".join(sorted({"GET", "HEAD", *(step.method for step, _ in below)}))
        refused = json_reply(405, {"error": f"Method {request.method} is not allowed"}, (("allow", allowed),))
        return state, refused, ()
    kept = _kept(known, step, found, request)
    if isinstance(kept, Reply):
        return state, kept, ()
    if too_large(files, way, len(kept.content or b"")):
        return state, json_reply(413, {"error": "The file is too large"}), ()
    values = values_of(way, number, kept, request.origin, None) | {"etag": f'"{_digest(request.body)}"'}
    values |= {_PART: int(found[_PART])} if _PART in found else {}
    told = headers(step.answer_headers, values)
    reply = Reply(200, told) if step.answer is None else json_reply(200, render(step.answer, values), told)
    return replace(state, uploads={**state.uploads, number: kept}), reply, ()


def _served(upload: Upload) -> Reply:
    if upload.content is None:
        return json_reply(404, {"error": "The file has not come yet"})
    return Reply(200, (("content-type", in_header(upload.content_type)),), upload.content)


def _fits(step: UploadStepSpec, number: str, upload: Upload, request: Request) -> Mapping[str, str] | None:
    """What a request at the place of a file has in its path, as a step's address says; None for another one."""
    if step.url is None:
        return None
    names = names_in(step.url)
    rest = step.url.removeprefix(f"{{{names[0]}}}") if names else ""
    path = request.path.removeprefix(f"{UPLOAD_PATH}{number}")
    path = path.removeprefix(f"/{upload.name}")
    values: dict[str, str] = {}
    given, wanted = path.split("/"), rest.split("/")
    if len(given) != len(wanted):
        return None
    for one, pattern in zip(given, wanted, strict=True):
        name = next(iter(names_in(pattern)), None)
        if name == _PART and re.fullmatch(r"[0-9]{1,5}", one) and int(one) <= _MOST_PARTS:
            values[name] = one
        elif one != (pattern if name is None else opaque(number, name)):
            return None
    return values


def _kept(known: Upload, step: UploadStepSpec, found: Mapping[str, str], request: Request) -> Upload | Reply:
    """The upload as a request at its place leaves it: with the file, with a part of it, or put together."""
    if _PART in found:
        return replace(known, parts={**known.parts, int(found[_PART]): request.body})
    if _takes_parts(step.body):
        return _completed(known, step, request)
    return replace(known, content=request.body, content_type=request.header("content-type") or known.content_type)


def _takes_parts(template: Plain) -> bool:
    return isinstance(template, dict) and f"{{{_PARTS}}}" in template.values()


def _completed(known: Upload, step: UploadStepSpec, request: Request) -> Upload | Reply:
    """A file that is put together from the parts that a request lists; each has to have come."""
    try:
        listed = bodies.extract(step.body, read_object(request)).get(_PARTS)
    except (BadBodyError, bodies.BadShapeError) as problem:
        return json_reply(400, {"error": str(problem)})
    parts = listed if isinstance(listed, list) else []
    numbers = [number for part in parts if (number := _number_of(part, known)) is not None]
    if not numbers or len(numbers) != len(parts):
        return json_reply(400, {"error": "A list of the parts that were sent is expected, each with its etag"})
    return replace(known, content=b"".join(known.parts[number] for number in sorted(set(numbers))), parts={})


def _number_of(part: Plain, known: Upload) -> int | None:
    """The number of a part, if one with that etag has come. What the two are called differs from client to client."""
    if not isinstance(part, dict):
        return None
    number = next((value for value in part.values() if isinstance(value, int) and value in known.parts), None)
    tags = {value.strip('"') for value in part.values() if isinstance(value, str)}
    return number if number is not None and _digest(known.parts[number]) in tags else None


def _digest(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()

"""What a request is for, and which job it is about: for who tells what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callsheet.emulator import media
from callsheet.emulator.handlers.reading import find
from callsheet.emulator.jobs.job import State
from callsheet.emulator.messages import Request
from callsheet.emulator.requests.routes import MEDIA_PATH, UPLOAD_PATH, Kind, Route
from callsheet.runtime.words import Phase

PHASES: Final[Mapping[Kind, Phase]] = {
    "submit": "submit",
    "call": "submit",
    "status": "status",
    "result": "result",
    "file": "file",
    "cancel": "cancel",
    "stream": "status",
    "bare": "result",
    "upload": "upload",
}
"""The phase of each kind of request that is of one."""


def about(state: State, request: Request, route: Route | None) -> tuple[Phase | None, str | None]:
    """The phase of a request, and the id of its job; None for neither."""
    if request.path.startswith(MEDIA_PATH):
        name = request.path.removeprefix(MEDIA_PATH)
        ids = (name.removesuffix(asset.suffix) for asset in media.ASSETS.values() if name.endswith(asset.suffix))
        return "download", next((one for one in ids if one in state.jobs), None)
    if request.path.startswith(UPLOAD_PATH):
        return "upload", None
    if route is None or route.kind not in PHASES:
        return None, None
    values = None if route.kind in {"submit", "call", "upload"} else route.read(request)
    job = None if values is None else find(state, route, values, request.query)
    return PHASES[route.kind], None if job is None else job.request_id

"""Addresses that are the emulator's own, and no provider's: files that jobs made and callers sent, and its control."""

from __future__ import annotations

from dataclasses import dataclass

from callsheet.emulator import control, media
from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.faults import turns
from callsheet.emulator.faults.befalling import befall
from callsheet.emulator.faults.scenarios import UnknownScenarioError
from callsheet.emulator.faults.scripts import Scripts
from callsheet.emulator.handlers import placing, trouble
from callsheet.emulator.handlers.submission import Handled
from callsheet.emulator.jobs.job import Job, State, outcome
from callsheet.emulator.messages import Reply, Request, json_reply
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import MEDIA_PATH, UPLOAD_PATH
from callsheet.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Beside:
    """What is answered there."""

    plan: Plan
    options: Options
    scripts: Scripts

    def answer(self, state: State, request: Request, now: float) -> Handled:
        """Answer a request. None of them needs a key."""
        try:
            if request.path.startswith(MEDIA_PATH):
                return self._file(state, request, now)
            if request.path.startswith(UPLOAD_PATH):
                return self._upload(state, request, now)
        except UnknownScenarioError as problem:
            return state, json_reply(400, {"error": str(problem)}), ()
        return control.handle(self.plan, self.options, self.scripts, state, request, now)

    def _file(self, state: State, request: Request, now: float) -> Handled:
        job, reply = _made(state, request, now)
        if job is None:
            return state, reply, ()
        scenario = self.scripts.of(state, job.provider, request, job.scenario)
        state, part = turns.due(state, scenario.at("download"), "download", job.request_id)
        if part is None:
            return state, reply, ()
        if part.error is not None:
            return state, self._desk(job.provider, request, now).error(rows.scripted(part.error)), ()
        return state, reply if part.fault is None else befall(part.fault, reply, request, now), ()

    def _upload(self, state: State, request: Request, now: float) -> Handled:
        """Take or serve a file of a caller's. Only taking it is part of an upload."""
        known = state.uploads.get(request.path.removeprefix(UPLOAD_PATH).split("/", 1)[0])
        if known is None or request.method in {"GET", "HEAD"}:
            return placing.at_place(self.plan, state, request)
        scenario = self.scripts.of(state, known.provider, request)
        desk = self._desk(known.provider, request, now)
        return trouble.of_upload(state, desk, scenario, lambda state: placing.at_place(self.plan, state, request))

    def _desk(self, provider: str, request: Request, now: float) -> Desk:
        return Desk(self.plan.provider(provider), None, request, now, {})


def _made(state: State, request: Request, now: float) -> tuple[Job | None, Reply]:
    """A file, and the job that made it. It needs no key, as the addresses of providers' files need none."""
    name = request.path.removeprefix(MEDIA_PATH)
    if request.method not in {"GET", "HEAD"}:
        return None, json_reply(405, {"error": f"Method {request.method} is not allowed"}, (("allow", "GET, HEAD"),))
    for kind, asset in media.ASSETS.items():
        job = state.jobs.get(name.removesuffix(asset.suffix)) if name.endswith(asset.suffix) else None
        if job and outcome(job, now) == "succeeded":
            return job, Reply(200, (("content-type", asset.content_type),), media.content(kind, job.request_id))
    return None, json_reply(404, {"error": "There is no such file"})

"""The emulator itself: state, request and time in; state, reply and effects out. No clock, no socket, no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from callsheet.emulator import (
    asked,
    cancelling,
    fitting,
    media,
    rows,
    scenarios,
    streaming,
    trouble,
    turns,
    uploading,
    views,
)
from callsheet.emulator.access import access, refusal
from callsheet.emulator.befalling import befall
from callsheet.emulator.calls import call
from callsheet.emulator.faults import FAULTS
from callsheet.emulator.fitting import OF_CALL
from callsheet.emulator.jobs import Job, State, outcome
from callsheet.emulator.messages import Advance, Charge, HostKey, Look, Reply, Request, Watch, Wire, json_reply
from callsheet.emulator.options import SCENARIO_HEADER, Options
from callsheet.emulator.progress import ProgressError, check_progress, looked
from callsheet.emulator.reading import find
from callsheet.emulator.replies import Desk, id_of
from callsheet.emulator.routes import MEDIA_PATH, UPLOAD_PATH, Kind, Route, Routes, fits
from callsheet.emulator.scenarios import Part, Scenario, UnknownScenarioError
from callsheet.emulator.submission import MAX_BODY, Handled, submit
from callsheet.plan.model import Plan, ProviderPlan
from callsheet.runtime.words import Phase

_PHASES: Final[Mapping[Kind, Phase]] = {
    "status": "status",
    "result": "result",
    "file": "file",
    "cancel": "cancel",
    "stream": "status",
}

_KEPT: Final = 256
"""Scenarios that need not be read again."""

_LARGEST_UPLOAD: Final = 256 * 1024 * 1024
"""Bytes of the largest upload that is taken where a spec names no limit."""


class Emulator:
    """Every provider of a plan, behaving as `options` say.

    `origins` tells where a declared host is reached (`http://127.0.0.1:8801`), for answers that name another host than
    the one that was asked. Raises `UnknownScenarioError` and `ProgressError`, each a ValueError, for a scenario or a
    progress that no provider has.
    """

    def __init__(
        self, plan: Plan, options: Options | None = None, origins: Mapping[HostKey, str] | None = None
    ) -> None:
        self.plan: Final = plan
        self.options: Final = options or Options()
        self.hosts: Final[tuple[HostKey, ...]] = tuple((p.id, name) for p in plan.providers for name in p.table.hosts)
        self.largest_body: Final = _largest_body(plan)
        """Bytes of a request's body that have to be read; a longer one is refused in any case."""
        self._origins: Final[dict[HostKey, str]] = dict(origins or {})
        self._declared: Final = {key: _origin_of(plan, key) for key in self.hosts}
        self._routes: Final = Routes(plan)
        self._providers: Final = {provider.id: provider for provider in plan.providers}
        self._scenarios: Final = _for_each(plan, self.options.scenario)
        self._read: Final = lru_cache(maxsize=_KEPT)(self._scenario_of)
        check_progress(plan, self.options.progress)

    def handle(self, state: State, request: Request, now: float) -> Handled:
        """Answer one request at a time in seconds of the epoch. Never raises, whatever was sent.

        A read returns the state that it was given, unless a scenario counts its answers.
        """
        if request.path.startswith((MEDIA_PATH, UPLOAD_PATH)):
            serve = self._at_file if request.path.startswith(MEDIA_PATH) else self._at_place
            try:
                return serve(state, request, now)
            except UnknownScenarioError as problem:
                return state, json_reply(400, {"error": str(problem)}), ()
        provider = self._providers.get(request.host[0])
        if provider is None:
            return state, json_reply(404, {"error": "There is no such host"}), ()
        return self._handle(provider, state, request, now)

    def connect(self, state: State, host: HostKey) -> tuple[State, Wire | None]:
        """What becomes of a connection to a host; None where requests may follow."""
        text = state.scenarios.get(host[0])
        held = self._read(text, host[0]) if text else self._scenarios[host[0]]
        if isinstance(held, UnknownScenarioError) or not held.parts:
            return state, None
        state, part = turns.due(state, held.at("connect"), "connect", "/".join(host))
        return state, part.fault.wire if part is not None and part.fault is not None else None

    def choose(self, state: State, text: str | None, provider: str | None = None) -> State:
        """Let a scenario hold from now on, for one provider or for all; None is that of the options again.

        Answers that were counted are counted anew. UnknownScenarioError where it is none of any of these providers,
        KeyError where there is no such provider. Of several, one that lacks it refuses submissions until another holds.
        """
        if provider is not None:
            self.plan.provider(provider)
        of = [provider] if provider is not None else list(self._providers)
        kept = {name: chosen for name, chosen in state.scenarios.items() if name not in of}
        if text is not None:
            _for_each(Plan(tuple(self._providers[name] for name in of)), text)
            kept |= dict.fromkeys(of, text)
        return replace(state, scenarios=kept, answered={})

    def look(self, state: State, watch: Watch, now: float) -> Look:
        """Tell what a stream has to say next, for a reply that has a `watch`."""
        request = watch.request
        job = state.jobs.get(watch.request_id)
        route = _chosen(self._routes.match(request.host, request.path), state, request)
        if job is None or route is None:
            return Look(b"", watch, None)
        desk = Desk(route.provider, route, request, now, self._reached(request), "")
        fault = FAULTS[watch.fault] if watch.fault is not None else None
        if fault is None or not views.applies(fault, job, now):
            return streaming.look(desk, watch, job)
        return trouble.look(state, desk, watch, job, fault)

    def watched(self, state: State, watch: Watch, told: Look, now: float) -> State:
        """The state after an event of a stream was sent: a look, for a job that waits for some."""
        job = state.jobs.get(watch.request_id)
        if job is None or job.held is None or (told.watch.told, told.watch.looked) == (watch.told, watch.looked):
            return state
        after = looked(job, now)
        return state if after is job else replace(state, jobs={**state.jobs, job.request_id: after})

    def _handle(self, provider: ProviderPlan, state: State, request: Request, now: float) -> Handled:
        routes = self._routes.match(request.host, request.path)
        route = _chosen(routes, state, request)
        trace = id_of(self.options.seed, "trace", state.submissions, request.method, request.path)
        desk = Desk(provider, route, request, now, self._reached(request), trace, self.options.speed)
        if route is None:
            return state, desk.refuse(404, f"There is nothing at {request.path}"), ()
        refused = _not_served(desk, route, routes) or self._unauthorized(desk, route) or _ill_addressed(desk, route)
        if refused:
            return state, refused, ()
        try:
            return self._answer(state, desk, route)
        except (UnknownScenarioError, ProgressError) as problem:
            return state, desk.refuse(400, str(problem)), ()

    def _answer(self, state: State, desk: Desk, route: Route) -> Handled:
        match route.kind:
            case "submit" | "call":
                return self._submit(state, desk, route)
            case "upload":
                return self._upload(state, desk, route)
            case "status" if self.options.per_poll:
                after, reply, effects = self._about_job(state, desk, route)
                return after, reply, (*effects, Advance(self.options.per_poll))
            case _:
                return self._about_job(state, desk, route)

    def _reached(self, request: Request) -> Mapping[HostKey, str]:
        """Where other hosts are: for who came by a declared name, through a proxy for example, at theirs."""
        return {} if self._declared.get(request.host) == request.origin else self._origins

    def _unauthorized(self, desk: Desk, route: Route) -> Reply | None:
        """Answer a missing or wrong key; None where the key is good or the host takes none."""
        provider = route.provider.spec
        found = access(provider, route.way, route.host, desk.request, self.options.keys)
        if found == "good":
            return None
        row = refusal(provider, desk.way)
        if row is None:
            return desk.refuse(401, "The key is missing or is not valid")
        return desk.error(rows.scripted(row), template=None if found == "wrong" else row.answer_without_key)

    def _submit(self, state: State, desk: Desk, route: Route) -> Handled:
        scenario = self._scenario(state, desk.provider.id, desk.request)
        taken = call if route.kind == "call" else submit
        if not scenario.parts:
            return taken(state, desk, route, scenario, self.options)
        problem = fitting.misfits(scenario, desk.way, desk.provider.spec)
        if problem:
            return state, desk.refuse(400, problem), ()
        parts = scenario.at(*OF_CALL) if route.kind == "call" else scenario.at("submit")
        state, part = turns.due(state, parts, "submit", desk.provider.id)
        if part is None:
            return taken(state, desk, route, scenario, self.options)
        return self._in_trouble(state, desk, route, scenario, part)

    def _in_trouble(self, state: State, desk: Desk, route: Route, scenario: Scenario, part: Part) -> Handled:
        """Answer a submission as one part of its scenario wants it."""
        taken = call if route.kind == "call" else submit
        row, fault = part.error, part.fault
        if row is not None and row.accepted == "never":
            return state, desk.error(rows.scripted(row)), ()
        if fault is not None and not fault.acts:
            return state, befall(fault, Reply(200), desk.request, desk.now), ()
        seat = views.elsewhere(desk) if fault is not None and fault.view == "elsewhere" else desk
        grown, reply, effects = taken(state, seat, route, scenario, self.options)
        if row is not None and effects:
            reply = replace(desk.error(rows.scripted(row)), wait=reply.wait)
        if fault is None:
            return grown, reply, effects
        accepted = next((effect for effect in effects if isinstance(effect, Charge)), None)
        if fault.view == "other" and accepted is not None:
            reply = desk.submitted(views.other(grown.jobs[accepted.request_id], state))
        return grown, befall(fault, reply, desk.request, desk.now), effects

    def _about_job(self, state: State, desk: Desk, route: Route) -> Handled:
        phase = _PHASES[route.kind]
        values = route.read(desk.request)
        if values is None:
            return state, desk.bad_request("The query does not say what is asked for"), ()
        job = find(state, route, values, desk.request.query)
        if job is None:
            number = values.get("request_id", next(iter(values.values()), ""))
            if route.kind == "cancel":
                return state, cancelling.unknown(desk, number), ()
            return state, desk.unknown(number, rows.unknown_job(route.provider.spec, desk.queue, phase)), ()
        scenario = self._scenario(state, desk.provider.id, desk.request, job.scenario)
        if not scenario.parts:
            return trouble.known_job(state, desk, job, phase)
        return trouble.about_job(state, desk, job, phase, scenario)

    def _upload(self, state: State, desk: Desk, route: Route) -> Handled:
        scenario = self._scenario(state, desk.provider.id, desk.request)
        if not scenario.parts:
            return uploading.upload(state, desk, route)
        return trouble.of_upload(state, desk, scenario, lambda state: uploading.upload(state, desk, route))

    def _at_place(self, state: State, request: Request, now: float) -> Handled:
        """Take or serve a file of a caller's. Only taking it is part of an upload."""
        known = state.uploads.get(request.path.removeprefix(UPLOAD_PATH).split("/", 1)[0])
        if known is None or request.method in {"GET", "HEAD"}:
            return uploading.at_place(self.plan, state, request)
        scenario = self._scenario(state, known.provider, request)
        desk = Desk(self.plan.provider(known.provider), None, request, now, self._origins, "")
        return trouble.of_upload(state, desk, scenario, lambda state: uploading.at_place(self.plan, state, request))

    def _at_file(self, state: State, request: Request, now: float) -> Handled:
        """Serve a file that a job made."""
        job, reply = _media(state, request, now)
        if job is None:
            return state, reply, ()
        scenario = self._scenario(state, job.provider, request, job.scenario)
        state, part = turns.due(state, scenario.at("download"), "download", job.request_id)
        if part is None:
            return state, reply, ()
        if part.error is not None:
            desk = Desk(self.plan.provider(job.provider), None, request, now, self._origins, "")
            return state, desk.error(rows.scripted(part.error)), ()
        return state, reply if part.fault is None else befall(part.fault, reply, request, now), ()

    def _scenario_of(self, text: str, provider: str) -> Scenario:
        return scenarios.read(text, self._providers[provider].spec)

    def _scenario(self, state: State, provider: str, request: Request, of_job: str = "") -> Scenario:
        """What the request asks for, else what its job was submitted under, else what holds for the provider."""
        asked_for = request.header(SCENARIO_HEADER)
        if asked_for:
            found = self._read(asked_for, provider)
            if any("connect" in part.phases for part in found.parts):
                raise UnknownScenarioError(f"`{asked_for[:100]}`: a request comes too late to say how it is connected")
            return found
        text = of_job or state.scenarios.get(provider)
        if text:
            return self._read(text, provider)
        held = self._scenarios[provider]
        if isinstance(held, UnknownScenarioError):
            raise held
        return held


def _chosen(routes: tuple[Route, ...], state: State, request: Request) -> Route | None:
    """The route that a request is for. Several share an address where protocols or parts of one do."""
    asked_for = [route for route in routes if route.method == request.method]
    for route in asked_for:
        if route.kind in {"submit", "call"}:
            if fits(route, request):
                return route
        elif (values := route.read(request)) is not None and find(state, route, values, request.query) is not None:
            return route
    readable = (route for route in asked_for if route.read(request) is not None)
    return next(readable, next(iter((*asked_for, *routes)), None))


def _not_served(desk: Desk, route: Route, routes: tuple[Route, ...]) -> Reply | None:
    """Answer a method or an address that the spec describes no exchange for."""
    if route.kind == "declared":
        return desk.refuse(501, "The spec names this address without saying what it answers: it is not emulated")
    if route.method != desk.request.method:
        allowed = ", ".join(sorted({known.method for known in routes if known.kind != "declared"}))
        return desk.refuse(405, f"Method {desk.request.method} is not allowed", (("allow", allowed),))
    return None


def _ill_addressed(desk: Desk, route: Route) -> Reply | None:
    """Answer a request without the headers that the provider asks for, a version for example."""
    if route.way is None:
        return None
    submits = route.kind in {"submit", "call"}
    problem = asked.missing_header(route.provider.spec, route.way, desk.request, submit=submits)
    return desk.bad_request(problem) if problem else None


def _for_each(plan: Plan, text: str) -> dict[str, Scenario | UnknownScenarioError]:
    """The scenario as each provider has it; in the place of one that it lacks, the words that say so."""
    found: dict[str, Scenario | UnknownScenarioError] = {}
    for provider in plan.providers:
        try:
            found[provider.id] = scenarios.read(text, provider.spec)
        except UnknownScenarioError as problem:
            found[provider.id] = problem
    problems = [str(one) for one in found.values() if isinstance(one, UnknownScenarioError)]
    if problems and len(problems) == len(found):
        raise UnknownScenarioError("; ".join(dict.fromkeys(problems)))
    return found


def _origin_of(plan: Plan, host: HostKey) -> str:
    parts = urlsplit(plan.provider(host[0]).table.hosts[host[1]])
    return f"{parts.scheme}://{parts.netloc}"


def _largest_body(plan: Plan) -> int:
    files = [provider.spec.files for provider in plan.providers if provider.spec.files is not None]
    uploads = [one.largest_upload or _LARGEST_UPLOAD for one in files if one.upload]
    return max([MAX_BODY, *uploads])


def _media(state: State, request: Request, now: float) -> tuple[Job | None, Reply]:
    """A file, and the job that made it. It needs no key, as the addresses of providers' files need none."""
    name = request.path.removeprefix(MEDIA_PATH)
    if request.method not in {"GET", "HEAD"}:
        return None, json_reply(405, {"error": f"Method {request.method} is not allowed"}, (("allow", "GET, HEAD"),))
    for kind, asset in media.ASSETS.items():
        job = state.jobs.get(name.removesuffix(asset.suffix)) if name.endswith(asset.suffix) else None
        if job and outcome(job, now) == "succeeded":
            return job, Reply(200, (("content-type", asset.content_type),), media.content(kind, job.request_id))
    return None, json_reply(404, {"error": "There is no such file"})

"""The emulator itself: state, request and time in; state, reply and effects out. No clock, no socket, no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from callsheet.emulator import control
from callsheet.emulator.answers import rows
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.beside import Beside
from callsheet.emulator.faults import views
from callsheet.emulator.faults.scenarios import UnknownScenarioError
from callsheet.emulator.faults.scripts import Door, Scripts
from callsheet.emulator.faults.table import FAULTS
from callsheet.emulator.handlers import about, cancelling, endpoints, streaming, trouble, uploading
from callsheet.emulator.handlers.access import access, refusal
from callsheet.emulator.handlers.calls import call
from callsheet.emulator.handlers.reading import find
from callsheet.emulator.handlers.submission import MAX_BODY, Handled, submit
from callsheet.emulator.jobs.job import State
from callsheet.emulator.jobs.progress import ProgressError, check_progress, looked
from callsheet.emulator.messages import (
    Advance,
    Delivery,
    HostKey,
    Look,
    Outcome,
    Reply,
    Request,
    Watch,
    Wire,
    json_reply,
)
from callsheet.emulator.options import Options
from callsheet.emulator.requests import asked
from callsheet.emulator.requests.routes import UPLOAD_PATH, Route, Routes, fits, known_as
from callsheet.emulator.webhooks.deliveries import key_reply, key_sets, secrets
from callsheet.emulator.webhooks.hooking import Due, Hooking
from callsheet.plan.model import Plan, ProviderPlan
from callsheet.runtime.words import Phase

_LARGEST_UPLOAD: Final = 256 * 1024 * 1024
"""Bytes of the largest upload that is taken where a spec names no limit."""


class Emulator:
    """Every provider of a plan, behaving as `options` say.

    `origins` tells where a declared host is reached (`http://127.0.0.1:8801`), for answers that name another host than
    the one that was asked. Raises `UnknownScenarioError` and `ProgressError`, each a ValueError, for a scenario or a
    progress that no provider has.
    """

    def __init__(
        self,
        plan: Plan,
        options: Options | None = None,
        origins: Mapping[HostKey, str] | None = None,
        *,
        listens: bool = False,
    ) -> None:
        """`listens`: connections are made that the emulator does not see, so that it cannot count refused ones."""
        self.plan: Final = plan
        self.options: Final = options or Options()
        self.hosts: Final[tuple[HostKey, ...]] = tuple((p.id, name) for p in plan.providers for name in p.table.hosts)
        self._largest_upload: Final = _largest_upload(plan)
        self._origins: Final[dict[HostKey, str]] = dict(origins or {})
        self._declared: Final = {key: _origins_of(plan, key) for key in self.hosts}
        self._routes: Final = Routes(plan)
        self._providers: Final = {provider.id: provider for provider in plan.providers}
        self._scripts: Final = Scripts(plan, self.options.scenario, listens=listens)
        self._own: Final = Beside(plan, self.options, self._scripts)
        self._hooking: Final = Hooking(self._providers, self.options, self._origins)
        self._key_sets: Final = key_sets(plan)
        self.webhook_secrets: Final[Mapping[str, str]] = secrets(plan, self.options)
        """The secrets that webhooks are signed with, by the environment variables that clients read."""
        check_progress(plan, self.options.progress)

    def handle(self, state: State, request: Request, now: float) -> Handled:
        """Answer one request at a time in seconds of the epoch. Never raises, whatever was sent.

        A read returns the state that it was given, unless a scenario counts its answers.
        """
        if request.path.startswith(control.PLACE):
            return self._own.answer(state, request, now)
        provider = self._providers.get(request.host[0])
        if provider is None:
            return state, json_reply(404, {"error": "There is no such host"}), ()
        if (request.host, request.path) in self._key_sets:
            return state, key_reply(provider, request, self.options), ()
        return self._handle(provider, state, request, now)

    def largest_body(self, host: HostKey, path: str) -> int:
        """Bytes of a request's body that have to be kept; a longer one is refused in any case."""
        uploads = path.startswith(UPLOAD_PATH) or any(one.kind == "upload" for one in self._routes.match(host, path))
        return self._largest_upload if uploads else MAX_BODY

    def about(self, state: State, request: Request) -> tuple[Phase | None, str | None]:
        """What a request is for, and the id of the job that it is about; None for neither."""
        route = _chosen(self._routes.match(request.host, request.path), state, request)
        return about.about(state, request, route)

    def connect(self, state: State, host: HostKey) -> tuple[State, Wire | None]:
        """What becomes of a connection to a host; None where requests may follow."""
        return self._scripts.connect(state, host)

    def doors(self, state: State) -> Mapping[str, Door]:
        """How the hosts of each provider are entered, for as long as its scenario holds."""
        return self._scripts.doors(state)

    def choose(self, state: State, text: str | None, provider: str | None = None) -> State:
        """Let a scenario hold from now on, for one provider, or for all that have it; None is the first one again.

        What was counted is counted anew. UnknownScenarioError where none has it, KeyError for an unknown provider.
        """
        return self._scripts.choose(state, text, provider)

    def due(self, state: State, now: float, stamp: float | None = None) -> Due:
        """The webhooks to deliver now, and the state that knows that they are under way.

        `stamp` is the time that the receivers' clocks show, where it is another than the emulator's.
        """
        return self._hooking.due(state, now, now if stamp is None else stamp) if state.hooks else Due(state)

    def delivered(self, state: State, delivery: Delivery, went: Outcome, now: float) -> State:
        """The state that knows how a delivery went, and whether and when the next attempt is."""
        return self._hooking.delivered(state, delivery, went, now)

    def look(self, state: State, watch: Watch, now: float) -> Look:
        """Tell what a stream has to say next, for a reply that has a `watch`."""
        request = watch.request
        job = state.jobs.get(watch.request_id)
        route = _chosen(self._routes.match(request.host, request.path), state, request)
        if job is None or route is None:
            return Look(b"", watch, None)
        desk = Desk(route.provider, route, request, now, self._reached(request))
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
        drawn = (self.options.seed, "trace", state.submissions)
        desk = Desk(provider, route, request, now, self._reached(request), drawn, self.options.speed)
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
            case "endpoint":
                return state, endpoints.answer(state, desk, route, self.options), ()
            case "status" if self.options.per_poll:
                after, reply, effects = self._about_job(state, desk, route)
                return after, reply, (*effects, Advance(self.options.per_poll))
            case _:
                return self._about_job(state, desk, route)

    def _reached(self, request: Request) -> Mapping[HostKey, str]:
        """Where other hosts are: for who came by a declared name, through a proxy for example, at theirs."""
        if request.base:
            return {host: f"{request.base}/{host[0]}/{host[1]}" for host in self.hosts}
        return {} if request.origin in self._declared.get(request.host, ()) else self._origins

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
        scenario = self._scripts.of(state, desk.provider.id, desk.request)
        taken = call if route.kind == "call" else submit

        def take(state: State, desk: Desk) -> Handled:
            return taken(state, desk, route, scenario, self.options)

        return trouble.submission(state, desk, route, scenario, take) if scenario.parts else take(state, desk)

    def _about_job(self, state: State, desk: Desk, route: Route) -> Handled:
        phase = about.PHASES[route.kind]
        values = route.read(desk.request)
        if values is None:
            return state, desk.bad_request("The query does not say what is asked for"), ()
        job = find(state, route, values, desk.request.query)
        if job is None:
            number = values.get("request_id", next(iter(values.values()), ""))
            return state, _about_nothing(desk, route, number, phase), ()
        scenario = self._scripts.of(state, desk.provider.id, desk.request, job.scenario)
        if not scenario.parts:
            return trouble.known_job(state, desk, job, phase)
        return trouble.about_job(state, desk, job, phase, scenario)

    def _upload(self, state: State, desk: Desk, route: Route) -> Handled:
        scenario = self._scripts.of(state, desk.provider.id, desk.request)
        if not scenario.parts:
            return uploading.upload(state, desk, route)
        return trouble.of_upload(state, desk, scenario, lambda state: uploading.upload(state, desk, route))


def _about_nothing(desk: Desk, route: Route, number: str, phase: Phase) -> Reply:
    """Answer about a job that is not known."""
    match route.kind:
        case "cancel":
            return cancelling.unknown(desk, number)
        case "bare":
            return desk.no_file(number)
        case _:
            return desk.unknown(number, rows.unknown_job(route.provider.spec, desk.queue, phase))


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
    """Answer a request without the headers and the query that the provider asks for, a version for example."""
    if route.way is None:
        return None
    submits = route.kind in {"submit", "call"}
    problem = asked.missing_header(route.provider.spec, route.way, desk.request, submit=submits)
    if not problem and submits:
        problem = asked.missing_query(route.way, desk.request)
    return desk.bad_request(problem) if problem else None


def _origins_of(plan: Plan, host: HostKey) -> frozenset[str]:
    parts = map(urlsplit, known_as(plan.provider(host[0]), host[1]))
    return frozenset(f"{one.scheme}://{one.netloc}" for one in parts)


def _largest_upload(plan: Plan) -> int:
    files = [provider.spec.files for provider in plan.providers if provider.spec.files is not None]
    uploads = [one.largest_upload or _LARGEST_UPLOAD for one in files if one.upload]
    return max([MAX_BODY, *uploads])

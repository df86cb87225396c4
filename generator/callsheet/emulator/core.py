"""The emulator itself: state, request and time in; state, reply and effects out. No clock, no socket, no disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callsheet.emulator import media, scenarios
from callsheet.emulator.jobs import State, outcome
from callsheet.emulator.messages import HostKey, Reply, Request, json_reply
from callsheet.emulator.options import SCENARIO_HEADER, Options
from callsheet.emulator.reading import count, find, read, unknown_row
from callsheet.emulator.replies import Desk, id_of
from callsheet.emulator.routes import MEDIA_PATH, Route, Routes
from callsheet.emulator.scenarios import SUCCESS, Scenario, UnknownScenarioError
from callsheet.emulator.submission import Handled, scripted, submit
from callsheet.plan.model import Plan
from callsheet.runtime.tables import Phase
from callsheet.spec.model import CredentialSpec


class Emulator:
    """Every provider of a plan, behaving as `options` say.

    `origins` tells where a declared host is reached (`http://127.0.0.1:8801`), for answers that name another host than
    the one that was asked. Raises `UnknownScenarioError`, a ValueError, for a scenario that no provider has.
    """

    def __init__(
        self, plan: Plan, options: Options | None = None, origins: Mapping[HostKey, str] | None = None
    ) -> None:
        self.plan: Final = plan
        self.options: Final = options or Options()
        self.hosts: Final[tuple[HostKey, ...]] = tuple((p.id, name) for p in plan.providers for name in p.table.hosts)
        self._origins: Final[dict[HostKey, str]] = dict(origins or {})
        self._routes: Final = Routes(plan)
        self._providers: Final = {provider.id: provider for provider in plan.providers}
        self._scenarios: Final = _for_each(plan, self.options.scenario)

    def handle(self, state: State, request: Request, now: float) -> Handled:
        """Answer one request at a time in seconds of the epoch. Never raises, whatever was sent.

        A read returns the state that it was given, unless a scenario counts its answers.
        """
        if request.path.startswith(MEDIA_PATH):
            return state, _media(state, request, now), ()
        provider = self._providers.get(request.host[0])
        if provider is None:
            return state, json_reply(404, {"error": "There is no such host"}), ()
        routes = self._routes.match(request.host, request.path)
        route = next((route for route in routes if route.method == request.method), routes[0] if routes else None)
        trace = id_of(self.options.seed, "trace", state.submissions, request.method, request.path)
        desk = Desk(provider, route, request, now, self._origins, trace)
        if route is None:
            return state, desk.refuse(404, f"There is nothing at {request.path}"), ()
        refused = _not_served(desk, route, routes) or self._unauthorized(desk, route)
        if refused:
            return state, refused, ()
        try:
            return self._submit(state, desk, route) if route.kind == "submit" else self._read(state, desk, route)
        except UnknownScenarioError as problem:
            return state, desk.refuse(400, str(problem)), ()

    def _unauthorized(self, desk: Desk, route: Route) -> Reply | None:
        """Answer a missing or wrong key; None where the key is good or the host takes none."""
        credential = route.provider.spec.credential
        given = (desk.request.header(credential.header or "") or "").strip()
        if route.host[1] not in credential.hosts or _key_in(given, credential) in self.options.keys:
            return None
        rows = (row for row in route.provider.spec.errors if row.means == "refused" and row.http == 401)  # noqa: PLR2004  # 401 is its own name
        row = next(rows, None)
        if row is None:
            return desk.refuse(401, "The key is missing or is not valid")
        return desk.error(scripted(row), template=None if given else row.answer_without_key)

    def _submit(self, state: State, desk: Desk, route: Route) -> Handled:
        scenario = self._scenario(desk, None)
        row = scenario.error
        if row is None or "submit" not in scenario.phases:
            return submit(state, desk, route, scenario, self.options)
        counted, answers = count(state, scenario, "submit", desk.provider.id)
        if answers and row.accepted == "never":
            return counted, desk.error(scripted(row)), ()
        taken, reply, effects = submit(counted, desk, route, scenario, self.options)
        return taken, desk.error(scripted(row)) if answers and effects else reply, effects

    def _read(self, state: State, desk: Desk, route: Route) -> Handled:
        phase: Phase = "status" if route.kind == "status" else "result"
        request_id = route.request_id(desk.request.path)
        job = find(state, route, request_id)
        if job is None:
            return state, desk.unknown(request_id, unknown_row(route.provider.spec, phase)), ()
        return read(state, desk, job, phase, self._scenario(desk, job.scenario))

    def _scenario(self, desk: Desk, of_job: str | None) -> Scenario:
        """What the request asks for, else what its job was submitted under, else the emulator's own."""
        text = desk.request.header(SCENARIO_HEADER) or of_job
        return scenarios.read(text, desk.provider.spec) if text else self._scenarios[desk.provider.id]


def _not_served(desk: Desk, route: Route, routes: tuple[Route, ...]) -> Reply | None:
    """Answer a method or an address that the spec describes no exchange for."""
    if route.kind == "declared":
        return desk.refuse(501, "The spec names this address without saying what it answers: it is not emulated")
    if route.method != desk.request.method:
        allowed = ", ".join(sorted({known.method for known in routes}))
        return desk.refuse(405, f"Method {desk.request.method} is not allowed", (("allow", allowed),))
    return None


def _for_each(plan: Plan, text: str) -> dict[str, Scenario]:
    """The scenario as each provider has it; success for a provider that lacks it, as long as one has it."""
    found: dict[str, Scenario] = {}
    problems: list[str] = []
    for provider in plan.providers:
        try:
            found[provider.id] = scenarios.read(text, provider.spec)
        except UnknownScenarioError as problem:
            problems.append(str(problem))
    if problems and not found:
        raise UnknownScenarioError("; ".join(problems))
    return {provider.id: found.get(provider.id, Scenario(SUCCESS)) for provider in plan.providers}


def _key_in(given: str, credential: CredentialSpec) -> str | None:
    """The key in a header's value; None where the value has not the form that the spec says."""
    before, _, after = credential.value.partition("{key}")
    if not (given.startswith(before) and given.endswith(after)) or len(given) < len(before) + len(after):
        return None
    return given[len(before) : len(given) - len(after)]


def _media(state: State, request: Request, now: float) -> Reply:
    """A file that a job made. It needs no key, as the addresses of providers' files need none."""
    name = request.path.removeprefix(MEDIA_PATH)
    if request.method not in {"GET", "HEAD"}:
        return json_reply(405, {"error": f"Method {request.method} is not allowed"}, (("allow", "GET, HEAD"),))
    for kind, asset in media.ASSETS.items():
        job = state.jobs.get(name.removesuffix(asset.suffix)) if name.endswith(asset.suffix) else None
        if job and outcome(job, now) == "succeeded":
            return Reply(200, (("content-type", asset.content_type),), media.content(kind, job.request_id))
    return json_reply(404, {"error": "There is no such file"})

"""`/__callsheet__/` on every host: the emulator looked at and steered from outside, in JSON and without a key.

It is the same in memory and behind sockets. A reset does not set the clock back.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from callsheet.emulator import openapi
from callsheet.emulator.faults import scenarios
from callsheet.emulator.faults.scripts import Scripts
from callsheet.emulator.intents import told
from callsheet.emulator.jobs import progress
from callsheet.emulator.jobs.job import Job, OpenIntent, State, outcome
from callsheet.emulator.jobs.logs import stamp
from callsheet.emulator.messages import Advance, Attempt, Charge, Cleared, Effect, Reply, Request, json_reply
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import Routes
from callsheet.plan.model import Plan
from callsheet.source.nodes import Plain

PLACE: Final = "/__callsheet__"
"""Where it is; under no provider's paths."""

_LARGEST: Final = 64 * 1024
_LONGEST_NAME: Final = 200
_LONGEST_LEAP: Final = 100 * 365 * 86400.0
"""Seconds of the farthest leap of the clock: a hundred years."""

Handled = tuple[State, Reply, tuple[Effect, ...]]


class BadRequestError(Exception):
    """What was asked for cannot be done; `http` says how that is answered."""

    def __init__(self, message: str, http: int = 400) -> None:
        super().__init__(message)
        self.http: Final = http


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with all that its answer may depend on. `name` is what stands behind the resource's own name."""

    plan: Plan
    options: Options
    scripts: Scripts
    state: State
    request: Request
    now: float
    name: str


def handle(  # noqa: PLR0913, PLR0917 - what an emulator is, and what is asked of it
    plan: Plan, options: Options, scripts: Scripts, state: State, request: Request, now: float
) -> Handled:
    """Answer a request whose path begins with `PLACE`."""
    below = request.path.removeprefix(PLACE)
    resource, _, name = below.strip("/").partition("/")
    ways = _RESOURCES.get((resource, bool(name))) if below[:1] in {"", "/"} else None
    if ways is None:
        known = ", ".join(_paths())
        return state, json_reply(404, {"error": f"There is nothing at {request.path[:200]}; there are {known}"}), ()
    way = ways.get("GET" if request.method == "HEAD" else request.method)
    if way is None:
        allowed = ", ".join(ways)
        told_so = f"{request.method[:20]} is not possible at {request.path[:200]}; {allowed} is"
        return state, json_reply(405, {"error": told_so}, (("allow", allowed),)), ()
    try:
        return way(Asked(plan, options, scripts, state, request, now, name))
    except (BadRequestError, progress.ProgressError, scenarios.UnknownScenarioError) as problem:
        http = problem.http if isinstance(problem, BadRequestError) else 400
        return state, json_reply(http, {"error": str(problem)}), ()


def _index(asked: Asked) -> Handled:
    return _told(asked, {"about": "What an emulator of Callsheet knows, and how it is steered.", "paths": _paths()})


def _paths() -> dict[str, Plain]:
    return {
        f"{PLACE}/{resource}{'/NAME' if named else ''}": list[Plain](ways)
        for (resource, named), ways in _RESOURCES.items()
    }


def _openapi(asked: Asked) -> Handled:
    """What the host that is asked serves."""
    host, provider = asked.request.host, asked.plan.provider(asked.request.host[0])
    return _told(asked, openapi.document(provider, host, Routes(asked.plan).at(host), asked.request.origin))


# -- what happens to jobs


def _scenario(asked: Asked) -> Handled:
    chosen: dict[str, Plain] = {
        provider.id: asked.state.scenarios.get(provider.id, asked.options.scenario) for provider in asked.plan.providers
    }
    return _told(asked, {"scenario": chosen})


def _put_scenario(asked: Asked) -> Handled:
    body = _body(asked, {"scenario"}, {"provider"})
    text = _text(body, "scenario")
    only = _text(body, "provider") if "provider" in body else None
    known = [provider.id for provider in asked.plan.providers]
    if only is not None and only not in known:
        raise BadRequestError(f"There is no provider `{only}`; there are {', '.join(known)}")
    state = asked.scripts.choose(asked.state, text, only)
    if set(asked.scripts.doors(state).values()) == {"shut"}:
        raise BadRequestError(
            "Nobody could be told that it is over: choose it for one provider, and steer at another's"
        )
    return _scenario(replace(asked, state=state))


def _delete_scenario(asked: Asked) -> Handled:
    return _scenario(replace(asked, state=asked.scripts.choose(asked.state, None)))


def _scenarios(asked: Asked) -> Handled:
    listed: dict[str, Plain] = {
        provider.id: {name: scenarios.about(name, provider.spec) for name in scenarios.names(provider.spec)}
        for provider in asked.plan.providers
    }
    return _told(asked, {"form": scenarios.FORM, "scenarios": listed})


def _progress(asked: Asked) -> Handled:
    return _told(asked, {"progress": asked.state.progress or asked.options.progress or None, "form": progress.FORM})


def _put_progress(asked: Asked) -> Handled:
    text = _text(_body(asked, {"progress"}), "progress")
    progress.parse(text)
    progress.check_progress(asked.plan, text)
    return _progress(_with(asked, progress=text))


def _delete_progress(asked: Asked) -> Handled:
    return _progress(_with(asked, progress=None))


# -- what there is


def _jobs(asked: Asked) -> Handled:
    return _told(asked, {"jobs": [_brief(job, asked.now) for job in asked.state.jobs.values()]})


def _job(asked: Asked) -> Handled:
    job = asked.state.jobs.get(asked.name)
    if job is None:
        raise BadRequestError(f"There is no job {asked.name[:100]}; {PLACE}/jobs lists those that there are", 404)
    attempts = [_attempt(one) for one in asked.state.attempts if one.request_id == job.request_id]
    more: dict[str, Plain] = {"input": dict(job.payload), "options": dict(job.options), "webhooks": [*attempts]}
    return _told(asked, {**_brief(job, asked.now), **more})


def _attempt(made: Attempt) -> dict[str, Plain]:
    """An attempt to deliver the job's webhook; one that was not made has the number 0."""
    return {
        "number": made.number,
        "url": made.url,
        "at": stamp(made.at),
        "http": made.outcome.status,
        "trouble": made.outcome.trouble or None,
        "next": stamp(made.next) if made.next is not None else None,
    }


def _brief(job: Job, now: float) -> dict[str, Plain]:
    stands = outcome(job, now)
    return {
        "id": job.request_id,
        "provider": job.provider,
        "model": job.model,
        "protocol": job.protocol,
        "stands": stands,
        "submitted": stamp(job.submitted),
        "ends": stamp(job.ends) if math.isfinite(job.ends) else None,
        "scenario": job.scenario or None,
        "failure": job.failure.message if job.failure and stands in {"failed", "cancelled"} else None,
    }


def _ledger(asked: Asked) -> Handled:
    return _told(asked, _account(asked.state.ledger))


def _account(ledger: tuple[Charge, ...]) -> dict[str, Plain]:
    """Entries and sums. A sum is of what is billed always or maybe, where the price of a call is stated."""
    owed = [charge for charge in ledger if charge.billed != "never"]
    total: dict[str, float] = {}
    for charge in owed:
        if charge.costs is not None and charge.currency:
            total[charge.currency] = total.get(charge.currency, 0.0) + charge.costs
    return {
        "charges": [entry(charge) for charge in ledger],
        "total": {currency: round(amount, 6) for currency, amount in total.items()},
        "unpriced": sum(charge.costs is None or not charge.currency for charge in owed),
    }


def entry(charge: Charge) -> dict[str, Plain]:
    """An entry of the ledger in JSON."""
    return {
        "request": charge.number,
        "method": charge.method,
        "path": charge.path,
        "at": stamp(charge.at),
        "job": charge.request_id,
        "provider": charge.provider,
        "model": charge.model,
        "billed": charge.billed,
        "price": charge.price,
        "currency": charge.currency,
        "per": charge.per,
    }


# -- what one wish was charged for


def _intents(asked: Asked) -> Handled:
    return _told(asked, {"open": asked.state.intent.name if asked.state.intent else None})


def _open_intent(asked: Asked) -> Handled:
    name = _text(_body(asked, {"name"}), "name")
    if not name or len(name) > _LONGEST_NAME or "/" in name:
        raise BadRequestError(f"`name` is a text of up to {_LONGEST_NAME} characters, without slashes")
    if asked.state.intent is not None:
        raise BadRequestError(f"The intent `{asked.state.intent.name}` is open; close it before the next begins", 409)
    state = replace(asked.state, intent=OpenIntent(name, len(asked.state.ledger)))
    return state, json_reply(201, {"open": name}), ()


def _close_intent(asked: Asked) -> Handled:
    """200 with its charges; 409 if it was charged more than once."""
    intent = asked.state.intent
    if intent is None or intent.name != asked.name:
        raise BadRequestError(f"No intent `{asked.name[:100]}` is open", 404)
    charges = [charge for charge in asked.state.ledger[intent.since :] if charge.billed != "never"]
    body: dict[str, Plain] = {"name": intent.name, "charges": [entry(charge) for charge in charges]}
    if len(charges) > 1:
        body["error"] = told(intent.name, charges)
    return replace(asked.state, intent=None), json_reply(409 if len(charges) > 1 else 200, body), ()


# -- time, and a new beginning


def _clock(asked: Asked) -> Handled:
    return _at(asked, asked.now)


def _at(asked: Asked, now: float, *effects: Effect) -> Handled:
    body: dict[str, Plain] = {"now": now, "date": stamp(now), "mode": asked.options.clock, "speed": asked.options.speed}
    return asked.state, json_reply(200, body), effects


def _move_clock(asked: Asked) -> Handled:
    seconds = _body(asked, {"advance"})["advance"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST_LEAP:
        raise BadRequestError(f"`advance` is a number of seconds from 0 to {_LONGEST_LEAP:.0f}")
    return _at(asked, asked.now + seconds, Advance(float(seconds)))


def _reset(asked: Asked) -> Handled:
    """No jobs, no uploads, an empty ledger; scenario and progress as at the beginning."""
    _body(asked, set())
    return State(), json_reply(200, {"reset": True}), (Cleared(),)


# -- helpers


def _told(asked: Asked, body: dict[str, Plain]) -> Handled:
    return asked.state, json_reply(200, body), ()


def _with(asked: Asked, **changed: Any) -> Asked:
    return replace(asked, state=replace(asked.state, **changed))


def _body(asked: Asked, needed: set[str], possible: set[str] | None = None) -> dict[str, Plain]:
    """The JSON object that was sent; nothing at all is an empty one."""
    known = needed | (possible or set())
    sent = asked.request.body
    if len(sent) > _LARGEST:
        raise BadRequestError(f"The body is larger than {_LARGEST} bytes", 413)
    try:
        body: Any = json.loads(sent or b"{}")
    except (ValueError, RecursionError) as problem:
        raise BadRequestError(f"The body is not JSON: {str(problem)[:200]}") from problem
    if not isinstance(body, dict):
        raise BadRequestError("The body is not a JSON object")
    found = cast("dict[str, Plain]", body)
    odd = [f"`{name[:50]}` is not known" for name in found if name not in known]
    lacking = [f"`{name}` is missing" for name in sorted(needed - found.keys())]
    if odd or lacking:
        expected = ", ".join(sorted(known)) or "nothing"
        raise BadRequestError(f"{'; '.join([*lacking, *odd])}; the body takes {expected}")
    return found


def _text(body: Mapping[str, Plain], name: str) -> str:
    value = body[name]
    if not isinstance(value, str):
        raise BadRequestError(f"`{name}` is a text")
    return value


_RESOURCES: Final[Mapping[tuple[str, bool], Mapping[str, Callable[[Asked], Handled]]]] = {
    ("", False): {"GET": _index},
    ("openapi.json", False): {"GET": _openapi},
    ("scenario", False): {"GET": _scenario, "PUT": _put_scenario, "DELETE": _delete_scenario},
    ("scenarios", False): {"GET": _scenarios},
    ("progress", False): {"GET": _progress, "PUT": _put_progress, "DELETE": _delete_progress},
    ("jobs", False): {"GET": _jobs},
    ("jobs", True): {"GET": _job},
    ("ledger", False): {"GET": _ledger},
    ("intents", False): {"GET": _intents, "POST": _open_intent},
    ("intents", True): {"DELETE": _close_intent},
    ("clock", False): {"GET": _clock, "POST": _move_clock},
    ("reset", False): {"POST": _reset},
}

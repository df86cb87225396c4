"""What the placeholders of an answer stand for."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from callsheet.emulator.answers.account import cost
from callsheet.emulator.answers.outputs import Maker
from callsheet.emulator.jobs.job import Failure, Job, outcome, position, progress
from callsheet.emulator.jobs.logs import entries, stamp
from callsheet.emulator.messages import HostKey, Request
from callsheet.emulator.requests.judging import Violation
from callsheet.emulator.requests.routes import KEPT_PATH, Way, fill, host_path, kept_at
from callsheet.emulator.templates import render
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec, ProtocolSpec, UrlSpec

_AGAIN: Final = 60.0
"""Seconds until another try makes sense, where a provider says when."""

TICKET = "ticket"
"""Option in the query of an address that a client must not make up: no one can know its value."""


def job_values(  # noqa: PLR0913, PLR0917 - all that an answer may depend on
    provider: ProviderPlan,
    way: Way,
    job: Job,
    request: Request,
    now: float,
    origins: Mapping[HostKey, str],
    told: int,
) -> dict[str, Plain]:
    """What the placeholders of a job's answers stand for."""
    model = provider.model(job.model)
    values: dict[str, Plain] = {
        "request_id": job.request_id,
        "path": request.path,
        "queue_position": position(job, now),
        "queue_time": _seconds(job.submitted, job.starts, now),
        "inference_time": _seconds(job.starts, job.ends, now),
        "total_time": _seconds(job.submitted, job.ends, now),
        "logs": None,
    }
    if isinstance(way, ProtocolSpec):
        values |= _of_queue(way, job, request, now, told)
        paths = job.addresses or addresses(provider, model, way, job)
        for url in way.urls:
            values[url.name] = origin(provider, url.host, request, origins) + paths[url.name]
    if outcome(job, now) == "succeeded":
        kept = _kept(provider, way, job, request, origins)
        values |= _of_success(way, job, model, request.origin, kept)
    values["cost"] = cost(model)
    defaults = {field.name: field.default for field in model.spec.input if field.has_default}
    values["input"] = {**defaults, **job.payload}
    values |= {"units": 0 if job.failure else 1, "remaining_credits": job.credits}
    return values | (failure_values(job.failure, request, now) if job.failure else {})


def failure_values(failure: Failure, request: Request, now: float) -> dict[str, Plain]:
    """What they stand for in the answer of an error."""
    values: dict[str, Plain] = {
        "message": failure.message,
        "path": request.path,
        "units": 0,
        "retry_at": stamp(now + _AGAIN),
    }
    row = failure.row
    if row is None:
        return values
    values["http"] = row.http
    if row.code is not None:
        values["code"] = row.code
    if row.violation is not None:
        values["violations"] = [render(row.violation, _violation_values(row, found)) for found in failure.violations]
    if isinstance(row.answer, dict):
        values["error"] = render(row.answer, values)
    return values


def taken(job: Job, name: str) -> str:
    """The value under a name that a further request takes, such as the id of the job's file: made up, and lasting."""
    return sha256(f"{name}:{job.request_id}".encode()).hexdigest()[:24]


def ticket(job: Job, url: UrlSpec) -> str:
    """What the address of a job holds that no one can make up."""
    return taken(job, f"ticket of {url.name}")


def _of_queue(way: ProtocolSpec, job: Job, request: Request, now: float, told: int) -> dict[str, Plain]:
    done = progress(job, now) * way.status.percent_of
    percent: Plain = int(done) if way.status.percent_of > 1 else round(done, 2)
    return {"logs": entries(job, way.status, request, now, told), "percent": percent}


def _kept(
    provider: ProviderPlan, way: Way, job: Job, request: Request, origins: Mapping[HostKey, str]
) -> dict[str, str]:
    """The whole URL that the result names of a file behind the key, under its name; most often there is none."""
    name = (way.file.url or "")[1:-1] if isinstance(way, ProtocolSpec) and way.file is not None else ""
    if not name or not isinstance(way, ProtocolSpec):
        return {}
    host = kept_at(provider.spec, way)
    path = f"{host_path(provider, host)}{KEPT_PATH}{way.name}/{taken(job, name)}"
    return {name: origin(provider, host, request, origins) + path}


def _of_success(way: Way, job: Job, model: ModelPlan, base_url: str, kept: Mapping[str, str]) -> dict[str, Plain]:
    file = way.file if isinstance(way, ProtocolSpec) else None
    names = {name: taken(job, name) for name in (file.takes if file is not None else ())} | {**kept}
    # An id that stands within the output is the output's own; elsewhere the answer has a placeholder for it.
    base = way.result.output
    inside = {
        pointer.removeprefix(base): names[name]
        for name, pointer in (file.takes.items() if file is not None else ())
        if pointer == base or pointer.startswith(f"{base}/")
    }
    maker = Maker(model, job, base_url, inside)
    output = maker.output() if way.result.decode != "bytes" else None
    values: dict[str, Plain] = {"file": next(iter(kept.values()), maker.address()), **names}
    if output is not None:
        values["output"] = json.dumps(output) if way.result.decode == "json_text" else output
    return values


def addresses(provider: ProviderPlan, model: ModelPlan, way: ProtocolSpec, job: Job) -> dict[str, str]:
    """The paths of a job's addresses, with their query, by the names of the spec."""
    return {url.name: _job_address(provider, model, url, job) for url in way.urls}


def _job_address(provider: ProviderPlan, model: ModelPlan, url: UrlSpec, job: Job) -> str:
    known = {**model.spec.path, **job.path, "request_id": job.request_id}
    query = {name: fill(text, known) for name, text in url.query.items()}
    if url.only_given:
        query[TICKET] = ticket(job, url)
    return host_path(provider, url.host) + fill(url.path, known) + (f"?{urlencode(query)}" if query else "")


def origin(provider: ProviderPlan, host: str, request: Request, origins: Mapping[HostKey, str]) -> str:
    """Where the client reaches a declared host: the way it came, else where the emulator serves that host."""
    key = (provider.id, host)
    if key == request.host:
        return request.origin
    declared = provider.table.hosts[host].removesuffix("/")
    return origins.get(key, declared.removesuffix(host_path(provider, host)))


def _seconds(begins: float, ends: float, now: float) -> float:
    """How long something lasts; so far, where its end is not known yet."""
    return round(max(0.0, (ends if math.isfinite(ends) else now) - begins), 3) if math.isfinite(begins) else 0.0


def _violation_values(row: ErrorSpec, found: Violation) -> dict[str, Plain]:
    values: dict[str, Plain] = {
        "loc": ["body", *found.path],
        "message": found.message,
        "type": row.violation_types.get(found.kind, f"{found.kind}_error"),
        "value": found.value,
    }
    return values if found.context is None else {**values, "context": found.context}

"""The answers of a provider, rendered from the templates of its spec."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from callsheet.emulator.jobs import Fault, Job, observe, outcome, position
from callsheet.emulator.judging import Violation
from callsheet.emulator.logs import entries
from callsheet.emulator.messages import HostKey, Pairs, Reply, Request, json_reply
from callsheet.emulator.outputs import Maker
from callsheet.emulator.routes import Route, host_path, job_path
from callsheet.emulator.templates import render
from callsheet.plan.model import ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec, ProtocolSpec

_ANY_FORM: Final[dict[str, Plain]] = {"error": "{message}"}
"""For a provider whose spec shows no form of an error."""


def id_of(seed: str, *parts: str | int) -> str:
    """An opaque id of 32 hexadecimal digits, the same for the same arguments."""
    return sha256(":".join(map(str, (seed, *parts))).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Desk:
    """A provider as it answers one request at one time. Whoever asks for a job's answer has a `route`."""

    provider: ProviderPlan
    route: Route | None
    request: Request
    now: float
    origins: Mapping[HostKey, str]
    trace_id: str
    """Goes into the header of request ids where the answer is about no job."""

    @property
    def protocol(self) -> ProtocolSpec:
        """The protocol of the request; the provider's first where the request belongs to none."""
        return self.route.protocol if self.route else self.provider.spec.protocols[0]

    def refuse(self, http: int, message: str, headers: Pairs = ()) -> Reply:
        """Answer what no row of the spec is exactly about, in the form of the row that comes closest."""
        rows = [row for row in self.provider.spec.errors if row.means == "refused" and row.answer is not None]
        exact = [row for row in rows if row.http == http]
        spoken = [row for row in rows if "{message}" in json.dumps(row.answer)]
        template = next((row.answer for row in (*exact, *spoken)), _ANY_FORM)
        body = render(template, {"message": message, "path": self.request.path, "http": http})
        return self._send(http, body, None, headers)

    def error(self, fault: Fault, job: Job | None = None, *, template: Plain = None) -> Reply:
        """Answer a documented error. `template` replaces the row's own answer."""
        template = fault.row.answer if template is None else template
        if template is None:
            return self.refuse(fault.row.http, fault.message)
        body = render(template, {**(self._values(job) if job else {}), **self._fault_values(fault)})
        return self._send(fault.row.http, body, job, self._code_header(fault.row, body))

    def unknown(self, request_id: str, row: ErrorSpec | None) -> Reply:
        """Answer for an id that the provider does not know, or no longer knows."""
        message = f"Request {request_id} not found"
        if row is None or row.answer is None:
            return self.refuse(404 if row is None else row.http, message)
        body = render(row.answer, {"request_id": request_id, "message": message, "path": self.request.path})
        return self._send(row.http, body, None, self._code_header(row, body))

    def submitted(self, job: Job) -> Reply:
        """Answer an accepted submission."""
        submit = self.protocol.submit
        return self._send(submit.http, render(submit.answer, self._values(job)), job)

    def status(self, job: Job) -> Reply:
        """Answer with the status object, also where it is served at the result's address."""
        state = observe(job, self.protocol, self.now)
        ended_badly = outcome(job, self.now) in {"failed", "cancelled"}
        template = state.answer_when_failed if ended_badly and state.answer_when_failed is not None else state.answer
        return self._send(state.http, render(template, self._values(job)), job)

    def result(self, job: Job) -> Reply:
        """Answer with what the job made."""
        result = self.protocol.result
        output = Maker(self.provider.model(job.model), job, self.request.origin).output()
        return self._send(result.http, render(result.answer, {**self._values(job), "output": output}), job)

    def _send(self, http: int, body: Plain, job: Job | None, headers: Pairs = ()) -> Reply:
        name = self.protocol.request_id_header
        traced: Pairs = ((name, job.request_id if job else self.trace_id),) if name else ()
        return json_reply(http, body, (*traced, *headers))

    def _code_header(self, row: ErrorSpec, body: Plain) -> Pairs:
        where = self.provider.spec.error_body
        first = where.code[0].removeprefix("/") if where.code else ""
        code = row.code or (body.get(first) if isinstance(body, dict) else None)
        return ((where.code_header, code),) if where.code_header and isinstance(code, str) else ()

    def _values(self, job: Job) -> dict[str, Plain]:
        """What the placeholders of a job's answers stand for."""
        model = self.provider.model(job.model)
        values: dict[str, Plain] = {
            "request_id": job.request_id,
            "path": self.request.path,
            "logs": entries(job, self.protocol.status, self.request, self.now),
            "queue_position": position(job, self.now),
            "queue_time": round(job.starts - job.submitted, 3),
            "inference_time": round(job.ends - job.starts, 3),
            "total_time": round(job.seconds, 3),
        }
        for url in self.protocol.urls:
            values[url.name] = self._origin(url.host) + job_path(self.provider, model, url, job.request_id)
        price = model.spec.price
        if price.stated and price.amount is not None:
            values["cost"] = price.amount
        return values | (self._fault_values(job.fault) if job.fault else {})

    def _origin(self, host: str) -> str:
        """Where the client reaches a declared host: the way it came, else where the emulator serves that host."""
        key = (self.provider.id, host)
        if key == self.request.host:
            return self.request.origin
        declared = self.provider.table.hosts[host].removesuffix("/")
        return self.origins.get(key, declared.removesuffix(host_path(self.provider, host)))

    def _fault_values(self, fault: Fault) -> dict[str, Plain]:
        row = fault.row
        values: dict[str, Plain] = {"message": fault.message, "http": row.http, "path": self.request.path}
        if row.violation is not None:
            values["violations"] = [render(row.violation, _violation_values(row, found)) for found in fault.violations]
        return values


def _violation_values(row: ErrorSpec, found: Violation) -> dict[str, Plain]:
    values: dict[str, Plain] = {
        "loc": ["body", *found.path],
        "message": found.message,
        "type": row.violation_types.get(found.kind, f"{found.kind}_error"),
        "value": found.value,
    }
    return values if found.context is None else {**values, "context": found.context}

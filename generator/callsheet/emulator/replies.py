"""The answers of a provider, rendered from the templates of its spec."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from callsheet.emulator.jobs import Fault, Job, observe, position
from callsheet.emulator.logs import entries
from callsheet.emulator.messages import HostKey, Pairs, Reply, Request, json_reply
from callsheet.emulator.outputs import Maker
from callsheet.emulator.routes import host_path, job_path
from callsheet.emulator.templates import render
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec, ProtocolSpec


def id_of(seed: str, *parts: str | int) -> str:
    """An opaque id of 32 hexadecimal digits, the same for the same arguments."""
    return sha256(":".join(map(str, (seed, *parts))).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Desk:
    """One provider as it answers one request; without a protocol where the request belongs to none."""

    provider: ProviderPlan
    protocol: ProtocolSpec | None
    request: Request
    origins: Mapping[HostKey, str]
    trace_id: str
    """Goes into the header of request ids where the answer is about no job."""

    def refuse(self, http: int, message: str, headers: Pairs = ()) -> Reply:
        """An answer that no row of the spec is exactly about, in the form of the row that comes closest."""
        rows = [row for row in self.provider.spec.errors if row.means == "refused" and row.answer is not None]
        exact = [row for row in rows if row.http == http]
        spoken = [row for row in rows if "{message}" in json.dumps(row.answer)]
        template = next((row.answer for row in (*exact, *spoken)), {"error": "{message}"})
        body = render(template, {"message": message, "path": self.request.path, "http": http})
        return self._send(http, body, None, headers)

    def error(self, fault: Fault, job: Job | None = None, *, template: Plain = None, now: float = 0.0) -> Reply:
        """A documented error. `template` replaces the row's own answer."""
        template = fault.row.answer if template is None else template
        if template is None:
            return self.refuse(fault.row.http, fault.message)
        values = self._values(job, now) if job else self._fault_values(fault)
        body = render(template, {**values, **self._fault_values(fault)})
        return self._send(fault.row.http, body, job, self._code_header(fault.row, body))

    def unknown(self, request_id: str, row: ErrorSpec | None) -> Reply:
        """The answer for an id that the provider does not know, or no longer knows."""
        message = f"Request {request_id} not found"
        if row is None or row.answer is None:
            return self.refuse(404 if row is None else row.http, message)
        body = render(row.answer, {"request_id": request_id, "message": message, "path": self.request.path})
        return self._send(row.http, body, None, self._code_header(row, body))

    def submitted(self, protocol: ProtocolSpec, job: Job, now: float) -> Reply:
        """The answer to an accepted submission."""
        return self._send(protocol.submit.http, render(protocol.submit.answer, self._values(job, now)), job)

    def status(self, protocol: ProtocolSpec, job: Job, now: float) -> Reply:
        """The status object, also where it is served at the result's address."""
        state = observe(job, protocol, now)
        failed = job.fault is not None and now >= job.ends
        template = state.answer_when_failed if failed and state.answer_when_failed is not None else state.answer
        return self._send(state.http, render(template, self._values(job, now)), job)

    def result(self, protocol: ProtocolSpec, model: ModelPlan, job: Job, now: float) -> Reply:
        """The answer with what the job made."""
        output = Maker(model, job, self.request.origin).output()
        body = render(protocol.result.answer, {**self._values(job, now), "output": output})
        return self._send(protocol.result.http, body, job)

    def _send(self, http: int, body: Plain, job: Job | None, headers: Pairs = ()) -> Reply:
        name = self.protocol.request_id_header if self.protocol else None
        traced: Pairs = ((name, job.request_id if job else self.trace_id),) if name else ()
        return json_reply(http, body, (*traced, *headers))

    def _code_header(self, row: ErrorSpec, body: Plain) -> Pairs:
        where = self.provider.spec.error_body
        first = where.code[0].removeprefix("/") if where.code else ""
        code = row.code or (body.get(first) if isinstance(body, dict) else None)
        return ((where.code_header, code),) if where.code_header and isinstance(code, str) else ()

    def _values(self, job: Job, now: float) -> dict[str, Plain]:
        """What the placeholders of a job's answers stand for; the reference is docs/spec-language.md."""
        values: dict[str, Plain] = {"request_id": job.request_id, "path": self.request.path}
        if self.protocol:
            values |= self._urls(self.protocol, job)
            values["logs"] = entries(job, self.protocol.status, self.request, now)
        values["queue_position"] = position(job, now)
        values["queue_time"] = round(job.starts - job.submitted, 3)
        values["inference_time"] = round(job.ends - job.starts, 3)
        values["total_time"] = round(job.seconds, 3)
        price = self.provider.model(job.model).spec.price
        if price.stated and price.amount is not None:
            values["cost"] = price.amount
        return values | (self._fault_values(job.fault) if job.fault else {})

    def _urls(self, protocol: ProtocolSpec, job: Job) -> dict[str, Plain]:
        model = self.provider.model(job.model)
        return {
            url.name: self._origin(url.host) + job_path(self.provider, model, url, job.request_id)
            for url in protocol.urls
        }

    def _origin(self, host: str) -> str:
        """Where the client reaches a declared host: the way it came, else where the emulator serves that host."""
        key = (self.provider.id, host)
        if key == self.request.host:
            return self.request.origin
        declared = self.provider.table.hosts[host]
        return self.origins.get(key, declared.removesuffix("/").removesuffix(host_path(self.provider, host)))

    def _fault_values(self, fault: Fault) -> dict[str, Plain]:
        row = fault.row
        values: dict[str, Plain] = {"message": fault.message, "http": row.http, "path": self.request.path}
        if row.code is not None:
            values["code"] = row.code
        if row.violation is not None:
            values["violations"] = [
                render(
                    row.violation,
                    {
                        "loc": ["body", *violation.path],
                        "field": violation.field,
                        "message": violation.message,
                        "type": row.violation_types.get(violation.kind, f"{violation.kind}_error"),
                        "value": violation.value,
                        **({} if violation.context is None else {"context": violation.context}),
                    },
                )
                for violation in fault.violations
            ]
        return values

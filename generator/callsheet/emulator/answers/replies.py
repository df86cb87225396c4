"""The answers of a provider, rendered from the templates of its spec."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.answers.outputs import Maker
from callsheet.emulator.answers.values import failure_values, job_values, origin
from callsheet.emulator.jobs.ids import id_of, shaped
from callsheet.emulator.jobs.job import Failure, Job, outcome
from callsheet.emulator.jobs.states import observe
from callsheet.emulator.messages import HostKey, Pairs, Reply, Request, json_reply
from callsheet.emulator.requests.judging import Violation
from callsheet.emulator.requests.routes import Route, Way, host_path
from callsheet.emulator.templates import headers, render
from callsheet.plan.model import ProviderPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import CancelAnswerSpec, ErrorSpec, ProtocolSpec

_ANY_FORM: Final[dict[str, Plain]] = {"error": "{message}"}
"""For a provider whose spec shows no form of an error."""

_NO_CONTENT: Final = 204
_PACES: Final = 8
"""Looks in the time of one job that a provider asks for where it says how long to wait between them."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A provider as it answers one request at one time. Whoever asks for a job's answer has a `route`."""

    provider: ProviderPlan
    route: Route | None
    request: Request
    now: float
    origins: Mapping[HostKey, str]
    drawn: tuple[str | int, ...] = ()
    """What the id follows from that goes into the header of request ids where the answer is about no job."""
    speed: float = 1.0
    """How many times faster than the caller's the emulator's clock runs."""

    @property
    def way(self) -> Way:
        """The protocol of the request; the provider's first where the request belongs to none."""
        found = self.route.way if self.route is not None else None
        return found if found is not None else self.provider.spec.ways[0]

    @property
    def queue(self) -> ProtocolSpec:
        """The protocol of a request about a job."""
        if self.route is None:
            raise TypeError("a request about a job has a route")
        return self.route.queue

    def refuse(self, http: int, message: str, told: Pairs = ()) -> Reply:
        """Answer what no row of the spec is exactly about, in the form of the row that comes closest."""
        rows_here = rows.of(self.provider.spec, self.way)
        known = [row for row in rows_here if row.means == "refused" and row.answer is not None]
        exact = [row for row in known if row.http == http]
        spoken = [row for row in known if "{message}" in json.dumps(row.answer)]
        row = next(iter((*exact, *spoken)), None)
        values: dict[str, Plain] = {"message": message, "path": self.request.path, "http": http, "units": 0}
        body = render(_ANY_FORM if row is None else row.answer, values)
        of_row = headers(row.answer_headers, values) if row is not None and row.http == http else ()
        return self._send(http, body, None, (*of_row, *told))

    def bad_request(self, message: str) -> Reply:
        """Answer a request of another form than the provider takes."""
        row = rows.bad_request(self.provider.spec, self.way)
        if row is None:
            return self.refuse(400, message)
        return self.error(Failure(row, message, (Violation("value", (), message, None),)))

    def error(self, failure: Failure, job: Job | None = None, *, template: Plain = None) -> Reply:
        """Answer a documented error. `template` replaces the row's own answer."""
        if failure.row is None:
            return self.refuse(409, failure.message)
        template = failure.row.answer if template is None else template
        if template is None:
            return self.refuse(failure.row.http, failure.message)
        known: dict[str, Plain] = self._values(job) if job else {"remaining_credits": failure.credits}
        values = {**known, **failure_values(failure, self.request, self.now)}
        body = render(template, values)
        told = (*self._code_header(failure.row, body), *headers(failure.row.answer_headers, values))
        return self._send(failure.row.http, body, job, told)

    def unknown(self, request_id: str, row: ErrorSpec | None) -> Reply:
        """Answer for an id that the provider does not know, or no longer knows."""
        message = f"Request {request_id} not found"
        if row is None or row.answer is None:
            return self.refuse(404 if row is None else row.http, message)
        values: dict[str, Plain] = {"request_id": request_id, "message": message, "path": self.request.path}
        body = render(row.answer, values)
        told = (*self._code_header(row, body), *headers(row.answer_headers, values))
        return self._send(row.http, body, None, told)

    def submitted(self, job: Job) -> Reply:
        """Answer an accepted submission."""
        submit = self.way.submit
        values = self._values(job)
        return self._send(submit.http, render(submit.answer, values), job, headers(submit.answer_headers, values))

    def status(self, job: Job) -> Reply:
        """Answer with the status object, also where it is served at the result's address."""
        state = observe(job, self.queue, self.now)
        if state is None:
            failure = job.failure
            return self.refuse(500, "There is no such state") if failure is None else self.error(failure, job)
        stands = outcome(job, self.now)
        result = self.queue.result
        if stands == "succeeded" and result.url is None and result.decode == "bytes":
            return self._bytes(job, state.http)
        ended_badly = stands in {"failed", "cancelled"}
        template = state.answer_when_failed if ended_badly and state.answer_when_failed is not None else state.answer
        paced = self._pace(job) if stands in {"queued", "running"} else ()
        return self._send(state.http, render(template, self._values(job)), job, paced)

    def body_of_status(self, job: Job, told: int) -> Plain:
        """The status answer as an event of a stream; with the log after so many lines."""
        state = observe(job, self.queue, self.now)
        if state is None:
            return None
        failed = outcome(job, self.now) in {"failed", "cancelled"} and state.answer_when_failed is not None
        return render(state.answer_when_failed if failed else state.answer, self._values(job, told))

    def result(self, job: Job) -> Reply:
        """Answer with what the job made, at the result's address."""
        result = self.queue.result
        if result.url is None:
            return self.status(job)
        values = self._values(job)
        told = headers(result.answer_headers, values)
        if result.decode == "bytes":
            return self._bytes(job, result.http, told)
        return self._send(result.http, render(result.answer, values), job, told)

    def bare_file(self, job: Job) -> Reply:
        """Answer at the address that has the file itself, or nothing yet."""
        rule = self.queue.result.file_at
        if rule is None or outcome(job, self.now) == "succeeded":
            return self._bytes(job, 200)
        return self._send(rule.http, render(rule.answer, self._values(job)), job)

    def no_file(self, request_id: str) -> Reply:
        """Answer there for a job that is not known."""
        rule = self.queue.result.file_at
        values: dict[str, Plain] = {"request_id": request_id, "path": self.request.path}
        return self.refuse(404, "") if rule is None else self._send(rule.http, render(rule.answer, values), None)

    def made(self, job: Job) -> Reply:
        """Answer a blocking call with what it made."""
        result = self.way.result
        maker = self.maker(job)
        values = self._values(job)
        told = headers(result.answer_headers, values)
        if result.base64 is not None and (result.base64.always or maker.as_text()):
            body = render(result.base64.answer, {**values, "output": maker.text()})
            return self._send(result.http, body, job, told)
        if result.decode == "bytes":
            return self._bytes(job, result.http, told)
        return self._send(result.http, render(result.answer, values), job, told)

    def file(self, job: Job) -> Reply:
        """Answer the further request for the file."""
        rule = self.queue.file
        if rule is None or rule.gives == "bytes":
            return self._bytes(job, 200)
        return self._send(200, render(rule.answer, self._values(job)), job)

    def cancelled(self, job: Job, answer: CancelAnswerSpec) -> Reply:
        """Answer the wish to cancel."""
        return self._send(answer.http, render(answer.answer, self._values(job)), job)

    def without_job(self, answer: CancelAnswerSpec, request_id: str) -> Reply:
        """Answer the wish to cancel a job that is not known."""
        values: dict[str, Plain] = {"request_id": request_id, "path": self.request.path}
        return self._send(answer.http, render(answer.answer, values), None)

    def maker(self, job: Job) -> Maker:
        """Who makes the output of a job."""
        return Maker(self.provider.model(job.model), job, self.request.origin)

    def traced(self, reply: Reply, job: Job | None) -> Reply:
        """An answer with the header that repeats the id, where the protocol has one."""
        name = self.way.request_id_header
        if not name:
            return reply
        headers = (*reply.headers, (name, job.request_id if job else self._trace()))
        return Reply(reply.status, headers, reply.body, reply.wait, reply.wire, reply.watch)

    def _trace(self) -> str:
        seed, *parts = self.drawn or ("",)
        number = id_of(str(seed), *parts, self.request.method, self.request.path)
        return shaped(number, self.provider.spec.request_ids, self.now)

    def _send(self, http: int, body: Plain, job: Job | None, told: Pairs = ()) -> Reply:
        if http == _NO_CONTENT:
            return self.traced(Reply(http, told), job)
        return self.traced(json_reply(http, body, told), job)

    def send(self, http: int, body: Plain, told: Pairs = ()) -> Reply:
        """Answer what is about no job."""
        return self._send(http, body, None, told)

    def address_of(self, host: str) -> str:
        """Where the client reaches a declared host."""
        return origin(self.provider, host, self.request, self.origins) + host_path(self.provider, host)

    def _bytes(self, job: Job, http: int, told: Pairs = ()) -> Reply:
        content_type, content = self.maker(job).file()
        return self.traced(Reply(http, (("content-type", content_type), *told), content), job)

    def _pace(self, job: Job) -> Pairs:
        """The seconds until the next look, where the provider tells them."""
        name = self.queue.pace_header
        if not name:
            return ()
        seconds = job.ends - job.submitted
        # Whoever is told so waits by a clock that runs no faster.
        pause = max(self.queue.poll_interval, seconds / _PACES / self.speed if math.isfinite(seconds) else 0.0)
        return ((name, f"{round(pause) if pause >= 1 else round(pause, 3):g}"),)

    def _code_header(self, row: ErrorSpec, body: Plain) -> Pairs:
        where = self.provider.spec.error_body
        first = where.code[0].removeprefix("/") if where.code else ""
        code = row.code or (body.get(first) if isinstance(body, dict) else None)
        return ((where.code_header, code),) if where.code_header and isinstance(code, str) else ()

    def _values(self, job: Job, told: int = 0) -> dict[str, Plain]:
        return job_values(self.provider, self.way, job, self.request, self.now, self.origins, told)

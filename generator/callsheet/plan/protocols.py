"""Protocols, errors and endpoints as the engine reads them."""

from __future__ import annotations

from callsheet.plan.model import Code, ErrorPlan
from callsheet.plan.names import error_name
from callsheet.runtime.tables import (
    Address,
    Credential,
    ErrorBody,
    ErrorMeans,
    ErrorRow,
    Logs,
    Match,
    Provider,
    Queue,
    Result,
    Retention,
    State,
    Status,
    Submit,
)
from callsheet.spec.model import (
    ErrorSpec,
    LogsSpec,
    ProtocolSpec,
    ProviderSpec,
    ResultSpec,
    RetentionSpec,
    StatusSpec,
)

BASE_OF: dict[ErrorMeans, str] = {
    "refused": "Refused",
    "failed": "JobFailed",
    "cancelled": "JobCancelled",
    "unknown_job": "UnknownJob",
    "not_finished": "NotFinished",
    "unavailable": "Unavailable",
}
"""The runtime class that an error derives from, by what it means."""


def provider_table(spec: ProviderSpec) -> Provider:
    """All that the engine has to know of a provider."""
    return Provider(
        id=spec.id,
        name=spec.name,
        hosts={host.name: host.url for host in spec.hosts},
        credential=Credential(
            spec.credential.env, spec.credential.header, spec.credential.value, spec.credential.hosts
        ),
        error_body=ErrorBody(spec.error_body.message, spec.error_body.code, spec.error_body.code_header),
    )


def queue_table(spec: ProtocolSpec) -> Queue:
    """A protocol of kind `queue`."""
    return Queue(
        name=spec.name,
        submit=Submit(
            host=spec.submit.host,
            path=spec.submit.path,
            request_id=spec.submit.request_id,
            urls=dict(spec.submit.urls),
            method=spec.submit.method,
            http=spec.submit.http,
        ),
        status=_status(spec.status),
        result=_result(spec.result),
        urls={url.name: Address(url.host, url.path) for url in spec.urls},
        retention=_retention(spec.retention) if spec.retention is not None else None,
        poll_floor=spec.poll_interval,
    )


def _status(spec: StatusSpec) -> Status:
    return Status(
        url=spec.url,
        state=spec.state,
        states={state.name: State(state.means, state.http, state.next, state.error) for state in spec.states},
        initial=spec.initial,
        method=spec.method,
        query=dict(spec.query),
        position=spec.position,
        logs=_logs(spec.logs) if spec.logs is not None else None,
        failure_message=spec.failure_message,
        failure_code=spec.failure_code,
    )


def _logs(spec: LogsSpec) -> Logs:
    return Logs(spec.at, spec.message, spec.time, spec.level)


def _retention(spec: RetentionSpec) -> Retention:
    return Retention(spec.seconds, spec.counted_from, spec.large_bytes, spec.large_seconds)


def _result(spec: ResultSpec) -> Result:
    return Result(
        url=spec.url,
        output=spec.output,
        media=spec.media,
        method=spec.method,
        http=spec.http,
        early=spec.early,
        failed=spec.failed,
    )


def error_plans(spec: ProviderSpec) -> tuple[ErrorPlan, ...]:
    """The documented errors, those first that ask for most: a body that matches, a code, a phase."""
    return tuple(
        ErrorPlan(error_name(error.name), Code(BASE_OF[error.means]), _row(error))
        for error in sorted(spec.errors, key=lambda e: (e.match is None, e.code is None, not e.on))
    )


def _row(spec: ErrorSpec) -> ErrorRow:
    return ErrorRow(
        name=spec.name,
        http=spec.http,
        means=spec.means,
        about=spec.about,
        accepted=spec.accepted,
        billed=spec.billed,
        retry=spec.retry,
        mend=spec.mend,
        on=spec.on,
        code=spec.code,
        match=Match(*spec.match) if spec.match else None,
        moderation=spec.moderation,
    )

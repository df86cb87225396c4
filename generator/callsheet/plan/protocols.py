"""Protocols and errors as the engine reads them."""

from __future__ import annotations

from callsheet.plan.model import Code, ErrorPlan
from callsheet.plan.names import error_name
from callsheet.runtime.addresses import Address
from callsheet.runtime.offers import Option
from callsheet.runtime.tables import (
    Blocking,
    Cancel,
    CancelAnswer,
    Credential,
    ErrorRow,
    File,
    Logs,
    Queue,
    Result,
    Retention,
    State,
    Status,
    Stream,
    Submit,
)
from callsheet.runtime.words import Choice, ErrorMeans
from callsheet.spec.model import (
    CallSpec,
    CancelSpec,
    ChoiceSpec,
    CredentialSpec,
    ErrorSpec,
    FileSpec,
    LogsSpec,
    OptionSpec,
    ProtocolSpec,
    ResultSpec,
    RetentionSpec,
    StateSpec,
    StatusSpec,
    StreamSpec,
    SubmitSpec,
)
from callsheet.spec.placeholders import names_in

BASE_OF: dict[ErrorMeans, str] = {
    "refused": "Refused",
    "failed": "JobFailed",
    "cancelled": "JobCancelled",
    "unknown_job": "UnknownJob",
    "not_finished": "NotFinished",
    "unavailable": "Unavailable",
}
"""The runtime class that an error derives from, by what it means."""


def way_table(spec: ProtocolSpec | CallSpec) -> Queue | Blocking:
    """A protocol of either kind."""
    return blocking_table(spec) if isinstance(spec, CallSpec) else queue_table(spec)


def queue_table(spec: ProtocolSpec) -> Queue:
    """A protocol of kind `queue`."""
    return Queue(
        name=spec.name,
        submit=_submit(spec.submit),
        status=_status(spec.status),
        result=_result(spec.result),
        urls={url.name: Address(url.host, url.path, dict(url.query), url.only_given) for url in spec.urls},
        file=_file(spec.file) if spec.file is not None else None,
        cancel=_cancel(spec.cancel) if spec.cancel is not None else None,
        stream=_stream(spec.stream) if spec.stream is not None else None,
        headers=dict(spec.headers),
        credential=credential_table(spec.credential) if spec.credential is not None else None,
        retention=_retention(spec.retention) if spec.retention is not None else None,
        pace_header=spec.pace_header,
        poll_floor=spec.poll_interval,
    )


def blocking_table(spec: CallSpec) -> Blocking:
    """A protocol of kind `call`."""
    return Blocking(
        name=spec.name,
        submit=_submit(spec.submit),
        output=spec.result.output,
        media=_media(spec.result),
        decode=spec.result.decode,
        cutoff=spec.cutoff,
        request_id_header=spec.request_id_header,
        headers=dict(spec.headers),
        credential=credential_table(spec.credential) if spec.credential is not None else None,
    )


def _media(spec: ResultSpec) -> tuple[str, ...]:
    """Where the main file may stand; also where it stands as text, where it is asked for so."""
    text = [spec.base64.output] if spec.base64 is not None else []
    return tuple(dict.fromkeys([*spec.media, *text]))


def credential_table(spec: CredentialSpec) -> Credential:
    """How the key travels."""
    return Credential(spec.env, spec.value, spec.hosts, spec.header, spec.query)


def choices(specs: tuple[ChoiceSpec, ...]) -> tuple[Choice, ...]:
    """Values that the input chooses."""
    return tuple(Choice(dict(spec.when.criteria) if spec.when is not None else {}, spec.value) for spec in specs)


def _submit(spec: SubmitSpec) -> Submit:
    return Submit(
        host=spec.host,
        path=spec.path,
        request_id=spec.request_id,
        urls=dict(spec.urls),
        method=spec.method,
        http=spec.http,
        headers=dict(spec.headers),
        query=dict(spec.query),
        body=spec.body,
        options={option.name: _option(option) for option in spec.options},
    )


def _option(spec: OptionSpec) -> Option:
    return Option(spec.to, spec.wire, spec.type, spec.enum, spec.minimum, spec.exclusive_minimum, spec.maximum)


def _status(spec: StatusSpec) -> Status:
    return Status(
        url=spec.url,
        state=spec.state,
        states={state.name: _state(state) for state in spec.states},
        initial=spec.initial,
        method=spec.method,
        query=dict(spec.query),
        position=spec.position,
        percent=spec.percent,
        percent_of=spec.percent_of,
        logs=_logs(spec.logs) if spec.logs is not None else None,
        failure_message=spec.failure_message,
        failure_code=spec.failure_code,
    )


def _state(spec: StateSpec) -> State:
    seen = dict(spec.seen.criteria) if spec.seen is not None else None
    return State(spec.means, spec.http, spec.next, spec.error, spec.by_http, seen)


def _logs(spec: LogsSpec) -> Logs:
    return Logs(spec.at, spec.message, spec.time, spec.level)


def _retention(spec: RetentionSpec) -> Retention:
    return Retention(spec.seconds, spec.counted_from, spec.large_bytes, spec.large_seconds)


def _result(spec: ResultSpec) -> Result:
    return Result(
        url=spec.url,
        output=spec.output,
        media=spec.media,
        decode=spec.decode,
        method=spec.method,
        http=spec.http,
        early=spec.early,
        failed=spec.failed,
    )


def _file(spec: FileSpec) -> File:
    address = Address(spec.host, spec.path, dict(spec.query)) if spec.url is None else None
    url = next(iter(names_in(spec.url or "")), None)
    return File(address, dict(spec.takes), spec.gives, spec.at, spec.method, url)


def _cancel(spec: CancelSpec) -> Cancel:
    answers = (
        CancelAnswer(answer.means, answer.http, dict(answer.match.criteria) if answer.match is not None else {})
        for answer in spec.answers
    )
    return Cancel(spec.url, tuple(answers), spec.method)


def _stream(spec: StreamSpec) -> Stream:
    return Stream(spec.url, spec.at, dict(spec.query), spec.logs)


def error_plans(errors: tuple[ErrorSpec, ...]) -> tuple[ErrorPlan, ...]:
    """The documented errors, those first that ask for most: exact values in the body, other signs there, a phase."""
    return tuple(
        ErrorPlan(error_name(error.name), Code(BASE_OF[error.means]), _row(error))
        for error in sorted(errors, key=lambda e: (-_exact(e), e.match is None, not e.on))
    )


def _exact(error: ErrorSpec) -> int:
    """How many values an answer has to hold to be this error. "Anything but 0" is none: it is what remains."""
    criteria = error.match.criteria.values() if error.match is not None else ()
    return sum(criterion.one_of is not None for criterion in criteria) + (error.code is not None)


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
        protocols=spec.protocols,
        code=spec.code,
        match=dict(spec.match.criteria) if spec.match is not None else {},
        moderation=spec.moderation,
    )

"""A protocol: how a job is submitted, looked at and fetched."""

from __future__ import annotations

from typing import Literal, cast

from callsheet.runtime.tables import StateMeans
from callsheet.spec.model import (
    Citation,
    JudgesSpec,
    LogsSpec,
    ProtocolSpec,
    ResultSpec,
    RetentionSpec,
    StateSpec,
    StatusSpec,
    SubmitSpec,
    UrlSpec,
)
from callsheet.spec.read.values import NOTHING, At

_OK = 200


def read_protocol(name: str, at: At) -> ProtocolSpec:
    """One protocol. Its parts inherit its source."""
    cited = at.cited(NOTHING)
    return ProtocolSpec(
        name=name,
        kind=cast("Literal['queue']", at.text("kind")),
        about=at.text("about"),
        path_variables=at.texts("path_variables"),
        request_id_header=at.maybe_text("request_id_header"),
        urls=tuple(
            UrlSpec(url_name, url.text("host"), url.text("path"), url.cited(cited), url.node)
            for url_name, url in at.parts("urls")
        ),
        submit=_submit(at.part("submit"), cited),
        status=_status(at.part("status"), cited),
        result=_result(at.part("result"), cited),
        judges=_judges(at.part("judges"), cited),
        retention=_retention(at.part("retention"), cited) if at.has("retention") else None,
        poll_interval=at.part("poll").seconds("interval") or 0.0,
        cited=cited,
        node=at.node,
    )


def _submit(at: At, inherited: Citation) -> SubmitSpec:
    handle = dict(at.text_map("handle"))
    return SubmitSpec(
        method=at.text("method", "POST"),
        host=at.text("host"),
        path=at.text("path"),
        http=at.whole("http", _OK),
        request_id=handle.pop("request_id", ""),
        urls=handle,
        answer=at.plain("answer"),
        cited=at.cited(inherited),
        node=at.node,
    )


def _status(at: At, inherited: Citation) -> StatusSpec:
    cited = at.cited(inherited)
    failure = at.part("failure")
    return StatusSpec(
        method=at.text("method", "GET"),
        url=at.text("url"),
        query=at.text_map("query"),
        state=at.text("state"),
        initial=at.text("initial"),
        states=tuple(_state(name, state, cited) for name, state in at.parts("states")),
        position=at.maybe_text("position"),
        logs=_logs(at.part("logs")) if at.has("logs") else None,
        log_entry=at.plain("log_entry"),
        failure_message=failure.maybe_text("message"),
        failure_code=failure.maybe_text("code"),
        cited=cited,
        node=at.node,
    )


def _state(name: str, at: At, inherited: Citation) -> StateSpec:
    return StateSpec(
        name=name,
        means=cast("StateMeans", at.text("means")),
        http=at.whole("http", _OK),
        about=at.text("about"),
        next=at.texts("next"),
        error=at.maybe_text("error"),
        answer=at.plain("answer"),
        answer_when_failed=at.plain("answer_when_failed"),
        cited=at.cited(inherited),
        node=at.node,
    )


def _logs(at: At) -> LogsSpec:
    return LogsSpec(at.text("at"), at.text("message"), at.maybe_text("time"), at.maybe_text("level"))


def _result(at: At, inherited: Citation) -> ResultSpec:
    cited = at.cited(inherited)
    early, failed = at.part("early"), at.part("failed")
    return ResultSpec(
        method=at.text("method", "GET"),
        url=at.text("url"),
        http=at.whole("http", _OK),
        output=at.text("output"),
        media=at.texts("media"),
        early=early.text("answers"),
        failed=failed.text("answers"),
        answer=at.plain("answer"),
        cited=cited,
        early_cited=early.cited(cited),
        failed_cited=failed.cited(cited),
        node=at.node,
    )


def _judges(at: At, inherited: Citation) -> JudgesSpec:
    return JudgesSpec(
        when=cast("Literal['at_submit', 'after_queueing', 'never']", at.text("when")),
        refuses_with=at.maybe_text("refuses_with"),
        unknown_fields=cast("Literal['ignored', 'refused']", at.text("unknown_fields")),
        nulls=cast("Literal['ignored', 'refused']", at.text("nulls")),
        cited=at.cited(inherited),
        node=at.node,
    )


def _retention(at: At, inherited: Citation) -> RetentionSpec:
    return RetentionSpec(
        seconds=at.seconds("for") or 0.0,
        counted_from=cast("Literal['submit', 'end']", at.text("from")),
        large_bytes=at.maybe_whole("large_bytes"),
        large_seconds=at.seconds("large_for"),
        cited=at.cited(inherited),
    )

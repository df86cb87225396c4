"""A protocol: how a job is submitted, looked at and fetched, or called in one go."""

from __future__ import annotations

from typing import Final, Literal, cast

from callsheet.runtime.words import StateMeans
from callsheet.spec.model import (
    CallSpec,
    Citation,
    JudgesSpec,
    LogsSpec,
    ProtocolSpec,
    RetentionSpec,
    StateSpec,
    StatusSpec,
    UrlSpec,
)
from callsheet.spec.read.conditions import read_condition
from callsheet.spec.read.credential import read_credential
from callsheet.spec.read.further import read_cancel, read_file, read_stream
from callsheet.spec.read.result import read_result
from callsheet.spec.read.submit import read_submit
from callsheet.spec.read.values import NOTHING, At

_OK = 200
_HTTP: Final = "http"
"""The one key of `is` that is no pointer."""


def read_way(name: str, at: At) -> ProtocolSpec | CallSpec:
    """One protocol. Its parts inherit its source."""
    return _call(name, at) if at.text("kind") == "call" else _queue(name, at)


def _queue(name: str, at: At) -> ProtocolSpec:
    cited = at.cited(NOTHING)
    poll = at.part("poll")
    return ProtocolSpec(
        name=name,
        kind="queue",
        about=at.text("about"),
        path_variables=at.texts("path_variables"),
        headers=at.text_map("headers"),
        credential=read_credential(at.part("credential"), cited) if at.has("credential") else None,
        request_id_header=at.maybe_text("request_id_header"),
        urls=tuple(_url(url_name, url, cited) for url_name, url in at.parts("urls")),
        submit=read_submit(at.part("submit"), cited),
        status=_status(at.part("status"), cited),
        result=read_result(at.part("result"), cited),
        file=read_file(at.part("file"), cited) if at.has("file") else None,
        cancel=read_cancel(at.part("cancel"), cited) if at.has("cancel") else None,
        stream=read_stream(at.part("stream"), cited) if at.has("stream") else None,
        judges=_judges(at.part("judges"), cited),
        retention=_retention(at.part("retention"), cited) if at.has("retention") else None,
        poll_interval=poll.seconds("interval") or 0.0,
        pace_header=poll.maybe_text("header"),
        poll_cited=poll.cited(cited),
        cited=cited,
        node=at.node,
    )


def _call(name: str, at: At) -> CallSpec:
    cited = at.cited(NOTHING)
    cutoff = at.part("cutoff")
    return CallSpec(
        name=name,
        kind="call",
        about=at.text("about"),
        path_variables=at.texts("path_variables"),
        headers=at.text_map("headers"),
        credential=read_credential(at.part("credential"), cited) if at.has("credential") else None,
        request_id_header=at.maybe_text("request_id_header"),
        submit=read_submit(at.part("submit"), cited),
        result=read_result(at.part("result"), cited),
        judges=_judges(at.part("judges"), cited),
        cutoff=cutoff.seconds("after"),
        cutoff_cited=cutoff.cited(cited),
        cited=cited,
        node=at.node,
    )


def _url(name: str, at: At, inherited: Citation) -> UrlSpec:
    return UrlSpec(
        name=name,
        host=at.text("host"),
        path=at.text("path"),
        query=at.text_map("query"),
        only_given=at.flag("only_given"),
        also=at.texts("also"),
        cited=at.cited(inherited),
        node=at.node,
    )


def _status(at: At, inherited: Citation) -> StatusSpec:
    cited = at.cited(inherited)
    failure, percent = at.part("failure"), at.part("percent")
    return StatusSpec(
        method=at.text("method", "GET"),
        url=at.text("url"),
        query=at.text_map("query"),
        state=at.maybe_text("state"),
        initial=at.text("initial"),
        states=tuple(_state(name, state, cited) for name, state in at.parts("states")),
        position=at.maybe_text("position"),
        percent=percent.maybe_text("at"),
        percent_of=percent.whole("of", 100),
        logs=_logs(at.part("logs")) if at.has("logs") else None,
        log_entry=at.plain("log_entry"),
        failure_message=failure.maybe_text("message"),
        failure_code=failure.maybe_text("code"),
        cited=cited,
        node=at.node,
    )


def _state(name: str, at: At, inherited: Citation) -> StateSpec:
    told = at.part("is")
    by_http = told.maybe_whole(_HTTP)
    return StateSpec(
        name=name,
        means=cast("StateMeans", at.text("means")),
        http=at.whole(_HTTP, _OK if by_http is None else by_http),
        by_http=by_http is not None,
        seen=read_condition(told.node, without=frozenset({_HTTP})) if at.has("is") else None,
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


def _judges(at: At, inherited: Citation) -> JudgesSpec:
    return JudgesSpec(
        when=cast("Literal['at_submit', 'after_queueing', 'never']", at.text("when")),
        refuses_with=at.maybe_text("refuses_with"),
        unknown_fields=cast("Literal['ignored', 'refused']", at.text("unknown_fields")),
        nulls=cast("Literal['ignored', 'refused']", at.text("nulls")),
        without_credits=at.maybe_text("without_credits"),
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

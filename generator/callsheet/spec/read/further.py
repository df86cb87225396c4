"""What a protocol may have beside submission, status and result: a request for the file, cancelling, a stream."""

from __future__ import annotations

from typing import Literal, cast

from callsheet.runtime.words import CancelMeans
from callsheet.spec.model import CancelAnswerSpec, CancelSpec, Citation, FileSpec, StreamSpec
from callsheet.spec.read.conditions import read_condition
from callsheet.spec.read.values import At


def read_file(at: At, inherited: Citation) -> FileSpec:
    """The further request for the file."""
    return FileSpec(
        method=at.text("method", "GET"),
        host=at.text("host"),
        path=at.text("path"),
        query=at.text_map("query"),
        url=at.maybe_text("url"),
        takes=at.text_map("takes"),
        gives=cast("Literal['address', 'bytes']", at.text("gives")),
        at=at.text("at"),
        answer=at.plain("answer"),
        cited=at.cited(inherited),
        node=at.node,
    )


def read_cancel(at: At, inherited: Citation) -> CancelSpec:
    """The wish to cancel a job."""
    cited = at.cited(inherited)
    return CancelSpec(
        method=at.text("method", "POST"),
        url=at.text("url"),
        answers=tuple(
            CancelAnswerSpec(
                name=name,
                means=cast("CancelMeans", answer.text("means")),
                http=answer.whole("http", 0),
                match=read_condition(answer.part("match").node) if answer.has("match") else None,
                answer=answer.plain("answer"),
                rare=answer.flag("rare"),
                about=answer.text("about"),
                cited=answer.cited(cited),
                node=answer.node,
            )
            for name, answer in at.parts("answers")
        ),
        cited=cited,
        node=at.node,
    )


def read_stream(at: At, inherited: Citation) -> StreamSpec:
    """Looks that the provider sends by itself."""
    return StreamSpec(
        url=at.text("url"),
        at=at.text("at"),
        query=at.text_map("query"),
        logs=cast("Literal['incremental', 'cumulative']", at.text("logs", "cumulative")),
        ping=at.seconds("ping") or 0.0,
        cited=at.cited(inherited),
        node=at.node,
    )

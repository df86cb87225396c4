"""The result: where it is asked for, and what the answer holds."""

from __future__ import annotations

from typing import Literal, cast

from callsheet.spec.model import Base64Spec, Citation, FileAtSpec, ResultSpec
from callsheet.spec.read.values import At

_OK = 200


def read_result(at: At, inherited: Citation) -> ResultSpec:
    """The result of a queue or of a blocking call."""
    cited = at.cited(inherited)
    early, failed, base64 = at.part("early"), at.part("failed"), at.part("base64")
    return ResultSpec(
        method=at.text("method", "GET"),
        url=at.maybe_text("url"),
        http=at.whole("http", _OK),
        output=at.text("output"),
        media=at.texts("media"),
        decode=cast("Literal['json', 'json_text', 'bytes']", at.text("decode", "json")),
        base64=Base64Spec(
            base64.flag("always"), base64.text("output"), base64.plain("answer"), base64.cited(cited), base64.node
        )
        if at.has("base64")
        else None,
        early=early.text("answers", "status"),
        failed=failed.text("answers", "status"),
        answer=at.plain("answer"),
        answer_headers=at.text_map("answer_headers"),
        file_at=_file_at(at.part("file_at"), cited) if at.has("file_at") else None,
        cited=cited,
        early_cited=early.cited(cited),
        failed_cited=failed.cited(cited),
        node=at.node,
    )


def _file_at(at: At, inherited: Citation) -> FileAtSpec:
    return FileAtSpec(at.text("url"), at.whole("http", 0), at.plain("answer"), at.cited(inherited), at.node)

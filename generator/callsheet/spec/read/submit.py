"""The request that costs money, and what a caller may ask for with it."""

from __future__ import annotations

from typing import Literal, cast

from callsheet.source.nodes import plain
from callsheet.spec.model import Citation, OptionSpec, SubmitSpec, Value
from callsheet.spec.read.values import At

_OK = 200
INPUT = "{input}"
"""The body where none is written: the input as it is."""


def read_submit(at: At, inherited: Citation) -> SubmitSpec:
    """A submission, or a blocking call."""
    cited = at.cited(inherited)
    handle = dict(at.text_map("handle"))
    return SubmitSpec(
        method=at.text("method", "POST"),
        host=at.text("host"),
        path=at.text("path"),
        query=at.text_map("query"),
        headers=at.text_map("headers"),
        body=at.plain("body") if at.has("body") else INPUT,
        options=tuple(_option(name, option, cited) for name, option in at.parts("options")),
        http=at.whole("http", _OK),
        request_id=handle.pop("request_id", ""),
        urls=handle,
        id_form=at.maybe_text("id_form"),
        answer=at.plain("answer"),
        answer_headers=at.text_map("answer_headers"),
        cited=cited,
        node=at.node,
    )


def _option(name: str, at: At, inherited: Citation) -> OptionSpec:
    to = next((where for where in ("header", "query", "body") if at.has(where)), "header")
    return OptionSpec(
        name=name,
        to=cast("Literal['header', 'query', 'body']", to),
        wire=at.text(to),
        type=cast("Literal['string', 'integer', 'number', 'boolean', 'object']", at.text("type", "string")),
        enum=tuple(cast("Value", plain(item)) for item in at.list("enum")) if at.has("enum") else None,
        minimum=at.number("minimum"),
        exclusive_minimum=at.number("exclusive_minimum"),
        maximum=at.number("maximum"),
        default=at.plain("default"),
        unit=at.maybe_text("unit"),
        missed=at.maybe_text("missed"),
        about=at.text("about"),
        cited=at.cited(inherited),
        node=at.node,
    )

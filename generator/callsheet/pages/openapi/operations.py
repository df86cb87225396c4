"""Which operation of a document is the endpoint, and which of fal's queue lead to its status, result and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from callsheet.pages.gather import Gathered
from callsheet.pages.limits import MOST_OPERATIONS
from callsheet.pages.openapi.document import At, Document

_METHODS: Final = ("post", "put", "patch", "get", "delete", "head", "options", "trace")
_JSON: Final = re.compile(r"^application/(?:[\w.+-]+\+)?json\b", re.IGNORECASE)
_REQUEST: Final = re.compile(r"/requests/\{[^{}]+\}(?:/(status|cancel|stream|response|status/stream))?$")
_ROLES: Final = {None: "result", "response": "result", "status/stream": "stream"}
_CODE: Final = re.compile(r"[1-5][0-9]{2}")
_ID: Final = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path, with the place of what the document says about it."""

    method: str
    path: str
    at: At

    def role(self) -> str | None:
        """What it is in a queue: status, result, cancel, stream. None: it is about no request."""
        match = _REQUEST.search(self.path)
        return None if match is None else _ROLES.get(match[1], match[1])

    def url(self, server: str) -> str:
        """The whole address. The id of the request is called as everywhere here."""
        path = _ID.sub("{request_id}", self.path) if self.role() else self.path
        return f"{server.rstrip('/')}{path}"


def operations(document: Document) -> list[Operation]:
    """All of them, in the order of the document."""
    found: list[Operation] = []
    paths = document.root.down("paths")
    for path in paths.map:
        if len(found) > MOST_OPERATIONS:
            document.budget.end(f"it has more than {MOST_OPERATIONS:,} operations")
            break
        item, _ = document.resolved(paths.down(path))
        found += [Operation(method, path, item.down(method)) for method in _METHODS if item.down(method).map]
    return found


def body_schema(document: Document, operation: Operation) -> At | None:
    """The schema of its JSON body, if it takes one."""
    body, _ = document.resolved(operation.at.down("requestBody"))
    return _json_schema(body)


def answer_schema(document: Document, operation: Operation) -> tuple[int, At] | None:
    """The lowest code of success that has a JSON answer, and that answer's schema."""
    for code, answer in sorted(_answers(document, operation), key=lambda one: one[0]):
        schema = _json_schema(answer)
        if schema is not None and code < 300:  # noqa: PLR2004 - success
            return code, schema
    return None


def codes(document: Document, operation: Operation) -> list[int]:
    """The HTTP codes that are listed for it."""
    return sorted(code for code, _ in _answers(document, operation))


def answer_media(document: Document, operation: Operation) -> tuple[str, At] | None:
    """The kind of file that it answers with, if that is what it does."""
    for code, answer in _answers(document, operation):
        for media in answer.down("content").map if code < 300 else ():  # noqa: PLR2004 - success
            if (kind := media.split("/")[0]) in {"image", "video", "audio"}:
                return kind, answer.down("content", media)
    return None


def choose(document: Document, found: Gathered) -> Operation | None:
    """The first POST with a JSON body, or else the first other one with such a body. The rest is listed as unread."""
    everything = [one for one in operations(document) if one.role() is None]
    taking = [one for one in everything if body_schema(document, one) is not None]
    taking.sort(key=lambda one: one.method != "post")
    for other in everything:
        if other is not (taking[0] if taking else None):
            what = f"{other.method.upper()} {other.path}"
            found.skip(document.place(other.at), what, "another operation; one is read of each document")
    return taking[0] if taking else None


def _answers(document: Document, operation: Operation) -> list[tuple[int, At]]:
    answers = operation.at.down("responses")
    return [(int(code), document.resolved(answers.down(code))[0]) for code in answers.map if _CODE.fullmatch(code)]


def _json_schema(content: At) -> At | None:
    for media in content.down("content").map:
        schema = content.down("content", media, "schema")
        if _JSON.match(media) and schema.map:
            return schema
    return None

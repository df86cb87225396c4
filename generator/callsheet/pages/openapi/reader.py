"""Reads an OpenAPI document. fal serves one for each endpoint; of any other, one operation is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from callsheet.findings import Finding, Span
from callsheet.pages.contradictions import contradict
from callsheet.pages.gather import Gathered
from callsheet.pages.openapi.document import At, Document, parse
from callsheet.pages.openapi.operations import (
    Operation,
    answer_media,
    answer_schema,
    body_schema,
    choose,
    codes,
    operations,
)
from callsheet.pages.openapi.schemas import Walk
from callsheet.pages.openapi.shapes import shape_of
from callsheet.pages.reading import Reading, Subject
from callsheet.rules.pages import PAGE_TOO_LARGE

if TYPE_CHECKING:
    from callsheet.pages.page import Page

_TELLS: Final[frozenset[Subject]] = frozenset(
    {"parameter_names", "required", "default", "allowed", "bounds", "outputs", "output_required"}
)
"""Silence on a format or on null says little: generators leave both out, and fal's did for years."""

_OPENS: Final = re.compile(r"\"(?:openapi|swagger|paths)\"|^(?:openapi|swagger):", re.MULTILINE)
_FAILED: Final = 400
_SERVED: Final = "https://fal.ai/api/openapi/queue/openapi.json?endpoint_id="
"""Where fal serves the document of an endpoint."""


def read_openapi(page: Page) -> Reading | None:
    """An OpenAPI document in JSON or YAML.

    A document of many operations gives the first POST that takes a JSON body, and lists the others as unread. Nothing
    that a `$ref` names outside of the document is fetched.
    """
    document = parse(page.name, page.text)
    if document is None:
        return None
    if isinstance(document, Finding):
        return _broken(page, document)
    if not isinstance(document.root.map.get("paths"), dict):
        return None
    found = Gathered()
    meta = document.root.down("info", "x-fal-metadata")
    way = "queue" if any(one.role() for one in operations(document)) else "direct"
    chosen = choose(document, found)
    walk = Walk(document, found)
    if chosen is not None:
        _input(walk, chosen)
        _output(walk, chosen, way)
        _way(walk, chosen, way)
    contradict(found)
    _about(walk, chosen)
    over = document.budget.over
    problems = (PAGE_TOO_LARGE.at(Span(page.name), f"not all of the document was read: {over}"),) if over else ()
    ours = bool(meta.map) or "queue.fal.run" in _server(document)
    endpoint = meta.text("endpointId") or (chosen.path.strip("/") if chosen is not None and ours else "")
    tells: set[Subject] = set(_TELLS) if chosen is not None else set()
    if ("queue", "state_names") in found.facts:
        tells.add("state_names")
    return Reading(
        layout="fal/openapi" if ours else "openapi",
        provider="fal" if ours else None,
        endpoint=endpoint or None,
        title=document.root.text("info", "title"),
        sha256=page.sha256,
        facts=tuple(found.facts.values()),
        wordings=tuple(found.wordings.values()),
        conflicts=tuple(found.conflicts),
        unread=tuple(dict.fromkeys(found.unread)),
        tells=frozenset() if problems else frozenset(tells),
        problems=problems,
        url=f"{_SERVED}{endpoint}" if ours and endpoint else None,
    )


def _broken(page: Page, problem: Finding) -> Reading | None:
    """A text that begins as a document and cannot be read to its end."""
    if _OPENS.search(page.text, 0, 100_000) is None:
        return None
    return Reading("openapi", None, None, "", page.sha256, (), problems=(problem,))


def _server(document: Document) -> str:
    servers = document.root.down("servers").items()
    return servers[0].text("url") if servers else ""


def _input(walk: Walk, chosen: Operation) -> None:
    schema = body_schema(walk.document, chosen)
    if schema is None:
        return
    walk.parameters(schema)
    body, _ = walk.document.resolved(chosen.at.down("requestBody"))
    for media in body.down("content").map:
        example = body.down("content", media, "example")
        if isinstance(example.value, dict):
            walk.found.say(("sample", "page"), example.value, walk.document.place(example), "sample")


def _output(walk: Walk, chosen: Operation, way: str) -> None:
    results = [one for one in operations(walk.document) if one.role() == "result"]
    source = results[0] if results else chosen if way == "direct" else None
    if source is None:
        return
    answer = answer_schema(walk.document, source)
    media = answer_media(walk.document, source)
    if answer is not None:
        walk.output(answer[1])
    elif media is not None:
        walk.found.say(("output", "", "media"), media[0], walk.document.place(media[1]))


def _way(walk: Walk, chosen: Operation, way: str) -> None:
    document, found = walk.document, walk.found
    server = _server(document)
    place = document.place(chosen.at)
    listed = codes(document, chosen)
    good = [code for code in listed if code < _FAILED]
    if way == "queue" or good == [200]:
        found.say((way, "kind"), "queue" if way == "queue" else "call", place)
    found.say((way, "submit", "method"), chosen.method.upper(), place)
    if server.startswith(("http://", "https://")):
        found.say((way, "submit", "url"), chosen.url(server), place)
    if len(good) == 1:
        found.say((way, "submit", "http"), good[0], place)
    failed = [code for code in listed if code >= _FAILED]
    if failed:
        found.say(("error_codes",), [*failed], place)
    for one in operations(document):
        role = one.role()
        if role is not None:
            found.say((way, role, "method"), one.method.upper(), document.place(one.at))
            if server.startswith(("http://", "https://")):
                found.say((way, role, "url"), one.url(server), document.place(one.at))
    if way == "queue":
        _states(walk, chosen)
    _credential(walk, way, chosen)


def _states(walk: Walk, chosen: Operation) -> None:
    """The states that the answer to the status lists, and the keys that are sure to be in that to the submission."""
    looks = [one for one in operations(walk.document) if one.role() == "status"]
    answer = answer_schema(walk.document, looks[0]) if looks else None
    if answer is not None:
        states = shape_of(walk.document, answer[1]).properties.get("status")
        listed = shape_of(walk.document, states).words.get("enum") if states is not None else None
        if listed is not None and isinstance(listed.value, list):
            walk.found.say(("queue", "state_names"), listed.value, walk.document.place(listed))
    handle = answer_schema(walk.document, chosen)
    if handle is not None:
        named = sorted(shape_of(walk.document, handle[1]).required)
        if named:
            walk.found.say(("queue", "submit", "answer_keys_named"), [*named], walk.document.place(handle[1]))


def _credential(walk: Walk, way: str, chosen: Operation) -> None:
    wanted = chosen.at.down("security").items() or walk.document.root.down("security").items()
    names = [name for one in wanted for name in one.map]
    schemes = walk.document.root.down("components", "securitySchemes")
    for name in names[:1]:
        scheme, _ = walk.document.resolved(schemes.down(name))
        place = walk.document.place(scheme)
        match scheme.text("type"), scheme.text("in"), scheme.text("scheme").lower():
            case "apiKey", ("header" | "query") as where, _:
                walk.found.say((way, "credential", where), scheme.text("name"), place)
            case "http", _, "bearer":
                walk.found.say((way, "credential", "header"), "Authorization", place)
                walk.found.say((way, "credential", "value"), "Bearer {key}", place)
            case _:
                walk.found.skip(place, name, "a kind of credential that is not known here")


def _about(walk: Walk, chosen: Operation | None) -> None:
    about = chosen.at.down("description") if chosen is not None else At(None, "")
    if not isinstance(about.value, str):
        about = walk.document.root.down("info", "description")
    if isinstance(about.value, str):
        walk.found.word((), about.value, walk.document.place(about))

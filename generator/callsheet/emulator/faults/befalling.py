"""The answer that a fault makes of the one that the provider would have given."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from callsheet.emulator.faults.table import Body, Fault
from callsheet.emulator.faults.views import FOREIGN
from callsheet.emulator.jobs.logs import LATEST
from callsheet.emulator.messages import Pairs, Reply, Request, json_reply
from callsheet.source.nodes import Plain
from callsheet.spec.pointers import tokens

NEW_STATE: Final = "CALLSHEET_NEW_STATE"
"""A state that no spec has."""

RETRY_AFTER: Final = 2
"""Seconds that an answer asks a client to wait."""

GIANT: Final = 65 * 2**20
"""Bytes of blanks after a giant answer."""

_GIANT_HEADER: Final = 200 * 2**10
_REDIRECTS: Final = range(300, 400)
_NO_BODY: Final = frozenset({204, 304})


def befall(fault: Fault, reply: Reply, request: Request, now: float) -> Reply:
    """What becomes of an answer: its status, headers, body, and how its bytes travel. How long it takes stays."""
    if fault.http is not None:
        reply = _answered(fault, fault.http, reply, request, now)
    elif fault.body is not None:
        reply = _changed(fault.body, reply)
    return reply if fault.wire is None else replace(reply, wire=fault.wire)


def in_a_new_state(body: bytes, pointer: str) -> bytes:
    """A status that tells a state that the spec does not know, at the pointer where the state stands."""
    try:
        told: Plain = json.loads(body)
    except ValueError:
        return body
    return json.dumps(_with(told, tokens(pointer), NEW_STATE)).encode("ascii")


def _with(body: Plain, path: tuple[str, ...], value: Plain) -> Plain:
    if not path or not isinstance(body, dict):
        return value
    return {**body, path[0]: _with(body.get(path[0], {}), path[1:], value)}


def _answered(fault: Fault, http: int, reply: Reply, request: Request, now: float) -> Reply:
    """Something in front of the provider answers in its place."""
    phrase = HTTPStatus(http).phrase
    if fault.body is not None:
        return _of_type(replace(reply, status=http, body=_page(fault.body, http, phrase)), "text/html")
    headers: Pairs = ()
    if http in _REDIRECTS:
        headers = (("location", f"{FOREIGN}{quote(request.path, errors='replace')}"),)
    elif fault.retry_after == "seconds":
        headers = (("retry-after", str(RETRY_AFTER)),)
    elif fault.retry_after == "date":
        headers = (
            (
                "retry-after",
                formatdate(
                    min(LATEST, math.ceil((now if request.date is None else request.date) + RETRY_AFTER)), usegmt=True
                ),
            ),
        )
    return replace(json_reply(http, {"error": phrase}, headers), wait=reply.wait)


def _changed(body: Body, reply: Reply) -> Reply:
    """The provider's own answer, made wrong."""
    if body == "headers":
        return replace(reply, headers=(*reply.headers, ("x-giant", "x" * _GIANT_HEADER)))
    if body == "type":
        return _of_type(reply, "text/plain")
    if body == "empty":
        return replace(reply, body=b"")
    status = 200 if reply.status in _NO_BODY else reply.status
    match body:
        case "half":
            made = reply.body[: len(reply.body) // 2] or b"{"
        case "null":
            made = b"null"
        case "nulls":
            made = _emptied(reply.body)
        case _:
            made = reply.body + b" " * GIANT
    return replace(reply, status=status, body=made)


def _emptied(body: bytes) -> bytes:
    try:
        found: Plain = json.loads(body)
    except ValueError:
        return b"null"
    if not isinstance(found, dict):
        return b"null"
    return json.dumps(
        {key: None if isinstance(value, dict | list | str) else value for key, value in found.items()}
    ).encode("ascii")


def _page(body: Body, http: int, phrase: str) -> bytes:
    foot = "<hr><center>nginx</center>" if body == "nginx" else ""
    title = f"{http} {phrase}"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{foot}</body></html>\n".encode("ascii")


def _of_type(reply: Reply, content_type: str) -> Reply:
    kept = tuple(pair for pair in reply.headers if pair[0].lower() != "content-type")
    return replace(reply, headers=(*kept, ("content-type", content_type)))

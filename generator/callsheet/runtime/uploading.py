"""Bringing files to the provider, before anything is submitted. It costs nothing, and is repeated as reads are."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final, cast

from . import answers, bodies
from .addresses import Address
from .context import Context, is_followable
from .errors import CallsheetError, ProviderError
from .file_errors import UploadFailed
from .localfile import LocalFile, size_words
from .media import Examined, Place, Sending, put
from .offers import UploadStep
from .pointer import at
from .retry import asked_for, backoff
from .steps import Call, Flow, Reply, Sleep, TransportError, Unreadable, call, work

_SLOWEST: Final = 100_000
"""Bytes a second: an upload that is slower than this is given up."""

_BYTES: Final = "{bytes}"
_DATA_URI: Final = "data_uri"


def deliver(context: Context, examined: Examined) -> Flow[dict[str, object]]:
    """The input with an address in the place of each file. UploadFailed, and nothing submitted, where there is none.

    What goes along with the request itself comes first, so that no upload is in vain.
    """
    addresses: dict[tuple[object, bool], str] = {}
    changes: dict[Place, object] = {}
    for one in sorted(examined.sendings, key=lambda one: not one.inline):
        key = one.identity, one.inline
        if key not in addresses:
            with _nothing_submitted(context, one):
                addresses[key] = yield from (_inline(context, one) if one.inline else upload(context, one))
        changes[one.at] = addresses[key]
    return cast("dict[str, object]", put(examined.payload, changes))


def _inline(context: Context, one: Sending) -> Flow[str]:
    try:
        return (yield from work(one.file.data_uri))
    except (OSError, ValueError) as exc:  # ValueError: an open file that was closed meanwhile
        raise _failed(context, one, f"it cannot be read ({getattr(exc, 'strerror', None) or exc})") from exc


def upload(context: Context, one: Sending) -> Flow[str]:
    """The address of a file that was brought to the provider."""
    rule = context.provider.files
    file = one.file
    known: dict[str, object] = {"file_name": file.name, "content_type": file.content_type, "size": file.size}
    for number, step in enumerate(rule.upload if rule is not None else (), 1):
        if _DATA_URI in bodies.names(step.body):
            known[_DATA_URI] = yield from _inline(context, one)
        reply = yield from _send(context, one, step, known, number)
        known.pop(_DATA_URI, None)
        known |= _taken(step, reply)
    address = bodies.text(rule.file_url if rule is not None else "", known)
    if not address.startswith(("http://", "https://")):
        raise _failed(context, one, f"its address should be {address[:80]!r}, which is none")
    return address


def _usable(value: object) -> bool:
    """Whether a later request could hold it."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _send(context: Context, one: Sending, step: UploadStep, known: Mapping[str, object], number: int) -> Flow[Reply]:
    """An answer that says yes. What may pass is waited out a few times."""
    asked = _request(context, one, step, known, number)
    attempt = 0
    while True:
        attempt += 1
        delay = backoff(attempt)
        try:
            reply = yield from call(asked)
        except Unreadable as exc:
            raise _failed(context, one, str(exc)) from exc
        except TransportError as exc:
            problem = _failed(context, one, str(exc))
            problem.__cause__ = exc
        else:
            refusal = _refusal(context, step, reply)
            agreed = refusal is None and reply.fine
            missing = [name for name in step.takes if name not in _taken(step, reply)] if agreed else []
            if agreed and not missing:
                return reply
            words = _without(step, number, missing[0]) if agreed else _words(context, reply, refusal)
            problem = _failed(context, one, words, reply)
            problem.__cause__ = refusal
            told = refusal or ProviderError(provider=context.provider.name, http=reply.status)
            # A yes that lacks what was asked for is trouble like any other, and may pass.
            if not agreed and not answers.passing(told):
                raise problem
            delay = asked_for(reply) or delay
        if attempt >= context.options.read_attempts or delay > context.options.submit_patience:
            raise problem
        yield Sleep(delay)


def _taken(step: UploadStep, reply: Reply) -> dict[str, object]:
    """What an answer gives of that which the next requests need."""
    answer = reply.json
    found = {
        name: next((value for pointer in pointers if _usable(value := at(answer, pointer))), None)
        for name, pointers in step.takes.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _refusal(context: Context, step: UploadStep, reply: Reply) -> ProviderError | None:
    """The provider's no. A storage that it points to has words of its own, which its error rows do not know."""
    if not isinstance(step.to, Address):
        return None
    find = answers.error_within if reply.fine else answers.error
    return find(context, ("upload",), reply)


def _without(step: UploadStep, number: int, missing: str) -> str:
    where = " or ".join(map(repr, step.takes[missing]))
    return f"step {number} was answered without anything at {where}"


def _words(context: Context, reply: Reply, refusal: ProviderError | None) -> str:
    if refusal is not None:
        return str(refusal)
    start = " ".join(context.without_key(reply.body[:200].decode(errors="replace")).split())
    return f"HTTP {reply.status}{f': {start!r}' if start else ''}"


def _request(context: Context, one: Sending, step: UploadStep, known: Mapping[str, object], number: int) -> Call:
    """One request of an upload. The key goes to the hosts that it is meant for, never to an address from an answer."""
    if isinstance(step.to, Address):
        taken = {name: str(value) for name, value in known.items() if name != _DATA_URI}
        url = context.url(step.to, context.model.path, **taken)
        beside = context.beside_protocols
        headers, secret = beside.headers(url), beside.secret_query(url)
    else:
        url, headers, secret = bodies.text(step.to, known), {"accept": "*/*"}, ""
        if not is_followable(url):
            raise _failed(context, one, f"step {number} should go to {url[:80]!r}, which is no address")
    raw = step.body == _BYTES
    body = None if raw or step.body is None else _json(bodies.fill(step.body, {}, known))
    kind = {"content-type": one.file.content_type if raw else "application/json"} if raw or body is not None else {}
    own = {name: bodies.text(value, known) for name, value in step.headers.items()}
    if odd := [name for name, value in own.items() if not (value.isascii() and value.isprintable())]:
        raise _failed(context, one, f"step {number} would send characters that no header can carry in {odd[0]}")
    length = {"content-length": str(one.file.size)} if raw else {}
    patience = context.options.request_timeout
    return Call(
        method=step.method,
        url=url,
        timeout=patience + _weight(one.file, raw, body) / _SLOWEST,
        headers=merged(kind, headers, own, length),
        body=body,
        secret_query=secret,
        file=one.file if raw else None,
        stall=patience,
    )


def _weight(file: LocalFile, raw: bool, body: bytes | None) -> int:  # noqa: FBT001 - one of two forms of a body
    return file.size if raw else len(body or b"")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def merged(*parts: Mapping[str, str]) -> dict[str, str]:
    """Headers of which a later one takes the place of an earlier, however they are spelt."""
    found: dict[str, tuple[str, str]] = {}
    for part in parts:
        found |= {name.lower(): (name, value) for name, value in part.items()}
    return dict(found.values())


def _failed(context: Context, one: Sending, why: str, answer: Reply | None = None) -> UploadFailed:
    return UploadFailed(context.endpoint, ".".join(map(str, one.at)), _called(one.file), why, answer)


def _called(file: LocalFile) -> str:
    return f"{file.name}, {size_words(file.size)}"


@contextmanager
def _nothing_submitted(context: Context, one: Sending) -> Generator[None]:
    """Ctrl-C or a cancelled task while a file is under way: say what that means."""
    try:
        yield
    except CallsheetError:
        raise
    except BaseException as exc:
        exc.add_note(f"{context.endpoint}: this came while {one.file.name} was sent. Nothing was submitted.")
        raise

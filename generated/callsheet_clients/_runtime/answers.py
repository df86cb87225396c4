# Copied by callsheet from generator/callsheet/runtime/answers.py.
# Do not edit: change that file, then `make generate`.
"""Reads answers: which state a job is in, which documented error an answer is, where the media is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from .context import Context
from .errors import ProviderError, Refused, Unavailable
from .handle import Handle, Update
from .pointer import ABSENT, at, parse, text_at
from .retry import asked_for
from .steps import Reply
from .tables import FINAL, ErrorRow, Match, Phase

_SERVER_ERROR = 500
_TRY_LATER = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished job: what it made."""

    handle: Handle
    body: object
    """The whole answer, as JSON."""
    output: object
    """The part of it that is the endpoint's output, as JSON; ABSENT where there is none."""
    media: tuple[str, ...]
    """Addresses of files, the main one first."""
    reply: Reply


def state_name(context: Context, reply: Reply, body: object) -> str | None:
    """The state that an answer reports, if it reports one: a known word, or any word in a 2xx."""
    status = context.model.protocol.status
    word = at(body, status.state)
    if not isinstance(word, str):
        return None
    known = status.states.get(word)
    # A provider may serve a state with another code than 2xx, as long as the spec says so.
    return word if reply.fine or (known is not None and known.http == reply.status) else None


def update(  # noqa: PLR0913, PLR0917 - the parts of one look
    context: Context, handle: Handle, word: str, body: object, elapsed: float, looks: int
) -> Update:
    """What one status answer tells."""
    status = context.model.protocol.status
    known = status.states.get(word)
    position = at(body, status.position) if status.position is not None else ABSENT
    message = text_at(body, [status.failure_message]) if status.failure_message is not None else None
    code = text_at(body, [status.failure_code]) if status.failure_code is not None else None
    return Update(
        request_id=handle.request_id,
        state=word,
        means=known.means if known else None,
        elapsed=elapsed,
        looks=looks,
        position=position if isinstance(position, int) and not isinstance(position, bool) else None,
        logs=tuple(_messages(context, body)),
        message=message,
        code=code,
        body=body,
    )


def is_final(told: Update) -> bool:
    """Whether nothing will follow."""
    return told.means in FINAL


def _messages(context: Context, body: object) -> Iterator[str]:
    logs = context.model.protocol.status.logs
    entries = at(body, logs.at) if logs else None
    if logs and isinstance(entries, list):
        for entry in cast("list[object]", entries):
            if text := text_at(entry, [logs.message]):
                yield text


def error(context: Context, phase: Phase, reply: Reply, handle: Handle | None = None) -> ProviderError:
    """The documented error that an answer is; one without a row where the spec knows none."""
    body = parse(reply.body)
    rule = context.provider.error_body
    code = text_at(body, rule.code) or (reply.headers.get(rule.code_header.lower()) if rule.code_header else None)
    fallback: type[ProviderError] = Unavailable if reply.status >= _SERVER_ERROR else ProviderError
    if phase == "submit" and reply.status < _SERVER_ERROR:
        fallback = Refused
    found = next((kind for kind in context.errors if kind.row and _fits(kind.row, phase, reply, body, code)), fallback)
    return found(
        provider=context.provider.name,
        http=reply.status,
        message=context.without_key(text_at(body, rule.message) or _start(reply.body)),
        code=code,
        handle=handle,
        retry_after=asked_for(reply),
        answer=reply,
    )


def failure(context: Context, handle: Handle, told: Update, kind: type[ProviderError]) -> ProviderError:
    """The error that a final state stands for."""
    row = context.model.protocol.status.states[told.state].error
    found = next((known for known in context.errors if known.row and known.row.name == row), kind)
    return found(provider=context.provider.name, message=told.message, code=told.code, handle=handle, state=told.state)


def passing(problem: ProviderError) -> bool:
    """Whether the same read may succeed later."""
    if problem.row is not None:
        return problem.row.means in {"unavailable", "refused"} and problem.row.retry != "never"
    return problem.http in _TRY_LATER or (problem.http or 0) >= _SERVER_ERROR


def _fits(row: ErrorRow, phase: Phase, reply: Reply, body: object, code: str | None) -> bool:
    return (
        row.http == reply.status
        and (not row.on or phase in row.on)
        and (row.code is None or row.code == code)
        and (row.match is None or _matches(row.match, body))
    )


def _matches(match: Match, body: object) -> bool:
    return at(body, match.at) == match.value


def _start(body: bytes) -> str:
    text = " ".join(body[:400].decode(errors="replace").split())
    return text[:200]


def media(context: Context, body: object, output: object) -> tuple[str, ...]:
    """Addresses of all files that an answer names: the main one first, then any other File object or media address."""
    pointers = context.model.protocol.result.media
    found = [address for pointer in pointers for address in _addresses(at(body, pointer))]
    main = list(_addresses(at(output, context.model.media)))
    return tuple(dict.fromkeys([*main, *found, *_files(output)]))


def _addresses(value: object) -> Iterator[str]:
    """A URL as it stands, or the `url` of a File object, or those of a list."""
    match value:
        case str() if value.startswith(("http://", "https://")):
            yield value
        case dict():
            yield from _addresses(cast("dict[str, object]", value).get("url"))
        case list():
            for item in cast("list[object]", value):
                yield from _addresses(item)
        case _:
            pass


def _files(value: object) -> Iterator[str]:
    """The `url` of every File object, however deep."""
    match value:
        case dict():
            held = cast("dict[str, object]", value)
            if "url" in held:
                yield from _addresses(held["url"])
            for item in held.values():
                if not isinstance(item, str):
                    yield from _files(item)
        case list():
            for item in cast("list[object]", value):
                yield from _files(item)
        case _:
            pass

"""Reads answers: which state a job is in, which documented error an answer is. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from .conditions import says
from .context import Context
from .errors import ProviderError, Refused, Unavailable
from .handle import Handle, Update
from .pointer import ABSENT, at, text_at
from .retry import asked_for
from .steps import Reply
from .tables import ErrorRow, Status
from .words import FINAL, Phase

_SERVER_ERROR = 500
_TRY_LATER = (408, 425, 429)
_WHOLE = 100.0


def state_name(context: Context, reply: Reply, body: object) -> str | None:
    """The state that an answer reports, if it reports one: a known one, or any word in a 2xx."""
    status = context.model.queue.status
    word = _word(status, body)
    known = status.states.get(word) if word is not None else None
    if known is not None:
        # A provider may serve a state with another code than 2xx, as long as the spec says so.
        return word if reply.fine or known.http == reply.status else None
    for name, state in status.states.items():
        if state.seen is not None and says(state.seen, body):
            served_so = reply.status == state.http
            if served_so or (reply.fine and not state.by_http):
                return name
    return word if reply.fine else None


def _word(status: Status, body: object) -> str | None:
    """What stands where the state is told. A number or a truth value counts as its JSON text."""
    found = at(body, status.state) if status.state is not None else ABSENT
    match found:
        case str():
            return found
        case bool() | int() | float():
            return json.dumps(found)
        case _:
            return None


def update(  # noqa: PLR0913, PLR0917 - the parts of one look
    context: Context, handle: Handle, word: str, body: object, elapsed: float, looks: int
) -> Update:
    """What one status answer tells."""
    status = context.model.queue.status
    known = status.states.get(word)
    position = at(body, status.position) if status.position is not None else ABSENT
    return Update(
        handle=handle,
        state=word,
        means=known.means if known else None,
        elapsed=elapsed,
        looks=looks,
        position=position if isinstance(position, int) and not isinstance(position, bool) else None,
        percent=_percent(status, body),
        logs=tuple(_messages(context, body)),
        message=text_at(body, [status.failure_message]) if status.failure_message is not None else None,
        code=_code_at(body, [status.failure_code]) if status.failure_code is not None else None,
        body=body,
    )


def _percent(status: Status, body: object) -> float | None:
    found = at(body, status.percent) if status.percent is not None else ABSENT
    if isinstance(found, str):
        found = _number(found.strip().removesuffix("%"))
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return min(_WHOLE, max(0.0, found * _WHOLE / status.percent_of))


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return ABSENT


def is_final(told: Update) -> bool:
    """Whether nothing will follow."""
    return told.means in FINAL


def _messages(context: Context, body: object) -> Iterator[str]:
    logs = context.model.queue.status.logs
    entries = at(body, logs.at) if logs else None
    if logs and isinstance(entries, list):
        for entry in cast("list[object]", entries):
            if text := text_at(entry, [logs.message]):
                yield text


def error(context: Context, phases: tuple[Phase, ...], reply: Reply, handle: Handle | None = None) -> ProviderError:
    """The documented error that an answer is; one without a row where the spec knows none.

    A blocking call is submission and result in one, so an answer may be of several phases.
    """
    body = reply.json
    fallback: type[ProviderError] = Unavailable if reply.status >= _SERVER_ERROR else ProviderError
    if "submit" in phases and reply.status < _SERVER_ERROR:
        fallback = Refused
    return _made(context, _known(context, phases, reply, body) or fallback, reply, body, handle)


def error_within(
    context: Context, phases: tuple[Phase, ...], reply: Reply, handle: Handle | None = None
) -> ProviderError | None:
    """The documented error that an answer with a status of success is, if it is one: some providers answer so."""
    if not _candidates(context.errors, context.model.protocol.name, phases, reply.status):
        return None
    body = reply.json
    found = _known(context, phases, reply, body)
    return None if found is None else _made(context, found, reply, body, handle)


@lru_cache(maxsize=1024)
def _candidates(
    errors: tuple[type[ProviderError], ...], protocol: str, phases: tuple[Phase, ...], status: int
) -> tuple[type[ProviderError], ...]:
    """The errors that an answer of that status may be, as long as nothing of it was read."""
    rows = ((kind, kind.row) for kind in errors if kind.row is not None)
    return tuple(
        kind
        for kind, row in rows
        if row.http == status
        and (not row.on or not set(phases).isdisjoint(row.on))
        and (not row.protocols or protocol in row.protocols)
    )


def says_its_end(context: Context, reply: Reply, problem: ProviderError) -> bool:
    """Whether a status answer reports, with a state of its own, the very end that an error in it stands for."""
    states = context.model.queue.status.states
    word = state_name(context, reply, reply.json)
    known = states.get(word) if word is not None else None
    return known is not None and problem.row is not None and known.error == problem.row.name


def _known(context: Context, phases: tuple[Phase, ...], reply: Reply, body: object) -> type[ProviderError] | None:
    code = _code(context, reply, body)
    kinds = _candidates(context.errors, context.model.protocol.name, phases, reply.status)
    return next((kind for kind in kinds if kind.row and _fits(kind.row, reply, body, code)), None)


def _made(
    context: Context, kind: type[ProviderError], reply: Reply, body: object, handle: Handle | None
) -> ProviderError:
    rule = context.provider.error_body
    return kind(
        provider=context.provider.name,
        http=reply.status,
        message=context.without_key(text_at(body, rule.message) or _start(reply.body)),
        code=_code(context, reply, body),
        handle=handle,
        retry_after=asked_for(reply),
        answer=reply,
    )


def _code(context: Context, reply: Reply, body: object) -> str | None:
    rule = context.provider.error_body
    return _code_at(body, rule.code) or (reply.headers.get(rule.code_header.lower()) if rule.code_header else None)


def _code_at(body: object, pointers: list[str] | tuple[str, ...]) -> str | None:
    """A code, which may be a number, too."""
    for pointer in pointers:
        found = at(body, pointer)
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if isinstance(found, str) and found:
            return found
    return None


def failure(context: Context, handle: Handle, told: Update, kind: type[ProviderError]) -> ProviderError:
    """The error that a final state stands for: that of the provider's own code where one is known, or the state's."""
    status = context.model.queue.status
    row = status.states[told.state].error
    code = told.code if status.failure_code is not None else _code_at(told.body, context.provider.error_body.code)
    here = context.model.protocol.name
    rows = [known for known in context.errors if known.row and (not known.row.protocols or here in known.row.protocols)]
    by_code = [k for k in rows if k.row and k.row.code and k.row.code == code and issubclass(k, kind)]
    by_name = [k for k in rows if k.row and k.row.name == row]
    found = next(iter([*by_code, *by_name]), kind)
    words = told.message or text_at(told.body, context.provider.error_body.message)
    message = context.without_key(words) if words is not None else None
    return found(provider=context.provider.name, message=message, code=code, handle=handle, state=told.state)


def passing(problem: ProviderError) -> bool:
    """Whether the same read may succeed later."""
    if problem.row is not None:
        return problem.row.means in {"unavailable", "refused"} and problem.row.retry != "never"
    return problem.http in _TRY_LATER or (problem.http or 0) >= _SERVER_ERROR


def _fits(row: ErrorRow, reply: Reply, body: object, code: str | None) -> bool:
    return (
        (row.code is None or row.code == code)
        and says(row.match, body)
        # A success is none because of its status alone.
        and not (reply.fine and row.code is None and not row.match)
    )


def _start(body: bytes) -> str:
    text = " ".join(body[:400].decode(errors="replace").split())
    return text[:200]

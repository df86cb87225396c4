"""Files: the further request that some providers ask for, and the way to disk."""

from __future__ import annotations

import warnings
from pathlib import Path

from . import noting, outcomes
from .context import Context
from .errors import AnswerWarning, DownloadFailed, UnexpectedAnswer, carrying
from .outcomes import Outcome
from .pointer import at, parse, text_at
from .reads import ask
from .retry import asked_for, backoff
from .steps import Fetch, Flow, Sleep, Store, TransportError, call


def complete(context: Context, outcome: Outcome, deadline: float | None) -> Flow[Outcome]:
    """The outcome with the address of its file, where the provider tells that with a further request only."""
    rule = context.model.queue.file
    if rule is None:
        return outcome
    taken = {name: _text(at(outcome.body, pointer)) for name, pointer in rule.takes.items()}
    missing = [rule.takes[name] for name, value in taken.items() if value is None]
    if missing:
        _note(context, outcome, f"the answer holds nothing at {', '.join(missing)}, where its file is told")
        return outcome
    url = context.url(
        rule.address,
        {**context.model.path, **outcome.handle.path},
        request_id=outcome.handle.request_id,
        **{name: value for name, value in taken.items() if value is not None},
    )
    if rule.gives == "bytes":
        return outcomes.with_file(outcome, url, keyed=True)
    reply = yield from ask(context, outcome.handle, "file", rule.method, url, deadline)
    address = text_at(parse(reply.body), [rule.at])
    if address is None:
        _note(context, outcome, f"the answer about the file holds no address at {rule.at!r}")
        return outcome
    return outcomes.with_file(outcome, address, keyed=False)


def _note(context: Context, outcome: Outcome, what: str) -> None:
    words = f"{outcome.handle}: {what}; the result is kept as it came"
    if context.options.strict:
        raise UnexpectedAnswer(words, answer=outcome.reply, handle=outcome.handle)
    warnings.warn(words, AnswerWarning, stacklevel=2)


def _text(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def save(context: Context, outcome: Outcome, path: Path) -> Flow[int]:
    """Put the main file at `path`; the number of bytes. It appears there only when it is whole."""
    with carrying(outcome.handle):
        size = yield from _put(context, outcome, path)
        yield from noting.over(context, "saved", **noting.job(outcome.handle), file=str(path), size=size)
        return size


def _put(context: Context, outcome: Outcome, path: Path) -> Flow[int]:
    here = outcome.file if outcome.inline is None else outcome.inline
    if here is None:
        return (yield from _download(context, outcome, outcome.media[0], path))
    try:
        stored: int = yield Store(path, here)
    except OSError as exc:
        raise DownloadFailed("the file", f"{path} cannot be written ({exc.strerror or exc})", outcome.handle) from exc
    return stored


def _download(context: Context, outcome: Outcome, url: str, path: Path) -> Flow[int]:
    headers: dict[str, str] = {}
    secret = ""
    if outcome.keyed:
        headers, secret = context.headers(url, "*/*"), context.secret_query(url)
    attempt = 0
    while True:
        attempt += 1
        delay = backoff(attempt)
        try:
            reply = yield from call(Fetch(url, path, context.options.request_timeout, headers, secret))
        except TransportError as exc:
            why = str(exc)
        except (OSError, ValueError) as exc:
            why = getattr(exc, "strerror", None) or str(exc)
            raise DownloadFailed(url, f"{path} cannot be written ({why})", outcome.handle) from exc
        else:
            if reply.size is not None:
                return reply.size
            # 404 too: a file may take a moment to appear behind its address.
            why = f"HTTP {reply.status}"
            delay = asked_for(reply) or delay
        if attempt >= context.options.read_attempts:
            raise DownloadFailed(url, why, outcome.handle)
        yield Sleep(min(delay, context.options.submit_patience))

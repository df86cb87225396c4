"""Files: the further request that some providers ask for, and the way to disk."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from . import noting, outcomes
from .context import Context
from .errors import AnswerWarning, DownloadFailed, UnexpectedAnswer, carrying
from .outcomes import Outcome
from .pointer import at, text_at
from .reads import ask
from .retry import asked_for, backoff
from .steps import Fetch, Flow, Reply, Sleep, Store, TooMuch, TransportError, call, work


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
    address = text_at(reply.json, [rule.at])
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


def save(context: Context, outcome: Outcome, path: Path, url: str | None = None) -> Flow[int]:
    """Put the main file, or the one at another address of the answer, at `path`; the number of bytes.

    It appears there only when it is whole.
    """
    with carrying(outcome.handle):
        size = yield from _put(context, outcome, path, url)
        yield from noting.over(context, "saved", **noting.job(outcome.handle), file=str(path), size=size)
        return size


def _put(context: Context, outcome: Outcome, path: Path, url: str | None) -> Flow[int]:
    here = None if url is not None else _here(outcome)
    if here is None:
        reply = yield from _download(context, outcome, url or outcome.media[0], path)
        return reply.size or 0
    if isinstance(here, Path):
        yield from work(partial(_check, outcome, here))
    try:
        stored: int = yield Store(path, here, move=outcome.spooled)
    except OSError as exc:
        why = f"{path} cannot be written ({exc.strerror or exc}){_kept(outcome)}"
        raise DownloadFailed("the file", why, outcome.handle) from exc
    return stored


def read(context: Context, outcome: Outcome, limit: int) -> Flow[bytes]:
    """The main file, in memory."""
    with carrying(outcome.handle):
        here = _here(outcome)
        if here is None:
            reply = yield from _download(context, outcome, outcome.media[0], None, limit)
            return reply.body
        if isinstance(here, bytes):
            return here
        yield from work(partial(_check, outcome, here))
        try:
            return (yield from work(here.read_bytes))
        except OSError as exc:
            raise DownloadFailed("the file", f"{here} cannot be read ({exc.strerror or exc})", outcome.handle) from exc


def _here(outcome: Outcome) -> bytes | Path | None:
    """The main file, where it is on this machine."""
    return outcome.file if outcome.inline is None else outcome.inline


def _check(outcome: Outcome, here: Path) -> None:
    """DownloadFailed where a file is not what it was when it came."""
    try:
        size = here.stat().st_size
    except OSError as exc:
        why = f"it was in {here}, and is not there any more ({exc.strerror or exc})"
        raise DownloadFailed("the file", why, outcome.handle) from exc
    if outcome.reply.size is not None and size != outcome.reply.size:
        why = f"{here} has {size} bytes now, {outcome.reply.size} came"
        raise DownloadFailed("the file", why, outcome.handle)


def _kept(outcome: Outcome) -> str:
    return f". It is still in {outcome.file}" if outcome.file is not None else ""


def _download(context: Context, outcome: Outcome, url: str, path: Path | None, limit: int | None = None) -> Flow[Reply]:
    headers: Mapping[str, str] = {}
    secret = ""
    if outcome.keyed and url == outcome.media[0]:
        headers, secret = context.headers(url, "*/*"), context.secret_query(url)
    options = context.options
    step = Fetch(
        url,
        path,
        options.request_timeout,
        headers,
        secret,
        within=options.download_timeout,
        largest=options.download_limit if limit is None else limit,
    )
    attempt = 0
    while True:
        attempt += 1
        delay = backoff(attempt)
        try:
            reply = yield from call(step)
        except TooMuch as exc:
            words = (
                "`download_limit` and `download_timeout` of with_options allow more" if limit is None else "`save` it"
            )
            raise DownloadFailed(url, f"{exc}: {words}", outcome.handle) from exc
        except TransportError as exc:
            why = str(exc)
        except (OSError, ValueError) as exc:
            why = getattr(exc, "strerror", None) or str(exc)
            raise DownloadFailed(url, f"{path} cannot be written ({why})", outcome.handle) from exc
        else:
            if reply.size is not None:
                return reply
            # 404 too: a file may take a moment to appear behind its address.
            why = f"HTTP {reply.status}"
            delay = asked_for(reply) or delay
        if attempt >= options.read_attempts:
            raise DownloadFailed(url, why, outcome.handle)
        yield Sleep(min(delay, options.submit_patience))

"""Files: the further request that some providers ask for, and the way to disk."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote_plus, urljoin

from . import noting, outcomes
from .addresses import NoPath
from .context import Context, is_followable
from .errors import AnswerWarning, DownloadFailed, UnexpectedAnswer, carrying
from .outcomes import Outcome
from .pointer import at, text_at
from .reads import ask
from .retry import asked_for, backoff
from .steps import Fetch, Flow, Reply, Sleep, Store, TooMuch, TransportError, call, work
from .tables import File

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS: Final = 10


def complete(context: Context, outcome: Outcome, deadline: float | None) -> Flow[Outcome]:
    """The outcome with the address of its file, where the provider tells that with a further request only."""
    rule = context.model.queue.file
    if rule is None:
        return outcome
    told = {name: _text(at(outcome.body, pointer)) for name, pointer in rule.takes.items()}
    taken = {name: value for name, value in told.items() if value is not None}
    if missing := [pointer for name, pointer in rule.takes.items() if name not in taken]:
        _note(context, outcome, f"the answer holds nothing at {', '.join(missing)}, where its file is told")
        return outcome
    try:
        url = _asked(context, outcome, rule, taken)
    except NoPath as exc:
        _note(context, outcome, f"what the answer says of its file leads nowhere: {exc}")
        return outcome
    if rule.gives == "bytes":
        return outcomes.with_file(outcome, url, keyed=True)
    reply = yield from ask(context, outcome.handle, "file", rule.method, url, deadline)
    address = text_at(reply.json, [rule.at])
    if address is None:
        _note(context, outcome, f"the answer about the file holds no address at {rule.at!r}")
        return outcome
    return outcomes.with_file(outcome, address, keyed=False)


def _asked(context: Context, outcome: Outcome, rule: File, taken: dict[str, str]) -> str:
    """Where the file is asked for. NoPath where the answer names no such place."""
    if rule.url is not None:
        url = taken[rule.url].partition("#")[0]
        if not is_followable(url):
            raise NoPath(f"{url[:200]!r} is no address of the web")
        return url
    if rule.address is None:
        raise NoPath("the protocol has no address for it")
    variables = {**context.model.path, **outcome.handle.path}
    return context.url(rule.address, variables, **{"request_id": outcome.handle.request_id, **taken})


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
    if outcome.inline is not None and outcome.spooled and outcome.file not in {None, path}:
        yield from work(partial(_drop, outcome.file))
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


def _drop(file: Path | None) -> None:
    """Remove what was kept of a file that is saved now."""
    if file is not None:
        with suppress(OSError):
            file.unlink()


def _kept(outcome: Outcome) -> str:
    return f". It is still in {outcome.file}" if outcome.file is not None else ""


def _download(context: Context, outcome: Outcome, url: str, path: Path | None, limit: int | None = None) -> Flow[Reply]:
    options = context.options
    keyed = outcome.keyed and url == outcome.media[0]
    step = Fetch(
        url,
        path,
        options.request_timeout,
        within=options.download_timeout,
        largest=options.download_limit if limit is None else limit,
    )
    attempt = 0
    while True:
        attempt += 1
        delay = backoff(attempt)
        try:
            reply = yield from (_behind_the_key(context, step) if keyed else call(step))
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


def _behind_the_key(context: Context, step: Fetch) -> Flow[Reply]:
    """A download that the key goes along with, as far as it stays with the provider.

    Redirects are followed here and not by the HTTP library, since each has to be asked whether the key may see it.
    """
    reply = yield from call(_with_key(context, step))
    for _ in range(_MOST_HOPS):
        onward = _onward(context, step.url, reply)
        if onward is None:
            break
        step = replace(step, url=onward)
        reply = yield from call(_with_key(context, step))
    return reply


def _with_key(context: Context, step: Fetch) -> Fetch:
    """The same with headers and key, where its address is on a declared host; elsewhere, as it is."""
    if not context.is_declared(step.url):
        return step
    return replace(step, headers=context.headers(step.url, "*/*"), secret_query=context.secret_query(step.url))


def _onward(context: Context, url: str, reply: Reply) -> str | None:
    """Where an answer sends a request on; None where it does not, or to no address of the web."""
    if reply.status not in _REDIRECTS or not (location := reply.headers.get("location")):
        return None
    try:
        path, asks, query = urljoin(url, location).partition("#")[0].partition("?")
    except ValueError:
        return None
    # A server that repeats what it was asked repeats a key in the query, too: that goes along as ours, or not at all.
    options = [part for part in query.split("&") if context.without_key(unquote_plus(part)) == unquote_plus(part)]
    onward = f"{path}{asks if options else ''}{'&'.join(options)}"
    return onward if is_followable(onward) and context.without_key(unquote_plus(path)) == unquote_plus(path) else None

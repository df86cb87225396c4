"""Answers as templates: their placeholders can be filled, and whatever the client reads can be found in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from callsheet.findings import Finding, Span
from callsheet.rules import flow as rules
from callsheet.rules.words import one_of, quoted
from callsheet.runtime.conditions import passes
from callsheet.runtime.pointer import ABSENT
from callsheet.source.nodes import Node, Plain, descend, place
from callsheet.spec import placeholders
from callsheet.spec.check.criteria import check_form
from callsheet.spec.check.offers import may_hold
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec, ProviderSpec, StateSpec, StatusSpec
from callsheet.spec.pointers import follow


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """All answers of a provider."""
    urls = [url.name for protocol in provider.protocols for url in protocol.urls]
    for error in provider.errors:
        yield from _error(error, provider, urls)
    for protocol in provider.protocols:
        yield from _protocol(protocol)
        yield from _submit_and_result(protocol)
        yield from _status(protocol.status, provider)
        yield from _further(protocol)
    for call in provider.calls:
        yield from _result_of_call(call)
    for endpoint in provider.endpoints:
        known = list(placeholders.ENDPOINT)
        yield from _placeholders(endpoint.node, "answer", endpoint.answer, known)
        yield from _headers(endpoint.node, endpoint.answer_headers, known)


def _error(error: ErrorSpec, provider: ProviderSpec, urls: list[str]) -> Iterator[Finding]:
    known = [*placeholders.ANSWER, *urls]
    for key in ("answer", "answer_without_key"):
        yield from _placeholders(error.node, key, getattr(error, key), known)
    yield from _headers(error.node, error.answer_headers, known)
    yield from _placeholders(error.node, "violation", error.violation, list(placeholders.VIOLATION))
    lists = any(name == "violations" for name, _ in placeholders.names_within(error.answer))
    if lists != (error.violation is not None):
        missing = "`violation` is missing" if lists else "`{violations}` is missing in the answer"
        yield rules.LIST_WITHOUT_FORM.at(place(error.node, "answer"), f"in the error {quoted(error.name)}, {missing}")
    if error.answer is None:
        return
    at = place(error.node, "answer")
    body = provider.error_body
    told = [text for pointer, text in _texts(error.answer) if pointer not in body.code]
    if any(map(_is_words, told)) and not any(follow(error.answer, pointer) for pointer in body.message):
        # One pointer of several may be for answers that no row shows; but each answer has to be readable by one.
        what = f"`error_body.message` finds no words in the answer of {quoted(error.name)}"
        yield rules.POINTER_MATCHES_NOTHING.at(at, what, "add a pointer to `error_body.message`, or correct the answer")
    yield from _match(error, at)
    yield from _code(error, provider, at)


def _texts(template: Plain, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text within an answer, with the pointer to it."""
    match template:
        case str():
            yield at, template
        case dict():
            for key, part in template.items():
                yield from _texts(part, f"{at}/{key.replace('~', '~0').replace('/', '~1')}")
        case list():
            for number, part in enumerate(template):
                yield from _texts(part, f"{at}/{number}")
        case _:
            pass


def _is_words(text: str) -> bool:
    """Whether a text is for people. An answer may have none: the client quotes its beginning then."""
    return "{message}" in text or "{violations}" in text or " " in text.strip()


def _match(error: ErrorSpec, at: Span) -> Iterator[Finding]:
    if error.match is None or any(check_form(error.match)):
        return
    for pointer, criterion in error.match.criteria.items():
        found = follow(error.answer, pointer)
        if found.kind != "open" and not passes(criterion, ABSENT if found.kind == "nothing" else found.value):
            what = f"the answer of {quoted(error.name)} is not at {quoted(pointer)} what `match` says"
            yield rules.ANSWER_DISAGREES.at(at, what)


def _code(error: ErrorSpec, provider: ProviderSpec, at: Span) -> Iterator[Finding]:
    if error.code is None:
        return
    body = provider.error_body
    found = [hit for hit in (follow(error.answer, pointer) for pointer in body.code) if hit]
    if not found and body.code_header is None:
        what = f"the code {quoted(error.code)} is at none of `error_body.code`"
        yield rules.POINTER_MATCHES_NOTHING.at(at, what)
    elif found and found[0].kind == "value" and _as_code(found[0].value) != error.code:
        what = f"{quoted(error.name)} has the code {quoted(error.code)}, its answer says {quoted(found[0].value)}"
        yield rules.ANSWER_DISAGREES.at(at, what)


def _as_code(value: Plain) -> Plain:
    """A code may be a number; the client compares it as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _protocol(protocol: ProtocolSpec) -> Iterator[Finding]:
    known = [
        *placeholders.ANSWER,
        *(url.name for url in protocol.urls),
        *(protocol.file.takes if protocol.file else ()),
    ]
    status = protocol.status
    answers: list[tuple[Node, str, Plain]] = [
        (protocol.submit.node, "answer", protocol.submit.answer),
        (protocol.result.node, "answer", protocol.result.answer),
    ]
    for state in status.states:
        answers.append((state.node, "answer", state.answer))
        answers.append((state.node, "answer_when_failed", state.answer_when_failed))
    for node, key, template in answers:
        yield from _placeholders(node, key, template, known)
    for part in (protocol.submit, protocol.result):
        yield from _headers(part.node, part.answer_headers, known)
    if protocol.result.file_at is not None:
        yield from _placeholders(protocol.result.file_at.node, "answer", protocol.result.file_at.answer, known)
    yield from _placeholders(status.node, "log_entry", status.log_entry, list(placeholders.LOG_ENTRY))
    lists = any(name == "logs" for _, _, template in answers for name, _ in placeholders.names_within(template))
    if lists != (status.log_entry is not None):
        missing = "`log_entry` is missing" if lists else "no answer holds `{logs}`"
        yield rules.LIST_WITHOUT_FORM.at(place(status.node, "log_entry"), missing)


def _submit_and_result(protocol: ProtocolSpec) -> Iterator[Finding]:
    submit, result = protocol.submit, protocol.result
    for name, pointer in {"request_id": submit.request_id, **submit.urls}.items():
        yield from _reads(pointer, [submit.answer], place(submit.node, "handle", name), "the answer to the submission")
    told = follow(submit.answer, submit.request_id)
    if told.kind == "value" and isinstance(told.value, str):
        what = f"the client would take {quoted(told.value)} for the id, and ask for it where `{{request_id}}` stands"
        mend = (
            "write `{request_id}` for all of the id, and at `id_form` what it looks like; `{+request_id}` keeps slashes"
        )
        yield rules.ANSWER_DISAGREES.at(place(submit.node, "handle", "request_id"), what, mend)
    shown = _results(protocol)
    if result.decode != "bytes":
        yield from _reads(result.output, shown, place(result.node, "output"), "the answer with the result")
    if result.media and not any(follow(template, pointer) for pointer in result.media for template in shown):
        what = "none of the pointers is in the answer with the result"
        yield rules.POINTER_MATCHES_NOTHING.at(place(result.node, "media"), what)


def _results(protocol: ProtocolSpec) -> list[Plain]:
    """The answers that hold a result."""
    if protocol.result.url is not None:
        return [protocol.result.answer]
    return [state.answer for state in protocol.status.states if state.means == "succeeded"]


def _further(protocol: ProtocolSpec) -> Iterator[Finding]:
    """The request for the file, and the answers to the wish to cancel."""
    known = [*placeholders.ANSWER, *(url.name for url in protocol.urls)]
    if protocol.file is not None:
        file = protocol.file
        for name, pointer in file.takes.items():
            at = place(file.node, "takes", name)
            yield from _reads(pointer, _results(protocol), at, "the answer with the result")
        if file.gives == "address" and file.answer is not None:
            yield from _reads(file.at, [file.answer], place(file.node, "at"), "the answer about the file")
            yield from _placeholders(file.node, "answer", file.answer, [*known, *file.takes])
    for answer in protocol.cancel.answers if protocol.cancel is not None else ():
        yield from _placeholders(answer.node, "answer", answer.answer, known)
        if answer.match is not None and not may_hold(answer.match, answer.answer):
            what = f"the answer {quoted(answer.name)} is not what its `match` says"
            yield rules.ANSWER_DISAGREES.at(place(answer.node, "match"), what)


def _result_of_call(call: CallSpec) -> Iterator[Finding]:
    result = call.result
    known = list(placeholders.ANSWER)
    yield from _headers(result.node, result.answer_headers, known)
    if result.decode != "bytes":
        yield from _reads(result.output, [result.answer], place(result.node, "output"), "the answer")
        yield from _placeholders(result.node, "answer", result.answer, known)
    if result.base64 is not None:
        at = place(result.base64.node, "output")
        yield from _reads(result.base64.output, [result.base64.answer], at, "the answer")
        yield from _placeholders(result.base64.node, "answer", result.base64.answer, known)


def _status(status: StatusSpec, provider: ProviderSpec) -> Iterator[Finding]:
    for state in status.states:
        yield from _names_itself(state, status, "answer", state.answer)
        if state.answer_when_failed is not None:
            yield from _names_itself(state, status, "answer_when_failed", state.answer_when_failed)
    answers = [template for state in status.states for template in (state.answer, state.answer_when_failed)]
    if status.position is not None:
        yield from _reads(status.position, answers, place(status.node, "position"), "any answer of a state")
    if status.percent is not None:
        yield from _reads(status.percent, answers, place(status.node, "percent", "at"), "any answer of a state")
    if status.logs is not None:
        yield from _reads(status.logs.at, answers, place(status.node, "logs", "at"), "any answer of a state")
        for key in ("message", "time", "level"):
            pointer: str | None = getattr(status.logs, key)
            if pointer is not None and status.log_entry is not None:
                yield from _reads(pointer, [status.log_entry], place(status.node, "logs", key), "`log_entry`")
    failing = [state.answer for state in status.states if state.means == "failed"]
    failing += [state.answer_when_failed for state in status.states if state.answer_when_failed is not None]
    if status.failure_message is not None:
        at = place(status.node, "failure", "message")
        yield from _reads(status.failure_message, failing, at, "the status answer of a failed job")
    if status.failure_code is not None:
        # The status repeats the error where the provider knows one, so the rows of `errors` may show it, too.
        at = place(status.node, "failure", "code")
        shown = [*failing, *(error.answer for error in provider.errors)]
        yield from _reads(status.failure_code, shown, at, "the status answer of a failed job, or any error")


def _names_itself(state: StateSpec, status: StatusSpec, key: str, template: Plain) -> Iterator[Finding]:
    at = place(state.node, key)
    if status.state is None or state.seen is not None:
        return
    found = follow(template, status.state)
    if not found:
        what = f"the answer of {quoted(state.name)} has no {quoted(status.state)}, where the state is read"
        yield rules.POINTER_MATCHES_NOTHING.at(at, what)
    elif found.kind == "value" and _as_word(found.value) != state.name:
        what = f"the answer of {quoted(state.name)} says {quoted(found.value)} at {quoted(status.state)}"
        yield rules.ANSWER_DISAGREES.at(at, what)


def _as_word(value: Plain) -> Plain:
    """A state may be told by a number or a truth value, which counts as its text."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _reads(pointer: str, templates: Iterable[Plain], at: Span, where: str) -> Iterator[Finding]:
    if not any(follow(template, pointer) for template in templates):
        yield rules.POINTER_MATCHES_NOTHING.at(at, f"{quoted(pointer)} is not in {where}")


def _headers(node: Node, headers: Mapping[str, str], known: list[str]) -> Iterator[Finding]:
    yield from _placeholders(node, "answer_headers", dict(headers), known)


def _placeholders(node: Node, key: str, template: Plain, known: list[str]) -> Iterator[Finding]:
    for name, path in placeholders.names_within(template):
        if name not in known and name.partition(".")[0] not in placeholders.PARTS.keys() & set(known):
            holder = descend(node, key)
            at = place(holder, *path) if holder is not None else node.span
            what = f"nothing is known to put in for `{{{name}}}`"
            yield rules.UNKNOWN_PLACEHOLDER.at(at, what, one_of(name, known, noun="known here"))

"""The `{names}` that a template may hold, with what stands in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from callsheet.source.nodes import Plain

ANSWER: Final[Mapping[str, str]] = {
    "request_id": "id of the job",
    "queue_position": "how many jobs are before this one, as a number",
    "percent": "how much is done, as a number from 0 to `percent.of`",
    "file": "address of the main file",
    "logs": "log entries so far, as a list, each in the form of `log_entry`; null when none are asked for",
    "inference_time": "seconds of work, as a number",
    "queue_time": "seconds in the queue, as a number",
    "total_time": "seconds altogether, as a number",
    "cost": "what the job costs, as a number; 0 where no price is stated",
    "message": "what went wrong, in words",
    "violations": "what was wrong with the input, as a list, each in the form of `violation`",
    "output": "the output of the endpoint, of its type",
    "path": "path of the request",
    "http": "HTTP status of the failure, as a number",
    "code": "the provider's own code of the failure; left out where it has none",
    "units": "how many units of the price are billed, as a number: 1, or 0 for what is not billed",
    "remaining_credits": "what the account has left after the job, as a number",
    "retry_at": "a time, a minute from now, from which on another try makes sense, ISO 8601",
    "input": "as `{input.NAME}`: the value of a parameter, or its default; left out where there is neither",
    "error": "as `{error.KEY}`: what the failure's own answer has under a key; left out where it has nothing there",
}
"""In an `answer`, besides the names under the protocol's `urls`, which stand for absolute addresses."""

FAILED_WEBHOOK: Final[Mapping[str, str]] = {"error": "what the error's row answers, as JSON"}
"""In the `body_when_failed` of a webhook, besides those of an answer."""

VIOLATION: Final[Mapping[str, str]] = {
    "loc": "where in the payload, as a list that begins with `body`",
    "message": "what is wrong, in words",
    "type": "kind of the violation, in the provider's words (`violation_types`)",
    "value": "the refused value",
    "context": "the limits that were broken, as a mapping; left out where there are none",
}
"""In the `violation` of an error."""

LOG_ENTRY: Final[Mapping[str, str]] = {
    "timestamp": "time of the entry, ISO 8601, to the millisecond and with `Z`",
    "local_timestamp": "the same to the microsecond, without a zone",
    "message": "its words",
}
"""In the `log_entry` of a status."""

ENDPOINT: Final[Mapping[str, str]] = {
    "remaining_credits": "what the account has left, as a number",
    "path": "path of the request",
    "expires_at": "a time in an hour, ISO 8601",
}
"""In the `answer` of one of `endpoints`."""

PARTS: Final[Mapping[str, str]] = {"input": "NAME", "error": "KEY"}
"""Placeholders that are followed by a dot and the name of a part."""

JOB_PATH: Final[Mapping[str, str]] = {"request_id": "id of the job"}
"""In the path of a job address, besides the protocol's `path_variables`."""

ID_FORM: Final[Mapping[str, str]] = {"id": "what tells one job from the others, made up"}
"""In the form of an id, besides the protocol's `path_variables`."""

CREDENTIAL: Final[Mapping[str, str]] = {"key": "the caller's key"}
"""In the value of the credential."""

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?)\}")
_SEVERAL: Final = re.compile(r"\{\+([A-Za-z_][A-Za-z0-9_]*)\}")


def names_in(text: str) -> tuple[str, ...]:
    """The placeholders of one text, in order. Braces around anything but a name are plain text."""
    return tuple(_PLACEHOLDER.findall(text))


def several_in(text: str) -> tuple[str, ...]:
    """The placeholders of a path that stand for several segments of it: `{+name}`."""
    return tuple(_SEVERAL.findall(text))


def is_placeholder(value: object) -> bool:
    """Whether a template is nothing but one placeholder, so that it may become any value."""
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


def names_within(template: Plain, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every placeholder within a template, with the path to the text it stands in."""
    match template:
        case str():
            for name in names_in(template):
                yield name, path
        case list():
            for n, item in enumerate(template):
                yield from names_within(item, (*path, n))
        case dict():
            for key, value in template.items():
                yield from names_within(value, (*path, key))
        case _:
            pass

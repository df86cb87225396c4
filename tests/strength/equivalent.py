"""Slips that nobody could notice, each with the reason. By file, line, and what the slip is told to be."""

from __future__ import annotations

from typing import Final

_LINE_BREAKS_OFF: Final = "a line that broke off is none, read on from its first letter or its second"
_NOT_SHOWN: Final = "how long and how often a job was looked at is no part of what a result is, or of its failure"
_POSIX: Final = "only systems that have no such flag would see it"

EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {
    (
        "_runtime/blocking.py",
        "return Handle(context.provider.id, model.id, model.protocol.name, known or submission.intent[:12])",
        "12 as 13",
    ): "how much of an id of our own names a call that has none of the provider's",
    (
        "_runtime/bodies.py",
        'if template == "{input}":  # by far the most frequent',
        "'{input}' as '{input}x'",
    ): "a short cut: the long way makes the same body",
    (
        "_runtime/media.py",
        'return not text.startswith(("https://", "http://", "data:"))',
        "'https://' as 'https://x'",
    ): "a short cut: what is no plain address is looked at, and is none",
    ("_runtime/journal.py", 'whole = data[: data.rfind(b"\\n") + 1]', "1 as 2"): _LINE_BREAKS_OFF,
    (
        "_runtime/journal.py",
        "self._read_to: tuple[tuple[int, int], int] = ((0, 0), 0)",
        "0 as 1",
    ): "no file is the one that was read before any was",
    (
        "_runtime/output.py",
        "return MediaFile(kind, outcome.reply.size or 0, outcome.file)",
        "0 as 1",
    ): "what came as a file always has its size",
    (
        "_runtime/flows.py",
        "if (yield from now()).monotonic >= deadline:",
        "(yield from now()).monotonic >= deadline with Gt",
    ): "the very moment of a deadline",
    ("_runtime/flows.py", "told = answers.update(context, handle, word, body, 0.0, 1)", "0.0 as 1.0"): _NOT_SHOWN,
    ("_runtime/journal_file.py", '| getattr(os, "O_NOCTTY", 0)', "0 as 1"): _POSIX,
    (
        "_runtime/violations.py",
        "for error in exc.errors(include_url=False)",
        "False as True",
    ): "what is left out of an error is read by nobody; leaving it out saves time",
    (
        "_runtime/judging.py",
        'model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())',
        "ConfigDict(allow_inf_nan=…)",
    ): "a number that JSON does not know is a fault before it comes there, and zero stands in its place",
}
"""Only what was looked at by a person stands here."""

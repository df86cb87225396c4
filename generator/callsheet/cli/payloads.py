"""Payloads from files, folders and pipes, one after another, each judged at its place."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from callsheet.cli.console import refuse
from callsheet.findings import Finding, Span
from callsheet.rules import payload as rules
from callsheet.source.nodes import Node, place, plain

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import ModelPlan

As = Literal["json", "yaml", "jsonl"]

STDIN: Final = "<stdin>"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one payload. Files can travel in it as data URIs."""

_KINDS: Final[dict[str, As]] = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_PIPES: Final = ("/dev/fd/", "/proc/self/fd/")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Judged:
    """A payload as it was given, and what is wrong with it."""

    value: dict[str, Any]
    findings: tuple[Finding, ...]


def named(names: Sequence[str]) -> list[str]:
    """Files of names, patterns and folders, each once, in order; `-` is standard input.

    A name that leads to nothing ends the command with 2; all of them are told.
    """
    files: dict[str, None] = {}
    faults: list[str] = []
    for name in names:
        if name in {"-", "/dev/stdin"}:
            if "-" in files:
                faults.append("standard input can be read once only")
            files["-"] = None
        elif os.path.isdir(name):  # noqa: PTH112 - patterns are matched on text, too
            found = sorted(_within(name))
            files |= dict.fromkeys(found)
            if not found:
                faults.append(f"{name}: there is no payload in this folder, no file that ends in {', '.join(_KINDS)}")
        elif os.path.lexists(name):
            files[name] = None
        elif glob.has_magic(name):
            found = sorted(path for path in glob.iglob(name, recursive=True) if not os.path.isdir(path))  # noqa: PTH112, PTH207 - as above
            files |= dict.fromkeys(found)
            if not found:
                faults.append(f"{name}: no file is called like this")
        else:
            faults.append(f"{name or '(an empty name)'}: there is no such file")
    if faults:
        refuse("\n".join(faults))
    return list(files)


def judged(model: ModelPlan, file: str, form: As | None = None) -> Iterator[Judged]:
    """Each payload of a file. Lines of JSONL are read and judged one by one, however many there are."""
    path = STDIN if file == "-" else file
    try:
        with _opened(file) as stream:
            kind, read = (form, []) if form else _kind(file, stream)
            if kind == "jsonl":
                yield from _lines(model, path, chain(read, _rest(stream)))
            else:
                head = b"".join(read)
                yield _judge(model, *parse(path, head + stream.read(max(0, LARGEST + 1 - len(head))), kind))
    except _Unreadable as fault:
        yield Judged({}, (rules.PAYLOAD_UNREADABLE.at(Span(path), str(fault), fault.mend),))
    except OSError as fault:
        yield Judged({}, (rules.PAYLOAD_UNREADABLE.at(Span(path), f"the system says: {fault.strerror}"),))


def parse(path: str, data: bytes, form: As = "yaml") -> tuple[Node | None, tuple[Finding, ...]]:
    """The located tree of one payload, and what is wrong with its text. What is to be YAML may be JSON."""
    from callsheet.source.jsontree import read_json
    from callsheet.source.text import LARGEST_FILE
    from callsheet.source.yamltree import read_yaml

    text, findings = _text(path, data)
    if text is None:
        return None, findings
    node, faults = read_json(path, text)
    if form == "json" or node is not None or not text.strip():
        return node, faults
    if len(data) > LARGEST_FILE:
        what = "YAML above 1 MiB is not read"
        return None, (
            rules.PAYLOAD_TOO_LARGE.at(Span(path), what, "save it as JSON, or give addresses of large files"),
        )
    node, faults = read_yaml(path, data)
    return node, tuple(_of_payload(fault) for fault in faults)


def _text(path: str, data: bytes, line: int = 1) -> tuple[str | None, tuple[Finding, ...]]:
    if len(data) > LARGEST:
        whole = Span(path, line, 1) if line > 1 else Span(path)
        return None, (rules.PAYLOAD_TOO_LARGE.at(whole, f"it is larger than {LARGEST >> 20} MiB"),)
    if data.startswith(_UTF16):
        return None, (rules.PAYLOAD_NO_TEXT.at(Span(path), "it begins with the mark of UTF-16"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        at = line + data.count(b"\n", 0, fault.start)
        column = fault.start - data.rfind(b"\n", 0, fault.start)
        what = f"byte {data[fault.start]:#04x} is not UTF-8"
        return None, (rules.PAYLOAD_NO_TEXT.at(Span(path, at, column, at, column + 1), what),)
    if "\0" in text:
        whole = Span(path, line, 1) if line > 1 else Span(path)
        return None, (rules.PAYLOAD_NO_TEXT.at(whole, "it holds zero bytes, as no text does"),)
    return text, ()


def _of_payload(fault: Finding) -> Finding:
    """What the reader of specs says, in words about payloads."""
    match fault.rule:
        case "empty-file":
            return rules.PAYLOAD_EMPTY.at(fault.span, "there is nothing in it")
        case "several-documents":
            return replace(fault, mend="keep one; for many payloads in one file, write JSONL, one on each line")
        case _:
            return fault


def _judge(model: ModelPlan, node: Node | None, findings: tuple[Finding, ...]) -> Judged:
    from callsheet.validate import validate

    if node is None:
        return Judged({}, findings)
    value = plain(node)
    refused = {finding.span for finding in findings}
    # What is said of a value that could not be read follows from that.
    found = (fault for fault in validate(model, value, lambda path: place(node, *path)) if fault.span not in refused)
    return Judged(value if isinstance(value, dict) else {}, (*findings, *found))


def _lines(model: ModelPlan, path: str, lines: Iterable[bytes]) -> Iterator[Judged]:
    from callsheet.cli.quick import quick
    from callsheet.source.jsontree import read_json

    some = False
    for number, line in enumerate(lines, 1):
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        some = True
        if (value := quick(model, line)) is not None:
            yield Judged(value, ())
            continue
        text, findings = _text(path, line.rstrip(b"\r\n"), number)
        yield Judged({}, findings) if text is None else _judge(model, *read_json(path, text, number))
    if not some:
        yield Judged({}, (rules.PAYLOAD_EMPTY.at(Span(path), "there is no line in it"),))


def _within(folder: str) -> Iterator[str]:
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if Path(name).suffix.lower() in _KINDS and not name.startswith("."):
                yield os.path.join(at, name)  # noqa: PTH118 - `./` stays, as it was given


class _Unreadable(Exception):
    """There is something of that name, and it is not for reading."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.mend = mend


@contextmanager
def _opened(file: str) -> Generator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    mode = Path(file).stat().st_mode
    # A shell's <(command) is a pipe that somebody writes to. Any other would be waited for, perhaps for ever.
    if stat.S_ISFIFO(mode) and not file.startswith(_PIPES):
        raise _Unreadable(
            "this is a pipe, and nobody may be writing to it", "read it as standard input: validate … - < pipe"
        )
    if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
        raise _Unreadable("this is a device or a socket, no file", "name a file, or - for standard input")
    with Path(file).open("rb") as stream:
        yield stream


def _kind(file: str, stream: IO[bytes]) -> tuple[As, list[bytes]]:
    """The form by the file's name, else by how it begins; and the lines that were read to find out."""
    read: list[bytes] = []
    if (kind := _KINDS.get(Path(file).suffix.lower())) is not None:
        return kind, read
    lines: list[bytes] = []
    while len(lines) < 2 and sum(map(len, read)) <= LARGEST and (line := stream.readline(LARGEST + 1)):  # noqa: PLR2004 - the first two tell
        read.append(line)
        if words := line.removeprefix(b"\xef\xbb\xbf").strip():
            lines.append(words)
    if len(lines) > 1 and _is_object(lines[0]):
        return "jsonl", read
    begun = lines[0] if lines else b""
    is_json = begun.startswith(b"[") or (begun[:1] == b"{" and begun[1:].lstrip()[:1] in {b'"', b"}", b""})
    return "json" if is_json else "yaml", read


def _is_object(line: bytes) -> bool:
    import json

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _rest(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a stream. Of one that is too long its beginning comes, which tells."""
    while line := stream.readline(LARGEST + 1):
        yield line
        while len(line) > LARGEST and not line.endswith(b"\n"):
            line = stream.readline(LARGEST + 1)

"""`[tool.callsheet]`: what a project says once, so that its people need not say it with every command."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from callsheet.findings import Finding, Span
from callsheet.rules import settings as rules
from callsheet.rules.words import kind, one_of, quoted

FILE: Final = "pyproject.toml"
Http = Literal["httpx", "httpx2"]
"""The same as `plan.model.HttpLibrary`, which takes long to import; the type-checkers hold the two together."""

HTTP: Final[tuple[Http, ...]] = get_args(Http)
"""The HTTP libraries that a client can be generated for."""

_KEYS: Final = ("specs", "out", "http", "only", "evidence")

_WHERE: Final = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set; None and empty where nothing is. Paths are as seen from the working directory."""

    base: Path = Path()
    """The folder of the pyproject.toml; without one, the working directory."""
    specs: Path | None = None
    """Folder of specs."""
    out: Path | None = None
    """Where clients are generated."""
    http: Http | None = None
    """HTTP library of the clients."""
    only: tuple[str, ...] = ()
    """PROVIDER or PROVIDER/MODEL: what `generate` writes."""

    evidence: Path | None = None
    """Folder of evidence."""

    def folder(self) -> Path | None:
        """Where specs are looked for without `--specs`; None where only those of the package are left."""
        usual = self.base / "specs"
        return self.specs or (usual if usual.is_dir() else None)


@dataclass(slots=True)
class _Reading:
    """One file being read: faults are noted, and the rest is read on."""

    path: str
    text: str
    base: Path
    findings: list[Finding] = field(default_factory=list[Finding])

    def settings(self, table: dict[str, Any]) -> Settings:
        for key in table.keys() - {*_KEYS}:
            what = f"{quoted(key)} is no setting of Callsheet"
            mend = one_of(key, _KEYS, noun="known")
            self.findings.append(rules.SETTINGS_UNKNOWN_KEY.at(self.place(key), what, mend))
        http = self.text_of(table, "http", "the name of a library in quotes")
        if http is not None and http not in HTTP:
            mend = one_of(http, HTTP)
            self.findings.append(
                rules.SETTINGS_VALUE.at(self.place("http"), f"there is no client for {quoted(http)}", mend)
            )
        library: Http | None = next((known for known in HTTP if known == http), None)
        folders = {key: self.folder(table, key) for key in ("specs", "out", "evidence")}
        return Settings(self.base, http=library, only=self.only(table), **folders)

    def folder(self, table: dict[str, Any], key: str) -> Path | None:
        given = self.text_of(table, key, "a path in quotes")
        return None if given is None else self.base / given

    def text_of(self, table: dict[str, Any], key: str, wanted: str) -> str | None:
        value = table.get(key)
        if key not in table or (isinstance(value, str) and value and "\0" not in value):
            return value
        self.wrong(key, value, wanted)
        return None

    def only(self, table: dict[str, Any]) -> tuple[str, ...]:
        value: Any = table.get("only", [])
        names = cast("list[object]", value) if isinstance(value, list) else [None]
        if all(isinstance(name, str) and name for name in names):
            return tuple(cast("list[str]", names))
        self.wrong("only", table["only"], 'a list of providers and endpoints: ["segmind", "fal/scail-2"]')
        return ()

    def wrong(self, key: str, value: object, wanted: str) -> None:
        what = f"`{key}` is {kind(value)}, {wanted} is expected"
        self.findings.append(rules.SETTINGS_VALUE.at(self.place(key), what, f"write {wanted}"))

    def place(self, key: str) -> Span:
        """Where a key stands. The parser does not tell; where it is not found as it is usually written: the table."""
        inside = False
        table: Span | None = None
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*\[\s*(.*?)\s*\]\s*(?:#.*)?$", line):
                inside = re.sub(r"[\s\"']", "", header[1]) == "tool.callsheet"
                table = Span(self.path, number, 1, number, len(line) + 1) if inside else table
            elif inside and (found := re.match(rf"\s*([\"']?){re.escape(key)}\1\s*[=.]", line)):
                column = len(line) - len(line.lstrip()) + 1
                return Span(self.path, number, column, number, found.end())
        return table or Span(self.path)


def read(path: Path, data: bytes, base: Path) -> tuple[Settings | None, tuple[Finding, ...]]:
    """What a pyproject.toml says, or None where it says nothing to Callsheet; and every fault of it.

    Paths in it are relative to `base`, the folder it lies in.
    """
    shown = path.as_posix()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        what = f"byte {data[fault.start]:#04x} is not UTF-8, which TOML is written in"
        return None, (rules.SETTINGS_SYNTAX.at(Span(shown, line, 1), what, "save the file as UTF-8"),)
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        return None, (rules.SETTINGS_SYNTAX.at(*_told(shown, text, str(fault))),)
    tool: object = document.get("tool")
    if not isinstance(tool, dict) or "callsheet" not in tool:
        return None, ()
    table: object = cast("dict[str, object]", tool)["callsheet"]
    reading = _Reading(shown, text, base)
    if not isinstance(table, dict):
        reading.findings.append(
            rules.SETTINGS_VALUE.at(
                reading.place("callsheet"),
                f"`tool.callsheet` is {kind(table)}, a table is expected",
                "write [tool.callsheet], and below it a line for each setting",
            )
        )
        return None, tuple(reading.findings)
    return reading.settings(cast("dict[str, Any]", table)), tuple(reading.findings)


def find() -> tuple[Settings, tuple[Finding, ...]]:
    """The settings of the nearest pyproject.toml that has any, from the working directory upwards."""
    for base in _upwards():
        path = base / FILE
        if not os.path.isfile(path):  # noqa: PTH113 - a folder that may not be looked into is no fault
            continue
        data = path.read_bytes()
        found, findings = read(path, data, base)
        # One that cannot be read at all concerns a command that runs beside it, or that it means to speak to.
        if found is not None or (findings and (base == Path() or b"callsheet" in data)):
            return found or Settings(), findings
    return Settings(), ()


def _upwards() -> Iterator[Path]:
    """The working directory and the folders above it, as paths from there: `.`, `..`, `../..`."""
    try:
        depth = len(Path.cwd().parents)
    except OSError:  # it was deleted
        return
    yield Path()
    yield from (Path(*[".."] * up) for up in range(1, depth + 1))


def _told(path: str, text: str, message: str) -> tuple[Span, str]:
    """Place and words of what the parser says."""
    where = _WHERE.search(message)
    words = message[: where.start()] if where else message
    words = f"{words[:1].lower()}{words[1:]}"
    if where is None:
        return Span(path), words
    if where[1]:
        return Span(path, int(where[1]), int(where[2])), words
    return Span(path, text.count("\n") + 1, len(text) - text.rfind("\n")), f"{words}, but the file ends here"

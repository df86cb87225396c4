"""The one place where specs are read from disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from callsheet.findings import Finding, Span, in_order
from callsheet.rules import files as rules
from callsheet.source.text import LARGEST_FILE

SUFFIXES: Final = (".yaml", ".yml")

Read = tuple[dict[str, bytes], tuple[Finding, ...]]


def read_folder(root: Path) -> Read:
    """The spec files below `root` by the path that people see, and what could not be read.

    That is `<provider>/*.yaml`, without hidden files and without `*.page.yaml`, which belong to the comparison with
    pages. At most one byte more than a spec may have is read of each file.
    """
    shown = _shown(root)
    if not root.exists():
        return {}, (rules.MISSING_FOLDER.at(Span(shown), f"there is no folder `{shown}`"),)
    if not root.is_dir():
        return {}, (rules.NOT_A_FOLDER.at(Span(shown), f"`{shown}` is a file"),)
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for folder in _listed(root, findings):
        if folder.suffix in SUFFIXES and folder.is_file():
            findings.append(rules.MISPLACED_FILE.at(Span(_shown(folder)), "the file lies beside the provider folders"))
        elif folder.suffix in SUFFIXES:
            _read(folder, files, findings)
        elif folder.is_dir():
            for path in _listed(folder, findings):
                _visit(path, files, findings)
    if not files and not findings:
        findings.append(rules.NO_SPECS.at(Span(shown), f"there is no spec in `{shown}`"))
    return files, in_order(findings)


def read_pages(root: Path) -> dict[str, bytes]:
    """The files of what pages said when last read, `<provider>/*.page.yaml`, by the path that people see.

    What cannot be read is left out: `read_folder` tells of folders and files that are not to be had.
    """
    found: dict[str, bytes] = {}
    for path in sorted(root.glob("[!.]*/[!.]*.page.yaml")):
        with suppress(OSError):
            if stat.S_ISREG(path.stat().st_mode):
                with path.open("rb") as file:
                    found[_shown(path)] = file.read(LARGEST_FILE + 1)
    return found


def _visit(path: Path, files: dict[str, bytes], findings: list[Finding]) -> None:
    if path.suffix in SUFFIXES:
        _read(path, files, findings)
    elif path.is_dir():
        findings.extend(
            rules.MISPLACED_FILE.at(Span(_shown(below)), "the file lies deeper than in its provider's folder")
            for below in _listed(path, findings)
            if below.suffix in SUFFIXES
        )


def _read(path: Path, files: dict[str, bytes], findings: list[Finding]) -> None:
    if path.name.endswith(tuple(f".page{suffix}" for suffix in SUFFIXES)):
        return
    shown = _shown(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            findings.append(rules.FOLDER_FOR_FILE.at(Span(shown), "this is a folder, not a file"))
        elif not stat.S_ISREG(mode):
            # Opening a pipe would wait for somebody to write into it.
            findings.append(rules.UNREADABLE_FILE.at(Span(shown), "this is neither a file nor a folder"))
        else:
            with path.open("rb") as file:
                files[shown] = file.read(LARGEST_FILE + 1)
    except OSError as error:
        findings.append(rules.UNREADABLE_FILE.at(Span(shown), f"the system says: {error.strerror}"))


def _listed(folder: Path, findings: list[Finding]) -> Iterator[Path]:
    """What is in a folder, by name, without what is hidden."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    except OSError as error:
        findings.append(rules.UNREADABLE_FILE.at(Span(_shown(folder)), f"the system says: {error.strerror}"))
        return
    for name in names:
        if not name.startswith("."):
            yield folder / name


def _shown(path: Path) -> str:
    """Relative to the working directory where it lies below it, with forward slashes everywhere."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and people know the link's name
    try:
        return whole.relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return whole.as_posix()

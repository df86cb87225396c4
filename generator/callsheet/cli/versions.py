"""Two versions of specs, as `diff` is given them: folders, files, or either in a commit of git."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import typer

from callsheet.cli.console import Format, refuse, report
from callsheet.findings import Finding, errors, in_order

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import Plan

_PROVIDER: Final = ("provider.yaml", "provider.yml")
PATIENCE: Final = 60
"""Seconds for git to find a commit's files."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The spec files of one version. `only` is the file that was named, where it was not a folder."""

    name: str
    files: dict[str, bytes]
    findings: tuple[Finding, ...] = ()
    only: str | None = None


def planned(old: str, new: str, form: Format) -> tuple[Plan, Plan]:
    """The plans of both. Faults of either are reported, all of them, and end the command with 2."""
    before, after = _borrowed(*map(_texts, (old, new)))
    plans: list[Plan] = []
    found: list[Finding] = []
    for texts in (before, after):
        plan, findings = _plan(texts)
        found += errors(findings)
        if plan is not None:
            plans.append(plan)
    if found or len(plans) < len((old, new)):
        report(in_order(found), form, to_stderr=True)
        raise typer.Exit(2)
    return _of_same(plans[0], plans[1], before, after)


def _plan(texts: Texts) -> tuple[Plan | None, tuple[Finding, ...]]:
    from callsheet.plan.build import build
    from callsheet.spec.load import load

    loaded = load(texts.files)
    findings = (*texts.findings, *loaded.findings)
    if errors(findings):
        return None, findings
    built = build(loaded.specs)
    return built.plan, (*findings, *built.findings)


def _of_same(old: Plan, new: Plan, before: Texts, after: Texts) -> tuple[Plan, Plan]:
    """Where a file of one endpoint was named, that endpoint alone; of a provider's file, that provider."""
    for plan, texts in ((old, before), (new, after)):
        if texts.only is None:
            continue
        providers = {provider.id for provider in plan.providers}
        models = None if _is_provider(texts.only) else {model.id for model in plan.endpoints()}
        return _within(old, providers, models), _within(new, providers, models)
    return old, new


def _within(plan: Plan, providers: set[str], models: set[str] | None) -> Plan:
    kept = [provider for provider in plan.providers if provider.id in providers]
    if models is not None:
        kept = [replace(one, models=tuple(model for model in one.models if model.id in models)) for one in kept]
    return replace(plan, providers=tuple(kept))


def _texts(name: str) -> Texts:
    from callsheet.source.files import read_folder

    path = Path(name)
    if path.is_dir() and (own := [path / one for one in _PROVIDER if (path / one).is_file()]):
        return replace(_texts(str(own[0])), name=name)
    if path.is_dir():
        return Texts(name, *read_folder(path))
    if path.is_file():
        beside = next((path.with_name(one) for one in _PROVIDER if _there(path, one)), None)
        files = [path, *([beside] if beside is not None and beside != path else [])]
        if _is_provider(name):
            files += sorted(other for other in path.parent.glob("*.y*ml") if other != path)
        return Texts(name, {str(file): file.read_bytes() for file in files}, only=name)
    if ":" in name:
        return _of_git(name)
    refuse(f"{name or '(an empty name)'}: there is no such file or folder; of a commit, write HEAD~1:specs")


def _there(path: Path, name: str) -> bool:
    return path.with_name(name).is_file()


def _is_provider(name: str) -> bool:
    return PurePosixPath(name).stem == "provider"


def _borrowed(old: Texts, new: Texts) -> tuple[Texts, Texts]:
    """A file of an endpoint that lies somewhere alone is read with the provider of the other version."""
    return _with_provider(old, new), _with_provider(new, old)


def _with_provider(texts: Texts, other: Texts) -> Texts:
    if texts.only is None or any(map(_is_provider, texts.files)):
        return texts
    # In the folder of the provider whose it says it is, under the name that it would have there.
    (data,) = texts.files.values()
    wanted = _word(data, b"provider:")
    for path, said in other.files.items():
        if _is_provider(path) and _word(said, b"id:") == wanted:
            called = _word(data, b"id:").decode("utf-8", "replace") or PurePosixPath(texts.only).stem
            name = str(PurePosixPath(path).parent / f"{called}.yaml")
            return replace(texts, files={path: said, name: data})
    return texts


def _word(data: bytes, key: bytes) -> bytes:
    """What stands after a key at the beginning of a line. Whoever reads the file says what is wrong with it."""
    lines = (line for line in data.splitlines() if line.startswith(key))
    return next(lines, b"").removeprefix(key).split(b"#")[0].strip().strip(b"\"'")


def _of_git(name: str) -> Texts:
    """The files of a folder, or one with its provider, as a commit has them: `HEAD~1:specs`."""
    kind = _git(name, ["cat-file", "-t", name]).strip()
    if kind == b"blob":
        commit, _, path = name.partition(":")
        folder = PurePosixPath(path).parent
        beside = f"{commit}:{folder}"
        found = {**_blobs(name, beside, str(folder))}
        wanted = {
            at: data for at, data in found.items() if _is_provider(path) or at.endswith(f":{path}") or _is_provider(at)
        }
        return Texts(name, wanted, only=path)
    found = _blobs(name, name, name.partition(":")[2])
    folder = PurePosixPath(name.partition(":")[2])
    own = [str(folder / one) for one in _PROVIDER if f"{name.partition(':')[0]}:{folder / one}" in found]
    return Texts(name, found, only=own[0] if own else None)


def _blobs(name: str, tree: str, folder: str) -> dict[str, bytes]:
    commit = name.partition(":")[0]
    files: dict[str, bytes] = {}
    for line in filter(None, _git(name, ["ls-tree", "-r", "-z", "--full-tree", tree]).split(b"\0")):
        head, _, path = line.partition(b"\t")
        at = path.decode("utf-8", "surrogateescape")
        words = head.split()
        if words[1] == b"blob" and at.endswith((".yaml", ".yml")) and not PurePosixPath(at).name.startswith("."):
            whole = PurePosixPath(folder) / at
            files[f"{commit}:{whole}"] = _git(name, ["cat-file", "blob", words[2].decode()])
    return files


def _git(name: str, words: Sequence[str]) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with words of ours and a name that is one argument
            ["git", *words],  # noqa: S607 - the git of whoever calls
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        refuse(f"{name}: there is no such file or folder, and no git that could know it as a commit's")
    except subprocess.TimeoutExpired:
        refuse(f"{name}: git did not answer within {PATIENCE} seconds")
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        refuse(f"{name}: there is no such file or folder, and git says: {why}")
    return done.stdout

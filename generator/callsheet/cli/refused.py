"""Payloads and recordings that one version of specs accepts and the next refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from callsheet.cli import payloads
from callsheet.cli.console import refuse
from callsheet.findings import Finding, errors

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import ModelPlan, Plan
    from callsheet.source.nodes import Node

Fate = Literal["accepted", "refused now", "refused as before", "accepted now", "of no endpoint", "of an endpoint gone"]


@dataclass(frozen=True, slots=True)
class Tried:
    """One payload under both versions. `findings` are those of the version that refuses it; the new one first."""

    place: str
    endpoint: str | None
    fate: Fate
    findings: tuple[Finding, ...] = ()


def tried(folder: Path, old: Plan, new: Plan) -> Iterator[Tried]:
    """Every payload below a folder, in order of the files."""
    if not folder.is_dir():
        refuse(f"--payloads {folder}: there is no such folder")
    for file in payloads.named([str(folder)]):
        yield from _file(folder, file, old, new)


def _file(folder: Path, file: str, old: Plan, new: Plan) -> Iterator[Tried]:
    recorded = _recorded(file)
    name = endpoint_of(PurePosixPath(Path(file).relative_to(folder).as_posix()), old, new)
    before, after = (None if name is None else models(plan).get(name) for plan in (old, new))
    if name is None or before is None:
        yield Tried(file, name, "of no endpoint")
        return
    if after is None:
        yield Tried(file, name, "of an endpoint gone")
        return
    if recorded is not None:
        yield _fate(file, name, *(_of_recording(one, recorded) for one in (before, after)))
        return
    pairs = zip(payloads.judged(before, file), payloads.judged(after, file), strict=True)
    for number, (was, now) in enumerate(pairs, 1):
        # A line of its own in a file of many: findings have it, and a payload without one needs none.
        spans = [fault.span.line for fault in (*was.findings, *now.findings)]
        line = f":{spans[0]}" if spans and number > 1 else ""
        yield _fate(f"{file}{line}", name, was.findings, now.findings)


def _of_recording(model: ModelPlan, recorded: Node) -> tuple[Finding, ...]:
    from callsheet.source.nodes import place, plain
    from callsheet.validate import validate

    return validate(model, plain(recorded), lambda path: place(recorded, *path))


def _fate(place: str, name: str, was: tuple[Finding, ...], now: tuple[Finding, ...]) -> Tried:
    before, after = errors(was), errors(now)
    if after:
        return Tried(place, name, "refused as before" if before else "refused now", after)
    return Tried(place, name, "accepted now" if before else "accepted", before)


def models(plan: Plan) -> dict[str, ModelPlan]:
    """The endpoints by their whole names."""
    return {f"{model.provider}/{model.id}": model for model in plan.endpoints()}


def endpoint_of(path: PurePosixPath, old: Plan, new: Plan) -> str | None:
    """The endpoint that a file is for: named by its folders, `<provider>/<model>/…`, or by its name.

    That is `<model>.json` or `<provider>-<model>.json`, or has more between its points. The only endpoint that there is
    needs no naming.
    """
    names = dict.fromkeys((*models(old), *models(new)))
    words = (*path.parts[:-1], path.name)
    for at, word in enumerate(words[:-1]):
        for rest in (words[at + 1], words[at + 1].rpartition(".")[0]):
            if f"{word}/{rest}" in names:
                return f"{word}/{rest}"
    stems = [*reversed(path.parts[:-1]), path.name.rpartition(".")[0]]
    for stem in reversed(stems):
        fitting = [name for name in names if stem in {name.partition("/")[2], name.replace("/", "-")}]
        if len(fitting) == 1:
            return fitting[0]
    longer = [
        name for name in names if path.name.startswith((f"{name.partition('/')[2]}.", f"{name.replace('/', '-')}."))
    ]
    most = max(map(len, longer), default=0)
    if len(fitting := [name for name in longer if len(name) == most]) == 1:
        return fitting[0]
    return next(iter(names)) if len(names) == 1 else None


def _recorded(file: str) -> Node | None:
    """The input of a recording, with its places; None of a file that is something else."""
    from callsheet.source.nodes import descend, plain
    from callsheet.source.yamltree import read_yaml

    if not file.endswith((".yaml", ".yml")):
        return None
    data = Path(file).read_bytes()
    if b"exchanges" not in data:
        return None
    node, _ = read_yaml(file, data)
    value: Any = None if node is None else plain(node)
    if not isinstance(value, dict) or not {"origin", "input", "exchanges"} <= value.keys():
        return None
    return descend(node, "input") if node is not None else None

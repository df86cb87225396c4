"""Generation from the text of the specs on, in shares: each process reads, plans and lays out some of the endpoints.

One endpoint needs nothing of another but that their names differ, and these are known from the names of the files. So
what comes out is what `load`, `build` and `emit` give in turn. Where anything has to be said, nothing is given: those
three find all of it, and in order.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from callsheet.emit import dcg
from callsheet.emit.folder import MANY, laid_out, whole
from callsheet.emit.manifest import ProviderDigests, provider_digests
from callsheet.emit.processes import MOST, processors, spread
from callsheet.emit.rendering import Entry, endpoints, entries, judging, shared
from callsheet.plan.build import build
from callsheet.plan.model import HttpLibrary, Plan
from callsheet.spec.load import is_page, is_provider, load

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class _Share:
    """What came of some of the endpoints."""

    modules: dict[str, str]
    digests: dict[str, ProviderDigests]
    entries: dict[str, list[Entry]]


def generated(files: Files, http: HttpLibrary, runs: Sequence[dcg.Run] = ()) -> dict[str, str] | None:
    """What generation gives for a folder of specs, by path. None where it has to be done in turn, or something said.

    `runs` are ways to run datamodel-code-generator, as many as there may be shares: `MOST`.
    """
    providers = {path: data for path, data in files.items() if is_provider(path)}
    models = [path for path in sorted(files) if path not in providers and not is_page(path)]
    count = min(processors(), MOST)
    ids = _ids(models)
    if count == 1 or len(models) < MANY or "" in ids:
        return None
    if not runs:
        dcg.warm_up()  # before the shares part, so that each has it
        runs = (dcg.run,) * count
    shares = [{**providers, **{path: files[path] for path in models[n::count]}} for n in range(count)]
    made = spread([partial(_share, share, ids, run) for share, run in zip(shares, runs, strict=False)])
    plan = _plan(providers, ids)
    if plan is None or None in made:
        return None
    listed: dict[str, list[Entry]] = {}
    digests = provider_digests(plan)
    for name, told in digests.items():
        listed[name] = sorted((one for share in made for one in share.entries[name]), key=lambda entry: entry.id)
        told["models"] = dict(sorted(one for share in made for one in share.digests[name]["models"].items()))
    if any(map(_alike, listed.values())):
        return None
    modules = {path: text for share in made for path, text in share.modules.items()}
    return whole(modules | laid_out(shared(plan, listed)), digests, http)


def _ids(models: Iterable[str]) -> dict[str, list[str]]:
    """The models of each provider: folders and files are called like them, or there is something to say."""
    found: dict[str, list[str]] = {}
    for path in map(PurePosixPath, models):
        found.setdefault(path.parent.name, []).append(path.stem)
    return found


def _share(files: Files, ids: Mapping[str, Collection[str]], run: dcg.Run) -> _Share | None:
    plan = _plan(files, ids)
    if plan is None:
        return None
    return _Share(
        laid_out(endpoints(plan) | judging(plan, run=run)),
        provider_digests(plan),
        {provider.id: entries(provider) for provider in plan.providers},
    )


def _plan(files: Files, ids: Mapping[str, Collection[str]]) -> Plan | None:
    """What the files come to; None where there is anything to say of them."""
    gc.disable()  # nothing of what is read is garbage before the end, and looking for some takes long
    try:
        loaded = load(files)
        built = None if loaded.findings else build(loaded.specs, ids)
    finally:
        gc.freeze()
        gc.enable()
    return None if built is None or built.findings else built.plan


def _alike(listed: Collection[Entry]) -> bool:
    """Whether two endpoints would share a module or a class, as `build` finds it among those that it has."""
    modules = {entry.module.lower() for entry in listed}
    classes = {name for entry in listed for name in (entry.class_name, f"Async{entry.class_name}")}
    return len(modules) < len(listed) or len(classes) < 2 * len(listed)

"""Who is who: ids, names of files and folders, and which model belongs to which provider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from callsheet.findings import Finding
from callsheet.rules import facts as rules
from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import place
from callsheet.spec.model import ModelSpec, ProviderSpec, Specs


def check(specs: Specs, unread: frozenset[str]) -> Iterator[Finding]:
    """Names that disagree, ids that are taken, providers that are missing."""
    for provider in specs.providers:
        folder = PurePosixPath(provider.file).parent.name
        if folder not in {"", provider.id}:
            yield rules.FOLDER_NAME.at(
                place(provider.node, "id"),
                f"the id is {quoted(provider.id)}, but the folder is {quoted(folder)}",
                f"rename the folder to {quoted(provider.id)}, or correct the id",
            )
    known = [provider.id for provider in specs.providers]
    for model in specs.models:
        yield from _model(model, known, unread)
    yield from _doubled((provider.id, provider) for provider in specs.providers)
    yield from _doubled((f"{model.provider}/{model.id}", model) for model in specs.models)


def _model(model: ModelSpec, known: list[str], unread: frozenset[str]) -> Iterator[Finding]:
    path = PurePosixPath(model.file)
    if path.stem != model.id:
        yield rules.FILE_NAME.at(
            place(model.node, "id"),
            f"the id is {quoted(model.id)}, but the file is {quoted(path.name)}",
            f"rename the file to {quoted(model.id + path.suffix)}, or correct the id",
        )
    at = place(model.node, "provider")
    folder = path.parent.name
    if model.provider not in known and model.provider not in unread and folder not in unread:
        what = f"no file describes the provider {quoted(model.provider)}"
        mend = one_of(model.provider, known, noun="described") if known else "write its provider.yaml"
        yield rules.UNKNOWN_PROVIDER.at(at, what, mend)
    elif folder not in {"", model.provider}:
        yield rules.FOLDER_NAME.at(
            at,
            f"the provider is {quoted(model.provider)}, but the folder is {quoted(folder)}",
            f"move the file to the folder {quoted(model.provider)}, or correct the provider",
        )


def _doubled(named: Iterable[tuple[str, ProviderSpec | ModelSpec]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, spec in named:
        first = seen.setdefault(name, spec.file)
        if first != spec.file:
            what = f"{quoted(name)} is described in {quoted(first)} already"
            yield rules.DOUBLED_ID.at(place(spec.node, "id"), what)

"""Which specs a copy is made from. A name is `segmind` for all models of a provider, `fal/scail-2` for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from callsheet.spec.load import is_provider

Filed = Mapping[str, bytes]
"""Spec files by `provider/file.yaml`, wherever they were read."""


def filed(specs: Mapping[str, bytes]) -> dict[str, bytes]:
    """Spec files as `source.files` gives them, under the names that they have in any folder of specs."""
    return {"/".join(PurePosixPath(path).parts[-2:]): data for path, data in specs.items()}


def provider_of(name: str) -> str:
    """The provider in a name, or in the path of a filed spec."""
    return name.partition("/")[0]


def models(specs: Filed, provider: str) -> list[str]:
    """The models of a provider, by the names of their files."""
    return sorted(PurePosixPath(path).stem for path in specs if provider_of(path) == provider and not is_provider(path))


def joined(before: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
    """What is asked for in all, in order. A provider as a whole leaves its models nothing to add."""
    asked = {*before, *named}
    return tuple(sorted(name for name in asked if "/" not in name or provider_of(name) not in asked))


def chosen(specs: Filed, asked: Iterable[str]) -> dict[str, bytes]:
    """The files that a choice needs: those of its models, and their providers'."""
    wanted = set(asked)
    providers = {provider_of(name) for name in wanted}
    return {
        path: data
        for path, data in specs.items()
        if provider_of(path) in wanted
        or str(PurePosixPath(path).with_suffix("")) in wanted
        or (provider_of(path) in providers and is_provider(path))
    }


def unknown(specs: Filed, asked: Iterable[str]) -> list[str]:
    """Names that nothing in the specs answers to."""
    names = {provider_of(path) for path in specs} | {str(PurePosixPath(path).with_suffix("")) for path in specs}
    return sorted(name for name in asked if name not in names or name.endswith("/provider"))

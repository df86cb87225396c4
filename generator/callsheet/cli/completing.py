"""What the shell offers on Tab: endpoints, providers, scenarios, rules, hosts. It has to be quick and never complains.

Endpoints are told by the names of files, since a spec has the name of its endpoint; only scenarios and hosts are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import typer

_P = ParamSpec("_P")


def _quiet(offer: Callable[_P, Iterable[str]]) -> Callable[_P, list[str]]:
    """An offer that is empty where it cannot be made: broken specs are told by the command, not by the Tab key."""

    @wraps(offer)
    def offered(*args: _P.args, **kwargs: _P.kwargs) -> list[str]:
        with suppress(Exception, SystemExit):
            return list(offer(*args, **kwargs))
        return []

    return offered


@_quiet
def endpoints(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """`provider/model`; the model alone where that is how it was begun."""
    known = [(provider.name, model) for provider in _providers(ctx) for model in _models(provider)]
    full = [f"{provider}/{model}" for provider, model in known]
    begun = [name for name in full if name.startswith(incomplete)]
    yield from begun or (model for _, model in known if model.startswith(incomplete))


@_quiet
def parts(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """What `--only` takes: providers and endpoints."""
    for provider in _providers(ctx):
        names = [provider.name, *(f"{provider.name}/{model}" for model in _models(provider))]
        yield from (name for name in names if name.startswith(incomplete))


@_quiet
def scenarios(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """What `--scenario` takes: names of errors and faults, after `@` the phases, and after `+` the same once more."""
    from callsheet.emulator.faults.table import FAULTS, PHASES

    before, plus, last = incomplete.rpartition("+")
    name, at, phase = last.partition("@")
    if at:
        there = FAULTS[name].phases if name in FAULTS else PHASES
        yield from (f"{before}{plus}{name}@{each}" for each in there if each.startswith(phase))
        return
    errors = {error for provider in _providers(ctx) for error in _keys(provider, "errors")}
    known = {"success", *errors, *(fault.name for fault in FAULTS.values() if fault.hook is None)}
    yield from (f"{before}{plus}{each}" for each in sorted(known) if each.startswith(name))


@_quiet
def switches(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """What `--switch` takes."""
    known = [f"{provider.name}.{each}" for provider in _providers(ctx) for each in _keys(provider, "switches")]
    yield from (each for each in sorted(known) if each.startswith(incomplete))


@_quiet
def hosts(ctx: typer.Context, incomplete: str) -> Iterator[str]:
    """What `--host` begins with: the names of the provider's hosts."""
    words = {str(ctx.params.get("model") or ""), *ctx.args}  # an option without its value leaves all words unparsed
    fitting = [p for p in _providers(ctx) if words & {*_models(p), *(f"{p.name}/{model}" for model in _models(p))}]
    chosen = fitting or _providers(ctx)
    known = {f"{host}=" for provider in chosen for host in _keys(provider, "hosts")}
    yield from (each for each in sorted(known) if each.startswith(incomplete))


@_quiet
def rules(incomplete: str) -> Iterator[str]:
    """Ids of rules."""
    from callsheet.rules import RULES

    yield from (rule for rule in sorted(RULES) if rule.startswith(incomplete))


def _providers(ctx: typer.Context) -> list[Path]:
    from callsheet.cli.specs import bundled
    from callsheet.source.files import SUFFIXES

    given: Path | None = ctx.params.get("specs_")
    if given is None:
        from callsheet.cli import settings

        given = settings.find()[0].folder() or bundled()
    folders = sorted(path for path in Path(given).iterdir() if path.is_dir())
    return [path for path in folders if any((path / f"provider{suffix}").is_file() for suffix in SUFFIXES)]


def _models(provider: Path) -> list[str]:
    from callsheet.source.files import SUFFIXES

    files = sorted(path for path in provider.iterdir() if path.suffix in SUFFIXES and not path.name.startswith("."))
    return [path.stem for path in files if path.stem != "provider" and not path.stem.endswith(".page")]


def _keys(provider: Path, section: str) -> Iterator[str]:
    from callsheet.source.files import SUFFIXES
    from callsheet.source.nodes import Mapping
    from callsheet.source.yamltree import read_yaml

    file = next(path for suffix in SUFFIXES if (path := provider / f"provider{suffix}").is_file())
    node, _ = read_yaml(str(file), file.read_bytes())
    found = node.get(section) if isinstance(node, Mapping) else None
    if isinstance(found, Mapping):
        yield from (key for key, _ in found.items())

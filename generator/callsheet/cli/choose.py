"""From the name that a person types to an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from callsheet.cli.console import refuse

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import ModelPlan, Plan


def endpoint(plan: Plan, name: str) -> ModelPlan:
    """`provider/model`, or the model alone where one provider has it. Anything else ends the command with 2."""
    models = plan.endpoints()
    fitting = [model for model in models if name in {f"{model.provider}/{model.id}", model.id}]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        refuse(_several(name, fitting))
    refuse(f"there is no endpoint `{name}`{did_you_mean(name, _spellings(plan))}")


def selection(plan: Plan, names: Sequence[str], where: str = "") -> dict[str, frozenset[str] | None]:
    """Endpoints by provider, of `provider`, `provider/model`, or a model alone; None is all of a provider's.

    Names that are not known end the command with 2, all of them at once. `where` says where they were given.
    """
    chosen: dict[str, set[str] | None] = {}
    unknown: list[str] = []
    providers = {provider.id: provider.id for provider in plan.providers}
    for name in names:
        fitting = [model for model in plan.endpoints() if name in {f"{model.provider}/{model.id}", model.id}]
        if name in providers:
            chosen[name] = None
        elif len(fitting) == 1:
            ids = chosen.setdefault(fitting[0].provider, set())
            if ids is not None:
                ids.add(fitting[0].id)
        elif fitting:
            unknown.append(_several(name, fitting))
        else:
            unknown.append(
                f"there is no provider or endpoint `{name}`{did_you_mean(name, providers | _spellings(plan))}"
            )
    if unknown:
        refuse("\n".join(f"{where}{each}" for each in unknown))
    return {provider: None if ids is None else frozenset(ids) for provider, ids in chosen.items()}


def did_you_mean(name: str, known: dict[str, str]) -> str:
    """A sentence on what may have been meant: `known` maps each spelling to the name that it leads to."""
    near = [known[spelling] for spelling in get_close_matches(name.lower(), known, n=3, cutoff=0.6)]
    if near:
        return f"; did you mean {' or '.join(f'`{word}`' for word in dict.fromkeys(near))}?"
    return f"; there are {_listed(sorted(set(known.values())))}" if known else "; there are none"


def _several(name: str, fitting: Sequence[ModelPlan]) -> str:
    return f"`{name}` is an endpoint of several providers: {_listed([f'{m.provider}/{m.id}' for m in fitting])}"


def _spellings(plan: Plan) -> dict[str, str]:
    known: dict[str, str] = {}
    for model in plan.endpoints():
        full = f"{model.provider}/{model.id}"
        known |= {full: full, model.id: full, str(model.module): full}
    return known


def _listed(words: list[str], most: int = 20) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(f"`{word}`" for word in words[:most]) + more

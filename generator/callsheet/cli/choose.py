"""From the name that a person types to an endpoint."""

from __future__ import annotations

from difflib import get_close_matches

from callsheet.cli.console import refuse
from callsheet.plan.model import ModelPlan, Plan


def endpoint(plan: Plan, name: str) -> ModelPlan:
    """`provider/model`, or the model alone where one provider has it. Anything else ends the command with 2."""
    models = plan.endpoints()
    fitting = [model for model in models if name in {f"{model.provider}/{model.id}", model.id}]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        refuse(f"`{name}` is an endpoint of several providers: {_listed([f'{m.provider}/{m.id}' for m in fitting])}")
    refuse(f"there is no endpoint `{name}`{did_you_mean(name, _spellings(plan))}")


def did_you_mean(name: str, known: dict[str, str]) -> str:
    """A sentence on what may have been meant: `known` maps each spelling to the name that it leads to."""
    near = [known[spelling] for spelling in get_close_matches(name.lower(), known, n=3, cutoff=0.6)]
    if near:
        return f"; did you mean {' or '.join(f'`{word}`' for word in dict.fromkeys(near))}?"
    return f"; there are {_listed(sorted(set(known.values())))}" if known else "; there are none"


def _spellings(plan: Plan) -> dict[str, str]:
    known: dict[str, str] = {}
    for model in plan.endpoints():
        full = f"{model.provider}/{model.id}"
        known |= {full: full, model.id: full, str(model.module): full}
    return known


def _listed(words: list[str], most: int = 20) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(f"`{word}`" for word in words[:most]) + more

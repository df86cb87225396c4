"""What a caller has left to spend. Prices are taken for credits, one for one: nobody shows another rate."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from callsheet.emulator.answers import rows
from callsheet.emulator.jobs.job import Job, State
from callsheet.emulator.options import Options
from callsheet.plan.model import ModelPlan
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec, ProviderSpec

_PLENTY: Final = 1000.0
"""What an account that never runs out says it had at the beginning."""


def cost(model: ModelPlan) -> float:
    """What a job of a model takes; 0 where no price is stated."""
    return model.spec.price.amount or 0.0 if model.spec.price.stated else 0.0


def left(state: State, provider: str, options: Options) -> float:
    """What is left with a provider."""
    had = _PLENTY if options.credits is None else options.credits
    return round(max(0.0, had - state.spent.get(provider, 0.0)), 6)


def refusal(
    state: State, provider: ProviderSpec, way: ProtocolSpec | CallSpec, model: ModelPlan, options: Options
) -> ErrorSpec | None:
    """The error that a submission is refused with which cannot be paid for; None where it can be."""
    if options.credits is None or left(state, provider.id, options) >= cost(model) > 0:
        return None
    if cost(model) == 0 and options.credits > 0:
        return None
    return next((row for row in rows.of(provider, way) if row.name == way.judges.without_credits), None)


def charged(state: State, job: Job, model: ModelPlan) -> State:
    """The state after a job that will be billed."""
    if not cost(model):
        return state
    spent = state.spent.get(job.provider, 0.0) + cost(model)
    return replace(state, spent={**state.spent, job.provider: spent})

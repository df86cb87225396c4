"""What a live test may cost, and which endpoint is the cheapest to try. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from callsheet.plan.model import ModelPlan


@dataclass(frozen=True, slots=True)
class Estimate:
    """The most that one run may cost, in US dollars; `usd` is None where nobody knows."""

    usd: float | None
    words: str


class NoBudgetError(ValueError):
    """Nothing may be run: too expensive, or nobody knows what it costs."""


def estimate(model: ModelPlan, bound: float | None = None) -> Estimate:
    """What one run costs at most, by the spec; `bound` is the caller's own word where the spec does not say."""
    price = model.spec.price
    if price.stated and price.currency == "USD":
        if price.max is not None:
            return Estimate(price.max, f"{price.max:g} USD at most, as the spec says")
        if price.per == "call" and price.amount is not None:
            return Estimate(price.amount, f"{price.amount:g} USD a call, as the spec says")
    why = "no price is stated" if not price.stated else "what is stated does not bound one call in USD"
    if bound is not None:
        return Estimate(bound, f"{bound:g} USD at most, as was given, since {why}")
    return Estimate(None, f"{why}, and no bound was given")


def cheapest(models: Iterable[ModelPlan], max_usd: float, bound: float | None = None) -> tuple[ModelPlan, Estimate]:
    """The endpoint that costs least, and has a sample to send. NoBudgetError says why there is none."""
    known: list[tuple[float, ModelPlan, Estimate]] = []
    faults: list[str] = []
    for model in models:
        name, cost = f"{model.provider}/{model.id}", estimate(model, bound)
        if not model.samples:
            faults.append(f"{name}: there is no sample to send")
        elif cost.usd is None:
            faults.append(f"{name}: {cost.words}")
        elif cost.usd > max_usd:
            faults.append(f"{name}: {cost.words}, and the budget is {max_usd:g} USD")
        else:
            known.append((cost.usd, model, cost))
    if not known:
        raise NoBudgetError("\n".join(faults) or "there is no endpoint")
    _, model, cost = min(known, key=lambda one: (one[0], one[1].id))
    return model, cost

"""`list` and `show`: which endpoints there are, and all that is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callsheet.cli import specs
from callsheet.cli.choose import endpoint
from callsheet.cli.console import raw
from callsheet.cli.jsonable import as_text
from callsheet.cli.options import FormatOption, ModelArgument, SpecsOption

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import ModelPlan


def list_(specs_: SpecsOption = None, form: FormatOption = "text") -> None:
    """List the endpoints."""
    plan = specs.planned(specs_, form)
    models = [(provider, model) for provider in plan.providers for model in provider.models]
    if form == "json":
        rows = [
            {
                "model": f"{model.provider}/{model.id}",
                "name": model.spec.name,
                "client": f"{provider.client_name}().{model.module}",
                "protocols": list(model.tables),
                "typical_seconds": model.spec.typical_seconds,
                "price": price(model),
                "about": model.spec.about,
            }
            for provider, model in models
        ]
        raw(as_text(rows))
        return
    from callsheet.cli.layout import Rows, put

    cells = [
        (
            f"{model.provider}/{model.id}",
            f"{provider.client_name}().{model.module}",
            ", ".join(model.tables),
            seconds(model.spec.typical_seconds),
            price(model),
            model.spec.about,
        )
        for provider, model in models
    ]
    put(Rows(("endpoint", "client", "protocols", "typical", "price", "about"), cells, fixed=2))


def show(model: ModelArgument, specs_: SpecsOption = None, form: FormatOption = "text") -> None:
    """Show everything that is known of an endpoint, with the source of each fact."""
    plan = specs.planned(specs_, form)
    chosen = endpoint(plan, model)
    provider = plan.provider(chosen.provider)
    if form == "json":
        from callsheet.cli.facts import facts

        raw(as_text(facts(provider, chosen)))
        return
    from callsheet.cli.layout import put
    from callsheet.cli.showing import everything

    put(*everything(provider, chosen))


def seconds(value: float | None) -> str:
    """A documented duration."""
    return "not stated" if value is None else f"{value:g} s"


def price(model: ModelPlan) -> str:
    """A documented price."""
    from callsheet.plan.describe import price as sentence

    return sentence(model.spec.price).rstrip(".").removeprefix("Price ")

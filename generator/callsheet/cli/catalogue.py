"""`list` and `show`: which endpoints there are, and all that is known of one."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from rich import box
from rich.table import Table

from callsheet.cli import specs
from callsheet.cli.choose import endpoint
from callsheet.cli.console import put, raw
from callsheet.cli.jsonable import as_text, jsonable
from callsheet.cli.options import ModelArgument, SpecsOption
from callsheet.plan.model import ModelPlan

Shown = Annotated[Literal["text", "json"], typer.Option("--format", help="For people, or everything as JSON.")]


def list_(specs_: SpecsOption = None, form: Shown = "text") -> None:
    """List the endpoints."""
    plan = specs.planned(specs_)
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
        for provider in plan.providers
        for model in provider.models
    ]
    if form == "json":
        raw(as_text(rows))
        return
    table = Table("endpoint", "client", "protocols", "typical", "price", "about", box=box.SIMPLE_HEAD)
    for row, model in zip(rows, plan.endpoints(), strict=True):
        table.add_row(
            f"{model.provider}/{model.id}",
            str(row["client"]),
            ", ".join(model.tables),
            seconds(model.spec.typical_seconds),
            price(model),
            model.spec.about,
        )
    put(table)


def show(model: ModelArgument, specs_: SpecsOption = None, form: Shown = "text") -> None:
    """Show everything that is known of an endpoint, with the source of each fact."""
    plan = specs.planned(specs_)
    chosen = endpoint(plan, model)
    provider = plan.provider(chosen.provider)
    if form == "json":
        raw(as_text({"model": jsonable(chosen.spec), "provider": jsonable(provider.spec), "plan": jsonable(chosen)}))
        return
    from callsheet.cli.showing import everything

    put(*everything(provider, chosen))


def seconds(value: float | None) -> str:
    """A documented duration."""
    return "not stated" if value is None else f"{value:g} s"


def price(model: ModelPlan) -> str:
    """A documented price."""
    from callsheet.plan.describe import price as sentence

    return sentence(model.spec.price).rstrip(".").removeprefix("Price ")

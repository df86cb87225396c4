"""`emulate`: every provider of the specs, on loopback."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Annotated

import typer

from callsheet.cli import specs
from callsheet.cli.console import err, out, program, refuse
from callsheet.cli.options import SpecsOption
from callsheet.plan.model import Plan


def emulate(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    specs_: SpecsOption = None,
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Port of the first host, the next hosts take the next; 0 is any free one."),
    ] = 0,
    speed: Annotated[float, typer.Option(help="How many times faster than the real provider a job runs.")] = 1.0,
    seconds: Annotated[float | None, typer.Option(help="How long each job takes. Otherwise its typical time.")] = None,
    scenario: Annotated[
        str, typer.Option(help="What happens to each job: success, or an error of the spec: NAME[@PHASE][*TIMES].")
    ] = "success",
    key: Annotated[list[str] | None, typer.Option(help="A key that is accepted; may be repeated.")] = None,
) -> None:
    """Serve every provider of the specs on loopback until Ctrl-C. Nothing is charged, nothing leaves the machine."""
    plan = specs.planned(specs_)

    from callsheet.emulator import Effect, Options
    from callsheet.emulator.server import serve_until_stopped

    keys = frozenset(key or ["test-key"])

    def announce(hosts: Mapping[tuple[str, str], str]) -> None:
        _announce(plan, hosts, keys)

    def note(effect: Effect) -> None:
        billed = {"always": "would be charged", "maybe": "may be charged", "never": "would not be charged"}[
            effect.billed
        ]
        err().print(f"{effect.provider}/{effect.model} {effect.request_id}: {billed}")

    try:
        options = Options(keys=keys, seconds=seconds, speed=speed, scenario=scenario)
        serve_until_stopped(plan, options, port=port, announce=announce, on_effect=note)
    except ValueError as fault:
        refuse(str(fault))
    except OSError as fault:
        refuse(f"port {port} cannot be used: {fault.strerror or fault}")
    err().print("stopped")


def _announce(plan: Plan, hosts: Mapping[tuple[str, str], str], keys: frozenset[str]) -> None:
    console = out()
    for (owner, name), url in hosts.items():
        declared = plan.provider(owner).table.hosts[name]
        console.print(f"{owner}.{name:<8} {url}  stands for {declared}")
    console.print(f"\nkeys: {', '.join(sorted(keys))}")
    for provider in plan.providers:
        first = next(iter(provider.models), None)
        if first is not None:
            given = " ".join(f"--host {name}={hosts[provider.id, name]}" for name in provider.table.hosts)
            console.print(
                f"try:  {provider.spec.credential.env}={min(keys)} "
                f"{shlex.join(program())} run {provider.id}/{first.id} --sample {given} --save out.mp4"
            )
    console.print("\nCtrl-C stops it.")

"""`emulate`: every provider of the specs, on loopback."""

from __future__ import annotations

import errno
import shlex
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from callsheet.cli import specs
from callsheet.cli.choose import did_you_mean
from callsheet.cli.completing import scenarios, switches
from callsheet.cli.console import err, out, program, refuse
from callsheet.cli.keeping import ending
from callsheet.cli.options import SpecsOption

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.emulator.serving.server import Served
    from callsheet.plan.model import Plan

_LAST_PORT: Final = 65535


def emulate(  # noqa: PLR0913 - each is an option of the command line
    *,
    specs_: SpecsOption = None,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=_LAST_PORT, help="Port of the first host, the next hosts take the next; 0 is any free one."
        ),
    ] = 0,
    speed: Annotated[
        float, typer.Option(help="How many times faster than this machine's its clock runs, for jobs and all else.")
    ] = 1.0,
    seconds: Annotated[float | None, typer.Option(help="How long each job takes. Otherwise its typical time.")] = None,
    spread: Annotated[
        float, typer.Option(help="How far jobs differ in how long they take: a standard deviation of the logarithm.")
    ] = 0.0,
    polls: Annotated[
        int | None, typer.Option(min=0, help="Which look at its status finds a job done, however long that takes.")
    ] = None,
    progress: Annotated[
        str, typer.Option(metavar="STEPS", help="How each job gets on, such as `queued 2 polls, running 30s`.")
    ] = "",
    clock: Annotated[
        str,
        typer.Option(metavar="real|virtual", help="Whether time passes by itself, or only when the control API says."),
    ] = "real",
    per_poll: Annotated[float, typer.Option(help="Seconds that pass with each look at a status.")] = 0.0,
    scenario: Annotated[
        str,
        typer.Option(
            metavar="NAME[@PHASE][*TIMES]",
            help="What happens to jobs: success, an error or a final state of the spec, or a fault such as reset or "
            "http_503; PHASE is the request that it befalls, TIMES how often. Several are joined by +.",
            autocompletion=scenarios,
        ),
    ] = "success",
    cutoff: Annotated[
        bool, typer.Option("--cutoff/--no-cutoff", help="Whether gateways give up on calls that take too long.")
    ] = True,
    switch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROVIDER.NAME",
            help="Where evidence conflicts: another behaviour, of the provider's `switches`; may be repeated.",
            autocompletion=switches,
        ),
    ] = None,
    credits_: Annotated[
        float | None, typer.Option("--credits", help="What the account has. Otherwise it never runs out.")
    ] = None,
    key: Annotated[list[str] | None, typer.Option(help="A key that is accepted; may be repeated.")] = None,
    webhooks: Annotated[
        Literal["loopback", "anywhere", "nowhere"],
        typer.Option(help="Where webhooks are posted: this machine alone, any address, or nowhere."),
    ] = "loopback",
    webhook_secret: Annotated[
        str | None,
        typer.Option(metavar="SECRET", help="What webhooks are signed with by providers that share a secret."),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Speak HTTPS, with a throw-away authority and a proxy for the declared hosts.")
    ] = False,
    tls_ca: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where the authority's certificate is written, for clients to trust; turns --tls on."
        ),
    ] = None,
) -> None:
    """Serve every provider of the specs on loopback until Ctrl-C. Nothing is charged, nothing leaves the machine.

    But for webhooks to other machines, where --webhooks says so.
    """
    plan = specs.planned(specs_, switches=switch or ())
    _known_scenario(plan, scenario)

    from callsheet.emulator import Attempt, Charge, Options
    from callsheet.emulator.serving.server import serve_until_stopped
    from callsheet.emulator.webhooks.deliveries import secrets

    keys = frozenset(key or ["test-key"])
    secured = tls_ca or tls
    ports = sum(len(provider.table.hosts) for provider in plan.providers) + (1 if secured else 0)
    if port + ports - 1 > _LAST_PORT:
        refuse(f"--port: the hosts take {ports} ports from {port} on, and {_LAST_PORT} is the last one")

    if polls is not None:
        if progress:
            refuse("--polls and --progress both say how a job gets on; give one of them")
        progress = f"{polls} polls" if polls else "at once"
    if clock not in {"real", "virtual"}:
        refuse(f"--clock: there is no `{clock}`; it is real or virtual")

    def announce(served: Served) -> None:
        _announce(plan, served, keys, secrets(plan, options))

    def note(effect: Charge | Attempt) -> None:
        if isinstance(effect, Attempt):
            err().print(str(effect), markup=False)
            return
        billed = {"always": "would be charged", "maybe": "may be charged", "never": "would not be charged"}[
            effect.billed
        ]
        err().print(f"{effect.provider}/{effect.model} {effect.request_id}: {billed}")

    try:
        options = Options(
            keys=keys,
            seconds=seconds,
            spread=spread,
            progress=progress,
            clock="virtual" if clock == "virtual" else "real",
            speed=speed,
            per_poll=per_poll,
            scenario=scenario,
            cutoff=cutoff,
            credits=credits_,
            webhook_secret=webhook_secret,
        )
        serve_until_stopped(plan, options, port=port, tls=secured, announce=announce, on_effect=note, webhooks=webhooks)
    except ValueError as fault:
        refuse(str(fault))
    except OSError as fault:
        refuse(_no_port(fault, range(port, port + ports)))
    err().print("stopped")


def _known_scenario(plan: Plan, text: str) -> None:
    """End the command with 2 for a scenario that no provider has. Each fault is told once, whoever has it."""
    from callsheet.emulator.faults.scenarios import UnknownScenarioError, names, read

    faults: dict[str, UnknownScenarioError] = {}
    for provider in plan.providers:
        try:
            read(text, provider.spec)
        except UnknownScenarioError as fault:
            faults[provider.id] = fault
    if len(faults) < len(plan.providers):
        for owner in faults:
            err().print(f"{owner} has no such scenario: it refuses all submissions", style="yellow")
        return
    known = {each: each for provider in plan.providers for each in names(provider.spec)}
    owners = ", ".join(faults)
    nowhere = [name for fault in faults.values() for name in fault.unknown if name not in known]
    words = [f"no provider ({owners}) has `{name}`{did_you_mean(name, known)}" for name in nowhere]
    words += [problem for fault in faults.values() for problem in fault.problems if "has no scenario" not in problem]
    words += [] if words else [str(fault) for fault in faults.values()]
    refuse(f"--scenario: {'; '.join(dict.fromkeys(words))}")


def _no_port(fault: OSError, ports: Sequence[int]) -> str:
    """Which port cannot be had, and what to do."""
    mend = "choose another with --port, or leave it out for any free one"
    several = f" (the hosts take {ports[0]} to {ports[-1]})" if len(ports) > 1 else ""
    if fault.errno == errno.EADDRINUSE:
        taken = next((port for port in ports if _is_taken(port)), ports[0])
        return f"port {taken} is in use{several}; {mend}"
    if fault.errno == errno.EACCES:
        return f"port {ports[0]} is not for everybody: those below 1024 need rights{several}; {mend}"
    return f"port {ports[0]} cannot be used: {fault.strerror or fault}{several}; {mend}"


def _is_taken(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
            trial.listen()
        except OSError:
            return True
    return False


def _announce(plan: Plan, served: Served, keys: frozenset[str], webhook_secrets: Mapping[str, str]) -> None:
    console, hosts = out(), served.hosts
    rows = [(f"{owner}.{name}", url, plan.provider(owner).table.hosts[name]) for (owner, name), url in hosts.items()]
    names, urls = (max((len(row[n]) for row in rows), default=0) for n in (0, 1))
    for name, url, declared in rows:
        console.print(f"{name:<{names}}  {url:<{urls}}  stands for {declared}")
    console.print(f"\nkeys: {', '.join(sorted(keys))}")
    for name, secret in webhook_secrets.items():
        console.print(f"webhooks are signed with {name}={secret}")
    trust = ""
    if served.tls is not None:
        console.print(f"CA:   {served.tls.ca}  (SSL_CERT_FILE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS)")
        console.print(f"by a proxy that knows these hosts only: HTTPS_PROXY={served.tls.proxy}")
        trust = f"SSL_CERT_FILE={shlex.quote(str(served.tls.ca))} "
    for provider in plan.providers:
        first = next(iter(provider.models), None)
        if first is not None:
            given = " ".join(f"--host {name}={hosts[provider.id, name]}" for name in provider.table.hosts)
            file = f"out{ending(first)}"
            console.print(
                f"try:  {trust}{provider.spec.credential.env}={min(keys)} "
                f"{shlex.join(program())} run {provider.id}/{first.id} --sample {given} --save {file}"
            )
    console.print("\nCtrl-C stops it.")

"""`live`: a spec against the provider itself, with a key and a budget, or against an emulator that stands for it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from callsheet.cli import specs
from callsheet.cli.choose import selection
from callsheet.cli.client import hosts_given, prefer
from callsheet.cli.console import out, raw, refuse, report, say, shown
from callsheet.cli.options import FormatOption, SpecsOption
from callsheet.findings import Finding

if TYPE_CHECKING:  # heavy: the judges of the contract tests
    from callsheet.contract.exchanges.observing import Verdict
    from callsheet.contract.exchanges.recordings import Origin
    from callsheet.contract.live.trial import Outcome, Trial
    from callsheet.plan.model import ProviderPlan, WayPlan
    from callsheet.source.nodes import Plain

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_UNCHECKED_SHOWN: Final = 12


def live(  # noqa: PLR0913 - each is an option of the command line
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Provider, or one of its endpoints.")],
    *,
    max_usd: Annotated[
        float | None, typer.Option("--max-usd", metavar="USD", help="What may be spent. Without it nothing is sent.")
    ] = None,
    bound: Annotated[
        float | None,
        typer.Option("--bound", metavar="USD", help="What one run costs at most, where the spec does not say."),
    ] = None,
    protocol: Annotated[str, typer.Option("--protocol", help="Which protocol; otherwise the endpoint's first.")] = "",
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="NAME=URL", help="An emulator's host; all of them, or none; may be repeated."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", metavar="FOLDER", help="Where recordings go. Otherwise contract_tests/recordings, if live."
        ),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option("--timeout", metavar="SECONDS", help="How long the run may take.")
    ] = None,
    specs_: SpecsOption = None,
    form: FormatOption = "text",
) -> None:
    """Hold a spec against the provider: a wrong key, an unknown id, then the cheapest real run. It costs money."""
    plan = specs.planned(specs_, form)
    place = specs.find(specs_, form)
    (provider_id, models), *others = selection(plan, [target]).items()
    assert not others  # noqa: S101 - one name is one provider
    provider = plan.provider(provider_id)
    hosts = hosts_given(provider, None, host or [])
    origin = _origin(provider, hosts)
    budget = _positive("--max-usd", max_usd)
    bound = None if bound is None else _positive("--bound", bound)
    if timeout is not None and not 0 < timeout < float("inf"):
        refuse(f"--timeout: give seconds above 0, not {timeout:g}")
    env = provider.spec.credential.env
    if not (key := os.environ.get(env, "")):
        refuse(f"there is no key: {env} is not set. Nothing was sent")

    prefer(place.out)
    from callsheet_clients._runtime import _http

    if str(_http.NAME) != "httpx":
        refuse(f"the clients are made for {_http.NAME}, and a live test records what httpx sends: callsheet generate")

    from callsheet.contract.exchanges.scrubbing import LEAST_SECRET, LeakError
    from callsheet.contract.live.budget import NoBudgetError, cheapest
    from callsheet.contract.live.proposals import proposal
    from callsheet.contract.live.trial import Trial, run

    if len(key) < LEAST_SECRET:
        refuse(f"{env}: a key of fewer than {LEAST_SECRET} characters could not be kept out of recordings")
    fitting = [model for model in provider.models if models is None or model.id in models]
    if protocol:
        fitting = [model for model in fitting if protocol in model.tables]
    try:
        model, cost = cheapest(fitting, budget, bound)
    except NoBudgetError as fault:
        refuse(f"nothing was sent:\n{fault}")
    way = next(one for one in model.ways if protocol in {"", one.protocol})
    say(f"{provider.id}/{model.id} by {way.protocol}: {cost.words}; {_where(hosts)}")
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    trial = Trial(provider, model, way, key, origin, today, hosts, timeout)
    try:
        outcome = run(trial)
    except LeakError as fault:
        say(f"callsheet: {fault}")
        raise typer.Exit(1) from None
    folder = record or (place.settings.base / "contract_tests/recordings" if origin == "live" else None)
    if folder is not None:
        _write(folder, trial, outcome)
    findings = [proposal(provider, model, one) for one in outcome.disagreed]
    _tell(trial, outcome, way, findings, form)
    if findings or any(words.startswith("the run failed") for words in outcome.remarks):
        raise typer.Exit(1)


def _origin(provider: ProviderPlan, hosts: dict[str, str]) -> Origin:
    """What the recordings may say: an emulator on this machine stands for all hosts, or for none."""
    if not hosts:
        return "live"
    if missing := [name for name in provider.table.hosts if name not in hosts]:
        refuse(
            f"--host: an emulator stands for all hosts of {provider.id} or for none; {', '.join(missing)} would be real"
        )
    if away := [url for url in hosts.values() if urlsplit(url).hostname not in _LOOPBACK]:
        refuse(f"--host: {away[0]} is not on this machine; an emulator is reached at 127.0.0.1")
    return "emulated"


def _positive(option: str, value: float | None) -> float:
    if value is None:
        refuse(f"there is no budget: give {option} USD. Nothing was sent")
    if not 0 <= value < float("inf"):
        refuse(f"{option}: give dollars from 0 up, not {value:g}")
    return value


def _where(hosts: dict[str, str]) -> str:
    return "against an emulator, nothing is charged" if hosts else "against the provider itself, this costs money"


def _write(folder: Path, trial: Trial, outcome: Outcome) -> None:
    into = folder / trial.provider.id / trial.model.id
    into.mkdir(parents=True, exist_ok=True)
    for scenario, text in outcome.recordings.items():
        (into / f"{scenario}.yaml").write_text(text, encoding="utf-8")
        say(f"recorded {into / scenario}.yaml")


def _tell(trial: Trial, outcome: Outcome, way: WayPlan, findings: list[Finding], form: str) -> None:
    agreed = [one for one in outcome.verdicts if one.agreed]
    if form == "json":
        from callsheet.cli.jsonable import as_text
        from callsheet.report import row

        told = {
            "endpoint": f"{trial.provider.id}/{trial.model.id}",
            "protocol": way.protocol,
            "origin": trial.origin,
            "agreed": [_verdict(one) for one in agreed],
            "disagreed": [_verdict(one) for one in outcome.disagreed],
            "not_checked": [" ".join(path) for path in outcome.unchecked],
            "findings": [row(one) for one in findings],
            "remarks": outcome.remarks,
        }
        raw(as_text(told))
        return
    lines = [("agreed", " ".join(one.path), _value(one.said)) for one in agreed]
    lines += [
        ("disagreed", " ".join(one.path), f"{_value(one.said)} in the spec, {_value(one.found)} seen")
        for one in outcome.disagreed
    ]
    width = max((len(path) for _, path, _ in lines), default=0)
    for verdict, path, words in lines:
        out().print(shown(f"{verdict:<9}  {path:<{width}}  {words}"))
    first = ", ".join(" ".join(path) for path in outcome.unchecked[:_UNCHECKED_SHOWN])
    more = len(outcome.unchecked) - _UNCHECKED_SHOWN
    out().print(shown(f"not checked: {first}{f' and {more} more (--format json has all)' if more > 0 else ''}"))
    for words in outcome.remarks:
        say(words)
    if findings:
        report(findings, "github" if form == "github" else "text")
    summary = f"{len(agreed)} agreed, {len(findings)} disagreed, {len(outcome.unchecked)} not checked"
    out().print(f"{summary} ({trial.origin})")


def _verdict(one: Verdict) -> dict[str, object]:
    return {"fact": " ".join(one.path), "spec": one.said, "seen": one.found, "exchange": one.exchange}


def _value(value: Plain) -> str:
    from callsheet.cli.outline import words

    return words(value)

"""`test`: the specs, against what is known independently of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from callsheet.cli import specs
from callsheet.cli.console import Format, out, raw, refuse, report, stop_on_errors
from callsheet.cli.options import FormatOption, SpecsOption
from callsheet.findings import Finding, errors, in_order

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.contract.evidence.coverage import Defence
    from callsheet.contract.plans import Planned
    from callsheet.contract.strength.measure import Verdict

USUAL: Final = Path("contract_tests/evidence")
"""Where evidence is looked for, from the root of the project."""

EvidenceOption = Annotated[
    Path | None,
    typer.Option(
        "--evidence",
        metavar="FOLDER",
        help="Folder of evidence. Otherwise: \\[tool.callsheet] evidence, contract_tests/evidence.",
    ),
]
Coverage = Annotated[
    bool,
    typer.Option("--coverage", help="List every fact with what defends it; one that nothing defends is a finding."),
]
Strength = Annotated[
    bool,
    typer.Option("--strength", help="Change the specs, fact by fact; a change that no evidence notices is a finding."),
]
Sample = Annotated[
    int | None, typer.Option("--sample", metavar="N", min=1, help="With --strength: N changes of each file, by --seed.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Which sample is drawn.")]


def proof(  # noqa: PLR0913 - the options of a command line
    evidence: EvidenceOption = None,
    *,
    coverage: Coverage = False,
    strength: Strength = False,
    sample: Sample = None,
    seed: Seed = 0,
    specs_: SpecsOption = None,
    form: FormatOption = "text",
) -> None:
    """Compare the specs with the evidence: what people transcribed from the providers' pages, captures and SDKs."""
    from callsheet.contract.plans import Planned

    if sample is not None and not strength:
        refuse("--sample goes with --strength")
    material = specs.read(specs_, form)
    stop_on_errors(material.findings, form)
    assert material.plan is not None  # noqa: S101 - there is one where there are no errors
    settings = material.place.settings
    root = evidence or settings.evidence or settings.base / USUAL
    if not root.is_dir():
        refuse(f"there is no folder of evidence at {root}; name it with --evidence, or in [tool.callsheet]")
    everything = Planned(material.specs, material.plan)
    try:
        found = [*_against(everything, root)]
        if coverage:
            found = _coverage(everything, root, form, found)
        if strength and not found:
            found += _strength(everything, root, form, sample, seed)
    except ValueError as fault:
        refuse(f"the evidence cannot be read: {fault}")
    _end(found, form, len(everything.endpoints()), listed=coverage and form == "json")


def _against(everything: Planned, root: Path) -> tuple[Finding, ...]:
    from callsheet.contract.evidence.coverage import findings

    return tuple(findings(everything, root))


def _end(found: list[Finding], form: Format, endpoints: int, *, listed: bool) -> None:
    """The findings, after what was listed; as JSON that list holds them."""
    if not listed:
        report(found, form)
    if errors(found):
        raise typer.Exit(1)
    if form == "text":
        from callsheet.report import number

        out().print(f"{number(endpoints, 'endpoint')}: specs and evidence agree")


def _coverage(everything: Planned, root: Path, form: Format, before: list[Finding]) -> list[Finding]:
    from callsheet.contract.evidence import coverage, unproven
    from callsheet.contract.evidence import files as evidence

    debts = unproven.read(root)
    all_: list[Defence] = []
    for provider, model in everything.endpoints():
        if coverage.missing(model, root) is None:
            known = evidence.of_endpoint(root, provider.id, model.id)
            all_ += coverage.defences(provider, model, known, debts)
    found = [*before, *(coverage.undefended(one) for one in all_ if not one.defended)]
    if form == "json":
        from callsheet.cli.jsonable import as_text
        from callsheet.report import row

        rows = [_row(one) for one in all_]
        told = [row(one) for one in in_order(found)]
        raw(as_text({"facts": rows, "findings": told}))
    elif form == "text":
        _listed(all_)
    return found


def _row(one: Defence) -> dict[str, object]:
    return {
        "endpoint": f"{one.provider}/{one.model}",
        "fact": list(one.path),
        "value": one.value,
        "place": str(one.place),
        "evidence": [
            {"place": str(known.span), "source": known.source, "certainty": known.certainty} for known in one.evidence
        ],
        "checks": list(one.checks),
        "unproven": one.unproven or None,
    }


def _listed(all_: list[Defence]) -> None:
    import json

    from callsheet.cli.layout import Head, Part, Rows, put
    from callsheet.report import number

    parts: list[Part] = []
    for name in dict.fromkeys((one.provider, one.model) for one in all_):
        own = [one for one in all_ if (one.provider, one.model) == name]
        bare, unproven = (sum(not one.defended for one in own), sum(bool(one.unproven) for one in own))
        more = f"{number(len(own), 'fact')}, {unproven} unproven, {bare} undefended"
        rows = [(" ".join(one.path), _short(json.dumps(one.value)), _by(one), " ".join(one.checks)) for one in own]
        parts += [Head("/".join(name), more), Rows(("fact", "value", "known from", "checks"), rows)]
    put(*parts)


def _by(one: Defence) -> str:
    if one.unproven:
        return f"unproven: {one.unproven}"
    return "; ".join(f"{known.span.path}:{known.span.line} ({known.certainty})" for known in one.evidence) or "nothing"


def _short(words: str, most: int = 40) -> str:
    return words if len(words) <= most else f"{words[:most]}…"


def _strength(everything: Planned, root: Path, form: Format, sample: int | None, seed: int) -> list[Finding]:
    from callsheet.contract.strength import measure as strength
    from callsheet.rules import proof as rules

    verdicts = list(strength.verdicts(everything, root, sample=sample, seed=seed))
    if form == "text":
        _table(verdicts)
    found = [
        rules.CHANGE_UNNOTICED.at(one.mutant.span, f"{one.mutant.kind}: {one.mutant.what}")
        for one in verdicts
        if one.outcome == "survived"
    ]
    if sample is None:
        needless = strength.needless(everything, root, verdicts)
        found += [rules.REASON_NEEDLESS.at(one.span, f"{one.of}: `{one.what}` excuses nothing") for one in needless]
    return found


def _table(verdicts: list[Verdict]) -> None:
    from callsheet.cli.layout import Head, Rows, put
    from callsheet.contract.strength.measure import OUTCOMES, counts

    def rows(*, by_kind: bool) -> list[tuple[str, ...]]:
        made = counts(verdicts, by_kind=by_kind).items()
        return [
            (*(name[:2] if by_kind else name[:1]), *(str(count.by[one]) for one in OUTCOMES), f"{count.share:.1%}")
            for name, count in sorted(made)
        ]

    right = frozenset({*OUTCOMES, "noticed"})
    put(
        Head("by kind", "a change is equivalent for a reason in unproven.yaml, refused by `callsheet check`"),
        Rows(("spec", "kind", *OUTCOMES, "noticed"), rows(by_kind=True), fixed=2, right=right),
        Head("by spec"),
        Rows(("spec", *OUTCOMES, "noticed"), rows(by_kind=False), right=right),
    )

"""The rows of `errors`, and whoever names one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules import flow as rules
from callsheet.rules import structure as structure_rules
from callsheet.rules.words import listed, one_of, quoted
from callsheet.source.nodes import place
from callsheet.spec.model import CallSpec, CredentialSpec, ErrorSpec, ProtocolSpec, ProviderSpec

_FIRST_REFUSAL: Final = 300
"""Answers with a lower status are those that a protocol asks for."""


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """Errors that a protocol names: whether they exist, and mean what is needed there."""
    rows = {error.name: error for error in provider.errors}
    for row in rows.values():
        if row.http < _FIRST_REFUSAL and row.match is None and row.code is None:
            what = f"{quoted(row.name)} would be every answer with the status {row.http}"
            yield rules.ERROR_ON_SUCCESS.at(place(row.node, "http"), what)
        for n, name in enumerate(row.protocols):
            if name not in (known := [way.name for way in provider.ways]):
                what = f"the file has no protocol {quoted(name)}"
                yield structure_rules.UNKNOWN_WORD.at(place(row.node, "protocols", n), what, one_of(name, known))
    yield from _refusal(provider.credential, rows, None)
    for way in provider.ways:
        if way.credential is not None:
            yield from _refusal(way.credential, rows, way)
        for name, means, at in _named(way):
            yield from named(name, rows, at, means, way)
        judges = way.judges
        if judges.when != "never" and judges.refuses_with is None:
            what = f"the input is judged `{judges.when}`, but `refuses_with` is missing"
            yield rules.REFUSAL_WITHOUT_ERROR.at(place(judges.node, "when"), what)


def _refusal(
    credential: CredentialSpec, rows: dict[str, ErrorSpec], way: ProtocolSpec | CallSpec | None
) -> Iterator[Finding]:
    """What a wrong key is answered with."""
    if credential.refuses_with is not None:
        yield from named(credential.refuses_with, rows, place(credential.node, "refuses_with"), ("refused",), way)


def named(
    name: str,
    rows: dict[str, ErrorSpec],
    at: Span,
    means: tuple[str, ...] = (),
    way: ProtocolSpec | CallSpec | None = None,
) -> Iterator[Finding]:
    """One error by its name: of one of these meanings, where there are any, and one that the protocol answers."""
    if name not in rows:
        what = f"the provider declares no error {quoted(name)}"
        yield rules.UNKNOWN_ERROR.at(at, what, one_of(name, rows, noun="declared"))
    elif means and rows[name].means not in means:
        what = f"{quoted(name)} means `{rows[name].means}`, where `{means[0]}` is needed"
        fitting = [row.name for row in rows.values() if row.means in means]
        yield rules.MISFIT_ERROR.at(at, what, one_of(name, fitting, noun="fitting"))
    elif way is not None and rows[name].protocols and way.name not in rows[name].protocols:
        what = f"{quoted(name)} is an error of {listed(rows[name].protocols)}, and not of {quoted(way.name)}"
        yield rules.MISFIT_ERROR.at(at, what, f"add {quoted(way.name)} to its `protocols`, or name another")


def _named(way: ProtocolSpec | CallSpec) -> Iterator[tuple[str, tuple[str, ...], Span]]:
    for state in way.status.states if isinstance(way, ProtocolSpec) else ():
        if state.error is not None:
            means: tuple[str, ...] = (
                (state.means,) if state.means in {"failed", "cancelled"} else ("failed", "cancelled")
            )
            yield state.error, means, place(state.node, "error")
    for option in way.submit.options:
        if option.missed is not None:
            yield option.missed, ("failed",), place(option.node, "missed")
    judges = way.judges
    if judges.refuses_with is not None:
        means = ("failed",) if judges.when == "after_queueing" else ("refused",) if judges.when == "at_submit" else ()
        yield judges.refuses_with, means, place(judges.node, "refuses_with")
    if judges.without_credits is not None:
        yield judges.without_credits, ("refused",), place(judges.node, "without_credits")
    if way.result.early != "status":
        yield way.result.early, ("not_finished",), place(way.result.node, "early", "answers")

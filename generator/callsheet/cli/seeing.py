"""`seen`: which parameters, values, states and errors were ever seen on the wire, from which origin, and when."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callsheet.cli import specs
from callsheet.cli.choose import endpoint
from callsheet.cli.completing import endpoints
from callsheet.cli.console import out, raw, refuse, shown
from callsheet.cli.options import FormatOption, SpecsOption

if TYPE_CHECKING:  # heavy: the judges of the contract tests
    from callsheet.contract.exchanges.seen import Seen, Sighting
    from callsheet.source.nodes import Plain

RecordingsOption = Annotated[
    Path | None,
    typer.Option("--recordings", metavar="FOLDER", help="Where they are. Otherwise contract_tests/recordings."),
]


def seen(  # noqa: PLR0913 - each is an option of the command line
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="Endpoint; otherwise all.", autocompletion=endpoints)
    ] = None,
    *,
    recordings: RecordingsOption = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", metavar="FOLDER", help="Where it is. Otherwise `evidence` beside the recordings."),
    ] = None,
    unseen: Annotated[bool, typer.Option("--unseen", help="Only what nobody has seen.")] = False,
    specs_: SpecsOption = None,
    form: FormatOption = "text",
) -> None:
    """Tell what of each endpoint was ever seen in an exchange, from which origin, and when."""
    plan = specs.planned(specs_, form)
    folder = recordings or specs.find(specs_, form).settings.base / "contract_tests/recordings"
    if not folder.is_dir():
        refuse(f"{folder} is no folder; name that of the recordings: --recordings FOLDER")
    chosen = [endpoint(plan, model)] if model is not None else [*plan.endpoints()]

    from callsheet.contract.exchanges.recordings import read
    from callsheet.contract.exchanges.seen import seen as gather

    try:
        known = read(folder)
        beside = evidence or folder.parent / "evidence"
        found = [gather(plan.provider(one.provider), one, known, beside if beside.is_dir() else None) for one in chosen]
    except (ValueError, KeyError) as fault:
        refuse(f"a file of {folder.parent} cannot be read: {fault}")
    if form == "json":
        from callsheet.cli.jsonable import as_text

        raw(as_text([_row(one, unseen=unseen) for one in found]))
        return
    for one in found:
        for line in _lines(one, unseen=unseen):
            out().print(shown(line))


def _row(found: Seen, *, unseen: bool) -> dict[str, Plain]:
    return {
        "endpoint": f"{found.provider.id}/{found.model.id}",
        "things": [
            {"kind": kind, "name": name, "seen": [*map(_sighting, sorted(sightings))]}
            for (kind, name), sightings in found.things.items()
            if not (unseen and sightings)
        ],
        "not_in_the_spec": [
            {"kind": kind, "name": name, "seen": [*map(_sighting, sorted(sightings))]}
            for (kind, name), sightings in found.unknown.items()
        ],
    }


def _sighting(one: Sighting) -> Plain:
    return {"origin": one.origin, "date": one.date or None, "place": one.place}


def _lines(found: Seen, *, unseen: bool) -> Iterable[str]:
    many = sum(bool(sightings) for sightings in found.things.values())
    yield f"{found.provider.id}/{found.model.id}: {many} of {len(found.things)} were seen"
    width = max((len(f"{kind} {name}") for kind, name in (*found.things, *found.unknown)), default=0)
    for (kind, name), sightings in found.things.items():
        if not (unseen and sightings):
            yield f"  {f'{kind} {name}':<{width}}  {_when(sightings)}"
    for (kind, name), sightings in found.unknown.items():
        yield f"  {f'{kind} {name}':<{width}}  {_when(sightings)}: not in the spec"


def _when(sightings: Iterable[Sighting]) -> str:
    """The origins, the latest date of each, and how often."""
    by_origin: dict[str, list[str]] = {}
    for one in sightings:
        by_origin.setdefault(one.origin, []).append(one.date)
    parts = [f"{origin} {max(dates) or 'undated'} ({len(dates)})" for origin, dates in sorted(by_origin.items())]
    return ", ".join(parts) or "never"

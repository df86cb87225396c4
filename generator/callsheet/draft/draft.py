"""A model file, made from the pages of one endpoint. Depends on its arguments alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from callsheet.draft.fields import Fields
from callsheet.draft.gathered import PAGE, Gathered, gather
from callsheet.draft.house import Below, Noted, Tree, as_yaml, comment
from callsheet.draft.judged import refused_payload
from callsheet.draft.named import NamedTypes
from callsheet.draft.outputs import output_of
from callsheet.draft.parts import parameters
from callsheet.draft.ways import Matched, match
from callsheet.pages import Reading
from callsheet.rules.words import listed
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec, ModelSpec, ProviderSpec, Specs

_MODELINE: Final = "# yaml-language-server: $schema=../../generator/callsheet/spec/model.schema.json\n"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SAMPLE_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_MADE_UP: Final = re.compile(r"[0-9a-f]{12,}(-v?[0-9]+)?")
_TITLE_ENDS: Final = re.compile(r"[\s|:-]+(serverless\s+)?API(\s+(reference|documentation|docs))?\s*\Z", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_PER: Final = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_UNREAD: Final = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A model file that was made, and what a person has to do with it."""

    provider: str
    id: str
    text: str
    unread: int


def draft(readings: Sequence[Reading], provider: ProviderSpec, specs: Specs, *, read: str, id_: str | None) -> Draft:
    """The model file of an endpoint, in the style of the house.

    The first reading is the source `page`; further ones of the same endpoint fill its gaps. `read` is the day on which
    they were read, `id_` the endpoint's id where it is not to be made of the page's own name.
    """
    gathered = gather(readings)
    siblings = [model for model in specs.models if model.provider == provider.id]
    matched = match(gathered, provider, siblings)
    name = _name(gathered)
    ident = id_ or _ident(gathered, name)
    types = NamedTypes()
    fields = _input(gathered, types)
    output = output_of(gathered, types, provider, matched.protocols[0], siblings)
    _base64(output, fields, provider, matched)
    used = _used(types, fields, output)
    samples, left = _samples(gathered, fields, used)
    head: dict[str, Tree] = {
        "callsheet": "model/1",
        "provider": provider.id,
        "id": ident,
        "name": name or "TODO",
        "about": Noted("TODO", about.where()) if (about := gathered.abouts.get(("about",))) else "TODO",
    }
    sections: list[Mapping[str, Tree]] = [
        head,
        {
            "sources": Below(
                {one: Below(made) for one, made in _sources(gathered, read, _address(siblings, matched, ident)).items()}
            )
        },
        {
            "protocols": list(matched.protocols),
            **({"path": dict(matched.path)} if matched.path else {}),
            **_errors(gathered, provider, matched.protocols),
            "typical": _typical(gathered),
            "price": _price(gathered),
        },
        {"input": Below({one: Below(made) for one, made in fields.items()}) if fields else {}},
        {"types": Below(dict(used))} if used else {},
        {"output": Below(output)},
        {"samples": Below({one: Below(made) for one, made in samples.items()})} if samples else {},
        {"decisions": Below([Below(made) for made in _decisions(gathered)])} if gathered.stubs else {},
    ]
    text = _MODELINE + "\n".join(as_yaml(section) for section in sections if section)
    rest = list(_rest(gathered, left))
    unread = sum(len(sheet.reading.unread) for sheet in gathered.sheets)
    return Draft(provider.id, ident, text + ("\n" + "".join(f"{line}\n" for line in rest) if rest else ""), unread)


def _name(gathered: Gathered) -> str:
    titles = [" ".join(sheet.reading.title.split())[:200] for sheet in gathered.sheets]
    names = [_TITLE_ENDS.sub("", title.split(" | ")[0]).strip() for title in titles]
    # A path is a name for machines, and a sentence is none.
    return next((name for name in names if name and "/" not in name and not name.endswith(".")), "")


def _ident(gathered: Gathered, name: str) -> str:
    """The endpoint's own name without its namespace; where that was made up by a machine, the title."""
    endpoint = next((sheet.reading.endpoint for sheet in gathered.sheets if sheet.reading.endpoint), None) or ""
    *space, last = [part for part in endpoint.lower().split("/") if part] or [""]
    wish = "-".join([*space[1:], last])
    if not last or _MADE_UP.fullmatch(last):
        wish = name.lower()
    found = re.sub(r"[^a-z0-9._-]+", "-", wish).strip("-._")
    return found or "endpoint"


def _address(siblings: Sequence[ModelSpec], matched: Matched, ident: str) -> str | None:
    """The address of the page, if it has the form that those of its siblings have."""
    alike = [sibling for sibling in siblings if sibling.protocols[0] == matched.protocols[0] and sibling.id != ident]
    urls = [(one, source.url) for one in alike for source in one.sources if source.id == PAGE and source.url]
    forms = {url.replace(f"/{one.id}/", f"/{ident}/") for one, url in urls if url.count(f"/{one.id}/") == 1}
    return forms.pop() if len(forms) == 1 else None


def _sources(gathered: Gathered, read: str, guess: str | None) -> dict[str, dict[str, Tree]]:
    found: dict[str, dict[str, Tree]] = {}
    for sheet in gathered.sheets:
        url = sheet.reading.url
        known = url is not None and re.fullmatch(r"https?://[^\s]+", url)
        address: dict[str, Tree] = {"url": url} if known else {}
        about: dict[str, Tree] = {} if known else {"about": "TODO: add `url`, the address of this page."}
        if guess and not known and sheet.source == PAGE:
            address = {"url": guess}
            about = {"about": "TODO: see whether the address is right. It has the form of its siblings'."}
        if known and sheet.source != PAGE:
            about = {"about": "TODO: what this page adds."}
        found[sheet.source] = {**address, "read": read, "sha256": sheet.reading.sha256, **about}
    return found


def _input(gathered: Gathered, types: NamedTypes) -> dict[str, dict[str, Tree]]:
    fields = Fields(gathered, types, incoming=True)
    printed: dict[str, list[Plain]] = {}
    for _, told in gathered.samples():
        for name, value in told.value.items() if isinstance(told.value, dict) else ():
            printed.setdefault(name, []).append(value)
    parts = parameters(gathered)
    made: dict[str, dict[str, Tree]] = {}
    for name, part in parts.items():
        fields.bare = False
        field = fields.field(name, part, printed.get(name, []))
        if not fields.bare or part["required"] is True:
            made[name] = field
        else:
            settles = cast("Plain", {"parameters": part.facts()})
            gathered.open(name, "The page does not show the fields of the object. It is left out.", settles)
        if fields.bare and name in made:
            gathered.open(name, "The page does not show the fields of the object, and it is required.")
    untold = [name for name, part in parts.items() if "required" not in part.words and "default" not in part.words]
    if untold:
        gathered.open(
            "Required", f"It is not said whether these are required: {listed(untold)}. They are optional here."
        )
    if not parts:
        gathered.open("Parameters", "No parameter was read.")
    return made


def _base64(
    output: dict[str, Tree], fields: Mapping[str, dict[str, Tree]], provider: ProviderSpec, matched: Matched
) -> None:
    """A switch of that name asks for the file as text."""
    way = provider.way(matched.protocols[0])
    takes = fields.get("base64", {}).get("type") == "boolean"
    if takes and (output.get("format") == "uri" or way.result.base64 is not None):
        output["base64"] = {"when": {"base64": True}, "certainty": "inferred"}


def _used(types: NamedTypes, *roots: Mapping[str, Tree]) -> dict[str, Tree]:
    """The declared types that something refers to, in the order in which they were made."""
    found: set[str] = set()
    todo: list[Tree] = [*roots]
    while todo:
        match todo.pop():
            case Noted(inner) | Below(inner):
                todo.append(inner)
            case str() as name if name in types.made and name not in found:
                found.add(name)
                todo.append(types.made[name])
            case str():
                pass
            case Mapping() as entries:
                todo.extend(entries.values())
            case Sequence() as items:
                todo.extend(items)
            case _:
                pass
    return {name: made for name, made in types.made.items() if name in found}


def _samples(
    gathered: Gathered, fields: Mapping[str, dict[str, Tree]], types: Mapping[str, Tree]
) -> tuple[dict[str, dict[str, Tree]], list[Plain]]:
    """Payloads that the input takes, and those that it refuses: a person decides which of the two is wrong."""
    kept: dict[str, dict[str, Tree]] = {}
    left: list[Plain] = []
    for name, told in gathered.samples():
        if not isinstance(told.value, dict):
            continue
        refused = refused_payload(fields, types, told.value)
        if refused:
            left.append(told.value)
            why = "; ".join(refused[:5])
            gathered.open(
                "Sample",
                f"The input refuses the payload of {told.where()}: {why}. It stands below as a remark.",
                {"sample": {name: told.value}},
            )
        else:
            ident = name if _SAMPLE_ID.fullmatch(name) else f"sample-{len(kept) + 1}"
            kept[ident] = {"about": _about_sample(told.source, first=name == PAGE), "input": dict(told.value)}
    return kept, left


def _about_sample(source: str, *, first: bool) -> str:
    page = "the page" if source == PAGE else f"the source {source}"
    return f"The payload of {page}'s own code sample." if first else f"Another payload that {page} prints."


def _errors(gathered: Gathered, provider: ProviderSpec, protocols: Sequence[str]) -> dict[str, Tree]:
    codes = gathered["error_codes",]
    if not isinstance(codes, list):
        return {}
    names: list[Tree] = []
    for code in codes:
        row = _row(code, provider, protocols)
        if row is None:
            found = f"The page lists {code}, and the provider's file has no error of that code."
            gathered.open("Error codes", found, {"error_codes": codes})
        elif row.name not in names:
            names.append(row.name)
    return {"errors": names} if names else {}


def _row(code: Plain, provider: ProviderSpec, protocols: Sequence[str]) -> ErrorSpec | None:
    """The error of a code that a submission is answered with; else any of that code, the plain one first."""
    rows = [
        row for row in provider.errors if row.http == code and (not row.protocols or {*row.protocols} & {*protocols})
    ]
    rows.sort(key=lambda row: (bool(row.code or row.match), bool(row.on) and "submit" not in row.on))
    return rows[0] if rows else None


def _typical(gathered: Gathered) -> dict[str, Tree]:
    told = gathered.facts.get(("typical_seconds",))
    if told is None or not isinstance(told.value, int | float) or isinstance(told.value, bool) or told.value <= 0:
        return {"stated": False}
    return {"seconds": told.value, **_cited(told.source)}


def _price(gathered: Gathered) -> dict[str, Tree]:
    amount = gathered.facts.get(("price", "amount"))
    if amount is None or not isinstance(amount.value, int | float):
        stated = gathered.facts.get(("price", "stated"))
        if stated is not None and stated.value is True:
            found = f"There is one at {stated.where()} that was not read, or depends on more than one thing."
            gathered.open("Price", found, {"price": {"stated": True}})
        return {"stated": False}
    currency, per, most = gathered.text("price", "currency"), gathered.text("price", "per"), gathered["price", "max"]
    if not (currency and _CURRENCY.fullmatch(currency) and per and _PER.fullmatch(per)):
        gathered.open("Price", f"{amount.where()} has {amount.value}; currency or unit is a guess.")
    return {
        "amount": amount.value,
        "currency": currency if currency and _CURRENCY.fullmatch(currency) else "USD",
        "per": per if per and _PER.fullmatch(per) else "call",
        **({"max": most} if isinstance(most, int | float) and most >= amount.value else {}),
        **_cited(amount.source),
    }


def _cited(source: str) -> dict[str, Tree]:
    return {} if source == PAGE else {"source": source}


def _decisions(gathered: Gathered) -> Iterator[dict[str, Tree]]:
    for stub in gathered.stubs:
        settles: dict[str, Tree] = {} if stub.settles is None else {"settles": stub.settles}
        yield {"about": stub.about, "found": stub.found, "decided": "TODO", **settles}


def _rest(gathered: Gathered, left: Sequence[Plain]) -> Iterator[str]:
    """Remarks at the end: payloads that were refused, and what was not read."""
    for payload in left:
        yield "# A payload of the page that the input refuses:"
        for line in as_yaml({"page": Below(cast("dict[str, Tree]", payload))}).splitlines():
            yield f"#   {line}"
    for sheet in gathered.sheets:
        for part in sheet.reading.unread:
            text = " ".join(part.text.split())
            cut = text if len(text) <= _LONGEST_UNREAD else f"{text[:_LONGEST_UNREAD]} …"
            yield comment(f"Not read, {sheet.source} {part.place} ({part.why}): {cut}")

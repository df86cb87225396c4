"""What `diff` prints: changes by provider, endpoint and class, the next versions, payloads that would be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callsheet.changes import ABSENT, Change, Class
from callsheet.changes.specs import Part, ProviderChange
from callsheet.changes.versions import proposed
from callsheet.changes.wording import sentence
from callsheet.cli.refused import Tried
from callsheet.findings import Finding, Span
from callsheet.report import command, number, printable, row
from callsheet.rules import RULES

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import Plan

CLASSES: Final[tuple[Class, ...]] = ("breaking", "additive", "editorial")
_HEADINGS: Final = {"breaking": "Breaking", "additive": "Added or eased", "editorial": "Reworded"}


@dataclass(frozen=True, slots=True)
class Told:
    """All that there is to tell. `after` is the new plan, whose files are pointed at."""

    providers: tuple[ProviderChange, ...]
    after: Plan
    payloads: tuple[Tried, ...] | None
    against: str | None

    @property
    def breaks(self) -> bool:
        """Whether something breaks: a change, or a payload that was right."""
        changes = (change for one in self.providers for change in one.changes)
        refused = (one.fate in {"refused now", "of an endpoint gone"} for one in self.payloads or ())
        return any(change.kind == "breaking" for change in changes) or any(refused)

    def next_version(self, one: ProviderChange) -> str | None:
        """The version that the provider's client should have; None where it is gone."""
        if one.new_version is None:
            return None
        before = self.against or one.old_version
        return one.new_version if before is None else proposed(before, one.changes)


def as_text(told: Told) -> str:
    """For people."""
    lines: list[str] = []
    for one in told.providers:
        for part in one.parts:
            lines += ["", part.name] if lines else [part.name]
            for kind in CLASSES:
                lines += [line for change in _of(part, kind) for line in _block(change)]
    lines += _payload_lines(told)
    changed = [one for one in told.providers if one.changes]
    lines += [""] if lines else []
    lines += [f"{one.id}: {_version_line(told, one)}" for one in changed]
    lines.append(_count(told))
    return "".join(f"{printable(line)}\n" for line in lines)


def _of(part: Part, kind: Class) -> list[Change]:
    return [change for change in part.changes if change.kind == kind]


def _block(change: Change) -> Iterator[str]:
    rule = RULES[change.rule]
    yield f"  {change.kind}[{change.rule}]: {sentence(change)}"
    if change.kind != "editorial":
        yield f"      why:  {rule.why}"
    if rule.mend:
        yield f"      mend: {rule.mend}"


def _version_line(told: Told, one: ProviderChange) -> str:
    new = told.next_version(one)
    if new is None:
        return "gone, no version follows"
    before = told.against or one.old_version
    stated = "" if one.new_version == new else f"; write it as client_version, which is {one.new_version}"
    return f"version {new} is new" if before is None else f"version {before} → {new}{stated}"


def _count(told: Told) -> str:
    changes = [change for one in told.providers for change in one.changes]
    if not changes:
        return "nothing changed"
    counts = {kind: sum(change.kind == kind for change in changes) for kind in CLASSES}
    return (
        f"{number(len(changes), 'change')}: {', '.join(f'{count} {kind}' for kind, count in counts.items() if count)}"
    )


def _payload_lines(told: Told) -> list[str]:
    if told.payloads is None:
        return []
    lines = ["", "payloads"]
    for one in told.payloads:
        if one.fate == "accepted":
            continue
        lines.append(f"  {one.place}: {_fate(one)}")
        lines += [f"      {finding.span}: {finding.what} [{finding.rule}]" for finding in one.findings]
    fine = sum(one.fate == "accepted" for one in told.payloads)
    lines.append(f"  {fine} of {number(len(told.payloads), 'payload')} as right as before")
    return lines


def _fate(one: Tried) -> str:
    match one.fate:
        case "refused now":
            return f"accepted for {one.endpoint} before, refused now"
        case "refused as before":
            return f"refused for {one.endpoint}, before and now"
        case "accepted now":
            return f"accepted for {one.endpoint} now, refused before"
        case "of an endpoint gone":
            return f"{one.endpoint} is gone"
        case _ if one.endpoint is not None:
            return f"{one.endpoint} is new"
        case _:
            return "it does not say which endpoint it is for; name its folder or itself after one"


def as_json(told: Told) -> str:
    """For machines: see `docs/cli.md`."""
    whole = {
        "breaking": told.breaks,
        "providers": [_provider(told, one) for one in told.providers],
        "payloads": None if told.payloads is None else [_tried(one) for one in told.payloads],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _provider(told: Told, one: ProviderChange) -> dict[str, object]:
    return {
        "provider": one.id,
        "old_version": one.old_version,
        "new_version": one.new_version,
        "proposed_version": told.next_version(one),
        "changes": [_change(part, change) for part in one.parts for change in part.changes],
    }


def _change(part: Part, change: Change) -> dict[str, object]:
    rule = RULES[change.rule]
    values = {key: value for key, value in (("old", change.old), ("new", change.new)) if value is not ABSENT}
    return {
        "model": None if part.model is None else part.name,
        "class": change.kind,
        "rule": change.rule,
        "path": list(change.path),
        **values,
        "what": sentence(change),
        "why": rule.why,
        "mend": rule.mend,
    }


def _tried(one: Tried) -> dict[str, object]:
    return {"file": one.place, "model": one.endpoint, "fate": one.fate, "findings": [row(f) for f in one.findings]}


def as_commands(told: Told) -> str:
    """Workflow commands of GitHub, at the places of the new files; editorial changes are left out."""
    found = [_finding(told, part, change) for one in told.providers for part in one.parts for change in part.changes]
    for one in told.payloads or ():
        if one.fate == "refused now":
            found += one.findings
    return "".join(f"{command(finding)}\n" for finding in found if finding is not None)


def _finding(told: Told, part: Part, change: Change) -> Finding | None:
    from callsheet.source.nodes import key_place

    if change.kind == "editorial":
        return None
    rule = RULES[change.rule]
    provider = next((one for one in told.after.providers if one.id == part.provider), None)
    model = next((one for one in provider.models if one.id == part.model), None) if provider is not None else None
    span = Span(f"{part.provider}") if provider is None else Span(provider.spec.file)
    if model is not None:
        name = change.path[1].partition("/")[0] if change.path[0] == "parameters" else ""
        span = key_place(model.spec.node, "input", name) if name else Span(model.spec.file)
    return rule.at(span, f"{part.name}: {sentence(change)}")


def as_changelog(told: Told) -> str:
    """An entry for a changelog, in Markdown."""
    lines: list[str] = []
    for one in told.providers:
        new = told.next_version(one)
        if not one.changes:
            continue
        lines += [f"## {one.id} {new}" if new is not None else f"## {one.id}, gone", ""]
        for kind in CLASSES:
            said = [(part, change) for part in one.parts for change in _of(part, kind)]
            if said:
                lines += [f"### {_HEADINGS[kind]}", ""]
                lines += [_entry(part, change) for part, change in said] + [""]
    return "".join(f"{line}\n" for line in lines[:-1]) or "Nothing changed.\n"


def _entry(part: Part, change: Change) -> str:
    about = f"`{part.model}`: " if part.model is not None else ""
    why = f" ({RULES[change.rule].why})" if change.kind == "breaking" else ""
    return f"- {about}{printable(sentence(change))}{why}"

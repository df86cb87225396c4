"""Two versions of whole specs, compared: providers, endpoints, errors, names. Everything that `diff` tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callsheet.changes.change import ABSENT, Change
from callsheet.changes.client import model_facts, provider_facts
from callsheet.changes.compare import compare
from callsheet.changes.hosts import Moves, moves
from callsheet.changes.judging import same
from callsheet.facts import Facts, facts_of
from callsheet.facts.flat import FactPath
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan
from callsheet.rules.change_ways import MODEL_GONE, MODEL_NEW, REQUEST_CHANGED

_OF_PROVIDER = frozenset(
    {
        *("credential", "error_message", "error_code", "error_code_header", "error_headers", "error_header_words"),
        *("violation", "request_ids", "endpoints", "files", "webhook"),
    }
)
"""First keys of facts that every endpoint of a provider shares."""

_FROM_ERRORS = frozenset({"judged_with", "without_credits", "state_error", "refused", "missed", "early", "failed"})
"""Words that name an error by its codes: when a code changes, these follow."""


@dataclass(frozen=True, slots=True)
class Part:
    """What changed about one endpoint; without a `model`, about the provider as a whole."""

    provider: str
    model: str | None
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """As it is called on the command line."""
        return self.provider if self.model is None else f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class ProviderChange:
    """One provider in two versions. A version is None where there is no such provider."""

    id: str
    old_version: str | None
    new_version: str | None
    parts: tuple[Part, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of them, those of the provider first."""
        return tuple(change for part in self.parts for change in part.changes)


def compare_plans(old: Plan, new: Plan) -> tuple[ProviderChange, ...]:
    """Every provider of either version, those without a change too, the old ones first."""
    before, after = ({provider.id: provider for provider in plan.providers} for plan in (old, new))
    return tuple(_provider(name, before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after)))


def _provider(name: str, old: ProviderPlan | None, new: ProviderPlan | None) -> ProviderChange:
    was, now = (provider.client_version if provider is not None else None for provider in (old, new))
    if old is None or new is None:
        rule = MODEL_NEW if old is None else MODEL_GONE
        values = (ABSENT, name) if old is None else (name, ABSENT)
        parts: tuple[Part, ...] = (Part(name, None, (Change(rule.id, rule.kind, ("provider",), *values),)),)
    else:
        parts = tuple(part for part in _parts(old, new) if part.changes)
    return ProviderChange(name, was, now, parts)


def _parts(old: ProviderPlan, new: ProviderPlan) -> Iterator[Part]:
    before, after = ({model.id: model for model in provider.models} for provider in (old, new))
    codes = _codes_moved(old, new)
    both = [name for name in before if name in after]
    moved = moves(old, new)
    found = {name: _without_followers(_of_endpoint(old, before[name], new, after[name], moved), codes) for name in both}
    shared = [change for name in both for change in found[name] if _is_everywhere(change, found, before, after)]
    common = [change for at, change in enumerate(shared) if change not in shared[:at]]
    hosts = tuple(
        Change(REQUEST_CHANGED.id, REQUEST_CHANGED.kind, ("hosts", name), was, now) for name, was, now in moved.hosts
    )
    yield Part(old.id, None, (*hosts, *_of_provider(old, new, moved), *common))
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield Part(old.id, name, (Change(MODEL_GONE.id, MODEL_GONE.kind, ("model",), name, ABSENT),))
        elif name not in before:
            yield Part(old.id, name, (Change(MODEL_NEW.id, MODEL_NEW.kind, ("model",), ABSENT, name),))
        else:
            yield Part(old.id, name, tuple(change for change in found[name] if change not in common))


def _of_provider(old: ProviderPlan, new: ProviderPlan, moved: Moves) -> tuple[Change, ...]:
    before, after = (_shared(provider) | provider_facts(provider) for provider in (old, new))
    return _named(compare(moved.followed(before), after))


def _shared(provider: ProviderPlan) -> Facts:
    for model in provider.models:
        return {path: value for path, value in facts_of(provider, model).items() if path[0] in _OF_PROVIDER}
    return {}


def _of_endpoint(
    old_provider: ProviderPlan, old: ModelPlan, new_provider: ProviderPlan, new: ModelPlan, moved: Moves
) -> tuple[Change, ...]:
    # What tells one error from another is said by the errors themselves, at the provider.
    left_out = _OF_PROVIDER | {"error_marks"}
    before, after = (
        {path: value for path, value in facts_of(provider, model).items() if path[0] not in left_out}
        | model_facts(model)
        for provider, model in ((old_provider, old), (new_provider, new))
    )
    return _named(compare(moved.followed(before), after))


def _named(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Without names and wordings of what came or went itself: that is said already."""
    kinds = frozenset({"parameter-gone", "type-changed", "type-widened", "union-narrowed", "union-widened"})
    within = any(change.rule in kinds for change in changes)
    return tuple(change for change in changes if not _follows(change, within=within))


def _follows(change: Change, *, within: bool) -> bool:
    one_side = change.old is ABSENT or change.new is ABSENT
    if change.path[:2] == ("python", "type"):
        return within or change.new is not ABSENT
    return one_side and (change.path[0] == "python" or change.path[-1] == "about")


def _codes_moved(old: ProviderPlan, new: ProviderPlan) -> list[tuple[str, str]]:
    """HTTP codes of errors that have another code now, from and to, as facts spell them."""
    before, after = (
        {
            one.row.name: str(one.row.http) if one.row.code is None else f"{one.row.http} {one.row.code}"
            for one in provider.errors
        }
        for provider in (old, new)
    )
    return [(before[name], after[name]) for name in before if name in after and before[name] != after[name]]


def _without_followers(changes: Sequence[Change], moved: list[tuple[str, str]]) -> tuple[Change, ...]:
    """Without what follows from an error's code."""

    def follows(change: Change) -> bool:
        if change.path == ("error_codes",):
            side = 0 if change.new is ABSENT else 1
            value = change.old if change.new is ABSENT else change.new
            return any(pair[side].split()[0] == str(value) for pair in moved)
        return not _FROM_ERRORS.isdisjoint(change.path) and (str(change.old), str(change.new)) in moved

    return tuple(change for change in changes if not follows(change))


def _is_everywhere(
    change: Change,
    found: dict[str, tuple[Change, ...]],
    before: dict[str, ModelPlan],
    after: dict[str, ModelPlan],
) -> bool:
    """Whether a change of a protocol is that of all endpoints that have it, and so the provider's."""
    way = _way(change.path, before)
    having = [name for name in found if way in before[name].tables and way in after[name].tables]
    return len(having) > 1 and all(any(_alike(change, other) for other in found[name]) for name in having)


def _way(path: FactPath, models: dict[str, ModelPlan]) -> str | None:
    return next((path[0] for model in models.values() if path[0] in model.tables), None)


def _alike(one: Change, other: Change) -> bool:
    return (one.rule, one.path) == (other.rule, other.path) and same(one.old, other.old) and same(one.new, other.new)

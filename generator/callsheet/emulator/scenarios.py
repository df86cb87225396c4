"""What may happen to a job beside success: every error row of a spec is a scenario, under its own name.

`NAME[@PHASE][*TIMES]`: `rate_limited`, `bad_gateway@submit`, `unavailable@result*5`, `content_policy_violation`. By
what the row means:

- failed, cancelled: the job ends so;
- refused: the submission is answered so;
- unavailable: the status is answered so, while the job goes on;
- unknown_job, not_finished: the reads that the row is about are answered so.

Three more are no rows: `success`; `cancelled`, where the provider has a state or a row that means it: each job ends
so; and `broken_connection`: the request is acted upon, and its answer breaks off in the middle (each submission's, or
those of the phase that is named). What may befall a webhook is told in `webhook_faults`: `tampered@webhook*1`.

A row whose answer may be followed by another try (its `retry`) is answered twice and then no more; any other, always.
A submission that is answered with a row of `accepted: maybe` runs all the same: the worse of the two cases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, get_args

from callsheet.emulator import webhook_faults
from callsheet.emulator.states import plays
from callsheet.runtime.words import Phase
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec, ProviderSpec

FORM: Final = "NAME[@PHASE][*TIMES]"
SUCCESS: Final = "success"
CANCELLED: Final = "cancelled"
BROKEN: Final = "broken_connection"
_TIMES: Final = 2
_FORM: Final = re.compile(r"(?P<name>[\w-]+)(?:@(?P<phase>\w+))?(?:\*(?P<times>[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scripted outcome. No `error` is success; no `phases` means that the job ends with the error."""

    text: str
    error: ErrorSpec | None = None
    phases: frozenset[Phase] = frozenset()
    times: int | None = None
    """How often a phase is answered with the error; None is always."""
    cancels: bool = False
    """The job ends cancelled, and the provider has no error for that."""
    webhook: tuple[webhook_faults.Befalls, ...] = ()
    """What befalls the job's webhook."""

    @property
    def ends_job(self) -> bool:
        """Whether it is the job that fails, and not an answer."""
        return self.cancels or (self.error is not None and not self.phases)

    @property
    def breaks(self) -> bool:
        """Whether the connection breaks while an answer of one of the phases is sent."""
        return self.error is None and bool(self.phases)


_ABOUT: Final = {
    SUCCESS: "each job succeeds",
    CANCELLED: "each job ends cancelled",
    BROKEN: "the request is acted upon, and half of the answer comes",
}


def names(provider: ProviderSpec) -> tuple[str, ...]:
    """All scenarios of a provider, without phases and times."""
    rows = tuple(row.name for row in provider.errors if any(plays(row, way) for way in provider.ways))
    own = (SUCCESS, *((CANCELLED,) if _can_be_cancelled(provider) else ()), BROKEN)
    return (*(name for name in own if name not in rows), *rows, *webhook_faults.names(provider))


def about(name: str, provider: ProviderSpec) -> str:
    """What one of `names` does, in words."""
    row = next((row for row in provider.errors if row.name == name), None)
    if row is not None:
        return f"HTTP {row.http}: {row.about}" if row.about else f"HTTP {row.http}"
    of_webhooks = {f"{fault.name}@webhook": fault.about for fault in webhook_faults.FAULTS}
    return _ABOUT.get(name) or f"of each webhook: {of_webhooks[name]}"


class UnknownScenarioError(ValueError):
    """A text that names no scenario of a provider; its words list those that there are."""


def read(text: str, provider: ProviderSpec, way: ProtocolSpec | CallSpec | None = None) -> Scenario:
    """The scenario that a text names; `way` is the protocol that it is played under, None any of the provider's."""
    try:
        rest, webhook = webhook_faults.part(text, provider)
    except webhook_faults.NoSuchFaultError as problem:
        raise UnknownScenarioError(str(problem)) from problem
    if not webhook:
        return _read(text, provider, way)
    return replace(_read(rest or SUCCESS, provider, way), text=text, webhook=webhook)


def _read(text: str, provider: ProviderSpec, way: ProtocolSpec | CallSpec | None) -> Scenario:
    form = _FORM.fullmatch(text)
    if form is None or (form["phase"] and form["phase"] not in get_args(Phase)):
        raise UnknownScenarioError(
            f"`{text[:100]}` is not NAME[@PHASE][*TIMES] with a phase of {', '.join(get_args(Phase))}"
        )
    phases: frozenset[Phase] = frozenset(phase for phase in get_args(Phase) if phase == form["phase"])
    times = int(form["times"]) if form["times"] else None
    row = next((row for row in provider.errors if row.name == form["name"]), None)
    if row is not None:
        _check(row, provider, way, at_phase=form["phase"] is not None)
        again = None if row.retry == "never" else _TIMES
        return Scenario(text, row, phases or _phases(row), again if times is None else times)
    if form["name"] not in names(provider):
        raise UnknownScenarioError(
            f"{provider.id} has no scenario `{form['name'][:100]}`; there are {', '.join(names(provider))}"
        )
    if form["name"] == BROKEN:
        return Scenario(text, None, phases or frozenset({"submit"}), times)
    if form["name"] == CANCELLED:
        row = next((row for row in provider.errors if row.means == "cancelled"), None)
        return Scenario(text, row, cancels=True)
    return Scenario(text)


def _check(row: ErrorSpec, provider: ProviderSpec, way: ProtocolSpec | CallSpec | None, *, at_phase: bool) -> None:
    """UnknownScenarioError for an error that nothing in the spec shows: another would be played in its place."""
    answering = [known for known in provider.ways if not row.protocols or known.name in row.protocols]
    as_answer = at_phase and row.answer is not None
    playing = [known.name for known in answering if as_answer or plays(row, known)]
    if way is not None and playing and way.name not in playing:
        words = (
            f"`{row.name}` of {provider.id} is no answer of the protocol {way.name}; it is one of {', '.join(playing)}"
        )
        raise UnknownScenarioError(words)
    if not playing:
        raise UnknownScenarioError(
            f"the spec of {provider.id} does not show what `{row.name}` looks like: give it an `answer` (and "
            "`on: [status]` where a look at the job is answered so), or name it as the `error` of a state of its own"
        )


def _can_be_cancelled(provider: ProviderSpec) -> bool:
    states = (state.means for queue in provider.protocols for state in queue.status.states)
    return "cancelled" in {*states, *(row.means for row in provider.errors)}


def _phases(row: ErrorSpec) -> frozenset[Phase]:
    match row.means:
        case "failed" | "cancelled":
            return frozenset()
        case "refused":
            return _among(row, "submit")
        case "unavailable":
            return _among(row, "status")
        case "not_finished":
            return _among(row, "result")
        case "unknown_job":
            return frozenset(row.on or ("status", "result"))


def _among(row: ErrorSpec, usual: Phase) -> frozenset[Phase]:
    return frozenset({usual} if not row.on or usual in row.on else row.on)

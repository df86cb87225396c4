"""What may happen to a job beside success: rows of errors, final states, and faults, each under its own name.

A scenario is a text, `NAME[@PHASE][*TIMES]`, or several joined by `+`: `rate_limited`, `bad_gateway@submit`, `FAILED`,
`reset@status*3+cut@download`. By what the name is:

- a row of `errors` that means failed or cancelled: the job ends so;
- one that means refused: the submission is answered so;
- unavailable: the status is answered so, while the job goes on;
- unknown_job, not_finished: the reads that the row is about are answered so;
- a final state: the job ends in it;
- a fault, see `callsheet.emulator.faults.table`;
- `success`, or `cancelled` where the provider has a state or a row that means it: each job ends so.

A row whose answer may be followed by another try (its `retry`) is answered twice and then no more; all else, always.
TIMES are counted for each job, and where there is none yet (submissions, uploads, connections), for the provider; of a
name that ends jobs, it is that many jobs. What stands first happens first: `http_429@submit*1+http_503@submit*2`.
A submission that is answered with a row of `accepted: maybe` runs all the same: the worse of the two cases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callsheet.emulator import webhook_faults
from callsheet.emulator.faults.table import FAULTS, PHASES, Fault, FaultPhase
from callsheet.emulator.jobs.states import plays
from callsheet.emulator.webhook_faults import Befalls
from callsheet.runtime.words import FINAL
from callsheet.spec.model import CallSpec, ErrorSpec, ProtocolSpec, ProviderSpec

FORM: Final = "NAME[@PHASE][*TIMES], several joined by +"
SUCCESS: Final = "success"
CANCELLED: Final = "cancelled"
_TIMES: Final = 2
_PHASES: Final[Mapping[str, FaultPhase]] = {phase: phase for phase in PHASES}
_LONGEST: Final = 500
"""Characters of a scenario."""

_FORM: Final = re.compile(r"(?P<name>[^@*+\s]+)(?:@(?P<phase>\w+))?(?:\*(?P<times>[1-9][0-9]{0,5}))?")


@dataclass(frozen=True, slots=True)
class Part:
    """One name of a scenario: a row, a final state, the cancelled end, or a fault."""

    text: str
    phases: frozenset[FaultPhase] = frozenset()
    """Which answers it is about; none where it is the job that ends so."""
    times: int | None = None
    """How often it happens; None is always."""
    error: ErrorSpec | None = None
    fault: Fault | None = None
    state: str | None = None
    cancels: bool = False
    """The job ends cancelled, and the provider has no error for that."""
    at_phase: bool = False
    """Its phase is named: an error that no state tells is an answer all the same."""

    @property
    def ends_job(self) -> bool:
        """Whether it is the job that ends so, and not an answer."""
        return not self.phases

    def answers(self, way: ProtocolSpec | CallSpec) -> bool:
        """Whether its error is one of a protocol's."""
        return self.error is None or _answers(self.error, way, at_phase=self.at_phase)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scripted outcome. No parts are success."""

    text: str
    parts: tuple[Part, ...] = ()

    def at(self, *phases: FaultPhase) -> tuple[Part, ...]:
        """The parts that are about answers of these phases, in order."""
        wanted = frozenset(phases)
        return tuple(part for part in self.parts if not part.phases.isdisjoint(wanted))

    @property
    def webhook(self) -> tuple[Befalls, ...]:
        """What befalls the job's webhook."""
        return tuple(
            Befalls(part.fault.hook, part.times) for part in self.parts if part.fault is not None and part.fault.hook
        )

    @property
    def endings(self) -> tuple[Part, ...]:
        """The parts that say how the job ends, in order."""
        return tuple(part for part in self.parts if part.ends_job)


class UnknownScenarioError(ValueError):
    """A text that names no scenario of a provider; its words list those that there are, or say what does not fit."""

    def __init__(self, *problems: str, unknown: tuple[str, ...] = ()) -> None:
        """`unknown` are the names among the problems that the provider does not have."""
        super().__init__("; ".join(dict.fromkeys(problems)))
        self.problems: Final = problems
        self.unknown: Final = unknown


def names(provider: ProviderSpec) -> tuple[str, ...]:
    """All names that a scenario of a provider may hold. A row goes before a state, and both before a fault."""
    return tuple(_known(provider))


def about(name: str, provider: ProviderSpec) -> str:
    """What one of `names` does, in words."""
    return _known(provider)[name]


def _known(provider: ProviderSpec) -> Mapping[str, str]:
    found = {SUCCESS: "each job succeeds"}
    if _can_be_cancelled(provider):
        found[CANCELLED] = "each job ends cancelled"
    for row in provider.errors:
        if _played(row, provider):
            found[row.name] = f"HTTP {row.http}: {row.about}" if row.about else f"HTTP {row.http}"
    for way in provider.protocols:
        for state in final_states(way):
            found.setdefault(state, f"each job of {way.name} ends in this state")
    phases = _phases_of(provider)
    for fault in FAULTS.values():
        name = f"{fault.name}@webhook" if fault.hook is not None else fault.name
        if name not in found and not phases.isdisjoint(fault.phases) and _possible(fault, provider):
            found[name] = f"{', '.join(fault.phases)}: {fault.about}"
    return found


def _possible(fault: Fault, provider: ProviderSpec) -> bool:
    return fault.hook is None or webhook_faults.possible(fault.hook, provider)


def final_states(way: ProtocolSpec) -> tuple[str, ...]:
    """The states of a protocol that a job may end in and a scenario may name."""
    return tuple(s.name for s in way.status.states if s.means in FINAL and re.fullmatch(r"[^@*+\s]+", s.name))


def read(text: str, provider: ProviderSpec) -> Scenario:
    """The scenario that a text is. UnknownScenarioError says all that is wrong with it."""
    if len(text) > _LONGEST:
        raise UnknownScenarioError(f"a scenario of more than {_LONGEST} characters")
    parts: list[Part] = []
    problems: list[UnknownScenarioError] = []
    for piece in text.split("+"):
        try:
            part = _part(piece.strip(), provider)
        except UnknownScenarioError as problem:
            problems.append(problem)
        else:
            if part is not None:
                parts.append(part)
    if problems:
        unknown = tuple(name for problem in problems for name in problem.unknown)
        raise UnknownScenarioError(*(str(problem) for problem in problems), unknown=unknown)
    return Scenario(text, tuple(parts))


def _part(text: str, provider: ProviderSpec) -> Part | None:
    """One part; None is success."""
    form = _FORM.fullmatch(text)
    phase = _PHASES.get(form["phase"]) if form is not None and form["phase"] else None
    if form is None or (form["phase"] and phase is None):
        raise UnknownScenarioError(f"`{text[:100]}` is not NAME[@PHASE][*TIMES] with a phase of {', '.join(PHASES)}")
    name, times = form["name"], int(form["times"]) if form["times"] else None
    asked = frozenset[FaultPhase](() if phase is None else [phase])
    if phase and phase not in _phases_of(provider):
        raise UnknownScenarioError(f"{provider.id} has no {phase}: `{text[:100]}` can never happen")
    row = next((row for row in provider.errors if row.name == name), None)
    if row is not None:
        _check(row, provider, at_phase=phase is not None)
        return _of_row(text, row, asked, times)
    if name == SUCCESS or (name == CANCELLED and _can_be_cancelled(provider)):
        if phase or (times and name == SUCCESS):
            raise UnknownScenarioError(f"`{text[:100]}`: {name} takes no phase" + (" and no times" if times else ""))
        row = next((row for row in provider.errors if row.means == "cancelled"), None)
        return None if name == SUCCESS else Part(text, times=times, error=row, cancels=True)
    if any(name in final_states(way) for way in provider.protocols):
        if phase:
            raise UnknownScenarioError(f"`{text[:100]}`: a job ends in a state, so there is no phase to name")
        return Part(text, times=times, state=name)
    fault = FAULTS.get(name)
    if fault is None or not _possible(fault, provider) or (fault.hook is not None and phase is None):
        raise UnknownScenarioError(
            f"{provider.id} has no scenario `{name[:100]}`; there are {', '.join(names(provider))}",
            unknown=(name[:100],),
        )
    return _of_fault(text, fault, asked, times, provider)


def _played(row: ErrorSpec, provider: ProviderSpec, *, at_phase: bool = False) -> bool:
    return any(_answers(row, way, at_phase=at_phase) for way in provider.ways)


def _answers(row: ErrorSpec, way: ProtocolSpec | CallSpec, *, at_phase: bool) -> bool:
    here = not row.protocols or way.name in row.protocols
    return here and ((at_phase and row.answer is not None) or plays(row, way))


def _check(row: ErrorSpec, provider: ProviderSpec, *, at_phase: bool) -> None:
    """UnknownScenarioError for an error that nothing in the spec shows: another would be played in its place."""
    if not _played(row, provider, at_phase=at_phase):
        raise UnknownScenarioError(
            f"the spec of {provider.id} does not show what `{row.name}` looks like: give it an `answer` (and "
            "`on: [status]` where a look at the job is answered so), or name it as the `error` of a state of its own"
        )


def _of_row(text: str, row: ErrorSpec, asked: frozenset[FaultPhase], times: int | None) -> Part:
    if "connect" in asked or "webhook" in asked:
        raise UnknownScenarioError(f"`{text[:100]}`: an error of the provider's is an answer, and there is none")
    phases = asked or _phases(row)
    again = None if row.retry == "never" or not phases else _TIMES
    return Part(text, phases, again if times is None else times, error=row, at_phase=bool(asked))


def _of_fault(text: str, fault: Fault, asked: frozenset[FaultPhase], times: int | None, provider: ProviderSpec) -> Part:
    if not asked <= frozenset(fault.phases):
        raise UnknownScenarioError(
            f"`{text[:100]}`: {fault.name} makes sense at {', '.join(fault.phases)} and nowhere else"
        )
    phases = asked or fault.usual
    if phases.isdisjoint(_phases_of(provider)):
        there = [phase for phase in fault.phases if phase in _phases_of(provider)]
        hint = f"; try @{there[0]}" if there else ""
        raise UnknownScenarioError(
            f"{provider.id} has no {', '.join(sorted(phases))}: `{text[:100]}` can never happen{hint}"
        )
    return Part(text, phases, fault.times if times is None else times, fault=fault)


def _can_be_cancelled(provider: ProviderSpec) -> bool:
    states = (state.means for queue in provider.protocols for state in queue.status.states)
    return "cancelled" in {*states, *(row.means for row in provider.errors)}


def _phases_of(provider: ProviderSpec) -> frozenset[FaultPhase]:
    """The phases that some exchange with a provider is of. A blocking call is three in one."""
    found: set[FaultPhase] = {"connect", "submit", "download"}
    if provider.calls:
        found |= {"status", "result"}
    for way in provider.protocols:
        found.add("status")
        found |= {"result"} if way.result.url is not None else set()
        found |= {"file"} if way.file is not None else set()
        found |= {"cancel"} if way.cancel is not None else set()
    if provider.files is not None and provider.files.upload:
        found.add("upload")
    if provider.webhook is not None:
        found.add("webhook")
    return frozenset(found)


def _phases(row: ErrorSpec) -> frozenset[FaultPhase]:
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


def _among(row: ErrorSpec, usual: FaultPhase) -> frozenset[FaultPhase]:
    return frozenset({usual} if not row.on or usual in row.on else row.on)

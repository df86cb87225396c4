"""A live test of one endpoint: what costs nothing first, then one run, all of it recorded and set beside the spec.

The order is the point. A wrong key and an unknown id are refused for free; if a wrong key is taken, nothing more is
sent. Only one submission is ever made that may be charged. The same code runs against an emulator: the addresses of the
hosts tell which it is, and the recordings say so.
"""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from callsheet.contract.clients.calls import PACKAGE, Clock
from callsheet.contract.evidence.files import NOT_STATED
from callsheet.contract.exchanges.observing import Verdict, observe, said_of, verdicts
from callsheet.contract.exchanges.recording import Scene, Taping, body_words, written
from callsheet.contract.exchanges.recordings import Origin, Recording, parsed
from callsheet.contract.exchanges.scrubbing import LeakError
from callsheet.facts import FactPath
from callsheet.plan.model import ModelPlan, ProviderPlan, WayPlan
from callsheet.source.nodes import Plain

WRONG_KEY: Final = "callsheet-wrong-key:callsheet-wrong-secret"
_UNAUTHORIZED: Final = 401
UNKNOWN_IDS: Final[Mapping[str, str]] = {
    "hex": "00000000000000000000000000000000",
    "uuid4": "00000000-0000-4000-8000-000000000000",
    "uuid7": "00000000-0000-7000-8000-000000000000",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried, and where."""

    provider: ProviderPlan
    model: ModelPlan
    way: WayPlan
    key: str = field(repr=False)
    origin: Origin
    date: str
    hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Addresses that stand for the declared hosts; empty is the provider itself."""
    timeout: float | None = None
    """Seconds that the run may take; None follows from the typical time."""
    sample: str = ""
    """Which sample is sent; the first if none is named."""
    clock: Clock | None = None
    """What the client waits by; None is this machine's."""

    @property
    def input(self) -> dict[str, Plain]:
        """What is sent."""
        return self.model.samples[self.sample] if self.sample else next(iter(self.model.samples.values()))


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    recordings: dict[str, str] = field(default_factory=dict[str, str])
    """Texts by scenario, scrubbed."""
    remarks: list[str] = field(default_factory=list[str])
    submitted: bool = False
    """A submission was sent that may be charged."""
    unchecked: tuple[FactPath, ...] = ()
    """Facts of the spec that nothing was seen of."""

    @property
    def disagreed(self) -> tuple[Verdict, ...]:
        """Those on which spec and provider differ."""
        return tuple(one for one in self.verdicts if not one.agreed)


@dataclass(frozen=True, slots=True)
class _Step:
    """A scenario as it went."""

    recording: Recording
    error: Exception | None
    result: Any


def run(trial: Trial) -> Outcome:
    """Try the endpoint. LeakError where a recording would hold a secret; the exchanges are lost then."""
    outcome = Outcome()
    wrong = _step(
        trial, outcome, "wrong-key", [("run" if trial.way.kind == "call" else "submit", trial.input)], key=WRONG_KEY
    )
    outcome.verdicts.append(_wrong_key(trial, wrong))
    if wrong.error is None:
        outcome.submitted = True
        outcome.remarks.append("a wrong key was taken: nothing more was sent, and a job may have been charged")
        return _whole(trial, outcome)
    if trial.way.kind == "queue":
        unknown = UNKNOWN_IDS[trial.provider.spec.request_ids]
        step = _step(trial, outcome, "unknown-id", [("job", {"": unknown}), ("status", {})], key=trial.key)
        outcome.verdicts.append(_unknown_id(trial, step))
    outcome.submitted = True
    began = time.monotonic()
    options: dict[str, Plain] = {"timeout": trial.timeout} if trial.timeout is not None else {}
    steps = [*([("with_options", options)] if options else []), ("run", trial.input)]
    done = _step(trial, outcome, "run", steps, key=trial.key)
    typical = trial.model.spec.typical_seconds
    usual = "the spec states no typical time" if typical is None else f"the spec's typical time is {typical:g} s"
    outcome.remarks.append(f"the run took {time.monotonic() - began:.1f} s; {usual}")
    if done.error is not None:
        outcome.remarks.append(f"the run failed: {type(done.error).__name__}: {done.error}")
    return _whole(trial, outcome)


def _step(
    trial: Trial, outcome: Outcome, name: str, steps: Sequence[tuple[str, dict[str, Plain]]], *, key: str
) -> _Step:
    """Carry out one scenario, record it, and note what it shows."""
    provider = trial.provider
    module = importlib.import_module(f"{PACKAGE}.{provider.package}")
    taping = Taping(httpx.HTTPTransport())
    error: Exception | None = None
    found: Any = None
    with (
        warnings.catch_warnings(record=True) as told,
        httpx.Client(transport=taping) as http,
        getattr(module, provider.client_name)(key, hosts=dict(trial.hosts), http=http, clock=trial.clock) as client,
    ):
        warnings.simplefilter("always")
        found = getattr(client, trial.model.module)
        found = found if trial.way is trial.model.ways[0] else getattr(found, trial.way.attribute)
        try:
            for method, arguments in steps:
                placed = [value for word, value in arguments.items() if not word]
                found = getattr(found, method)(*placed, **{word: v for word, v in arguments.items() if word})
        except Exception as exc:  # noqa: BLE001 - what was paid for is recorded, whatever became of it
            error = exc
    outcome.remarks += [f"the client warned: {one.message}" for one in told]
    scene = Scene(
        provider.id,
        trial.model.id,
        f"{trial.origin}-{name}",
        trial.origin,
        trial.date,
        _source(trial),
        trial.input,
        _ends(error, found, taping),
        trial.way.protocol if trial.way is not trial.model.ways[0] else "",
        [method if method in {"submit", "run"} else {method: arguments} for method, arguments in steps],
        f"Recorded by a live test: {name}.",
    )
    try:
        text = written(provider, scene, taping.takes, {trial.key, WRONG_KEY}, trial.hosts)
    except LeakError as fault:
        raise LeakError(f"{fault}; {scene.ends.get('request_id') or 'no job'} is what the request came to") from None
    outcome.recordings[scene.scenario] = text
    recording = parsed(f"{provider.id}/{trial.model.id}/{scene.scenario}.yaml", text.encode())
    seen = observe(provider, trial.model, trial.way.protocol, recording.exchanges)
    if name == "wrong-key":  # what a wrong key shows of the credential is its refusal alone
        seen = tuple(one for one in seen if one.path[0] in {"error", "error_message"})
    outcome.verdicts += verdicts(said_of(provider, trial.model), seen)
    return _Step(recording, error, found)


def _source(trial: Trial) -> str:
    where = "an emulator on this machine" if trial.hosts else "the provider itself"
    return f"callsheet live, against {where}"


def _ends(error: Exception | None, found: Any, taping: Taping) -> dict[str, str]:
    if error is not None:
        number = getattr(error, "request_id", None)
        return {
            "raises": type(error).__name__,
            "says": str(getattr(error, "message", error)),
            **({"request_id": number} if number else {}),
        }
    ends: dict[str, str] = {}
    if (number := getattr(found, "request_id", None)) is not None:
        ends["request_id"] = str(number)
    if urls := getattr(found, "urls", ()):
        ends["url"] = str(urls[0])
    elif taping.takes and getattr(found, "body", "") is None:
        ends["file"] = body_words(taping.takes[-1])
    return ends


def _wrong_key(trial: Trial, step: _Step) -> Verdict:
    """A wrong key is refused as the spec says: with the error that it names, else with any that says `401`."""
    own = trial.model.tables[trial.way.protocol].protocol.credential
    named = trial.provider.spec.credential.refuses_with if own is None else None
    rows = {one.row.name: one.row for one in trial.provider.errors}
    expected = rows[named].http if named is not None else _UNAUTHORIZED
    return Verdict(("wrong_key",), expected, _code(step), len(step.recording.exchanges))


def _unknown_id(trial: Trial, step: _Step) -> Verdict:
    known = {one.row.http for one in trial.provider.errors if one.row.means == "unknown_job"}
    found = _code(step)
    expected: Plain = found if found in known else [*sorted(known)]
    return Verdict(("unknown_id",), expected, found, len(step.recording.exchanges))


def _code(step: _Step) -> Plain:
    return step.recording.exchanges[-1].http if step.recording.exchanges else NOT_STATED


def _whole(trial: Trial, outcome: Outcome) -> Outcome:
    """Once for each fact, and what was left unchecked."""
    once: dict[FactPath, Verdict] = {}
    for one in outcome.verdicts:
        if one.path not in once or (once[one.path].agreed and not one.agreed):
            once[one.path] = one
    outcome.verdicts = [*once.values()]
    said = said_of(trial.provider, trial.model)
    others = set(trial.model.tables) - {trial.way.protocol}
    outcome.unchecked = tuple(path for path in said if path not in once and path[0] not in others)
    return outcome

"""The states of a job: where they lead, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator

from callsheet.findings import Finding
from callsheet.rules import flow as rules
from callsheet.rules import ways
from callsheet.rules.words import one_of, quoted
from callsheet.runtime.words import FINAL
from callsheet.source.nodes import key_place, place
from callsheet.spec.check.criteria import check_form
from callsheet.spec.check.offers import may_hold, surely_holds
from callsheet.spec.model import ProviderSpec, StateSpec, StatusSpec


def check(provider: ProviderSpec) -> Iterator[Finding]:
    """The states of every protocol."""
    for protocol in provider.protocols:
        yield from _check(protocol.status)


def _check(status: StatusSpec) -> Iterator[Finding]:
    if not status.states:
        return  # there is no status, which has been said
    known = {state.name: state for state in status.states}
    if status.initial not in known:
        what = f"{quoted(status.initial)} is not a state of this protocol"
        yield rules.UNKNOWN_STATE.at(
            place(status.node, "initial"), what, one_of(status.initial, known, noun="the states")
        )
    yield from _told(status)
    if not any(state.means in {"succeeded", "ended"} for state in status.states):
        yield rules.NO_FINAL_STATE.at(key_place(status.node, "states"), "no state means `succeeded` or `ended`")
    for state in status.states:
        yield from _state(state, known)
    if status.initial in known:
        for name in known.keys() - _reached(status.initial, known):
            what = f"no way leads from {quoted(status.initial)} to {quoted(name)}"
            yield rules.UNREACHABLE_STATE.at(key_place(status.node, "states", name), what)


def _told(status: StatusSpec) -> Iterator[Finding]:
    """Whether each state can be told, and from the ones before it."""
    for n, state in enumerate(status.states):
        at = key_place(status.node, "states", state.name)
        if state.seen is None:
            if status.state is None:
                yield ways.UNTOLD_STATE.at(at, f"{quoted(state.name)} has no `is`, and `state` points to no word")
            continue
        if any(check_form(state.seen)):
            continue  # nothing follows from what can be read in two ways
        if not may_hold(state.seen, state.answer):
            what = f"the answer of {quoted(state.name)} is not what its `is` says"
            yield ways.UNTOLD_STATE.at(place(state.node, "is"), what, "compare `is` with `answer`")
        for earlier in status.states[:n]:
            alike = not earlier.by_http or earlier.http == state.http
            if earlier.seen is not None and alike and surely_holds(earlier.seen, state.answer):
                what = f"the answer of {quoted(state.name)} is what the `is` of {quoted(earlier.name)} says, too"
                yield ways.HIDDEN_STATE.at(place(state.node, "is"), what)
                break


def _state(state: StateSpec, known: dict[str, StateSpec]) -> Iterator[Finding]:
    for n, name in enumerate(state.next):
        if name not in known:
            what = f"{quoted(name)} is not a state of this protocol"
            yield rules.UNKNOWN_STATE.at(place(state.node, "next", n), what, one_of(name, known, noun="the states"))
    if state.means in FINAL and state.next:
        what = f"{quoted(state.name)} means `{state.means}`, which is an end"
        yield rules.FINAL_STATE_WITH_NEXT.at(key_place(state.node, "next"), what)
    if state.means not in FINAL and not state.next:
        what = f"{quoted(state.name)} means `{state.means}`, and nothing follows it"
        yield rules.DEAD_END.at(place(state.node, "means"), what)
    if state.means == "failed" and state.error is None:
        what = f"{quoted(state.name)} means `failed`, and names no error"
        yield rules.FAILED_WITHOUT_ERROR.at(place(state.node, "means"), what)


def _reached(initial: str, known: dict[str, StateSpec]) -> set[str]:
    found: set[str] = set()
    todo = [initial]
    while todo:
        name = todo.pop()
        if name in known and name not in found:
            found.add(name)
            todo.extend(known[name].next)
    return found

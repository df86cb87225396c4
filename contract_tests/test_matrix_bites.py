"""The matrix would notice: a client that is broken on purpose is seen to break the law that it breaks."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from callsheet.contract.flows.laws import LAWS, breaches
from callsheet.contract.flows.matrix import Cell, callers, cells
from callsheet.contract.flows.trials import Stage, staged
from callsheet.contract.plans import Planned

Break = Callable[[pytest.MonkeyPatch], None]


def module(name: str) -> Any:
    """A module of the runtime, as the clients have it."""
    return importlib.import_module(f"callsheet_clients._runtime.{name}")


def resubmit_when_broken(patch: pytest.MonkeyPatch) -> None:
    """Take any break for a connection that was never made."""
    patch.setattr(module("exchanges"), "Broken", module("steps").NotSent)


def drop_the_handle(patch: pytest.MonkeyPatch) -> None:
    """Raise without saying which job it is about."""
    kind = module("errors").CallsheetError
    patch.setattr(kind, "handle", property(lambda _: None, lambda *_: None), raising=False)


def forget_the_deadline(patch: pytest.MonkeyPatch) -> None:
    """Wait for ten times as long as was asked for."""
    flows = module("flows")
    poll = flows._poll
    patch.setattr(
        flows, "_poll", lambda context, handle, begun, age, deadline: poll(context, handle, begun, age, deadline + 1200)
    )


def look_once_more(patch: pytest.MonkeyPatch) -> None:
    """Look at a job again after it has told its end."""
    flows = module("flows")
    finish = flows._finish

    def late(context: Any, handle: Any, *rest: Any) -> Any:
        yield from flows._look(context, handle, None)
        return (yield from finish(context, handle, *rest))

    patch.setattr(flows, "_finish", late)


def trust_every_host(patch: pytest.MonkeyPatch) -> None:
    """Ask at any address that an answer names, and take the key along."""
    kind = module("context").Context
    patch.setattr(kind, "is_declared", lambda *_: True)
    patch.setattr(module("context"), "_origin", lambda *_: ("https", "anywhere", 443))


def raise_what_the_library_raises(patch: pytest.MonkeyPatch) -> None:
    """Let errors of the HTTP library through."""
    patch.setattr(module("exchanges")._Failures, "__exit__", lambda *_: None)


BROKEN: list[tuple[str, str, Break]] = [
    ("charges", "fal-scail-2-queue-submit-silent-twice-sync", resubmit_when_broken),
    ("charges", "segmind-wan-animate-queue-submit-reset-twice-async", resubmit_when_broken),
    ("handles", "segmind-wan-animate-queue-status-silent-sync", drop_the_handle),
    ("deadlines", "fal-scail-2-queue-status-http_503-async", forget_the_deadline),
    ("polls", "segmind-wan-animate-queue-status-wrong_type-sync", look_once_more),
    ("secrets", "fal-scail-2-queue-submit-foreign_urls-sync", trust_every_host),
    ("typed errors", "fal-scail-2-queue-download-garbled-async", raise_what_the_library_raises),
    ("typed errors", "fal-scail-2-queue-status-reset_body-sync", raise_what_the_library_raises),
]


@pytest.fixture(scope="module")
def stage(everything: Planned) -> Iterator[Stage]:
    """An emulator behind sockets."""
    with staged(everything.plan) as found:
        yield found


@pytest.fixture(scope="module")
def known(everything: Planned) -> dict[str, Cell]:
    """All cells, by their ids."""
    return {str(cell): cell for cell in cells(callers(everything.plan))}


@pytest.mark.parametrize(("law", "name", "break_it"), BROKEN, ids=[f"{law}-{name}" for law, name, _ in BROKEN])
def test_a_broken_client_breaks_the_law(  # noqa: PLR0913, PLR0917 - a case, and where it is tried
    law: str, name: str, break_it: Break, known: dict[str, Cell], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each law is seen broken in a cell where a sound client keeps it."""
    cell = known[name]
    assert breaches(stage.play(cell).story) == ()

    break_it(monkeypatch)
    found = breaches(stage.play(cell).story)

    assert law in {breach.law for breach in found}


def test_every_law_was_tried() -> None:
    """None is left out above."""
    assert {law for law, _, _ in BROKEN} == set(LAWS)

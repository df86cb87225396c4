"""Each option that a caller sets arrives where it counts, on every kind of endpoint, and stays where it was set."""

from __future__ import annotations

import asyncio
import inspect
from datetime import timedelta
from typing import Any

import httpx
import lab
import pytest

from callsheet.runtime.context import Options
from callsheet.runtime.settings import Settings

KINDS = ["clip", "now"]
NOT_TAKEN = {"clip": {"spool"}, "now": {"request_timeout", "submit_timeout", "on_update", "stream"}}
WORLDS = ["blocking", "asyncio"]


def endpoint(kind: str, world: str, server: lab.Server | None = None) -> Any:
    """A queue or one call, of either client."""
    make = lab.client if world == "blocking" else lab.async_client
    return getattr(make(server or lab.Server()), kind)


def given(folder: str, world: str) -> dict[str, tuple[object, object]]:
    """For each option what is given, and what is kept of it."""
    own: object = httpx.Client() if world == "blocking" else httpx.AsyncClient()
    hosts = {"api": "http://127.0.0.1:1"}
    return {
        "timeout": (timedelta(minutes=2), 120.0),
        "request_timeout": (7, 7.0),
        "submit_timeout": (8.5, 8.5),
        "on_update": (print, print),
        "strict": (True, True),
        "stream": (True, True),
        "extra": ({"seed": 1}, {"seed": 1}),
        "call": ({"webhook": "https://hook.test/"}, {"webhook": "https://hook.test/"}),
        "spool": (folder, folder),
        "download_timeout": (timedelta(hours=3), 10800.0),
        "download_limit": (99, 99),
        "hosts": (hosts, hosts),
        "http": (own, own),
    }


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_option_is_kept_and_no_other_changes(tmp_path: object, kind: str, world: str) -> None:
    """One after the other: what was set before stays, what was not set is as it was, the endpoint itself too."""
    first = last = endpoint(kind, world)
    expected: dict[str, object] = {}
    values = given(str(tmp_path), world)

    assert inspect.signature(first.with_options).parameters.keys() == values.keys() - NOT_TAKEN[kind]
    for name in sorted(values.keys() - NOT_TAKEN[kind]):
        if name == "call" and kind == "now":
            continue  # Lab's call has no options
        last = last.with_options(**{name: values[name][0]})
        expected[name] = values[name][1]
        settings = last._settings
        options = {key: value for key, value in expected.items() if key not in {"hosts", "http"}}

        assert settings.options == Options(**options), name
        assert (settings.hosts, settings.http) == (expected.get("hosts"), expected.get("http")), name
    assert first._settings == Settings()
    assert type(last) is type(first)


def test_a_client_closes_what_is_its_own_and_nothing_else() -> None:
    """Connections that it opened are closed with it, those that it was given are their owner's."""
    with httpx.Client() as http:
        with lab.Lab("key") as own, lab.Lab("key", http=http) as given_one:
            assert not own._http.is_closed
        assert own._http.is_closed
        assert not given_one._http.is_closed

    async def both() -> None:
        async with httpx.AsyncClient() as http:
            async with lab.AsyncLab("key") as own, lab.AsyncLab("key", http=http) as given_one:
                mine = own._connections()
                assert mine is own._connections()
                assert not mine.is_closed
            assert mine.is_closed
            assert not given_one._connections().is_closed

    asyncio.run(both())

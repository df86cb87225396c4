"""fal-client, blocking or asynchronous: each case is a way of use that its documentation shows."""

from __future__ import annotations

import inspect
import os
from typing import Any

import fal_client
from cases import tell

APP = "fal-ai/scail-2"
INPUT = {"prompt": "a dancer", "image_url": "https://example.com/a.png", "video_url": "https://example.com/a.mp4"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def api(**options: Any) -> Any:
    """A client of its own for each case; `WORLD` says of which kind."""
    return (fal_client.SyncClient if os.environ["WORLD"] == "sync" else fal_client.AsyncClient)(**options)


def scenario(name: str) -> dict[str, str]:
    """The header that chooses what the emulator does with a submission, and with its job."""
    return {"x-callsheet-scenario": name}


async def of(given: Any) -> Any:
    """What a call gives, in either world."""
    return await given if inspect.isawaitable(given) else given


async def events(handle: Any, **options: Any) -> list[Any]:
    """All that a handle tells of a job on its way."""
    way = handle.iter_events(**options)
    return [event async for event in way] if hasattr(way, "__aiter__") else list(way)


async def subscribe() -> Any:
    """Wait for a job, be told of its way with logs, and use the options of a call."""
    seen: list[Any] = []
    ids: list[str] = []
    options = {"with_logs": True, "priority": "low", "hint": "near", "interval": 0.02}
    told = {"on_queue_update": seen.append, "on_enqueue": ids.append}
    return {"output": await of(api().subscribe(APP, INPUT, **options, **told)), "ids": ids, "seen": seen}


async def plain_subscribe() -> Any:
    """The same, where nothing is asked for."""
    return await of(api().subscribe(APP, INPUT))


async def by_hand() -> Any:
    """Submit, follow, fetch, and look at it all again under its id."""
    fal = api()
    handle = await of(fal.submit(APP, INPUT))
    kinds = [type(event).__name__ for event in await events(handle, with_logs=True, interval=0.02)]
    results = [await of(handle.get()), await of(fal.result(APP, handle.request_id)), await of(handle.get())]
    status = await of(fal.status(APP, handle.request_id, with_logs=True))
    return {"kinds": kinds, "results": results, "status": status, "bare": await of(handle.status())}


async def run() -> Any:
    """The direct call."""
    return await of(api().run(APP, INPUT))


async def run_with_bad_input() -> Any:
    """The direct call says at once what the queue says with the result."""
    return await of(api().run(APP, INPUT | {"mode": "Replace"}))


async def cancel_too_late() -> Any:
    """Cancel what is done."""
    handle = await of(api().submit(APP, INPUT))
    await of(handle.get())
    return await of(handle.cancel())


async def unknown_status() -> Any:
    """Ask for a job that never was."""
    return await of(api().status(APP, NOBODY))


async def unknown_cancel() -> Any:
    """Cancel a job that never was."""
    return await of(api().cancel(APP, NOBODY))


async def unknown_app() -> Any:
    """Call an application that no spec has."""
    return await of(api().submit("fal-ai/no-such-app", {}))


async def bad_key() -> Any:
    """Come with a key that is not known."""
    return await of(api(key="nobody:nothing").submit(APP, INPUT))


async def bad_input() -> Any:
    """The queue takes everything; the fault comes with the result."""
    handle = await of(api().submit(APP, {"prompt": "a dancer", "mode": "Replace"}))
    end = (await events(handle, interval=0.02))[-1]
    try:
        await of(handle.get())
    except fal_client.FalClientHTTPError as problem:
        return {"end": end, "code": problem.status_code, "detail": problem.message}


async def no_balance() -> Any:
    """The account is locked."""
    return await of(api().subscribe(APP, INPUT, headers=scenario("account_locked")))


async def moderated() -> Any:
    """The provider's rules for content."""
    return await of(api().subscribe(APP, INPUT, headers=scenario("content_policy_violation")))


async def no_runner() -> Any:
    """An error of the infrastructure, which is not to be taken for one of the way there and repeated."""
    return await of(api().subscribe(APP, INPUT, headers=scenario("runner_scheduling_failure")))


async def throttled() -> Any:
    """A refused submission is repeated by the client, and taken in the end."""
    return await of(api().subscribe(APP, INPUT, headers=scenario("rate_limited*2")))


async def lost() -> Any:
    """The answer to a submission breaks off: the client makes it again."""
    return await of(api().subscribe(APP, INPUT, headers=scenario("cut@submit*1")))


if __name__ == "__main__":
    tell(
        *(subscribe, plain_subscribe, by_hand, run, run_with_bad_input),
        *(cancel_too_late, unknown_status, unknown_cancel, unknown_app),
        *(bad_key, bad_input, no_balance, moderated, no_runner, throttled, lost),
    )

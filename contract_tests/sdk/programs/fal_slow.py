"""fal-client with jobs of six seconds, of which they wait 1.2: who gives up, and what becomes of the job."""

from __future__ import annotations

from typing import Any

import fal_client
from cases import tell
from fal import APP, INPUT, api, events, of


async def cancel() -> Any:
    """Cancel a job that waits, look at it, and fetch what it made."""
    handle = await of(api().submit(APP, INPUT))
    before = await of(handle.status())
    answer = await of(handle.cancel())
    after = (await events(handle, interval=0.02))[-1]
    try:
        await of(handle.get())
    except fal_client.FalClientHTTPError as problem:
        end = {"code": problem.status_code, "type": problem.error_type}
        return {"before": before, "answer": answer, "after": after, "end": end}


async def client_timeout() -> Any:
    """The caller's deadline for all of it: the client cancels the job and says so."""
    return await of(api().subscribe(APP, INPUT, client_timeout=1.5))


async def start_timeout() -> Any:
    """The caller's deadline for the start, which the provider keeps."""
    return await of(api().subscribe(APP, INPUT, start_timeout=1.1))


async def run_timeout() -> Any:
    """No answer to a direct call in time. With a deadline for the start the client does not repeat it."""
    return await of(api().run(APP, INPUT, timeout=0.5, start_timeout=20))


if __name__ == "__main__":
    tell(cancel, client_timeout, start_timeout, run_timeout)

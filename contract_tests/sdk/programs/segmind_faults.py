"""segmind against emulators that each play one scenario; `EMULATED` says where, by the scenario's name."""

from __future__ import annotations

import json
import os
from typing import Any

from cases import outcome, tell
from segmind import SegmindClient
from segmind.pixelflows import PixelFlows
from segmind_calls import FLOW, INPUT, MODEL

EMULATED = json.loads(os.environ["EMULATED"])


def client(scenario: str, **options: Any) -> SegmindClient:
    """A client of an emulator, by the address that the package takes for it."""
    return SegmindClient(base_url=f"{EMULATED[scenario]}/v1", **options)


def waited(scenario: str) -> Any:
    """What a job comes to."""
    return client(scenario).submit_async(MODEL, **INPUT).wait(timeout=30, interval=0.05)


def failed() -> Any:
    """Blocked, or broken: the provider makes no difference."""
    return waited("inference_failed")


def no_credits() -> Any:
    """The account is empty, as the second version of the API says it."""
    return waited("insufficient_credits_v2")


def no_credits_sync() -> Any:
    """The account is empty, as the first one says it."""
    return client("insufficient_credits").run_sync(MODEL, **INPUT)


def throttled() -> Any:
    """The SDK does not try again."""
    return waited("rate_limited")


def gateway_down() -> Any:
    """One bad answer to a look ends the wait, while the job goes on."""
    return waited("bad_gateway@status")


def slow() -> Any:
    """The caller gives up, and finds the job still there."""
    job = client("slow").submit_async(MODEL, **INPUT)
    late = outcome(lambda: job.wait(timeout=0.2, interval=0.05))
    return {"late": late, "id": job.request_id, "status": job.status()["status"]}


def slow_sync() -> Any:
    """A blocking call outlasts the patience of the SDK."""
    return client("slow", timeout=0.3).run_sync(MODEL, **INPUT)


def failed_pixelflow() -> Any:
    """A workflow that fails is given back, not raised. This SDK takes another base for workflows by the class only."""
    PixelFlows.workflows_base = f"{EMULATED['workflow_failed']}/workflows"
    return client("workflow_failed").pixelflows.run(workflow_id=FLOW, poll_interval=0)


if __name__ == "__main__":
    tell(failed, no_credits, no_credits_sync, throttled, gateway_down, slow, slow_sync, failed_pixelflow)

"""How often a job is looked at, and how late its end is seen: the client's rule against the intervals of SDKs.

On a clock that does not wait. Durations spread around a typical one (lognormal, sigma 0.25), as those of hosted video
models do. The client is the real one, with a provider that answers by the clock; the others are intervals.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import measure

from callsheet.emulator.serving.memory import VirtualClock
from callsheet_clients.segmind import Segmind
from callsheet_clients.segmind.errors import JobFailed

TYPICAL = 412.91
"""Of wan-animate, as its page says."""
JOBS = 150
SIGMA = 0.25

INTERVALS: dict[str, Callable[[int], float]] = {
    "every 0.1 s (fal-client)": lambda _: 0.1,
    "every 0.5 s (fal-js)": lambda _: 0.5,
    "every 1 s (segmind)": lambda _: 1.0,
    "every 7 s (Segmind's workflow page)": lambda _: 7.0,
    "1.5 times as long each time, up to 30 s": lambda looks: min(30.0, 1.5**looks),
}


def main() -> None:
    """Polls for a job, and lag as a part of its duration."""
    draw = random.Random(1)  # noqa: S311 - durations, not secrets
    usual = [TYPICAL * draw.lognormvariate(0, SIGMA) for _ in range(JOBS)]
    short = [seconds / 3 for seconds in usual]
    payload = dict(measure.plan_of().provider("segmind").model("wan-animate").samples["page"])

    def ours(seconds: float) -> tuple[int, float]:
        return _waited(payload, seconds, "COMPLETED")

    print(f"\nwaiting for {JOBS} jobs: polls, mean lag{'documented time right':>30}{'three times too long':>30}")
    _row("Segmind", ours, usual, short)
    for name, interval in INTERVALS.items():
        _row(name, lambda seconds, pause=interval: _fixed(pause, seconds), usual, short)
    print("\na job that fails: seen after")
    for seconds in (0.5, 2.0, 5.0, 20.0):
        print(f"  {seconds:>5.1f} s: {seconds + _waited(payload, seconds, 'FAILED')[1]:.1f} s")


def _row(name: str, wait: Callable[[float], tuple[int, float]], usual: list[float], short: list[float]) -> None:
    cells: list[str] = []
    for durations in (usual, short):
        seen = [(*wait(seconds), seconds) for seconds in durations]
        polls = statistics.mean(looks for looks, _, _ in seen)
        lag = statistics.mean(late / seconds for _, late, seconds in seen)
        cells.append(f"{polls:>8.0f} {100 * lag:>7.2f} %")
    print(f"  {name:<44}{cells[0]:>20}{cells[1]:>30}")


def _fixed(interval: Callable[[int], float], duration: float) -> tuple[int, float]:
    now, looks = 0.0, 0
    while True:
        looks += 1
        if now >= duration:
            return looks, now - duration
        now += interval(looks)


def _waited(payload: dict[str, Any], duration: float, end: str) -> tuple[int, float]:
    """Looks of the client, and how long after the job's end it was seen."""
    clock = VirtualClock()
    looks: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"request_id": "j", "status": "QUEUED"})
        if not request.url.path.endswith("/status"):
            return httpx.Response(200, json={"output": "https://files.example/video.mp4"})
        looks.append(clock.monotonic())
        return httpx.Response(200, json={"status": end if clock.monotonic() >= duration else "PROCESSING"})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    with http, Segmind("test-key", http=http, clock=clock) as segmind:
        job = segmind.wan_animate.submit(**payload)
        with suppress(JobFailed):
            job.wait(timeout=20 * TYPICAL)
    return len(looks), looks[-1] - duration


if __name__ == "__main__":
    main()

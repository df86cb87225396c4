"""Looks that the provider sends by itself, as server-sent events: one at each change, until the job has ended."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Final

from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.jobs import logs, states
from callsheet.emulator.jobs.job import Job, outcome
from callsheet.emulator.messages import Look, Reply, Watch
from callsheet.source.nodes import Plain
from callsheet.spec.model import StreamSpec
from callsheet.spec.pointers import tokens

_BETWEEN: Final = 0.5
"""Seconds between two events about a job that waits to be looked at: each of them is a look."""


def opened(desk: Desk, job: Job) -> Reply:
    """The beginning of a stream: its events follow."""
    headers = (("content-type", "text/event-stream"), ("cache-control", "no-cache"))
    return desk.traced(Reply(200, headers, watch=Watch(desk.request, job.request_id, desk.now)), job)


def look(desk: Desk, watch: Watch, job: Job) -> Look:
    """What has come since the last look: an event where something has changed, a sign of life where one is due."""
    rule = desk.queue.stream
    if rule is None:
        return Look(b"", watch, None)
    times = (*states.changes(job, desk.queue.status), *logs.times(job))
    due = watch.told is None or watch.looked != job.looked or any(watch.told < time <= desk.now for time in times)
    chunk = b""
    if due:
        chunk = _event(desk.body_of_status(job, watch.lines if rule.logs == "incremental" else 0), rule)
        lines = max(watch.lines, logs.length(job, desk.now))
        watch = replace(watch, told=desk.now, alive=desk.now, looked=job.looked, lines=lines)
    elif rule.ping and desk.now >= watch.alive + rule.ping:
        chunk = b": ping\n\n"
        watch = replace(watch, alive=desk.now)
    if outcome(job, desk.now) not in {"queued", "running"}:
        return Look(chunk, watch, None)
    coming = [time for time in times if desk.now < time < math.inf]
    pings = [watch.alive + rule.ping] if rule.ping else []
    looks = [desk.now + _BETWEEN] if job.held is not None and job.stops is None else []
    return Look(chunk, watch, min([*coming, *pings, *looks], default=desk.now))


def _event(body: Plain, rule: StreamSpec) -> bytes:
    for step in reversed(tokens(rule.at)):
        body = {step: body}
    return b"data: " + json.dumps(body).encode("ascii") + b"\n\n"

"""Requests that are about no job, as a spec's `endpoints` answer them."""

from __future__ import annotations

from callsheet.emulator.answers import account
from callsheet.emulator.answers.replies import Desk
from callsheet.emulator.handlers.uploads import TOKEN_LASTS
from callsheet.emulator.jobs.job import State
from callsheet.emulator.jobs.logs import stamp
from callsheet.emulator.messages import Reply
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import Route
from callsheet.emulator.templates import headers, render
from callsheet.source.nodes import Plain


def answer(state: State, desk: Desk, route: Route, options: Options) -> Reply:
    """The answer that the spec has."""
    one = route.endpoint
    if one is None:
        return desk.refuse(404, f"There is nothing at {desk.request.path}")
    values: dict[str, Plain] = {
        "remaining_credits": account.left(state, desk.provider.id, options),
        "path": desk.request.path,
        "expires_at": stamp(desk.now + TOKEN_LASTS),
    }
    return desk.send(one.http, render(one.answer, values), headers(one.answer_headers, values))
